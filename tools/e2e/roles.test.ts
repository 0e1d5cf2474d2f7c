// One role a process, as in three shells: what the others say and do when the venue is killed, and a venue whose terminal is closed.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-roles-'));
const name = `roles-${process.pid}`;
const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  for (const file of readdirSync('/dev/shm')) {
    if (file.startsWith(`hopwire-${name}-`)) rmSync(join('/dev/shm', file));
  }
});

interface Role {
  readonly process: ChildProcess;
  readonly ended: Promise<{ status: number | null; stderr: string }>;
}

/** Resolves when the role has said its first line, which it does when it is ready. */
function role(verb: string, config: string): Promise<Role> {
  return new Promise((started, refuse) => {
    const child = spawn(process.execPath, [command, verb, '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    running.push(child);
    let stderr = '';
    const ended: Role['ended'] = new Promise((done) => {
      child.on('close', (status) => {
        refuse(new Error(`${verb} ended: ${stderr}`));
        done({ status, stderr });
      });
    });
    child.on('error', refuse);
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (stderr.includes('\n')) started({ process: child, ended });
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Two more beside a free one. */
function feedPorts(port: number): { port: number; rerequestPort: number } {
  return port < 65_000 ? { port: port + 1, rerequestPort: port + 2 } : { port: port - 2, rerequestPort: port - 1 };
}

it('a trader whose venue was killed says so and leaves', async () => {
  const port = await freePort();
  const session = { id: 1, accessKey: 'KEY', secret: 'secret-of-1' };
  const feed = feedPorts(port);
  const config = join(folder, 'hopwire.yaml');
  const shared = { instruments: 2, orderEntry: { port }, feed, busyLoops: 3 };
  writeFileSync(
    config,
    JSON.stringify({
      venue: { ...shared, name: `${name}-venue`, sessions: [session] },
      trade: { ...shared, name: `${name}-trader`, session },
    }),
  );
  const venue = await role('venue', config);
  const trader = await role('trade', config);
  venue.process.kill('SIGKILL');
  const { status, stderr } = await trader.ended;
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    new RegExp(`^hopwire: HW0307 The order-entry session ended: 127\\.0\\.0\\.1:${port}: no order was open -- `),
  );
  expect(readdirSync('/dev/shm').filter((file) => file.startsWith(`hopwire-${name}-trader`))).toEqual([]);
});

it('a venue whose terminal is closed ends its day, writes what it holds and leaves nothing behind', async () => {
  const port = await freePort();
  const feed = feedPorts(port);
  const config = join(folder, 'terminal.yaml');
  const output = join(folder, 'venue.json');
  const hungUp = `${name}-hung-up`;
  writeFileSync(
    config,
    JSON.stringify({
      venue: { name: hungUp, instruments: 2, orderEntry: { port }, feed: { ...feed, endOfSessionSeconds: 1 } },
    }),
  );
  const line = `${process.execPath} ${command} venue --config ${config} --json > ${output}`;
  const inTerminal = 'import pty, sys; pty.spawn(["sh", "-c", "exec " + sys.argv[1]])';
  const terminal = spawn('python3', ['-c', inTerminal, line], { stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(terminal);
  const regions = (): string[] => readdirSync('/dev/shm').filter((file) => file.startsWith(`hopwire-${hungUp}.`));
  await new Promise<void>((started, refuse) => {
    terminal.stdout.on('data', (chunk) => (String(chunk).includes('Ctrl-C ends the day') ? started() : undefined));
    terminal.on('close', () => refuse(new Error('the venue ended by itself')));
  });
  expect(regions().length).toBeGreaterThan(0);
  terminal.kill('SIGKILL');
  for (let tries = 0; regions().length > 0 && tries < 200; tries++) await new Promise((wait) => setTimeout(wait, 50));
  expect(regions()).toEqual([]);
  expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ commands: 0, violations: [] });
});
