/**
 * The table every run ends with: one row per hop of a flow, from the histograms of a Telemetry region, against the budgets of
 * schemas/hops.xml. Percentiles and the greatest value; never a mean.
 */
import { formatCount, formatNanoseconds } from '../cli/format.js';
import { table } from '../cli/output.js';
import { hopTable, IdleMode, stampSourceTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { TelemetryWord } from '../generated/words.js';
import { copyCounts, percentilesOf } from './histogram.js';

export type FlowLabel = (typeof hopTable)[number]['flow'];

export type NotJudged = 'no samples' | 'no budget' | 'yielding cores' | 'late sender';

/** Keys of `--json`; stable. */
export interface HopRow {
  readonly hop: string;
  readonly count: number;
  /** Messages behind the count: one stamp may stand for a whole packet. */
  readonly messages: number;
  readonly p50_ns: number;
  readonly p90_ns: number;
  readonly p99_ns: number;
  readonly p999_ns: number;
  readonly p9999_ns: number;
  readonly max_ns: number;
  /** For p99; 0 = none. */
  readonly budget_ns: number;
  /** null = not judged, for the reason beside it. */
  readonly within: boolean | null;
  readonly within_reason: NotJudged | null;
  readonly stamp_source: string;
}

export interface HopTableOptions {
  /** The open-loop sender missed its times: what was measured is not what was meant. */
  readonly senderLate?: boolean;
  readonly profile?: 'bypass' | 'loopback';
}

const PERCENTILES = [50, 90, 99, 99.9, 99.99] as const;

export function readHopRows(columns: TelemetryColumns, flow: FlowLabel, options: HopTableOptions = {}): HopRow[] {
  return hopTable.filter((hop) => hop.flow === flow).map((hop) => hopRow(columns, hop, options));
}

function hopRow(columns: TelemetryColumns, hop: (typeof hopTable)[number], options: HopTableOptions): HopRow {
  const slot = hop.value;
  const { count, values } = percentilesOf(copyCounts(columns, slot), PERCENTILES);
  const max_ns = count === 0 ? 0 : (columns.histogramMax[slot] as number);
  // The value of a bucket is its upper end, which may lie above the greatest value seen.
  const at = (index: number): number => Math.min(values[index] as number, max_ns);
  const budget_ns = options.profile === 'bypass' ? hop.budgetBypass : hop.budgetLoopback;
  const within_reason = notJudged(columns, count, budget_ns, options);
  return {
    hop: hop.label,
    count,
    messages: columns.histogramMessages[slot] as number,
    p50_ns: at(0),
    p90_ns: at(1),
    p99_ns: at(2),
    p999_ns: at(3),
    p9999_ns: at(4),
    max_ns,
    budget_ns,
    within: within_reason === null ? at(2) <= budget_ns : null,
    within_reason,
    stamp_source: stampSourceTable[columns.stampSource[slot] as number]?.label ?? 'unknown',
  };
}

function notJudged(
  columns: TelemetryColumns,
  count: number,
  budget_ns: number,
  options: HopTableOptions,
): NotJudged | null {
  if (count === 0) return 'no samples';
  if (budget_ns === 0) return 'no budget';
  if (columns.word[TelemetryWord.idleMode] !== IdleMode.spin) return 'yielding cores';
  return options.senderLate === true ? 'late sender' : null;
}

/** A column, in the order shown. What may go when a terminal is too narrow has a rank: 1 goes first. */
interface HopColumn {
  readonly title: string;
  readonly rank?: number;
  cell(row: HopRow): string;
}

const time = (value: number): string => formatNanoseconds(value);
const sampled = (row: HopRow, value: number): string => (row.count === 0 ? '-' : time(value));
const verdict = (row: HopRow): string => (row.within === null ? '-' : row.within ? 'yes' : 'no');
const WITHIN: HopColumn = {
  title: 'within',
  cell: (row) => (row.within === null ? `- (${row.within_reason})` : verdict(row)),
};
const WITHIN_BRIEF: HopColumn = { title: 'within', cell: verdict };
const FIGURES: readonly HopColumn[] = [
  { title: 'count', cell: (row) => formatCount(row.count) },
  { title: 'p50', cell: (row) => sampled(row, row.p50_ns) },
  { title: 'p90', rank: 1, cell: (row) => sampled(row, row.p90_ns) },
  { title: 'p99', cell: (row) => sampled(row, row.p99_ns) },
  { title: 'p99.9', rank: 3, cell: (row) => sampled(row, row.p999_ns) },
  { title: 'p99.99', rank: 2, cell: (row) => sampled(row, row.p9999_ns) },
  { title: 'max', cell: (row) => sampled(row, row.max_ns) },
  { title: 'budget p99', cell: (row) => (row.budget_ns === 0 ? '-' : time(row.budget_ns)) },
];
const LAST_RANK = 3;

/** Columns of the terminal the table will be read on; without one there is no limit. */
export function tableWidth(stream: { isTTY?: boolean; columns?: number } = process.stdout): number {
  return stream.isTTY === true ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY;
}

/** The rows as aligned text under the flow's name. Too narrow a terminal loses the reasons first, then percentiles, never the max. */
export function renderHopTable(flow: string, rows: readonly HopRow[], width: number = tableWidth()): string {
  let text = tableOf(flow, rows, FIGURES, WITHIN);
  for (let rank = 0; rank <= LAST_RANK && widthOf(text) > width; rank++) {
    const kept = FIGURES.filter((column) => column.rank === undefined || column.rank > rank);
    text = tableOf(flow, rows, kept, WITHIN_BRIEF);
  }
  return text;
}

function tableOf(flow: string, rows: readonly HopRow[], figures: readonly HopColumn[], within: HopColumn): string {
  const columns = [
    { title: flow },
    ...figures.map(({ title }) => ({ title, align: 'right' as const })),
    { title: within.title },
  ];
  return table(
    columns,
    rows.map((row) => [row.hop, ...figures.map((column) => column.cell(row)), within.cell(row)]),
  );
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
