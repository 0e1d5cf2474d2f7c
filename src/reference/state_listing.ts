// Everything that the next commands can depend on, as lines: for comparing engines by more than what they show. One line per row that is
// not empty, one per resting order in canonical walk, and the numbers last given. Two engines whose listings are equal go on alike.
//
//   row 1
//   B 10/25 @ 1000 ref 3 id 5 s0 a10 done 3       shown/open; done: executed since entry
//   last ref 4 match 2

import { Fnv1a64 } from './book_digest.js';
import type { Order } from './order.js';
import type { Venue } from './venue.js';

function restingLine(order: Order): string {
  return (
    `${order.side === 'buy' ? 'B' : 'S'} ${order.displayed}/${order.leaves} @ ${order.price} ref ${order.reference} ` +
    `id ${order.clOrdId} s${order.session} a${order.account} done ${order.executed}`
  );
}

export function stateLines(venue: Venue): string[] {
  const books = [...venue.books.values()].sort((a, b) => a.locate - b.locate);
  const rows = books.flatMap((book) => {
    const lines = [...book.walk()].map(restingLine);
    return lines.length === 0 ? [] : [`row ${book.locate}`, ...lines];
  });
  return [...rows, `last ref ${venue.lastReference} match ${venue.lastMatchNumber}`];
}

/** FNV-1a 64 over the lines, each with its line end. */
export function stateDigest(venue: Venue): bigint {
  const hash = new Fnv1a64();
  for (const line of stateLines(venue)) {
    for (let at = 0; at < line.length; at++) hash.addBigEndian(BigInt(line.charCodeAt(at)), 1);
    hash.addBigEndian(10n, 1);
  }
  return hash.value;
}
