// What a feed came to, channel by channel, for machines and for people.

import { isComplete, lineName } from '../../feed/feed_channel.js';
import { messageName } from '../../generated/itch_5_0.js';
import type { DigestCheck, FeedBook, FeedLine, FeedResult, FeedServer } from '../../native/feed_binding.js';
import { type HopRow, renderHopTable } from '../../telemetry/hop_table.js';
import { formatCount, formatNanoseconds } from '../format.js';
import { printLine, table } from '../output.js';

export interface NamedServer extends FeedServer {
  /** "host:port" */
  readonly name: string;
}

/** Of one channel. */
export interface Seen {
  /** '' = the only one. */
  readonly channel: string;
  readonly result: FeedResult;
  readonly lines: readonly FeedLine[];
  readonly servers: readonly NamedServer[];
  readonly skews: readonly HopRow[];
  readonly hops: readonly HopRow[];
  readonly idle: string;
  readonly stampSource: string;
  readonly books?: FeedBook[];
}

/** The only channel's figures, or those of each under `channels`. */
export function jsonOf(seen: readonly Seen[]): object {
  const [only] = seen;
  if (seen.length === 1 && only?.channel === '') return channelJson(only);
  return {
    complete: seen.every(({ result }) => isComplete(result)),
    channels: seen.map((channel) => ({ channel: channel.channel, ...channelJson(channel) })),
  };
}

function channelJson({ result, lines, servers, skews, hops, idle, stampSource, books }: Seen): object {
  return {
    session: result.session,
    ended: result.ended,
    complete: isComplete(result),
    joined_mid_session: result.joinedMidSession,
    messages: result.messages,
    types: result.types,
    malformed: result.malformed,
    orphans: result.orphans,
    duplicate_references: result.duplicateReferences,
    over_reductions: result.overReductions,
    orders_beyond_limits: result.beyondLimits,
    live_orders: result.liveOrders,
    instruments: result.instruments,
    crossed: result.crossed,
    packets: result.packets,
    bytes: result.bytes,
    control_packets: result.controlPackets,
    duplicate_packets: result.duplicates,
    foreign_packets: result.foreign,
    malformed_packets: result.malformedPackets,
    damaged_frames: result.damagedFrames,
    lines: lines.map((line, index) => lineJson(line, index, skews[index])),
    gaps: result.gaps,
    heals: result.heals,
    gaps_bridged: result.gapsBridged,
    gaps_lost: result.gapsLost,
    messages_missed: result.messagesMissed,
    messages_lost: result.messagesLost,
    messages_bridged: result.messagesBridged,
    rerequests: result.rerequests,
    rerequest_servers: servers.map(serverJson),
    snapshots: result.snapshots,
    snapshot_failure: result.snapshotReason === '' ? null : result.snapshotReason,
    delayed_ns: result.delayedNanoseconds,
    delayed_count: result.delayedCount,
    stale_ns: result.staleNanoseconds,
    stale_count: result.staleCount,
    session_changes: result.sessionChanges,
    kernel_drops: result.kernelDrops,
    next_sequence: result.nextSequence,
    ...(result.capture === undefined ? {} : { capture: captureJson(result.capture) }),
    ...(result.digestCheck === undefined ? {} : { digest_check: digestJson(result.digestCheck) }),
    stamp_source: stampSource,
    idle,
    hops,
    digest: result.digest,
    ...(books === undefined ? {} : { books }),
  };
}

function captureJson(capture: NonNullable<FeedResult['capture']>): object {
  return {
    frames: capture.frames,
    lines: capture.lines,
    other_destinations: capture.otherDestinations,
    unsequenced: capture.unsequenced,
    refused: capture.refused,
    damage: capture.fault === '' ? null : { offset: capture.faultOffset, reason: capture.fault },
  };
}

function digestJson(check: DigestCheck): object {
  const first = check.firstDifference;
  return {
    received: check.received,
    compared: check.compared,
    different: check.different,
    too_late: check.tooLate,
    malformed: check.malformed,
    first_difference:
      first === undefined
        ? null
        : {
            locate: first.locate,
            stock: first.stock,
            sequence: first.sequence,
            venue: { orders: first.venueOrders, digest: first.venueDigest },
            own: { orders: first.ownOrders, digest: first.ownDigest },
          },
  };
}

export function serverJson({ name, requests, answers, downs, down }: NamedServer): object {
  return { server: name, requests, answers, downs, down };
}

export function lineJson(line: FeedLine, index: number, skew: HopRow | undefined): object {
  return {
    line: lineName(index),
    packets: line.packets,
    messages: line.messages,
    first_messages: line.firstMessages,
    duplicate_packets: line.duplicates,
    gaps: line.gaps,
    messages_missed: line.messagesMissed,
    late_packets: line.late,
    silences: line.silences,
    silent: line.silent,
    kernel_drops: line.kernelDrops,
    later_by: {
      count: skew?.count ?? 0,
      p50_ns: skew?.p50_ns ?? 0,
      p90_ns: skew?.p90_ns ?? 0,
      p99_ns: skew?.p99_ns ?? 0,
      p999_ns: skew?.p999_ns ?? 0,
      max_ns: skew?.max_ns ?? 0,
    },
  };
}

const right = { align: 'right' } as const;

export function printForPeople(seen: readonly Seen[]): void {
  for (const channel of seen) {
    if (channel.channel !== '') printLine(`channel ${channel.channel}\n`);
    printChannel(channel);
    if (channel.channel !== '') printLine('');
  }
  if (seen.length > 1) printLine(channelTable(seen));
}

function printChannel({ result, lines, servers, skews, hops, books }: Seen): void {
  printTypes(result);
  printLine(table([{ title: 'figure' }, { title: 'value', ...right }, { title: '' }], figures(result, servers)));
  if (lines.length > 1) printLine(`\n${lineTable(lines, skews)}`);
  printLine(`\n${renderHopTable('tick_to_trade', hops)}`);
  if (books === undefined) return;
  const columns = [
    { title: 'locate', ...right },
    { title: 'stock' },
    { title: 'orders', ...right },
    { title: 'digest' },
  ];
  const rows = books.map((row) => [String(row.locate), row.stock, formatCount(row.orders), row.digest]);
  printLine(`\n${table(columns, rows)}`);
}

function channelTable(seen: readonly Seen[]): string {
  const titles = ['messages', 'packets', 'gaps', 'heals', 'lost', 'delayed', 'stale', 'live orders', 'digest'];
  const columns = [{ title: 'channel' }, ...titles.map((title) => ({ title, ...right })), { title: '' }];
  const rows = seen.map(({ channel, result }) => [
    channel,
    ...[result.messages, result.packets, result.gaps, result.heals, result.messagesLost].map(formatCount),
    formatNanoseconds(result.delayedNanoseconds),
    formatNanoseconds(result.staleNanoseconds),
    formatCount(result.liveOrders),
    result.digest,
    isComplete(result) ? '' : 'INCOMPLETE',
  ]);
  return table(columns, rows);
}

function printTypes(result: FeedResult): void {
  const types = Object.entries(result.types).sort(([, a], [, b]) => b - a);
  if (types.length === 0) return;
  const columns = [
    { title: 'type' },
    { title: 'message' },
    { title: 'count', ...right },
    { title: 'orphans', ...right },
  ];
  const counts = types.map(([type, count]) => {
    const orphans = result.orphans[type];
    const name = messageName(type.charCodeAt(0)) ?? '';
    return [type, name, formatCount(count), orphans === undefined ? '' : formatCount(orphans)];
  });
  printLine(`${table(columns, counts)}\n`);
}

export function lineTable(lines: readonly FeedLine[], skews: readonly HopRow[]): string {
  const titles = ['packets', 'messages', 'first', 'gaps', 'missed', 'drops', 'later p50', 'p99', 'max'];
  const columns = [{ title: 'line' }, ...titles.map((title) => ({ title, ...right })), { title: '' }];
  const rows = lines.map((line, index) => {
    const skew = skews[index];
    const late = (value: number | undefined): string =>
      (skew?.count ?? 0) === 0 ? '-' : formatNanoseconds(value ?? 0);
    return [
      lineName(index),
      ...[line.packets, line.messages, line.firstMessages, line.gaps, line.messagesMissed, line.kernelDrops].map(
        formatCount,
      ),
      late(skew?.p50_ns),
      late(skew?.p99_ns),
      late(skew?.max_ns),
      line.silent ? `SILENT for ${formatNanoseconds(line.heardAgoNanoseconds)}` : '',
    ];
  });
  return table(columns, rows);
}

function figures(result: FeedResult, servers: readonly NamedServer[]): string[][] {
  const always: [string, string, string][] = [
    ['session', result.session === '' ? '-' : result.session, result.ended ? 'ended' : 'not ended'],
    ['messages', formatCount(result.messages), 'in order, each once'],
    [
      'packets',
      formatCount(result.packets),
      `${formatCount(result.controlPackets)} heartbeats and ends of session among them`,
    ],
    ['gaps', formatCount(result.gaps), `${formatCount(result.messagesMissed)} messages in them`],
    ['heals', formatCount(result.heals), `${formatCount(result.rerequests)} re-requests`],
    ['delayed', formatNanoseconds(result.delayedNanoseconds), `${formatCount(result.delayedCount)} times`],
    ['stale', formatNanoseconds(result.staleNanoseconds), `${formatCount(result.staleCount)} times`],
    [
      'live orders',
      formatCount(result.liveOrders),
      `${formatCount(result.instruments)} instruments, ${formatCount(result.crossed)} crossed`,
    ],
  ];
  return [
    ...always,
    ...servers.flatMap(serverFigure),
    ...unusual(result),
    ...digestFigure(result),
    ['digest', result.digest, 'of all books with live orders'],
  ];
}

function serverFigure({ name, requests, answers, downs, down }: NamedServer): string[][] {
  if (requests === 0) return [];
  const times =
    downs === 0 ? '' : `; found dead ${downs === 1 ? 'once' : `${formatCount(downs)} times`}${down ? ', DOWN' : ''}`;
  return [[`asked ${name}`, formatCount(requests), `${formatCount(answers)} answers${times}`]];
}

function digestFigure({ digestCheck }: FeedResult): string[][] {
  if (digestCheck === undefined) return [];
  const { compared, different, tooLate } = digestCheck;
  const remark = different === 0 ? "the venue's, all equal to ours" : `${formatCount(different)} DIFFER`;
  return [['digests compared', formatCount(compared), `${remark}; ${formatCount(tooLate)} came too late`]];
}

function unusual(result: FeedResult): string[][] {
  const counts: [string, number, string][] = [
    ['snapshots', result.snapshots, `${formatCount(result.messagesBridged)} messages bridged`],
    ['messages lost', result.messagesLost, 'given up: nobody sent them again'],
    ['kernel drops', result.kernelDrops, 'receive buffer full: see hopwire doctor'],
    ['held overflow', result.heldOverflow, 'packets that could not wait behind a gap'],
    ['duplicate packets', result.duplicates, 'nothing new in them'],
    ['foreign packets', result.foreign, 'another session, or too short'],
    ['malformed packets', result.malformedPackets, ''],
    ['malformed messages', result.malformed, 'refused by the decoder'],
    ['damaged frames', result.damagedFrames, 'of the file, passed over'],
    ['session changes', result.sessionChanges, 'books begun again'],
    ['duplicate references', result.duplicateReferences, 'added again while live: ignored'],
    ['over-reductions', result.overReductions, 'more shares taken than remained: order removed'],
    ['beyond limits', result.beyondLimits, 'orders not kept: out of table'],
    ['frames', result.capture?.frames ?? 0, `of the capture; lines ${result.capture?.lines.join(', ') || 'none'}`],
    ['other destinations', result.capture?.otherDestinations ?? 0, 'datagrams of no line'],
    ['blank headers', result.capture?.unsequenced ?? 0, 'no session and no sequence: numbered in their order'],
    ...Object.entries(result.capture?.refused ?? {}).map(([reason, count]): [string, number, string] => [
      'frames refused',
      count,
      reason,
    ]),
  ];
  return counts.filter(([, count]) => count > 0).map(([name, count, remark]) => [name, formatCount(count), remark]);
}
