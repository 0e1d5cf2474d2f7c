// The public referee judges the matcher: its published hash for a million orders, and its hand-made cases line by line.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadAddon } from '../native/addon.js';
import type { RefereeOutcome } from '../native/match_binding.js';
import { fixture } from '../test_support/fixtures.js';
import { matchRefereeFile } from './referee_match.js';
import { encodeRefereeOrders, type RefereeOrder, refereeHeaderBytes } from './referee_orders.js';

interface CaseMessage {
  seq: number;
  op: 'NEW' | 'CANCEL' | 'MODIFY';
  id: number;
  side?: 'B' | 'S';
  qty?: number;
  px?: number;
  tif?: 'DAY' | 'IOC';
}
interface ConformanceCase {
  name: string;
  /** A case too long to write out is described in words instead. */
  messages: CaseMessage[] | { note: string };
  expected_reports: string[] | { note: string; count: number };
  resting_at_end: { id: number; side: string; px: number; qty: number }[];
}

const operations = { NEW: 'new', CANCEL: 'cancel', MODIFY: 'modify' } as const;

function orderOf(message: CaseMessage): RefereeOrder {
  return {
    type: operations[message.op],
    side: message.side,
    quantity: message.qty,
    price: message.px,
    immediateOrCancel: message.tif === 'IOC',
    sequence: message.seq,
    id: message.id,
  };
}

/** The one case described in words: 5,000 sells of 1 at 100, then one IOC that buys them all. */
function writtenOut(described: ConformanceCase): { messages: CaseMessage[]; expected_reports: string[] } {
  const { name, messages, expected_reports } = described;
  if (Array.isArray(messages) && Array.isArray(expected_reports)) return { messages, expected_reports };
  expect(name).toBe('deep_recursive_sweep_5000');
  const makers = Array.from({ length: 5_000 }, (_, index) => index + 1);
  const sells = makers.map(
    (id): CaseMessage => ({ seq: id - 1, op: 'NEW', id, side: 'S', qty: 1, px: 100, tif: 'DAY' }),
  );
  return {
    messages: [...sells, { seq: 5_000, op: 'NEW', id: 5_001, side: 'B', qty: 5_000, px: 100, tif: 'IOC' }],
    expected_reports: [
      ...makers.map((id) => `0,${id - 1},1,${id},100,1`),
      '0,5000,0,5001,100,5000',
      ...makers.map((id) => `1,5000,100,1,${id},5001`),
    ],
  };
}

function run(orders: readonly RefereeOrder[]): RefereeOutcome {
  return loadAddon().runReferee(encodeRefereeOrders(orders).subarray(refereeHeaderBytes), true);
}

const cases = fixture('matching/flash1/conformance_cases.json');
const normal = fixture('matching/flash1/orders_normal_s23_n1000000.bin.zst');
const zstd = spawnSync('zstd', ['--version']).status === 0;

describe('the public referee', () => {
  it.skipIf(cases === undefined)('its hand-made cases come out line by line', () => {
    const file = JSON.parse(readFileSync(cases as string, 'utf8')) as { cases: ConformanceCase[] };
    expect(file.cases.length).toBeGreaterThan(10);
    for (const described of file.cases) {
      const { name, resting_at_end } = described;
      const { messages, expected_reports } = writtenOut(described);
      const outcome = run(messages.map(orderOf));
      expect(outcome.text.toString('latin1').split('\n'), name).toEqual(expected_reports);
      expect(outcome.violation, name).toBe('');
      const resting = (outcome.resting ?? []).map(({ id, side, price, quantity }) => ({
        id: Number(id),
        side,
        px: price,
        qty: quantity,
      }));
      expect(resting, name).toEqual(resting_at_end);
    }
  });

  it.skipIf(normal === undefined || !zstd)(
    'its normal scenario gives the published hash',
    async () => {
      const result = await matchRefereeFile(normal as string);
      expect(result.commands).toBe(1_996_097);
      expect(result.reports).toBe(2_204_643);
      expect(result.refused).toBe(0);
      expect(result.violation).toBe('');
      expect(result.sha256).toBe('e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e');
      expect(result.publishedAs).toBe('normal');
    },
    60_000,
  );
});

describe('referee run', () => {
  it('an empty file gives empty text', () => {
    expect(run([])).toMatchObject({ commands: 0, reports: 0, trades: 0, restingOrders: 0, violation: '' });
    expect(run([]).text.length).toBe(0);
  });

  it('modify is cancel and re-entry: a smaller quantity loses its place', () => {
    const outcome = run([
      { type: 'new', side: 'B', quantity: 10, price: 100, sequence: 0, id: 1 },
      { type: 'new', side: 'B', quantity: 10, price: 100, sequence: 1, id: 2 },
      { type: 'modify', side: 'B', quantity: 5, price: 100, sequence: 2, id: 1 },
      { type: 'new', side: 'S', quantity: 12, price: 100, sequence: 3, id: 3, immediateOrCancel: true },
    ]);
    expect(outcome.text.toString()).toBe(
      '0,0,0,1,100,10\n0,1,0,2,100,10\n3,2,0,1,100,5\n0,3,1,3,100,12\n1,3,100,10,2,3\n1,3,100,2,1,3',
    );
  });

  it('a modify that crosses trades under its own sequence, reports sorted by type', () => {
    const outcome = run([
      { type: 'new', side: 'S', quantity: 10, price: 105, sequence: 0, id: 1 },
      { type: 'new', side: 'B', quantity: 15, price: 100, sequence: 1, id: 2 },
      { type: 'modify', side: 'B', quantity: 15, price: 105, sequence: 2, id: 2 },
      { type: 'cancel', sequence: 3, id: 2 },
    ]);
    expect(outcome.text.toString()).toBe('0,0,1,1,105,10\n0,1,0,2,100,15\n1,2,105,10,1,2\n3,2,0,2,105,15\n2,3,0,2,105');
  });

  it('counts new orders the venue refuses and leaves them out of the text', () => {
    const outcome = run([
      { type: 'new', side: 'B', quantity: 1, price: 0, sequence: 0, id: 1 },
      { type: 'new', side: 'B', quantity: 1, price: 2_000_000_001, sequence: 1, id: 1 },
      { type: 'new', side: 'B', quantity: 0, price: 5, sequence: 2, id: 1 },
      { type: 'new', side: 'B', quantity: 1, price: 2_000_000_000, sequence: 3, id: 1 },
    ]);
    expect(outcome.refused).toBe(3);
    expect(outcome.text.toString()).toBe('0,3,0,1,2000000000,1');
  });

  it('names a damaged record and runs nothing', () => {
    const records = encodeRefereeOrders([
      { type: 'cancel', sequence: 0, id: 1 },
      { type: 'cancel', sequence: 1, id: 1 },
    ]).subarray(refereeHeaderBytes);
    for (const [at, reason] of [
      [40, 'unknown type 9'],
      [41, 'unknown side 9'],
      [42, 'IOC flag is 9'],
    ] as const) {
      const damaged = Buffer.from(records);
      damaged[at] = 9;
      expect(loadAddon().runReferee(damaged)).toEqual({ fault: { record: 1, offset: at, reason } });
    }
    expect(loadAddon().runReferee(records.subarray(0, 79)).fault).toEqual({
      record: 1,
      offset: 40,
      reason: 'record cut off after 39 of 40 bytes',
    });
  });
});
