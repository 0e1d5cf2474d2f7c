import { describe, expect, it } from 'vitest';
import { table } from '../cli/output.js';
import { tablesOf, usedShare } from './describe_rows.js';
import type { Query } from './requests.js';
import type { QueryRow } from './rows.js';

const symbolOf = (id: number): string => (id === 1 ? 'AAPL' : `instrument ${id}`);
const text = (kind: Query['kind'], ...rows: QueryRow[]): string[] =>
  tablesOf(kind, rows, symbolOf).flatMap(({ columns, cells }) => table(columns, cells).split('\n'));

describe('what stands, as an operator reads it', () => {
  it('states', () => {
    const plain = { row: 'state', orderCount: 0, isInLimitState: false, shortSalesRestricted: false } as const;
    const [, halted, trading] = text(
      'state',
      {
        ...plain,
        instrumentId: 1,
        state: 'halt',
        haltReason: 'LUDP',
        dueTime: 86_400_000_000_000n * 3n + 34_200_500_000_000n,
      },
      {
        ...plain,
        instrumentId: 2,
        state: 'continuous',
        haltReason: '',
        orderCount: 1234,
        bidPrice: 10_000,
        askPrice: 10_100,
        shortSalesRestricted: true,
      },
    );
    expect(halted).toMatch(/^AAPL +halt +LUDP +0 +- +- +- +moves on at 09:30:00.500$/);
    expect(trading).toMatch(/^instrument 2 +continuous +- +1,234 +1.0000 +1.0100 +- +short sales restricted$/);
  });

  it('rules with their ticks', () => {
    const [, row] = text(
      'rules',
      {
        row: 'rules',
        instrumentId: 1,
        lot: 10,
        minimumQuantity: 20,
        collarBasisPoints: 500,
        band: { basisPoints: 100, lowerPrice: 9_900, upperPrice: 10_100 },
        haltTime: 0,
        callTime: 30_000_000_000,
      },
      { row: 'tick', instrumentId: 1, fromPrice: 0, tick: 1 },
      { row: 'tick', instrumentId: 2, fromPrice: 0, tick: 7 },
    );
    expect(row).toMatch(/^AAPL +10 +20 +5% +0.9900 to 1.0100 +- +by hand +30.00 s +0.0001 from 0.0000$/);
  });

  it('limits in their units, with the share of the nearer one that is used', () => {
    const [, position, value, rate] = text(
      'limits',
      { row: 'limit', account: 7, instrumentId: 1, limit: 'longPosition', hard: 1_000, soft: 500, used: 333 },
      { row: 'limit', account: 7, limit: 'openValue', hard: 50_000_000, used: 60_000_000 },
      { row: 'limit', account: 7, limit: 'messageRate', hard: 100 },
    );
    expect(position).toMatch(/7 +AAPL +longPosition +1,000 +500 +333 +66%$/);
    expect(value).toMatch(/7 +- +openValue +5,000 +- +6,000 +120%$/);
    expect(rate).toMatch(/7 +- +messageRate +100 +- +-$/);
    const limit = { row: 'limit', account: 7, limit: 'longPosition' } as const;
    expect([
      usedShare({ ...limit, used: 3 }),
      usedShare({ ...limit, hard: 0, used: 0 }),
      usedShare({ ...limit, hard: 0, used: 1 }),
    ]).toEqual([undefined, 0, 1]);
    expect(usedShare({ ...limit, hard: 10, used: -5 })).toBe(0);
  });

  it('positions, locks and protections', () => {
    const position = {
      row: 'position',
      account: 7,
      instrumentId: 1,
      position: -1_234,
      openBuys: 5,
      openSells: 6,
      openUnmarkedSells: 0,
      restricted: true,
    } as const;
    expect(text('positions', position)[1]).toMatch(/7 +AAPL +-1,234 +5 +6 +restricted$/);
    const lines = text(
      'locks',
      { row: 'lock', lock: 'kill', session: 2 },
      { row: 'lock', lock: 'purge', account: 7, instrumentId: 1 },
      { row: 'lock', lock: 'kill', firm: 3 },
      { row: 'lock', lock: 'kill' },
      {
        row: 'protection',
        account: 7,
        isTripped: true,
        window: 1_000_000,
        trades: { held: 0, limit: 3 },
        value: { held: 20_000, limit: 50_000 },
      },
    );
    expect(lines.slice(1, 5).map((line) => line.split(/ {2,}/))).toEqual([
      ['session 2', 'kill', 'all'],
      ['account 7', 'purge', 'AAPL'],
      ['firm 3', 'kill', 'all'],
      ['venue', 'kill', 'all'],
    ]);
    expect(lines[6]).toMatch(/^account 7 +tripped +0 of 3 +- +2 of 5 +1.00 ms$/);
  });
});
