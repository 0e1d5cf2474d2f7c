/**
 * Histograms as a standard .hlog file (format 1.3, V2 compressed), one tagged line per hop and interval, for HistogramLogProcessor,
 * hdr-plot and the like. Values are in nanoseconds; the interval's max is written in microseconds, which is the log's custom (ratio 1000).
 *
 * The native side only counts up, so an interval is the difference of two looks at its region: nothing is reset, no recorder is
 * exchanged, and the process that is watched notices nothing. Looks are kept as the few counts that changed and written when the file is
 * closed, or when many have come together: encoding is work, and the machine is busy with what is measured.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { HistogramLogWriter } from 'hdr-histogram-js';
import { hopTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { copyCounts, hdrHistogramOf } from './histogram.js';
import type { FlowLabel } from './hop_table.js';

/** Looks kept before they are written. */
const PENDING_LOOKS = 120;

interface HopInterval {
  readonly label: string;
  readonly start_ms: number;
  readonly end_ms: number;
  /** Of the counts that changed: where, and by how much. */
  readonly places: Uint32Array;
  readonly counts: Uint32Array;
}

/** The log of one flow of one process, interval by interval. Hops with no samples in an interval have no line in it. */
export class HlogFile {
  readonly #path: string;
  readonly #columns: TelemetryColumns;
  readonly #hops: readonly { readonly label: string; readonly slot: number }[];
  readonly #start_ms: number;
  readonly #before: (Uint32Array | undefined)[] = [];
  #pending: HopInterval[] = [];
  #looks = 0;
  #last_ms: number;

  /**
   * start_ms: milliseconds since the epoch. What was counted before is in the first interval, so that the log adds up to the table.
   * Throws when the file cannot be made.
   */
  constructor(path: string, columns: TelemetryColumns, flow: FlowLabel, start_ms = Date.now()) {
    this.#path = path;
    this.#columns = columns;
    this.#hops = hopTable.filter((hop) => hop.flow === flow).map(({ label, value }) => ({ label, slot: value }));
    this.#start_ms = this.#last_ms = start_ms;
    for (const { slot } of this.#hops) this.#before[slot] = new Uint32Array(columns.dimensions.buckets);
    writeFileSync(path, headText(flow, start_ms));
  }

  /** Ends the interval that is on, and begins the next. */
  look(end_ms = Date.now()): void {
    for (const { label, slot } of this.#hops) {
      const now = copyCounts(this.#columns, slot);
      const changed = changesOf(this.#before[slot] as Uint32Array, now);
      this.#before[slot] = now;
      if (changed.places.length > 0) this.#pending.push({ label, start_ms: this.#last_ms, end_ms, ...changed });
    }
    this.#last_ms = end_ms;
    if (++this.#looks % PENDING_LOOKS === 0) this.#write();
  }

  /** Ends the last interval and writes what has not been written. */
  close(end_ms = Date.now()): void {
    this.look(end_ms);
    this.#write();
  }

  #write(): void {
    const { buckets } = this.#columns.dimensions;
    appendFileSync(this.#path, linesText(this.#pending, buckets, this.#start_ms));
    this.#pending = [];
  }
}

/** Counts only rise; one that wrapped at 2^32 has still risen by the difference modulo 2^32. */
function changesOf(before: Uint32Array, now: Uint32Array): { places: Uint32Array; counts: Uint32Array } {
  const places: number[] = [];
  for (let place = 0; place < now.length; place++) if (now[place] !== before[place]) places.push(place);
  const counts = places.map((place) => ((now[place] as number) - (before[place] as number)) >>> 0);
  return { places: Uint32Array.from(places), counts: Uint32Array.from(counts) };
}

function withWriter(start_ms: number, write: (writer: HistogramLogWriter) => void): string {
  let text = '';
  const writer = new HistogramLogWriter((line) => {
    text += line.replace(/\n\n+$/, '\n'); // the library ends its start line with a blank one
  });
  writer.baseTime = start_ms;
  write(writer);
  return text;
}

function headText(flow: FlowLabel, start_ms: number): string {
  return withWriter(start_ms, (writer) => {
    writer.outputComment(`[hopwire ${flow}, nanoseconds]`);
    writer.outputLogFormatVersion();
    writer.outputStartTime(start_ms);
    writer.outputComment(`[BaseTime: ${(start_ms / 1000).toFixed(3)} (seconds since epoch)]`);
    writer.outputLegend();
  });
}

function linesText(intervals: readonly HopInterval[], buckets: number, base_ms: number): string {
  return withWriter(base_ms, (writer) => {
    for (const { label, start_ms, end_ms, places, counts } of intervals) {
      const dense = new Uint32Array(buckets);
      places.forEach((place, index) => {
        dense[place] = counts[index] as number;
      });
      const histogram = hdrHistogramOf(dense, label);
      histogram.startTimeStampMsec = start_ms;
      histogram.endTimeStampMsec = end_ms;
      writer.outputIntervalHistogram(histogram);
    }
  });
}
