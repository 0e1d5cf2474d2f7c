/** The counters of a Telemetry region by name. */
import { counterTable } from '../generated/counters.js';
import type { TelemetryColumns } from '../generated/regions.js';

export interface CounterRow {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

/** All counters in table order; a region of an older writer may have fewer. */
export function readCounters(columns: TelemetryColumns): CounterRow[] {
  return counterTable
    .filter((counter) => counter.value < columns.dimensions.counters)
    .map(({ name, value, description }) => ({ name, value: columns.counter[value] as number, description }));
}
