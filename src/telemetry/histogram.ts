/**
 * HDR histograms as the native side records them (1 ns to 68.7 s, three digits; native/core/hdr.hpp has the layout), read from a Telemetry
 * region. Counts are copied first: the array grows while it is read.
 */
import { build, type Histogram } from 'hdr-histogram-js';
import type { TelemetryColumns } from '../generated/regions.js';

const SUB_BUCKET_HALF = 1024;
/** What hdr-histogram-js makes of this range is the native layout, 27,648 counts. */
const SHAPE = {
  bitBucketSize: 32,
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60_000_000_000,
  numberOfSignificantValueDigits: 3,
} as const;

/** A copy of one hop's counts. */
export function copyCounts(columns: TelemetryColumns, slot: number): Uint32Array {
  const { buckets } = columns.dimensions;
  return columns.histogramCounts.slice(slot * buckets, (slot + 1) * buckets);
}

/** The smallest value counted at an index. */
export function lowestValueAt(index: number): number {
  if (index < 2 * SUB_BUCKET_HALF) return index;
  const shift = Math.floor(index / SUB_BUCKET_HALF) - 1;
  return ((index % SUB_BUCKET_HALF) + SUB_BUCKET_HALF) * 2 ** shift;
}

export interface Percentiles {
  readonly count: number;
  /** One per percentile asked for, in the order given; 0 when there are no samples. */
  readonly values: number[];
}

/** Percentiles in one pass, rounded as hdr-histogram-js does: the highest value equivalent to the one at the rank. `asked` rises. */
export function percentilesOf(counts: Uint32Array, asked: readonly number[]): Percentiles {
  let count = 0;
  for (let index = 0; index < counts.length; index++) count += counts[index] as number;
  const values = asked.map(() => 0);
  if (count === 0) return { count, values };
  // Rounded up, less one unit in the last place: 10 % of 10 values is the first value, not the second.
  const ranks = asked.map((percentile) => Math.max(1, Math.ceil((percentile / 100) * count * (1 - Number.EPSILON))));
  let seen = 0;
  let next = 0;
  for (let index = 0; index < counts.length && next < ranks.length; index++) {
    seen += counts[index] as number;
    for (; next < ranks.length && seen >= (ranks[next] as number); next++) values[next] = lowestValueAt(index + 1) - 1;
  }
  return { count, values };
}

/** The library's own names for what a histogram is made of; private, hence the pinned version and the test beside this file. */
interface HistogramInnards {
  _counts: Uint32Array;
  establishInternalTackingValues(): void;
}

/** A histogram that merges, encodes and prints as any other of hdr-histogram-js. */
export function hdrHistogramOf(counts: Uint32Array, tag?: string): Histogram {
  const histogram = build(SHAPE);
  const innards = histogram as unknown as HistogramInnards;
  if (innards._counts.length !== counts.length) {
    throw new RangeError(`a histogram has ${innards._counts.length} counts, not ${counts.length}`);
  }
  innards._counts.set(counts);
  innards.establishInternalTackingValues();
  if (tag !== undefined) histogram.tag = tag;
  return histogram;
}
