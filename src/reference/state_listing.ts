// Everything that the next commands can depend on, as lines: for comparing engines by more than what they show. Two engines whose listings
// are equal go on alike. native/.../state_listing.hpp prints the same.
//
//   row 1 last 1000                                          its last trade's price; rows that nothing has happened to are left out
//   B 10/25 @ 1000 ref 3 id 5 s0 a10 f100 done 3 TERMS       resting, in canonical walk: shown/open; done: executed since entry
//   stop B 10 @ market stop 1001 ref 4 id 6 s0 a10 f100 [ioc|fok] [min N] TERMS       waiting, in the order of their election
//   s0: 3 4                                                  a session's orders in the order they were entered
//   last ref 4 match 2
//   and what market_listing.ts lists of states, auctions and limits
//
// TERMS, those that an order has: keep post show N gtt TIME stp account|firm newest|oldest|both|decrement

import type { Book } from './book.js';
import { Fnv1a64 } from './book_digest.js';
import { dayLines, marketLinesOf } from './market_listing.js';
import type { Order } from './order.js';
import { inOrderOfElection } from './stops.js';
import type { Venue } from './venue.js';

const actionWords = {
  cancelNewest: 'newest',
  cancelOldest: 'oldest',
  cancelBoth: 'both',
  decrement: 'decrement',
} as const;

function termsOf(order: Order): string {
  return [
    order.keepOnDisconnect ? ' keep' : '',
    order.postOnly ? ' post' : '',
    order.displayQuantity === 0 ? '' : ` show ${order.displayQuantity}`,
    order.expireTime === undefined ? '' : ` gtt ${order.expireTime}`,
    order.selfTrade === undefined ? '' : ` stp ${order.selfTrade.scope} ${actionWords[order.selfTrade.action]}`,
  ].join('');
}

function namesOf(order: Order): string {
  return `ref ${order.reference} id ${order.clOrdId} s${order.session} a${order.account} f${order.firm}`;
}

const sideWord = (order: Order): string => (order.side === 'buy' ? 'B' : 'S');

function restingLine(order: Order): string {
  const shown = `${order.displayed}/${order.leaves} @ ${order.price}`;
  return `${sideWord(order)} ${shown} ${namesOf(order)} done ${order.executed}${termsOf(order)}`;
}

function stopLine(order: Order): string {
  const term = { immediateOrCancel: ' ioc', fillOrKill: ' fok' }[order.timeInForce as 'fillOrKill'] ?? '';
  const minimum = order.minQuantity === 0 ? '' : ` min ${order.minQuantity}`;
  const what = `${order.leaves} @ ${order.price ?? 'market'} stop ${order.stopPrice}`;
  return `stop ${sideWord(order)} ${what} ${namesOf(order)}${term}${minimum}${termsOf(order)}`;
}

const auctionWords: Readonly<Record<string, string>> = { atTheOpening: ' onopen', atTheClose: ' onclose' };

function queuedLine(order: Order): string {
  const term = `${auctionWords[order.timeInForce] ?? ''}${order.imbalanceOnly ? ' imbalanceonly' : ''}`;
  return `queued ${sideWord(order)} ${order.leaves} @ ${order.price ?? 'market'} ${namesOf(order)}${term}${termsOf(order)}`;
}

function rowLines(book: Book, now: number): string[] {
  const lines = [
    ...marketLinesOf(book, now),
    ...[...book.walk()].map(restingLine),
    ...book.queued.map(queuedLine),
    ...inOrderOfElection(book.parked).map(stopLine),
  ];
  if (lines.length === 0 && book.lastPrice === undefined) return [];
  return [`row ${book.locate}${book.lastPrice === undefined ? '' : ` last ${book.lastPrice}`}`, ...lines];
}

function sessionLines(venue: Venue): string[] {
  const entered = new Map<number, number[]>();
  for (const { session, reference } of venue.orders) entered.set(session, [...(entered.get(session) ?? []), reference]);
  const sessions = [...entered.keys()].sort((a, b) => a - b);
  return sessions.map((session) => `s${session}: ${entered.get(session)?.join(' ')}`);
}

export function stateLines(venue: Venue): string[] {
  const books = [...venue.books.values()].sort((a, b) => a.locate - b.locate);
  const last = `last ref ${venue.lastReference} match ${venue.lastMatchNumber}`;
  return [...books.flatMap((book) => rowLines(book, venue.now)), ...sessionLines(venue), ...dayLines(venue), last];
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
