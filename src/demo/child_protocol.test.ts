import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { CHILD_ENVIRONMENT, ChildLink } from './child_protocol.js';

const started: ChildProcess[] = [];

/** A role process that does `body` with `link` in hand and answers as a real one would. */
function start(body = '', handlers = ''): { link: ChildLink; deaths: string[]; child: ChildProcess } {
  const source = `
    import { ParentLink } from ${JSON.stringify(new URL('./child_protocol.ts', import.meta.url).href)};
    const link = new ParentLink({
      stop() { link.send({ type: 'finished', request: 'stop', openOrders: 3 }); },
      finish() { link.send({ type: 'finished', request: 'finish', nextSequence: '7' }); },
      close() { process.stdout.write('closed'); },
      ${handlers}
    });
    ${body}
    setTimeout(() => {}, 20_000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, [CHILD_ENVIRONMENT]: '1' },
  });
  started.push(child);
  const deaths: string[] = [];
  return { link: new ChildLink('load', child, (failure) => deaths.push(failure)), deaths, child };
}

afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

const READY = "link.send({ type: 'ready', telemetryPath: '/dev/shm/x' });";

describe('parent and child', () => {
  it('go through a whole life', async () => {
    const { link, deaths, child } = start(`${READY} link.send({ type: 'stats', values: { sent: 5 } });`);
    expect((await link.ready(10_000)).telemetryPath).toBe('/dev/shm/x');
    expect((await link.ask('stop', 5_000)).openOrders).toBe(3);
    expect((await link.ask('finish', 5_000)).nextSequence).toBe('7');
    expect(link.stats).toEqual({ sent: 5 });
    expect(await link.ready(1)).toMatchObject({ type: 'ready' });
    await link.exit(5_000);
    expect(child.exitCode).toBe(0);
    expect(link.running).toBe(false);
    expect(deaths).toEqual([]);
  });

  it('tells a failure once, with the reason the child gave', async () => {
    const { link, deaths } = start("void link.fail(new Error('port is taken'));");
    await expect(link.ready(10_000)).rejects.toThrow('load: port is taken');
    await link.exit(5_000);
    expect(deaths).toEqual(['load: port is taken']);
  });

  it('notices a child that dies without a word', async () => {
    // It never answers, so that no answer can overtake its death.
    const { link, deaths, child } = start(READY, 'finish() {},');
    await link.ready(10_000);
    const answer = link.ask('finish', 5_000);
    child.kill('SIGKILL');
    await expect(answer).rejects.toThrow(/load/);
    expect(deaths).toEqual(['load ended early (signal SIGKILL)']);
  });

  it('survives Ctrl-C: the parent decides', async () => {
    const { link, deaths, child } = start(READY);
    await link.ready(10_000);
    child.kill('SIGINT');
    expect((await link.ask('stop', 5_000)).openOrders).toBe(3);
    await link.exit(5_000);
    expect(deaths).toEqual([]);
  });

  it('closes and leaves when the parent is gone', async () => {
    const { link, child } = start(READY);
    await link.ready(10_000);
    let output = '';
    const stdout = child.stdout as Readable;
    stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = Promise.all([once(child, 'exit'), once(stdout, 'end')]);
    child.disconnect();
    const [[status]] = await ended;
    expect(status).toBe(1);
    expect(output).toBe('closed');
  });

  it('turns an error in a handler into a failure', async () => {
    const { link, deaths } = start(READY, "async finish() { throw new Error('no end of day'); },");
    await link.ready(10_000);
    await expect(link.ask('finish', 5_000)).rejects.toThrow('no end of day');
    expect(deaths).toEqual(['load: no end of day']);
  });

  it('gives up waiting after the time allowed, and kills a child that does not leave', async () => {
    const { link, child } = start(READY, 'finish() {}, close() { return new Promise(() => {}); },');
    await link.ready(10_000);
    await expect(link.ask('finish', 50)).rejects.toThrow("load did not answer 'finish' within 50 ms");
    await link.exit(100);
    expect(child.signalCode).toBe('SIGKILL');
  });
});
