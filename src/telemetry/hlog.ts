/**
 * Histograms as a standard .hlog file (format 1.3, V2 compressed), one tagged line per hop, for HistogramLogProcessor, hdr-plot and the
 * like. Values are in nanoseconds; the interval's max is written in microseconds, which is the log's custom (ratio 1000).
 */
import { writeFileSync } from 'node:fs';
import { HistogramLogWriter } from 'hdr-histogram-js';
import { hopTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { copyCounts, hdrHistogramOf } from './histogram.js';
import type { FlowLabel } from './hop_table.js';

export interface HlogInterval {
  /** Milliseconds since the epoch. */
  readonly start_ms: number;
  readonly end_ms: number;
}

/** By default the interval is this process's life so far. */
export function writeHlog(path: string, columns: TelemetryColumns, flow: FlowLabel, interval?: HlogInterval): void {
  writeFileSync(path, hlogText(columns, flow, interval ?? { start_ms: performance.timeOrigin, end_ms: Date.now() }));
}

/** Hops with no samples have no line. A tag is the hop's name in the table. */
export function hlogText(columns: TelemetryColumns, flow: FlowLabel, interval: HlogInterval): string {
  let text = '';
  const writer = new HistogramLogWriter((line) => {
    text += line.replace(/\n\n+$/, '\n'); // the library ends its start line with a blank one
  });
  writer.outputComment(`[hopwire ${flow}, nanoseconds]`);
  writer.outputLogFormatVersion();
  writer.outputStartTime(interval.start_ms);
  writer.baseTime = interval.start_ms;
  writer.outputComment(`[BaseTime: ${(interval.start_ms / 1000).toFixed(3)} (seconds since epoch)]`);
  writer.outputLegend();
  for (const hop of hopTable) {
    if (hop.flow !== flow) continue;
    const histogram = hdrHistogramOf(copyCounts(columns, hop.value), hop.label);
    if (histogram.totalCount === 0) continue;
    histogram.startTimeStampMsec = interval.start_ms;
    histogram.endTimeStampMsec = interval.end_ms;
    writer.outputIntervalHistogram(histogram);
  }
  return text;
}
