// What is wrong with the books of a channel, if anything is, and what to do about it.

import { isComplete } from '../../feed/feed_channel.js';
import type { FeedResult } from '../../native/feed_binding.js';
import { formatCount } from '../format.js';
import { type FeedVerbOptions, sourceText } from './options.js';
import { lastFor } from './scoped.js';

export interface Verdict {
  readonly remarks: readonly string[];
  /** The books are not what the session's messages make, or not the venue's. */
  readonly failed: boolean;
}

export function verdictOf(result: FeedResult, channel: string, options: FeedVerbOptions): Verdict {
  const { capture } = result;
  const remarks: string[] = [];
  if (capture !== undefined && capture.fault !== '')
    remarks.push(`byte ${capture.faultOffset}: ${capture.fault}; read up to there`);
  if (result.damagedFrames > 0)
    remarks.push(`${formatCount(result.damagedFrames)} damaged frames were passed over: hopwire itch stat names them`);
  if (result.packets === 0) {
    remarks.push(nothingCame(result, channel, options));
  } else if (result.messagesLost > 0) {
    const lost = formatCount(result.messagesLost);
    remarks.push(`${lost} messages were lost and nobody gave them again: the books lack them${remedyOf(result)}`);
  } else if (result.joinedMidSession) {
    remarks.push(`joined in the middle of the session: the books lack older orders${remedyOf(result)}`);
    return { remarks, failed: false };
  } else if (result.stale) {
    remarks.push('a gap was still open at the end: the books are older than the feed');
  }
  if (result.snapshotReason !== '' && result.snapshots === 0) remarks.push(`no snapshot: ${result.snapshotReason}`);
  remarks.push(...digestRemarks(result, channel, options));
  const differs = result.digestCheck?.firstDifference !== undefined;
  return { remarks, failed: differs || !isComplete(result) };
}

function remedyOf({ capture }: FeedResult): string {
  return capture === undefined ? ' -- name a server with --rerequest or --snapshot' : '';
}

/** Names the first book that differed from the venue's. */
function digestRemarks({ digestCheck }: FeedResult, channel: string, options: FeedVerbOptions): string[] {
  if (digestCheck === undefined) return [];
  const { firstDifference: first, received, compared } = digestCheck;
  if (first !== undefined) {
    const book = first.stock === '' ? `locate ${first.locate}` : `${first.stock} (locate ${first.locate})`;
    const venue = `the venue had ${formatCount(first.venueOrders)} orders ${first.venueDigest}`;
    const own = `we ${formatCount(first.ownOrders)} ${first.ownDigest}`;
    return [`the book of ${book} differs at sequence ${first.sequence}: ${venue}, ${own}`];
  }
  if (compared > 0) return [];
  if (received > 0) return ['no book digest could be compared'];
  const digests = lastFor(options.digestChannel, channel);
  return [`no book digest came on ${digests?.host}:${digests?.port}`];
}

function nothingCame(result: FeedResult, channel: string, options: FeedVerbOptions): string {
  if (result.capture !== undefined) {
    const { frames, otherDestinations } = result.capture;
    const others = otherDestinations > 0 ? `, ${formatCount(otherDestinations)} of them for other destinations` : '';
    return `no MoldUDP64 packet for this feed among ${formatCount(frames)} frames${others} -- check group and port`;
  }
  const source = sourceText(options, channel).replace(`${channel}: `, '');
  return `nothing came on ${source} -- check group, port, --interface, and that the sender runs`;
}
