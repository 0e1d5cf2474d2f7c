// The command line as a user meets it: help, exit status, one-line errors, a reader that goes away.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-'));

beforeAll(() => {
  if (!existsSync(command)) throw new Error('dist/ is not built: npm run build');
});
afterAll(() => rmSync(folder, { recursive: true }));

function hopwire(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr, errorLines: stderr.split('\n').filter((line) => line !== '') };
}

const verbs = ['demo', 'venue', 'trade', 'feed', 'load', 'itch', 'replay', 'match', 'stat', 'doctor', 'sbe'];

describe('help', () => {
  it('names every verb', () => {
    const { status, stdout } = hopwire('--help');
    expect(status).toBe(0);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  });

  it.each(verbs)('%s shows an example', (verb) => {
    const { status, stdout } = hopwire(verb, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n\s+(?:\$ )?hopwire /);
  });
});

describe('a wrong command line', () => {
  it('names the verb that was meant and ends with 2', () => {
    const { status, errorLines } = hopwire('dmo');
    expect(status).toBe(2);
    expect(errorLines).toEqual([expect.stringMatching(/^hopwire: HW0001 .*'dmo'.*Did you mean demo\?/)]);
  });

  it('names the option that was meant and ends with 2', () => {
    const { status, errorLines } = hopwire('doctor', '--jsn');
    expect(status).toBe(2);
    expect(errorLines).toEqual([expect.stringMatching(/--jsn.*Did you mean --json\?.*hopwire doctor --help/)]);
  });
});

describe('a wrong input', () => {
  it('a misspelt key in a config is one line with file, line, column and suggestion, status 3', () => {
    const file = join(folder, 'hopwire.yaml');
    writeFileSync(file, 'venue:\n  feed:\n    prot: 31001\n');
    const { status, errorLines } = hopwire('venue', '--config', file);
    expect(errorLines).toEqual([
      expect.stringContaining(`${file}:3:5: venue.feed.prot: unknown key; did you mean "port"?`),
    ]);
    expect(status).toBe(3);
    rmSync(file);
  });

  it('a file that is not ITCH is one line, status 1', () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'this is not a market data file\n'.repeat(100));
    const { status, errorLines } = hopwire('itch', 'stat', file);
    expect(errorLines).toEqual([expect.stringMatching(/^hopwire: HW0202 .*notes\.txt/)]);
    expect(status).toBe(1);
  });

  it('a capture of an ITCH feed is not taken for a damaged message file', () => {
    const file = join(folder, 'feed.pcap');
    const message = Buffer.concat([Buffer.from([0, 12]), Buffer.from('S'), Buffer.alloc(10), Buffer.from('O')]);
    writeFileSync(file, Buffer.concat([Buffer.from('4d3cb2a1', 'hex'), Buffer.alloc(20), message, message, message]));
    const { status, errorLines } = hopwire('itch', 'stat', file);
    expect(errorLines).toEqual([expect.stringMatching(/^hopwire: HW0202 .*feed\.pcap: it is a packet capture/)]);
    expect(status).toBe(1);
  });

  it('a port in use is one line, and nothing is left behind', async () => {
    const taken = createServer();
    await new Promise<void>((ready) => taken.listen(0, '127.0.0.1', ready));
    const { port } = taken.address() as AddressInfo;
    const file = join(folder, 'taken.yaml');
    const name = `taken-${process.pid}`;
    writeFileSync(file, JSON.stringify({ venue: { name, instruments: 1, orderEntry: { port } } }));
    const { status, errorLines } = hopwire('venue', '--config', file);
    taken.close();
    expect(errorLines).toEqual([expect.stringMatching(new RegExp(`^hopwire: HW0301 .*127\\.0\\.0\\.1:${port}`))]);
    expect(status).toBe(1);
    expect(readdirSync('/dev/shm').filter((region) => region.startsWith(`hopwire-${name}`))).toEqual([]);
  });

  it('a file that is not there is one line, status 1', () => {
    const { status, errorLines } = hopwire('itch', 'stat', 'absent.itch');
    expect(errorLines).toEqual([expect.stringMatching(/^hopwire: HW0201 .*absent\.itch/)]);
    expect(status).toBe(1);
  });
});

describe('output', () => {
  it('doctor --json is one JSON object', () => {
    const { status, stdout } = hopwire('doctor', '--json', '--seconds', '0.1');
    const seen = JSON.parse(stdout) as { checks: { name: string; state: string }[]; failed: number };
    expect(seen.checks.length).toBeGreaterThan(15);
    expect(status).toBe(seen.failed > 0 ? 1 : 0);
  });

  it('ends quietly when the reader goes away', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${command}" doctor --seconds 0.1 | head -n 1`],
      {
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
