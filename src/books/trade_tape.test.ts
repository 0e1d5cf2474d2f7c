// A reader of the tape that keeps up, one that is lapped, and one beside a writer that never waits: no print torn, none told twice, each
// one missed counted.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../native/addon.js';
import { openTradeTape, type TradePrint } from './trade_tape.js';

const folder = mkdtempSync('/dev/shm/hopwire-tape-test-');
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
function tapeOf(prints: number) {
  const path = join(folder, `${made++}.trades`);
  return { path, writer: loadAddon().makeTradesWriter(path, prints) };
}

/** What native/addon/testing_binding.cpp makes print n of. */
function isWhole({ match, time, quantity, price, locate, side, type }: TradePrint): boolean {
  const n = Number(match);
  const whole = time === 3 * n && quantity === 5 * n && price === n % 1000 && locate === n % 7;
  return whole && side === 'B' && type === 'E';
}

describe('a trade tape', () => {
  it('tells every print once to who keeps up, from now or from the oldest there is', () => {
    const { path, writer } = tapeOf(8);
    writer.append(3);
    const { tape, region } = openTradeTape(path);
    const { tape: older, region: olderRegion } = openTradeTape(path, 'oldest');
    const told: number[][] = [[], []];
    const poll = () => {
      tape.poll((print) => told[0]?.push(Number(print.match)));
      older.poll((print) => told[1]?.push(Number(print.match)));
    };
    for (let round = 0; round < 6; round++) {
      poll();
      writer.append(4);
    }
    poll();
    const numbers = (from: number): number[] => Array.from({ length: 28 - from }, (_, index) => from + index);
    expect(told[0]).toEqual(numbers(4));
    expect(told[1]).toEqual(numbers(1));
    expect([tape.missed, older.missed]).toEqual([0, 0]);
    writer.stop();
    expect(tape.health().state).toBe('closed');
    region.close();
    olderRegion.close();
  });

  it('tells a reader that was lapped how many it lost, and goes on with the oldest whole print', () => {
    const { path, writer } = tapeOf(8);
    const { tape, region } = openTradeTape(path);
    const told: number[] = [];
    const poll = () => tape.poll((print) => told.push(isWhole(print) ? Number(print.match) : Number.NaN));
    writer.append(5);
    expect(poll()).toBe(5);
    writer.append(8); // exactly a ring: nothing is lost
    expect(poll()).toBe(8);
    expect(tape.missed).toBe(0);
    writer.append(9);
    expect(poll()).toBe(8);
    expect(tape.missed).toBe(1);
    for (let round = 0; round < 25; round++) writer.append(4);
    expect(poll()).toBe(8);
    expect(tape.missed).toBe(93);
    expect(told.slice(-8)).toEqual([115, 116, 117, 118, 119, 120, 121, 122]);
    expect(told.length + tape.missed).toBe(writer.written());
    expect(tape.poll(() => {}, 0)).toBe(0);
    const late = openTradeTape(path, 'oldest');
    expect(late.tape.poll(() => {})).toBe(8);
    expect(late.tape.missed).toBe(0); // before its time
    late.region.close();
    region.close();
    writer.stop();
  });

  it('beside a writer that never waits: whole prints in order, and told and missed make all', {
    timeout: 60_000,
  }, async () => {
    const { path, writer } = tapeOf(256);
    const { tape, region } = openTradeTape(path);
    let last = 0;
    let told = 0;
    const wrong: string[] = [];
    const poll = () => {
      const missedBefore = tape.missed;
      const lastBefore = last;
      told += tape.poll((print) => {
        const match = Number(print.match);
        if (!isWhole(print) || match <= last) wrong.push(`${match} behind ${last}`);
        last = match;
      }, 512);
      if (last - lastBefore > tape.missed - missedBefore + 512) wrong.push(`a hole behind ${lastBefore}`);
    };
    writer.run();
    // As long as it takes to have read many and lost some: a reader that sleeps is lapped, on a busy machine by a writer that first has to
    // come to its turn.
    const end = Date.now() + 30_000;
    for (let turn = 0; Date.now() < end && (told < 100_000 || tape.missed === 0); turn++) {
      poll();
      if (turn % 50 === 49) await sleep(told < 100_000 ? 1 : 20);
    }
    writer.stop();
    for (let turn = 0; turn < 10; turn++) poll();
    expect(wrong).toEqual([]);
    expect(told).toBeGreaterThan(0);
    expect(tape.missed).toBeGreaterThan(0);
    expect(told + tape.missed).toBe(writer.written());
    region.close();
  });
});
