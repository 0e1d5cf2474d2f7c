import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { build, decodeFromCompressedBase64, type Histogram, HistogramLogReader } from 'hdr-histogram-js';
import { afterEach, describe, expect, it } from 'vitest';
import { Counter } from '../generated/counters.js';
import { Hop, hopTable, IdleMode } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { loadAddon } from '../native/addon.js';
import type { NativeTelemetry } from '../native/region_binding.js';
import { fixture } from '../test_support/fixtures.js';
import { readCounters } from './counters.js';
import { copyCounts, hdrHistogramOf, lowestValueAt, percentilesOf } from './histogram.js';
import { HlogFile } from './hlog.js';
import { readHopRows, renderHopTable } from './hop_table.js';
import { openTelemetry } from './telemetry.js';

const open: NativeTelemetry[] = [];
let made = 0;

/** A native recorder, and its region as another process would see it. */
function telemetry(): { native: NativeTelemetry; columns: TelemetryColumns } {
  const native = loadAddon().makeTelemetry(`test-${process.pid}-${made++}`);
  open.push(native);
  return { native, columns: openTelemetry(native.path) };
}

afterEach(() => {
  for (const native of open.splice(0)) native.close();
});

function recorded(values: Iterable<number>): Uint32Array {
  const { native, columns } = telemetry();
  native.record(Hop.orderToAck, Float64Array.from(values));
  return copyCounts(columns, Hop.orderToAck);
}

function reference(values: Iterable<number>): Histogram {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60e9,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

const ASKED = [10, 50, 90, 99, 99.9, 99.99, 100];
const ofReference = (histogram: Histogram): number[] => ASKED.map((p) => histogram.getValueAtPercentile(p));

describe('histograms recorded by native code', () => {
  it('have the counts and percentiles of hdr-histogram-js for the same values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(5_000), fc.nat(2 ** 30), fc.integer({ min: 0, max: 60e9 })), { maxLength: 300 }),
        (values) => {
          const counts = recorded(values);
          const expected = reference(values);
          const ours = hdrHistogramOf(counts);
          expect(ours.totalCount).toBe(values.length);
          if (values.length === 0) return;
          expect(percentilesOf(counts, ASKED).values).toEqual(ofReference(expected));
          expect(ofReference(ours)).toEqual(ofReference(expected));
          for (const native of open.splice(0)) native.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('count what lies beyond the range in the last bucket', () => {
    const counts = recorded([2 ** 36, 1e15]);
    expect(counts[counts.length - 1]).toBe(2);
    expect(lowestValueAt(counts.length)).toBe(2 ** 36);
  });

  it('read a region whose histogram has another shape as an error', () => {
    expect(() => hdrHistogramOf(new Uint32Array(100))).toThrow('27648 counts, not 100');
  });

  const numbers = fixture('hdr/seq-nums.txt');
  const serialised = fixture('hdr/seq-nums.histz');
  it.skipIf(numbers === undefined || serialised === undefined)('equal the serialised histogram of the fixtures', () => {
    const values = readFileSync(numbers ?? '', 'utf8')
      .trim()
      .split('\n')
      .map(Number);
    const expected = decodeFromCompressedBase64(readFileSync(serialised ?? '').toString('base64'));
    const counts = recorded(values);
    expect(percentilesOf(counts, ASKED).count).toBe(expected.totalCount);
    expect(percentilesOf(counts, ASKED).values).toEqual(ofReference(expected as Histogram));
  });

  for (const perHalf of [5, 10, 20]) {
    const path = fixture(`hdr/Sample_10kBy1k_3sf_TicksPerHour_asMs_${perHalf}percPerHalfDistance.hgrm`);
    it.skipIf(path === undefined)(`print the Java-made percentile table, ${perHalf} ticks per half distance`, () => {
      const counts = recorded(Array.from({ length: 10 }, (_, index) => index * 1000));
      const text = hdrHistogramOf(counts).outputPercentileDistribution(perHalf, 10_000);
      const lines = (table: string): string[] =>
        table
          .split('\n')
          .map((line) => line.trim().replace(/\s+/g, ' '))
          .filter((line) => line !== '' && !line.startsWith('#[Buckets'));
      expect(lines(text)).toEqual(lines(readFileSync(path ?? '', 'utf8')));
    });
  }
});

describe('the .hlog file', () => {
  const start_ms = 1_700_000_000_000;
  const path = join(tmpdir(), `hopwire-hlog-${process.pid}.hlog`);
  afterEach(() => rmSync(path, { force: true }));

  const logged = (): { text: string; read: Histogram[] } => {
    const text = readFileSync(path, 'utf8');
    const reader = new HistogramLogReader(text);
    const read: Histogram[] = [];
    for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram())
      read.push(next as Histogram);
    return { text, read };
  };

  it('is read back by hdr-histogram-js: tags, times, what each interval counted, the first all that was before', () => {
    const { native, columns } = telemetry();
    native.record(Hop.tickToTradeBook, Float64Array.from([80, 90]));
    const file = new HlogFile(path, columns, 'tick_to_trade', start_ms);
    native.record(Hop.tickToTradeBook, Float64Array.from([1_234, 5_000_000]));
    native.record(Hop.tickToTradeTotal, Float64Array.from([7_250, 9_000]));
    native.record(Hop.orderToAck, Float64Array.from([1]));
    file.look(start_ms + 1_000);
    file.look(start_ms + 2_000); // nothing happened
    native.record(Hop.tickToTradeBook, Float64Array.from([80]));
    file.close(start_ms + 2_500);
    const { text, read } = logged();
    expect(text).not.toContain('\n\n');
    expect(text.split('\n').slice(0, 2)).toEqual([
      '#[hopwire tick_to_trade, nanoseconds]',
      '#[Histogram log format version 1.3]',
    ]);
    expect(read.map(({ tag, totalCount }) => [tag, totalCount])).toEqual([
      ['3_book', 4],
      ['total', 2],
      ['3_book', 1],
    ]);
    expect(
      read.map(({ startTimeStampMsec, endTimeStampMsec }) => [
        startTimeStampMsec - start_ms,
        endTimeStampMsec - start_ms,
      ]),
    ).toEqual([
      [0, 1_000],
      [0, 1_000],
      [2_000, 2_500],
    ]);
    expect(ofReference(read[0] as Histogram)).toEqual(ofReference(reference([80, 90, 1_234, 5_000_000])));
    expect(ofReference(read[2] as Histogram)).toEqual(ofReference(reference([80])));
  });

  it('has the lines of the logs other tools write', () => {
    const { native, columns } = telemetry();
    const file = new HlogFile(path, columns, 'tick_to_trade', start_ms);
    native.record(Hop.tickToTradeRisk, Float64Array.from([100]));
    file.close(start_ms + 20_500);
    const lines = logged().text.trimEnd().split('\n');
    expect(lines.at(-2)).toBe('"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"');
    expect(lines.at(-1)).toMatch(/^Tag=5_risk,0\.000,20\.500,0\.100,HISTFAAA[A-Za-z0-9+/=]+$/);
  });

  it('adds up to what was recorded, over more intervals than are kept back', () => {
    const { native, columns } = telemetry();
    const file = new HlogFile(path, columns, 'sender', start_ms);
    const values = Array.from({ length: 300 }, (_, index) => 1_000 + 37 * index);
    values.forEach((value, index) => {
      native.record(Hop.orderToAck, Float64Array.from([value]));
      file.look(start_ms + index + 1);
    });
    expect(logged().read.length).toBe(240);
    file.close(start_ms + 1_000);
    const sum = reference([]);
    for (const histogram of logged().read) sum.add(histogram);
    expect(ofReference(sum)).toEqual(ofReference(reference(values)));
  });

  const tagged = fixture('hdr/tagged-Log.logV2.hlog');
  it.skipIf(tagged === undefined)('percentiles of a third-party log, counted in our layout, are unchanged', () => {
    const reader = new HistogramLogReader(readFileSync(tagged ?? '', 'utf8'));
    let intervals = 0;
    for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) {
      const values: number[] = [];
      const theirs = next as Histogram;
      for (const { countAtValueIteratedTo, valueIteratedTo } of recordedValues(theirs))
        for (let at = 0; at < countAtValueIteratedTo; at++) values.push(valueIteratedTo);
      const ours = percentilesOf(recorded(values), [50, 99]);
      expect(ours.count).toBe(theirs.totalCount);
      for (const [at, asked] of [50, 99].entries()) {
        const expected = theirs.getValueAtPercentile(asked);
        // Theirs has two digits, ours three: equal within their resolution.
        expect(Math.abs((ours.values[at] as number) - expected)).toBeLessThanOrEqual(expected / 64);
      }
      intervals++;
      for (const native of open.splice(0)) native.close();
    }
    expect(intervals).toBeGreaterThan(10);
  });
});

interface IteratedValue {
  countAtValueIteratedTo: number;
  valueIteratedTo: number;
}

function recordedValues(histogram: Histogram): IteratedValue[] {
  const { recordedValuesIterator } = histogram as unknown as {
    recordedValuesIterator: { reset(): void; hasNext(): boolean; next(): IteratedValue };
  };
  recordedValuesIterator.reset();
  const values: IteratedValue[] = [];
  while (recordedValuesIterator.hasNext()) values.push({ ...recordedValuesIterator.next() });
  return values;
}

describe('the hop table', () => {
  it('has every hop of the flow in order, judged against its budget', () => {
    const { native, columns } = telemetry();
    native.setIdle(IdleMode.spin);
    native.record(
      Hop.tickToTradeBook,
      Float64Array.from({ length: 1000 }, (_, index) => index),
    );
    native.record(Hop.tickToTradeDecode, Float64Array.from([10, 5_000]));
    const rows = readHopRows(columns, 'tick_to_trade');
    expect(rows.map((row) => row.hop)).toEqual(
      '1_wire_in 2_decode 3_book 4_signal 5_risk 6_encode 7_wire_out total'.split(' '),
    );
    expect(rows[2]).toEqual({
      hop: '3_book',
      count: 1000,
      messages: 1000,
      p50_ns: 499,
      p90_ns: 899,
      p99_ns: 989,
      p999_ns: 998,
      p9999_ns: 999,
      max_ns: 999,
      budget_ns: 1000,
      within: true,
      within_reason: null,
      stamp_source: 'tsc',
    });
    expect(rows[1]).toMatchObject({ p99_ns: 5_000, max_ns: 5_000, within: false });
    expect(rows[0]).toMatchObject({ count: 0, within: null, within_reason: 'no samples' });
    expect(readHopRows(columns, 'tick_to_trade', { profile: 'bypass' })[6]).toMatchObject({ budget_ns: 1500 });
  });

  it('says why a hop is not judged', () => {
    const { native, columns } = telemetry();
    for (const hop of [Hop.orderToPublishMatch, Hop.privateMinusPublic]) native.record(hop, Float64Array.from([1]));
    const reasons = (options = {}): unknown[] =>
      readHopRows(columns, 'order_to_publish', options).map((row) => row.within_reason);
    native.setIdle(IdleMode.yield);
    expect(reasons()).toEqual([
      'no samples',
      'no samples',
      'no samples',
      'yielding cores',
      'no samples',
      'no samples',
      'no budget',
    ]);
    native.setIdle(IdleMode.spin);
    expect(reasons({ senderLate: true })[3]).toBe('late sender');
    expect(reasons()[3]).toBe(null);
  });

  it('is aligned text', () => {
    const { native, columns } = telemetry();
    native.setIdle(IdleMode.spin);
    native.record(Hop.orderToPublishOrderIn, Float64Array.from([420, 2_500_000]));
    const text = renderHopTable('order_to_publish', readHopRows(columns, 'order_to_publish').slice(0, 2));
    expect(text).toBe(
      [
        'order_to_publish  count     p50      p90      p99    p99.9   p99.99      max  budget p99  within',
        '1_order_in            2  420 ns  2.50 ms  2.50 ms  2.50 ms  2.50 ms  2.50 ms     2.00 us  no',
        '2_sequence            0       -        -        -        -        -        -      200 ns  - (no samples)',
      ].join('\n'),
    );
  });

  it('knows every hop of the vocabulary', () => {
    const { columns } = telemetry();
    const flows = new Set(hopTable.map((hop) => hop.flow));
    const rows = [...flows].flatMap((flow) => readHopRows(columns, flow));
    expect(rows.length).toBe(hopTable.length);
  });
});

describe('counters', () => {
  it('are read by name', () => {
    const { native, columns } = telemetry();
    native.add(Counter.trades, 3);
    native.add(Counter.trades, 2 ** 33);
    const trades = readCounters(columns).find((row) => row.name === 'trades');
    expect(trades).toEqual({ name: 'trades', value: 2 ** 33 + 3, description: 'Executions in the matcher' });
  });
});
