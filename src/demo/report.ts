/**
 * The demo's end report, as text for people and as an object for machines, both from one typed model. Pure: reads no clock, no region, no
 * terminal.
 */
import { formatCount, formatNanoseconds } from '../cli/format.js';
import { type HopRow, renderHopTable } from '../telemetry/hop_table.js';
import type { Verdict } from './verdict.js';

/** A share of late sends above this voids latencies measured from intended times. */
export const VOID_LATE_SHARE = 0.01;
const DIFFERENCES_SHOWN = 10;
/** Hops of a flow are numbered; what is measured beside them is not. */
const NUMBERED_HOP = /^\d_/;

export interface ReportFlow {
  name: string;
  rows: readonly HopRow[];
}

export interface ReportModel {
  seconds: number;
  instruments: number;
  /** Commands the venue sequenced. */
  orders: number;
  trades: number;
  /** Messages published on multicast. */
  messages: number;
  /** The trader's own executions. */
  fills: number;
  gaps: number;
  heals: number;
  messagesMissed: number;
  stampSource: string;
  stampErrorBound_ns: number;
  idleMode: string;
  idleReason: string;
  busyLoops: number;
  cores: number;
  intendedSends: number;
  lateSends: number;
  flows: readonly ReportFlow[];
  verdict: Verdict;
  /** Broken invariants and processes that died; empty in a good run. */
  violations: readonly string[];
  /** Where the venue's multicast went. */
  feed: {
    group: string;
    port: number;
    lineB: { group: string; port: number };
    interface: string;
    rerequestPort: number;
  };
  /** Folder of the kept files; '' = none. */
  keptIn: string;
}

export function senderVoid(intended: number, late: number): boolean {
  return intended > 0 && late / intended > VOID_LATE_SHARE;
}

/** `width`: columns of the terminal, for the tables. */
export function reportText(model: ReportModel, width = Number.POSITIVE_INFINITY): string {
  const tables = model.flows.flatMap((flow) => [renderHopTable(flow.name, flow.rows, width), '']);
  const whole = model.flows.every((flow) => isWhole(flow, width));
  const narrow = whole ? [] : [line('columns', `left out for ${width}; a wider terminal and --json have them all`)];
  return [...tables, ...narrow, ...summaryLines(model), ...verdictLines(model.verdict), ...violationLines(model)].join(
    '\n',
  );
}

function isWhole({ name, rows }: ReportFlow, width: number): boolean {
  return renderHopTable(name, rows, width) === renderHopTable(name, rows, Number.POSITIVE_INFINITY);
}

function summaryLines(model: ReportModel): string[] {
  const { gaps, heals, messagesMissed } = model;
  const healing =
    gaps === 0
      ? 'no gap'
      : `${formatCount(gaps)} ${plural(gaps, 'gap')} (${formatCount(messagesMissed)} messages), ${formatCount(heals)} healed`;
  return [
    line('run', `${model.seconds.toFixed(1)} s, ${formatCount(model.instruments)} instruments`),
    line('orders', `${formatCount(model.orders)}, ${perSecond(model.orders, model.seconds)}`),
    line('trades', `${formatCount(model.trades)}, ${perSecond(model.trades, model.seconds)}`),
    line('own fills', formatCount(model.fills)),
    line('multicast', `${linesText(model)}, ${formatCount(model.messages)} messages, ${healing}`),
    line('stamps', stampText(model)),
    line('idle', `${model.idleMode}: ${model.idleReason} (${model.busyLoops} busy loops, ${model.cores} cores)`),
    line('sender', senderText(model)),
    ...(model.keptIn === '' ? [] : [line('kept', model.keptIn)]),
  ];
}

function linesText({ feed }: ReportModel): string {
  return `${feed.group}:${feed.port} and ${feed.lineB.group}:${feed.lineB.port}`;
}

function stampText(model: ReportModel): string {
  if (model.stampErrorBound_ns === 0) return model.stampSource;
  return `${model.stampSource}, within ${formatNanoseconds(model.stampErrorBound_ns)} of the TSC`;
}

function senderText(model: ReportModel): string {
  if (model.intendedSends === 0) return 'no send was due: the books were still being seeded when the time was up';
  const share = model.intendedSends === 0 ? 0 : (100 * model.lateSends) / model.intendedSends;
  const sends = `${formatCount(model.lateSends)} of ${formatCount(model.intendedSends)} sends`;
  const counted = `${sends} late by more than 1 ms (${share.toFixed(2)}%)`;
  return senderVoid(model.intendedSends, model.lateSends)
    ? `${counted}: latencies from intended times are void`
    : counted;
}

function verdictLines(verdict: Verdict): string[] {
  if (verdict.equal) {
    const books = `all ${formatCount(verdict.compared)} rebuilt from multicast equal the matcher's`;
    return [line('books', `equal: ${books}, digest ${verdict.marketDigest}`)];
  }
  const count = verdict.differences.length;
  const what = count > 0 ? `${formatCount(count)} of ${formatCount(verdict.compared)} differ` : verdict.reason;
  const also = count > 0 && verdict.reason !== '' ? `; ${verdict.reason}` : '';
  const shown = verdict.differences
    .slice(0, DIFFERENCES_SHOWN)
    .map(({ locate, venue, trader }) => `  locate ${locate}: venue ${bookText(venue)}, trader ${bookText(trader)}`);
  const more = count > DIFFERENCES_SHOWN ? [`  and ${formatCount(count - DIFFERENCES_SHOWN)} more`] : [];
  return [line('books', `NOT EQUAL: ${what}${also}`), ...shown, ...more];
}

function bookText(row: { orders: number; digest: string } | null): string {
  return row === null ? 'empty' : `${formatCount(row.orders)} orders ${row.digest}`;
}

function violationLines(model: ReportModel): string[] {
  return model.violations.map((violation) => line('broken', violation));
}

function line(label: string, text: string): string {
  return `${label.padEnd(10)} ${text}`;
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}

function perSecond(count: number, seconds: number): string {
  return seconds > 0 ? `${formatCount(Math.round(count / seconds))}/s` : '-';
}

/** Keys of `hopwire demo --json`; stable. */
export function reportJson(model: ReportModel): Record<string, unknown> {
  const flows = Object.fromEntries(
    model.flows.map((flow) => [
      flow.name,
      {
        hops: flow.rows.filter((row) => NUMBERED_HOP.test(row.hop)),
        total: flow.rows.find((row) => row.hop === 'total') ?? null,
        other: flow.rows.filter((row) => row.hop !== 'total' && !NUMBERED_HOP.test(row.hop)),
      },
    ]),
  );
  const { verdict } = model;
  return {
    books_equal: verdict.equal,
    books_compared: verdict.compared,
    books_different: verdict.differences.map(({ locate }) => locate),
    ...(verdict.reason === '' ? {} : { books_reason: verdict.reason }),
    market_digest: verdict.marketDigest,
    seconds: model.seconds,
    instruments: model.instruments,
    orders: model.orders,
    trades: model.trades,
    messages: model.messages,
    feed: {
      group: model.feed.group,
      port: model.feed.port,
      line_b: model.feed.lineB,
      interface: model.feed.interface,
      rerequest_port: model.feed.rerequestPort,
    },
    fills: model.fills,
    gaps: model.gaps,
    heals: model.heals,
    stamp_source: model.stampSource,
    stamp_error_bound_ns: model.stampErrorBound_ns,
    idle: model.idleMode,
    idle_reason: model.idleReason,
    busy_loops: model.busyLoops,
    cores: model.cores,
    sender: {
      intended: model.intendedSends,
      late: model.lateSends,
      void: senderVoid(model.intendedSends, model.lateSends),
    },
    violations: model.violations,
    ...(model.keptIn === '' ? {} : { kept_in: model.keptIn }),
    flows,
  };
}
