// hopwire feed: a live view on a terminal, and at the end what the wire brought, what it lost, and the digests of the books.
//
// Status 1 when the books are not what the session's messages make: nothing came, a gap was open at the end, or messages were given up.

import { FeedSession, isComplete } from '../../feed/feed_session.js';
import type { FeedProgress, FeedResult } from '../../native/feed_binding.js';
import { formatCount } from '../format.js';
import { note, printJson } from '../output.js';
import { onStopSignal } from '../stop_signal.js';
import { LiveCounts } from './live_counts.js';
import { type FeedVerbOptions, feedOptionsOf, sourceText } from './options.js';
import { jsonOf, printForPeople, type Seen } from './report.js';

export async function runFeed(options: FeedVerbOptions): Promise<void> {
  const feed = new FeedSession(feedOptionsOf(options));
  const restore = onStopSignal(() => feed.stop());
  const live = new LiveCounts();
  try {
    const verb = options.file === undefined && options.pcap === undefined ? 'listening on' : 'reading';
    if (options.json !== true) note(`${verb} ${sourceText(options)}`);
    await feed.finished((progress: FeedProgress) => live.update(progress, () => feed.skews()));
    live.finish();
    const seen: Seen = {
      result: feed.result(),
      lines: feed.progress().lines,
      skews: feed.skews(),
      hops: feed.hops(),
      idle: feed.idle,
      stampSource: feed.stampSource,
      ...(options.digests === true ? { books: feed.books() } : {}),
    };
    if (options.json === true) printJson(jsonOf(seen));
    else printForPeople(seen);
    judge(seen.result, options);
  } finally {
    live.finish();
    restore();
    feed.close();
  }
}

/** Says what is wrong with the books, if anything is. */
function judge(result: FeedResult, options: FeedVerbOptions): void {
  const { capture } = result;
  if (capture !== undefined && capture.fault !== '')
    note(`byte ${capture.faultOffset}: ${capture.fault}; read up to there`);
  if (result.damagedFrames > 0)
    note(`${formatCount(result.damagedFrames)} damaged frames were passed over: hopwire itch stat names them`);
  if (result.packets === 0) {
    note(nothingCame(result, options));
  } else if (result.messagesLost > 0) {
    const lost = formatCount(result.messagesLost);
    const remedy = capture === undefined ? ' -- name a server with --rerequest or --snapshot' : '';
    note(`${lost} messages were lost and nobody gave them again: the books lack them${remedy}`);
  } else if (result.joinedMidSession) {
    const remedy = capture === undefined ? ' -- name a server with --rerequest or --snapshot' : '';
    note(`joined in the middle of the session: the books lack older orders${remedy}`);
    return;
  } else if (result.stale) {
    note('a gap was still open at the end: the books are older than the feed');
  }
  if (result.snapshotReason !== '' && result.snapshots === 0) note(`no snapshot: ${result.snapshotReason}`);
  judgeDigests(result, options);
  if (!isComplete(result)) process.exitCode = 1;
}

/** Names the first book that differed from the venue's. */
function judgeDigests({ digestCheck }: FeedResult, options: FeedVerbOptions): void {
  if (digestCheck === undefined) return;
  const { firstDifference: first, received, compared } = digestCheck;
  if (first !== undefined) {
    const book = `the book of ${first.stock === '' ? `locate ${first.locate}` : `${first.stock} (locate ${first.locate})`}`;
    const venue = `the venue had ${formatCount(first.venueOrders)} orders ${first.venueDigest}`;
    note(
      `${book} differs at sequence ${first.sequence}: ${venue}, we ${formatCount(first.ownOrders)} ${first.ownDigest}`,
    );
    process.exitCode = 1;
  } else if (compared === 0) {
    const { host, port } = options.digestChannel as { host: string; port: number };
    note(received === 0 ? `no book digest came on ${host}:${port}` : 'no book digest could be compared');
  }
}

function nothingCame(result: FeedResult, options: FeedVerbOptions): string {
  if (result.capture !== undefined) {
    const { frames, otherDestinations } = result.capture;
    const others = otherDestinations > 0 ? `, ${formatCount(otherDestinations)} of them for other destinations` : '';
    return `no MoldUDP64 packet for this feed among ${formatCount(frames)} frames${others} -- check group and port`;
  }
  return `nothing came on ${sourceText(options)} -- check group, port, --interface, and that the sender runs`;
}
