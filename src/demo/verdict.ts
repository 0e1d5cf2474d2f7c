/**
 * The closed-loop verdict: books rebuilt from multicast against the matcher's own, by digest, instrument by instrument. An instrument that
 * only one side has orders in is a difference; so is a feed that never reached the end of the session.
 */
import type { BookDigestRow } from './child_protocol.js';

export interface BookDifference {
  locate: number;
  /** null: that side has no live order in this book. */
  venue: BookDigestRow | null;
  trader: BookDigestRow | null;
}

export interface Verdict {
  equal: boolean;
  /** Instruments with live orders on either side. */
  compared: number;
  differences: BookDifference[];
  /** Digest over all books, when they agree. */
  marketDigest: string;
  /** Why the books are not called equal although no book differs; '' otherwise. */
  reason: string;
}

export interface ClosingBooks {
  books?: readonly BookDigestRow[];
  marketDigest?: string;
  nextSequence?: string;
  endOfSession?: boolean;
}

export function compareBooks(venue: ClosingBooks | null, trader: ClosingBooks | null): Verdict {
  const verdict: Verdict = { equal: false, compared: 0, differences: [], marketDigest: '', reason: '' };
  if (venue?.books === undefined) return { ...verdict, reason: 'the venue gave no closing books' };
  if (trader?.books === undefined) return { ...verdict, reason: 'the trader gave no closing books' };
  const theirs = new Map(trader.books.map((row) => [row.locate, row]));
  const ours = new Map(venue.books.map((row) => [row.locate, row]));
  const locates = [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => a - b);
  for (const locate of locates) {
    const left = ours.get(locate) ?? null;
    const right = theirs.get(locate) ?? null;
    if (left?.digest !== right?.digest || left?.orders !== right?.orders) {
      verdict.differences.push({ locate, venue: left, trader: right });
    }
  }
  verdict.compared = locates.length;
  verdict.reason = reasonOf(venue, trader, verdict);
  verdict.equal = verdict.differences.length === 0 && verdict.reason === '';
  verdict.marketDigest = verdict.equal ? (venue.marketDigest ?? '') : '';
  return verdict;
}

function reasonOf(venue: ClosingBooks, trader: ClosingBooks, verdict: Verdict): string {
  if (trader.endOfSession !== true) return 'the trader did not reach the end of the session';
  if (verdict.differences.length > 0) return '';
  if (verdict.compared === 0) return 'no book had a live order';
  if (venue.nextSequence !== trader.nextSequence) {
    return `next sequence is ${venue.nextSequence} at the venue and ${trader.nextSequence} at the trader`;
  }
  if (venue.marketDigest !== trader.marketDigest) return 'market digests differ although no book does';
  return '';
}
