/** A running process's counters and histograms, attached from outside; the process notices nothing. */
import { TelemetryColumns } from '../generated/regions.js';
import { openRegion } from '../native/region.js';

export function openTelemetry(path: string): TelemetryColumns {
  return new TelemetryColumns(openRegion(path).buffer);
}
