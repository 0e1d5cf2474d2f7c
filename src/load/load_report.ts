/**
 * What a load run measured: latency from the intended send time, and whether that may be believed. Pure: figures in, an object or text out.
 * A run is void when more than 1% of its sends left more than 1 ms late: what was measured then is the sender, not the venue.
 */
import { formatCount } from '../cli/format.js';
import type { LoadConfig } from '../config/schema.js';
import { senderVoid } from '../demo/report.js';
import { Counter } from '../generated/counters.js';
import { idleModeTable, idleReasonTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { TelemetryWord } from '../generated/words.js';
import { type HopRow, readHopRows, renderHopTable } from '../telemetry/hop_table.js';

/** Keys of `hopwire load --json`; stable. */
export interface LoadReport {
  order_entry: string;
  instruments: number;
  seed: number;
  rate: number;
  seconds: number;
  intended: number;
  late: number;
  void: boolean;
  orders_sent: number;
  replaces_sent: number;
  cancels_sent: number;
  orders_accepted: number;
  orders_rejected: number;
  fills: number;
  filled_quantity: number;
  /** Requests that never got an answer. */
  outstanding: number;
  idle: string;
  idle_reason: string;
  /** Intended send time to acknowledgement in hand. */
  order_to_ack: HopRow;
  /** Actual minus intended send time. */
  sender_lateness: HopRow;
}

export function loadReport(
  telemetry: TelemetryColumns,
  settings: LoadConfig,
  seconds: number,
  outstanding: number,
): LoadReport {
  const count = (counter: number): number => telemetry.counter[counter] as number;
  const intended = count(Counter.intendedSends);
  const late = count(Counter.lateSends);
  const isVoid = senderVoid(intended, late);
  const rows = readHopRows(telemetry, 'sender', { senderLate: isVoid });
  const row = (hop: string): HopRow => {
    const found = rows.find((candidate) => candidate.hop === hop);
    if (found === undefined) throw new TypeError(`the hop table has no ${hop}`);
    return found;
  };
  const { instruments, orderEntry } = settings;
  return {
    order_entry: `${orderEntry.host}:${orderEntry.port}`,
    instruments: typeof instruments === 'number' ? instruments : instruments.length,
    seed: settings.seed,
    rate: settings.ordersPerSecond,
    seconds: Math.round(seconds * 1000) / 1000,
    intended,
    late,
    void: isVoid,
    orders_sent: count(Counter.ordersSent),
    replaces_sent: count(Counter.replacesSent),
    cancels_sent: count(Counter.cancelsSent),
    orders_accepted: count(Counter.ordersAccepted),
    orders_rejected: count(Counter.ordersRejected),
    fills: count(Counter.fills),
    filled_quantity: count(Counter.filledQuantity),
    outstanding,
    idle: idleModeTable[telemetry.word[TelemetryWord.idleMode] as number]?.label ?? '?',
    idle_reason: idleReasonTable[telemetry.word[TelemetryWord.idleReason] as number]?.label ?? '?',
    order_to_ack: row('order_to_ack'),
    sender_lateness: row('sender_lateness'),
  };
}

export function loadReportText(report: LoadReport): string {
  const share = report.intended === 0 ? 0 : (100 * report.late) / report.intended;
  const sends = `${formatCount(report.intended)} sends due, ${formatCount(report.late)} late by more than 1 ms (${share.toFixed(2)}%)`;
  const lines = [
    renderHopTable('from intended time', [report.order_to_ack, report.sender_lateness]),
    '',
    line('venue', `${report.order_entry}, ${formatCount(report.instruments)} instruments`),
    line('rate', `${formatCount(report.rate)}/s for ${report.seconds.toFixed(1)} s, seed ${report.seed}`),
    line('sender', sends),
    line(
      'sent',
      `${formatCount(report.orders_sent)} orders, ${formatCount(report.replaces_sent)} replaces, ` +
        `${formatCount(report.cancels_sent)} cancels (seeding included)`,
    ),
    line(
      'answers',
      `${formatCount(report.orders_accepted)} accepted, ${formatCount(report.orders_rejected)} rejected, ` +
        `${formatCount(report.fills)} fills of ${formatCount(report.filled_quantity)} shares`,
    ),
    line('idle', `${report.idle}: ${report.idle_reason}`),
  ];
  if (report.outstanding > 0) lines.push(line('missing', `${formatCount(report.outstanding)} requests had no answer`));
  if (report.void)
    lines.push('', "VOID: the sender was late; these latencies are not the venue's. Lower --rate or free a core.");
  return lines.join('\n');
}

function line(label: string, text: string): string {
  return `${label.padEnd(8)} ${text}`;
}
