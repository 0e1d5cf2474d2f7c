// Price-time matching, while the instrument trades continuously (trading_state.ts). A taker trades with the other side, best price first,
// within a price first come first served, at the resting order's price, as far as its limit and quantity go. Of a reserve order only the
// displayed slice stands in line (reserve.ts). A maker of the taker's own people does not trade with it when the taker asks for that
// (self_trade.ts). Each trade may elect stops (stops.ts); a trade may be stopped by the circuit breaker (circuit_breaker.ts). Market orders
// go as far as the collar and the band allow (price_collar.ts, price_band.ts).
//
// Events: one `executed` per maker (public: E). What is left rests (`rested`, public: A), or is cancelled: an IOC's or a market order's
// rest with immediateOrCancel, a rest for which the book has no room with bySystem. Market orders never rest, whatever their time in force.

import type { Book } from './book.js';
import { trips } from './circuit_breaker.js';
import { accepts, type Order, opposite, toDisplay } from './order.js';
import { bandEdge } from './price_band.js';
import { collarEdge } from './price_collar.js';
import { protect } from './protection.js';
import { refresh } from './reserve.js';
import { isOwn, preventSelfTrade } from './self_trade.js';
import { electStops } from './stops.js';
import { haltByVenue } from './trading_state.js';
import { checkTrial } from './trial.js';
import type { Venue } from './venue.js';

/** The worst price a taker takes, as things are when it comes in. */
export function limitOf(book: Book, taker: Order): number {
  if (taker.price !== undefined) return taker.price;
  const edges = [collarEdge(book, taker.side), bandEdge(book, taker.side)].filter((edge) => edge !== undefined);
  return taker.side === 'buy'
    ? Math.min(Number.MAX_SAFE_INTEGER, ...edges)
    : Math.max(Number.MIN_SAFE_INTEGER, ...edges);
}

/** Would it trade now? */
export function isMarketable(book: Book, order: Order, limit = limitOf(book, order)): boolean {
  if (!book.isTrading) return false;
  const best = book.best(opposite(order.side));
  return best !== undefined && accepts(order.side, limit, best.price);
}

export function mayRest(order: Order): boolean {
  return order.orderType === 'limit' && (order.timeInForce === 'day' || order.timeInForce === 'goodTillTime');
}

/** An accepted or triggered order comes in: what it must trade at once is tried first, then it trades, then its rest is settled. */
export function enter(venue: Venue, book: Book, taker: Order) {
  const failed = checkTrial(venue, book, taker, limitOf(book, taker));
  if (failed !== undefined) return venue.cancel(taker, failed);
  match(venue, book, taker);
  settle(venue, book, taker);
}

export function match(venue: Venue, book: Book, taker: Order) {
  const limit = limitOf(book, taker);
  while (taker.leaves > 0 && isMarketable(book, taker, limit)) {
    const maker = book.best(opposite(taker.side))?.orders[0] as Order;
    if (isOwn(taker, maker)) preventSelfTrade(venue, book, maker, taker);
    else if (trips(venue, book, maker.price as number)) halt(venue, book, taker);
    else execute(venue, book, maker, taker, Math.min(taker.leaves, maker.displayed));
  }
}

function halt(venue: Venue, book: Book, taker: Order) {
  venue.cancel(taker, 'tradingHalted');
  haltByVenue(venue, book, 'T5');
}

function execute(venue: Venue, book: Book, maker: Order, taker: Order, quantity: number) {
  for (const order of [maker, taker]) {
    order.leaves -= quantity;
    order.executed += quantity;
    venue.risk.trade(order, quantity);
  }
  maker.displayed -= quantity;
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
  if (maker.leaves === 0) {
    book.remove(maker);
    venue.forget(maker);
  } else if (maker.displayed === 0) {
    refresh(venue, book, maker);
  }
  book.noteTrade(maker.price as number, venue.now);
  electStops(venue, book);
  protect(venue, maker, taker, quantity);
}

/** What a taker could not trade rests or is cancelled. */
export function settle(venue: Venue, book: Book, taker: Order) {
  if (taker.leaves === 0) return venue.forget(taker);
  if (!mayRest(taker)) return venue.cancel(taker, 'immediateOrCancel');
  const isKnown = venue.orders.has(taker); // was in the book before a replace, or waited
  const price = taker.price as number;
  if ((!isKnown && venue.isFull) || !venue.hasLevelFor(taker, price)) return venue.cancel(taker, 'bySystem');
  if (!isKnown) venue.remember(taker);
  rest(venue, book, taker);
}

export function rest(venue: Venue, book: Book, order: Order) {
  book.append(order, order.price as number);
  venue.tell(order, 'rested', {
    publicEffect: 'add',
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    ...shown(order),
  });
}

/** `displayed`, where it says more than leaves. */
export function shown(order: Order): { displayed?: number } {
  const displayed = toDisplay(order);
  return displayed === order.leaves ? {} : { displayed };
}
