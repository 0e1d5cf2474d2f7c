// hopwire feed: live counts on a terminal, and at the end what the wire brought, what it lost, and the digests of the books.
//
// Status 1 when the books are not what the session's messages make: nothing came, a gap was open at the end, or messages were given up.

import { FeedSession, isComplete } from '../../feed/feed_session.js';
import { messageName } from '../../generated/itch_5_0.js';
import type { FeedBook, FeedProgress, FeedResult } from '../../native/feed_binding.js';
import { type HopRow, renderHopTable } from '../../telemetry/hop_table.js';
import { formatCount, formatNanoseconds } from '../format.js';
import { defaultRerequest, type HostAndPort } from '../network_options.js';
import { note, printJson, printLine, table } from '../output.js';
import { onStopSignal } from '../stop_signal.js';
import { LiveCounts } from './live_counts.js';

export interface FeedVerbOptions {
  readonly group: string;
  readonly port: number;
  readonly interface: string;
  /** undefined when not given, false with --no-rerequest. */
  readonly rerequest?: HostAndPort[] | false;
  readonly name?: string;
  readonly session?: string;
  readonly seconds?: number;
  readonly idle: 'auto' | 'spin' | 'yield';
  readonly digests?: boolean;
  readonly json?: boolean;
}

export async function runFeed(options: FeedVerbOptions): Promise<void> {
  const feed = new FeedSession({ ...options, rerequest: serversOf(options) });
  const restore = onStopSignal(() => feed.stop());
  const live = new LiveCounts();
  try {
    if (options.json !== true) note(`listening on ${options.group}:${options.port}, interface ${options.interface}`);
    await feed.finished((progress: FeedProgress) => live.update(progress));
    live.finish();
    const result = feed.result();
    const books = options.digests === true ? feed.books() : undefined;
    if (options.json === true) printJson(jsonOf(result, feed, books));
    else printForPeople(result, feed.hops(), books);
    judge(result, options);
  } finally {
    live.finish();
    restore();
    feed.close();
  }
}

function serversOf(options: FeedVerbOptions): HostAndPort[] {
  if (options.rerequest === false) return [];
  if (options.rerequest !== undefined) return options.rerequest;
  const usual = defaultRerequest(options.interface, options.port);
  return usual === undefined ? [] : [usual];
}

function judge(result: FeedResult, options: FeedVerbOptions): void {
  if (result.packets === 0) {
    note(
      `nothing came on ${options.group}:${options.port} -- check group, port, --interface, and that the sender runs`,
    );
  } else if (result.messagesLost > 0) {
    const lost = formatCount(result.messagesLost);
    note(
      `${lost} messages were lost and no re-request server gave them again: the books lack them -- name one with --rerequest`,
    );
  } else if (result.joinedMidSession) {
    note(
      'joined in the middle of the session: the books lack older orders -- name a re-request server with --rerequest',
    );
    return;
  } else if (result.stale) {
    note('a gap was still open at the end: the books are older than the feed');
  }
  if (!isComplete(result)) process.exitCode = 1;
}

function jsonOf(result: FeedResult, feed: FeedSession, books: FeedBook[] | undefined): object {
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
    gaps: result.gaps,
    heals: result.heals,
    messages_missed: result.messagesMissed,
    messages_lost: result.messagesLost,
    rerequests: result.rerequests,
    stale_ns: result.staleNanoseconds,
    session_changes: result.sessionChanges,
    kernel_drops: result.kernelDrops,
    next_sequence: result.nextSequence,
    stamp_source: feed.stampSource,
    idle: feed.idle,
    hops: feed.hops(),
    digest: result.digest,
    ...(books === undefined ? {} : { books }),
  };
}

function printForPeople(result: FeedResult, hops: readonly HopRow[], books: FeedBook[] | undefined): void {
  const right = { align: 'right' } as const;
  const types = Object.entries(result.types).sort(([, a], [, b]) => b - a);
  const columns = [
    { title: 'type' },
    { title: 'message' },
    { title: 'count', ...right },
    { title: 'orphans', ...right },
  ];
  const counts = types.map(([type, count]) => {
    const orphans = result.orphans[type];
    return [
      type,
      messageName(type.charCodeAt(0)) ?? '',
      formatCount(count),
      orphans === undefined ? '' : formatCount(orphans),
    ];
  });
  if (counts.length > 0) printLine(`${table(columns, counts)}\n`);
  printLine(table([{ title: 'figure' }, { title: 'value', ...right }, { title: '' }], figures(result)));
  printLine(`\n${renderHopTable('tick_to_trade', hops)}`);
  if (books === undefined) return;
  const bookColumns = [
    { title: 'locate', ...right },
    { title: 'stock' },
    { title: 'orders', ...right },
    { title: 'digest' },
  ];
  printLine(
    `\n${table(
      bookColumns,
      books.map((row) => [String(row.locate), row.stock, formatCount(row.orders), row.digest]),
    )}`,
  );
}

function figures(result: FeedResult): string[][] {
  const always: [string, string, string][] = [
    ['session', result.session === '' ? '-' : result.session, result.ended ? 'ended' : 'not ended'],
    ['messages', formatCount(result.messages), 'in order, each once'],
    [
      'packets',
      formatCount(result.packets),
      `${formatCount(result.controlPackets)} heartbeats and ends of session among them`,
    ],
    ['gaps', formatCount(result.gaps), `${formatCount(result.messagesMissed)} messages in them`],
    [
      'heals',
      formatCount(result.heals),
      `${formatCount(result.rerequests)} re-requests, stale for ${formatNanoseconds(result.staleNanoseconds)}`,
    ],
    [
      'live orders',
      formatCount(result.liveOrders),
      `${formatCount(result.instruments)} instruments, ${formatCount(result.crossed)} crossed`,
    ],
  ];
  const unusual: [string, number, string][] = [
    ['messages lost', result.messagesLost, 'given up: nobody sent them again'],
    ['kernel drops', result.kernelDrops, 'receive buffer full: see hopwire doctor'],
    ['held overflow', result.heldOverflow, 'packets that could not wait behind a gap'],
    ['duplicate packets', result.duplicates, ''],
    ['foreign packets', result.foreign, 'another session, or too short'],
    ['malformed packets', result.malformedPackets, ''],
    ['malformed messages', result.malformed, 'refused by the decoder'],
    ['session changes', result.sessionChanges, 'books begun again'],
    ['duplicate references', result.duplicateReferences, 'added again while live: ignored'],
    ['over-reductions', result.overReductions, 'more shares taken than remained: order removed'],
    ['beyond limits', result.beyondLimits, 'orders not kept: out of table'],
  ];
  const seen = unusual
    .filter(([, count]) => count > 0)
    .map(([name, count, remark]) => [name, formatCount(count), remark]);
  return [...always, ...seen, ['digest', result.digest, 'of all books with live orders']];
}
