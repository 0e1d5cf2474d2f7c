// Price-time matching. A taker trades with the other side, best price first, within a price first come first served, at the resting
// order's price, as far as its limit and quantity go.
//
// Events: one `executed` per maker (public: E). What is left rests (`rested`, public: A), or is cancelled: an IOC's or a market order's
// rest with immediateOrCancel, a rest for which the book has no room with bySystem.

import type { Book } from './book.js';
import { accepts, type Order, opposite } from './order.js';
import type { Venue } from './venue.js';

/** The worst price a taker takes. */
export function limitOf(taker: Order): number {
  if (taker.price !== undefined) return taker.price;
  return taker.side === 'buy' ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

/** Would it trade now? */
export function isMarketable(book: Book, order: Order): boolean {
  const best = book.best(opposite(order.side));
  return best !== undefined && accepts(order.side, limitOf(order), best.price);
}

export function mayRest(order: Order): boolean {
  return order.orderType === 'limit' && order.timeInForce === 'day';
}

export function match(venue: Venue, book: Book, taker: Order) {
  while (taker.leaves > 0 && isMarketable(book, taker)) {
    const maker = book.best(opposite(taker.side))?.orders[0] as Order;
    execute(venue, book, maker, taker, Math.min(taker.leaves, maker.leaves));
  }
}

function execute(venue: Venue, book: Book, maker: Order, taker: Order, quantity: number) {
  for (const order of [maker, taker]) {
    order.leaves -= quantity;
    order.executed += quantity;
  }
  venue.lastMatchNumber += 1;
  venue.tell(maker, 'executed', {
    publicEffect: 'execute',
    matchNumber: venue.lastMatchNumber,
    quantity,
    takerClOrdId: taker.clOrdId,
    takerReference: taker.reference,
    takerSession: taker.session,
    takerLeaves: taker.leaves,
  });
  if (maker.leaves > 0) return;
  book.remove(maker);
  venue.forget(maker);
}

/** What a taker could not trade rests or is cancelled. */
export function settle(venue: Venue, book: Book, taker: Order) {
  if (taker.leaves === 0) return venue.forget(taker);
  if (!mayRest(taker)) return venue.cancel(taker, 'immediateOrCancel');
  const isKnown = venue.orders.has(taker); // was in the book before a replace
  const price = taker.price as number;
  if ((!isKnown && venue.isFull) || !venue.hasLevelFor(taker, price)) return venue.cancel(taker, 'bySystem');
  if (!isKnown) venue.remember(taker);
  rest(venue, book, taker);
}

export function rest(venue: Venue, book: Book, order: Order) {
  book.append(order, order.price as number);
  venue.tell(order, 'rested', { publicEffect: 'add', orderType: order.orderType, timeInForce: order.timeInForce });
}
