import { describe, expect, it } from 'vitest';
import { frame, type LiveBook, type LiveFlow, type LiveModel } from './live_view.js';

const ESCAPES = /\x1b\[[0-9;]*m/g;

function hop(name: string, p99: number, within: boolean | null = true) {
  return { hop: name, count: 1000, p50_ns: p99 / 2, p99_ns: p99, budget_ns: 2000, within };
}

const flows: LiveFlow[] = [
  {
    name: 'tick_to_trade',
    hops: [hop('1_wire_in', 1800), hop('2_decode', 120), hop('3_book', 340), hop('total', 13_456, false)],
  },
  {
    name: 'order_to_publish',
    hops: [hop('1_order_in', 900), hop('total', 9_876), { ...hop('private_minus_public', 700, null), budget_ns: 0 }],
  },
];

function book(symbol: string, overrides: Partial<LiveBook> = {}): LiveBook {
  return {
    symbol,
    bid: { price: 1_000_100, quantity: 900, orders: 3 },
    ask: { price: 1_000_300, quantity: 1200, orders: 4 },
    lastPrice: 1_000_200,
    lastQuantity: 100,
    position: -300,
    stale: false,
    halted: false,
    ...overrides,
  };
}

function model(overrides: Partial<LiveModel> = {}): LiveModel {
  return {
    elapsedSeconds: 5,
    totalSeconds: 20,
    instruments: 50,
    books: [book('HW000001'), book('HW000002'), book('HW000003')],
    ordersPerSecond: 5012.4,
    tradesPerSecond: 1204,
    messagesPerSecond: 7912,
    orders: 25_062,
    trades: 6_020,
    fills: 1_023,
    netPosition: 1_200,
    grossPosition: 8_400,
    openOrders: 96,
    gaps: 1,
    heals: 1,
    stale: false,
    lateShare: 0,
    idleMode: 'yield',
    idleReason: 'fewer cores than busy loops',
    stampSource: 'kernel_software',
    flows,
    note: 'Ctrl-C ends the run with its report',
    ...overrides,
  };
}

const plain = (columns: number, rows: number, changed: Partial<LiveModel> = {}): string[] =>
  frame(model(changed), columns, rows, { colour: false });

describe('frame', () => {
  it('shows state, rates, books and both flows on an ordinary terminal', () => {
    expect(plain(120, 30)).toEqual([
      'hopwire █████░░░░░░░░░░░░░░░ 5.0 s, 15.0 s left   yield (fewer cores than busy loops)   stamps kernel_software',
      'orders 5,012/s   trades 1,204/s   messages 7,912/s   gaps 1 healed 1   books current',
      'position net +1,200 gross 8,400   open orders 96   own fills 1,023   total 25,062 orders, 6,020 trades',
      '',
      'book     orders  quantity        bid │ ask          quantity orders       last  quantity position',
      'HW000001      3       900     100.01 │ 100.03          1,200      4     100.02       100     -300',
      'HW000002      3       900     100.01 │ 100.03          1,200      4     100.02       100     -300',
      'HW000003      3       900     100.01 │ 100.03          1,200      4     100.02       100     -300',
      '',
      'tick_to_trade     p50     p99  budget  order_to_publish     p50     p99  budget',
      '1_wire_in      900 ns 1.80 us 2.00 us  1_order_in        450 ns  900 ns 2.00 us',
      '2_decode        60 ns  120 ns 2.00 us  total            4.94 us 9.88 us 2.00 us',
      '3_book         170 ns  340 ns 2.00 us',
      'total         6.73 us 13.5 us 2.00 us',
      '',
      'Ctrl-C ends the run with its report',
    ]);
  });

  it('never exceeds the terminal, at any size', () => {
    const many = Array.from({ length: 60 }, (_, index) => book(`VERYLONGSYMBOL${index}`, { position: 123_456_789 }));
    for (const colour of [true, false]) {
      for (const columns of [0, 1, 10, 40, 79, 80, 91, 92, 93, 120, 250]) {
        for (const rows of [0, 1, 2, 3, 5, 10, 23, 24, 40]) {
          const lines = frame(model({ books: many, note: 'n'.repeat(300) }), columns, rows, { colour });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(line.replace(ESCAPES, '').length).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('carries no escape sequence without colour, and the same text with it', () => {
    for (const line of plain(120, 30)) expect(line).not.toContain('\x1b');
    const coloured = frame(model(), 120, 30, { colour: true }).map((line) => line.replace(ESCAPES, '').trimEnd());
    expect(coloured).toEqual(plain(120, 30));
    expect(frame(model(), 120, 30, { colour: true }).join('')).toContain('\x1b[');
  });

  it('shows both flows and whole book rows on 80 columns by 24 rows', () => {
    const lines = plain(80, 24);
    expect(lines.some((line) => line.startsWith('2_decode') && line.includes('total'))).toBe(true);
    expect(lines.find((line) => line.startsWith('HW000001'))).toMatch(/-300$/);
    expect(lines.join(' ')).toContain('stamps kernel_software');
    expect(lines.at(-1)).toBe('Ctrl-C ends the run with its report');
  });

  it('obeys NO_COLOR when nothing else is said', () => {
    const before = { ...process.env };
    try {
      process.env['NO_COLOR'] = '1';
      expect(frame(model(), 120, 30).join('')).not.toContain('\x1b');
      delete process.env['NO_COLOR'];
      process.env['FORCE_COLOR'] = '1';
      expect(frame(model(), 120, 30).join('')).toContain('\x1b[');
    } finally {
      process.env = before;
    }
  });

  it('keeps the totals of both flows when the terminal is narrow', () => {
    const lines = plain(60, 24);
    expect(lines.some((line) => line.startsWith('tick_to_trade') && line.includes('13.5 us'))).toBe(true);
    expect(lines.some((line) => line.startsWith('order_to_publish') && line.includes('9.88 us'))).toBe(true);
    expect(lines.some((line) => line.startsWith('2_decode'))).toBe(false);
  });

  it('gives up hops before books when the terminal is low', () => {
    const lines = plain(120, 9);
    expect(lines).toHaveLength(9);
    expect(lines.some((line) => line.startsWith('HW000003'))).toBe(true);
    expect(lines.join('\n')).not.toContain('1_wire_in');
  });

  it('shows empty sides, hops with no samples and unknown trades as dashes', () => {
    const empty = { price: 0, quantity: 0, orders: 0 };
    const lines = plain(120, 30, {
      books: [book('EMPTY', { bid: empty, ask: empty, lastPrice: 0, lastQuantity: 0, position: 0 })],
      flows: [{ name: 'tick_to_trade', hops: [{ ...hop('4_signal', 0, null), count: 0 }] }],
    });
    expect(lines.find((line) => line.startsWith('EMPTY'))).toMatch(/^EMPTY +- +- +- │ - +- +- +- +0$/);
    expect(lines.find((line) => line.startsWith('4_signal'))).toMatch(/^4_signal +- +- +2\.00 us$/);
  });

  it('says when a gap is open, a book is halted and the sender is late', () => {
    const text = plain(160, 30, {
      stale: true,
      lateShare: 0.034,
      books: [book('HALT', { halted: true }), book('GAP', { stale: true })],
    }).join('\n');
    expect(text).toContain('books stale: a gap is open');
    expect(text).toContain('sender late 3.4%');
    expect(text).toMatch(/HALT.*halted/);
    expect(text).toMatch(/GAP.*stale/);
  });

  it('lets no control character of a symbol or note through', () => {
    const lines = plain(120, 30, { books: [book('A\x1b[2JB')], note: 'bell\x07' });
    expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f]/);
  });

  it('shows a sub-cent price whole', () => {
    expect(plain(120, 30, { books: [book('X', { lastPrice: 12_345 })] }).join('\n')).toContain('1.2345');
  });
});
