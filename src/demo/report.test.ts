import { describe, expect, it } from 'vitest';
import type { HopRow } from '../telemetry/hop_table.js';
import { type ReportModel, reportJson, reportText, senderVoid } from './report.js';

function hop(name: string, overrides: Partial<HopRow> = {}): HopRow {
  return {
    hop: name,
    count: 25_000,
    messages: 31_000,
    p50_ns: 410,
    p90_ns: 620,
    p99_ns: 1_250,
    p999_ns: 3_400,
    p9999_ns: 12_000,
    max_ns: 2_100_000,
    budget_ns: 2_000,
    within: true,
    within_reason: null,
    stamp_source: 'tsc',
    ...overrides,
  };
}

function model(overrides: Partial<ReportModel> = {}): ReportModel {
  return {
    seconds: 20,
    instruments: 50,
    orders: 100_312,
    trades: 24_110,
    messages: 160_200,
    fills: 1_023,
    gaps: 1,
    heals: 1,
    messagesMissed: 12,
    stampSource: 'kernel_software',
    stampErrorBound_ns: 85,
    idleMode: 'yield',
    idleReason: 'fewer cores than busy loops',
    busyLoops: 3,
    cores: 2,
    intendedSends: 100_000,
    lateSends: 120,
    flows: [
      { name: 'tick_to_trade', rows: [hop('1_wire_in'), hop('total', { budget_ns: 14_000 })] },
      { name: 'order_to_publish', rows: [hop('1_order_in'), hop('total'), hop('private_minus_public')] },
      { name: 'sender', rows: [hop('order_to_ack', { budget_ns: 0, within: null, within_reason: 'no budget' })] },
    ],
    verdict: { equal: true, compared: 50, differences: [], marketDigest: '0123456789abcdef', reason: '' },
    violations: [],
    feed: {
      group: '239.255.10.1',
      port: 31_001,
      lineB: { group: '239.255.10.2', port: 31_001 },
      interface: '127.0.0.1',
      rerequestPort: 31_002,
    },
    keptIn: '',
    ...overrides,
  };
}

const linesFrom = (text: string, label: string): string[] => text.split('\n').filter((line) => line.startsWith(label));

describe('the end report', () => {
  it('fits 80 columns by leaving reasons and percentiles out, and says so', () => {
    const yielding = model({
      flows: [
        {
          name: 'order_to_publish',
          rows: [hop('private_minus_public', { within: null, within_reason: 'yielding cores' })],
        },
      ],
    });
    const [head, row] = reportText(yielding, 80).split('\n') as [string, string];
    expect(head).toMatch(/count +p50 +p99 +max +budget p99 +within$/);
    expect(row).toMatch(/ -$/);
    expect(row.length).toBeLessThanOrEqual(80);
    expect(linesFrom(reportText(yielding, 80), 'columns')).toHaveLength(1);
    expect(linesFrom(reportText(yielding), 'columns')).toHaveLength(0);
  });

  it('says why a run had no sends', () => {
    expect(linesFrom(reportText(model({ intendedSends: 0, lateSends: 0 })), 'sender').at(-1)).toContain(
      'still being seeded',
    );
  });

  it('has a table for each flow and then the run in a line each', () => {
    const text = reportText(model());
    const [table] = text.split('\n\n');
    expect(table).toBe(
      [
        'tick_to_trade   count     p50     p90      p99    p99.9    p99.99      max  budget p99  within',
        '1_wire_in      25,000  410 ns  620 ns  1.25 us  3.40 us  12.00 us  2.10 ms     2.00 us  yes',
        'total          25,000  410 ns  620 ns  1.25 us  3.40 us  12.00 us  2.10 ms    14.00 us  yes',
      ].join('\n'),
    );
    expect(text.slice(text.indexOf('run  ')).split('\n')).toEqual([
      'run        20.0 s, 50 instruments',
      'orders     100,312, 5,016/s',
      'trades     24,110, 1,206/s',
      'own fills  1,023',
      'multicast  239.255.10.1:31001 and 239.255.10.2:31001, 160,200 messages, 1 gap (12 messages), 1 healed',
      'stamps     kernel_software, within 85 ns of the TSC',
      'idle       yield: fewer cores than busy loops (3 busy loops, 2 cores)',
      'sender     120 of 100,000 sends late by more than 1 ms (0.12%)',
      "books      equal: all 50 rebuilt from multicast equal the matcher's, digest 0123456789abcdef",
    ]);
  });

  it('names the books that differ, the first ten of them', () => {
    const differences = Array.from({ length: 12 }, (_, index) => ({
      locate: index + 1,
      venue: { locate: index + 1, orders: 20, digest: 'aaaaaaaaaaaaaaaa' },
      trader: index === 0 ? null : { locate: index + 1, orders: 19, digest: 'bbbbbbbbbbbbbbbb' },
    }));
    const reason = 'the trader did not reach the end of the session';
    const text = reportText(model({ verdict: { equal: false, compared: 50, differences, marketDigest: '', reason } }));
    expect(linesFrom(text, 'books')).toEqual([`books      NOT EQUAL: 12 of 50 differ; ${reason}`]);
    expect(linesFrom(text, '  locate')).toHaveLength(10);
    expect(text).toContain('  locate 1: venue 20 orders aaaaaaaaaaaaaaaa, trader empty');
    expect(text.endsWith('  and 2 more')).toBe(true);
  });

  it('gives the reason when no book differs and yet the books are not proved equal', () => {
    const verdict = {
      equal: false,
      compared: 0,
      differences: [],
      marketDigest: '',
      reason: 'no book had a live order',
    };
    expect(linesFrom(reportText(model({ verdict })), 'books')).toEqual([
      'books      NOT EQUAL: no book had a live order',
    ]);
  });

  it('says what broke, where files were kept, and when the sender voids its latencies', () => {
    const text = reportText(
      model({ violations: ['venue ended early (signal SIGKILL)'], keptIn: 'run1', lateSends: 1_500, gaps: 0 }),
    );
    expect(linesFrom(text, 'broken')).toEqual(['broken     venue ended early (signal SIGKILL)']);
    expect(linesFrom(text, 'kept')).toEqual(['kept       run1']);
    expect(linesFrom(text, 'sender  ').at(-1)).toMatch(/\(1\.50%\): latencies from intended times are void$/);
    expect(linesFrom(text, 'multicast')[0]).toMatch(/no gap$/);
  });

  it('survives a run that never began', () => {
    const nothing = model({ seconds: 0, orders: 0, trades: 0, intendedSends: 0, lateSends: 0, flows: [] });
    expect(reportText(nothing)).toContain('orders     0, -');
  });
});

describe('the report for machines', () => {
  it('has the promised keys', () => {
    const json = reportJson(model());
    expect(json).toMatchObject({
      books_equal: true,
      orders: 100_312,
      trades: 24_110,
      gaps: 1,
      heals: 1,
      stamp_source: 'kernel_software',
      idle: 'yield',
      sender: { intended: 100_000, late: 120, void: false },
    });
    const flows = json['flows'] as Record<string, { hops: HopRow[]; total: HopRow | null }>;
    for (const name of ['tick_to_trade', 'order_to_publish']) {
      const flow = flows[name];
      expect(flow?.hops.map((row) => row.hop)).toHaveLength(1);
      expect(flow?.total?.hop).toBe('total');
      for (const key of [
        'count',
        'p50_ns',
        'p90_ns',
        'p99_ns',
        'p999_ns',
        'p9999_ns',
        'max_ns',
        'budget_ns',
        'within',
      ]) {
        expect(flow?.hops[0]).toHaveProperty(key);
        expect(flow?.total).toHaveProperty(key);
      }
    }
  });
});

describe('a void run', () => {
  it('is one with more than 1% late sends', () => {
    expect(senderVoid(1000, 10)).toBe(false);
    expect(senderVoid(1000, 11)).toBe(true);
    expect(senderVoid(0, 0)).toBe(false);
  });
});
