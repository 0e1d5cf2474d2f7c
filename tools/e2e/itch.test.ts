// `hopwire itch` as a user meets it: keys of the JSON, readable text, damage named with its offset, instruments asked for wrongly.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-itch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function itch(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'itch', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, errorLines: stderr.split('\n').filter((line) => line !== '') };
}

const aapl = fixture('itch/aapl_20191230_restored.itch50');

describe.skipIf(aapl === undefined)('the AAPL slice', () => {
  const file = aapl as string;

  it('stat --json has the promised keys and figures', () => {
    const { status, stdout, errorLines } = itch('stat', file, '--json', '--digests');
    expect(errorLines).toEqual([]);
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      messages: 49_947,
      types: { A: 22_121, F: 1, E: 2_162, C: 4, X: 98, D: 24_150, U: 1_130, P: 281 },
      malformed: 0,
      orphans: { E: 539, X: 12, D: 3_350, U: 3 },
      live_orders: 339,
      instruments: 1,
      crossed: 0,
      first_ns: 34_500_000_155_705,
      last_ns: 34_776_663_325_325,
      digest: '42b0e2e42dd58934',
      books: [{ locate: 13, stock: 'AAPL', orders: 339, digest: '91596f53c1651993' }],
    });
    expect(result.ns_per_message).toBeGreaterThan(0);
  });

  it('stat prints types, figures and the digest', () => {
    const { status, stdout } = itch('stat', file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^D +OrderDelete +24,150 +3,350$/m);
    expect(stdout).toMatch(/^first message +09:35:00\.000155705/m);
    expect(stdout).toMatch(/^digest +42b0e2e42dd58934/m);
  });

  it('book --json gives prices as decimal strings, by stock or by locate', () => {
    const byStock = itch('book', file, '--stock', 'AAPL', '--depth', '2', '--json');
    expect(byStock.status).toBe(0);
    expect(JSON.parse(byStock.stdout)).toMatchObject({
      locate: 13,
      stock: 'AAPL',
      bids: [
        { price: '286.6700', quantity: 222, orders: 3 },
        { price: '286.6600', quantity: 200, orders: 2 },
      ],
      asks: [
        { price: '286.7300', quantity: 100, orders: 1 },
        { price: '286.7400', quantity: 275, orders: 3 },
      ],
      digest: '91596f53c1651993',
    });
    expect(itch('book', file, '--locate', '13', '--depth', '2', '--json').stdout).toBe(byStock.stdout);
  });

  it('book --at stops at the time', () => {
    const { stdout } = itch('book', file, '--stock', 'AAPL', '--at', '09:36:00.5', '--json');
    const book = JSON.parse(stdout);
    expect(book.at_ns).toBeLessThanOrEqual(34_560_500_000_000);
    expect(book.digest).toBe('55885ad0d840c9d5');
  });

  it.each([
    [['--stock', 'ZZZ'], 1, /HW0205 .*ZZZ/],
    [['--locate', '7'], 1, /HW0205 .*locate 7/],
    [[], 2, /HW0001 .*--stock or by --locate/],
    [['--stock', 'AAPL', '--at', '26:00:00'], 2, /HW0001 .*--at/],
    [['--stock', 'AAPL', '--depth', '0'], 2, /HW0001 .*--depth/],
  ])('book %j is refused in one line', (args, wanted, line) => {
    const { status, errorLines } = itch('book', file, ...args);
    expect(errorLines).toEqual([expect.stringMatching(line)]);
    expect(status).toBe(wanted);
  });

  it('a file cut inside a message gives its figures, then fails with the offset', () => {
    const cut = join(folder, 'cut.itch50');
    writeFileSync(cut, readFileSync(file).subarray(0, 1_000));
    const { status, stdout, errorLines } = itch('stat', cut, '--json');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ malformed: 1, malformed_at: [{ offset: 970, reason: 'truncated' }] });
    expect(errorLines).toEqual([expect.stringMatching(/^hopwire: HW0204 .*cut\.itch50: byte 970: truncated/)]);
    expect(status).toBe(1);
  });
});
