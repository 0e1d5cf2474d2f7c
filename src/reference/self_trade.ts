// Self-trade prevention: the incoming order's instruction decides; the resting order's own does not matter. Scope: orders of the same
// account, or of the same firm. When the taker would trade with such a maker at the head of the line, `prevented` tells both what would
// have traded (no public effect), and then, the maker's part before the taker's:
//   cancelNewest  the taker's rest is cancelled; the maker keeps its place
//   cancelOldest  the maker is cancelled, hidden reserve included (public: D); the taker goes on
//   cancelBoth    both
//   decrement     both lose what would have traded: `canceled` with what is left (maker: public X, or D when nothing displayed is left;
//                 a reserve order then refreshes); who has nothing left is done
// All cancels carry reason selfTrade. Trades before the meeting stand. A decrement is not an execution: a later replace's total does not
// count it. Auctions do not prevent self trades.

import type { Book } from './book.js';
import type { Order } from './order.js';
import { refresh } from './reserve.js';
import type { Venue } from './venue.js';

export function isOwn(taker: Order, maker: Order): boolean {
  switch (taker.selfTrade?.scope) {
    case 'account':
      return taker.account === maker.account;
    case 'firm':
      return taker.firm === maker.firm;
    case undefined:
      return false;
  }
}

export function preventSelfTrade(venue: Venue, book: Book, maker: Order, taker: Order) {
  const quantity = Math.min(taker.leaves, maker.displayed);
  venue.tell(maker, 'prevented', {
    quantity,
    takerClOrdId: taker.clOrdId,
    takerReference: taker.reference,
    takerSession: taker.session,
    takerLeaves: taker.leaves,
  });
  const action = taker.selfTrade?.action;
  if (action === 'decrement') {
    decrementMaker(venue, book, maker, quantity);
    decrement(venue, taker, quantity);
    return;
  }
  if (action !== 'cancelNewest') venue.cancel(maker, 'selfTrade');
  if (action !== 'cancelOldest') venue.cancel(taker, 'selfTrade');
}

function decrement(venue: Venue, order: Order, quantity: number, publicEffect: 'none' | 'reduce' | 'remove' = 'none') {
  if (order.leaves === quantity) return venue.cancel(order, 'selfTrade');
  order.leaves -= quantity;
  venue.tell(order, 'canceled', { publicEffect, originalClOrdId: order.clOrdId, quantity, reason: 'selfTrade' });
}

function decrementMaker(venue: Venue, book: Book, maker: Order, quantity: number) {
  const isDone = maker.leaves === quantity;
  const isShown = maker.displayed > quantity;
  if (!isDone) maker.displayed -= quantity;
  decrement(venue, maker, quantity, isShown ? 'reduce' : 'remove');
  if (!isDone && !isShown) refresh(venue, book, maker);
}
