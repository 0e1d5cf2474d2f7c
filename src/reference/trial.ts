// Fill-or-kill and minimum quantity: both ask, before anything happens, how much the order would trade at once, and cancel it whole if that
// is too little. Fill-or-kill needs all of it, a minimum quantity its minimum; the minimum is asked once, when the order comes in (a stop:
// when it is triggered), for every time in force, and what is left afterwards rests or not as its time in force says.
//
// The trial counts hidden reserve, and does not count makers that self-trade prevention would keep the order from: the count ends at the
// first own maker when the order itself would be cancelled, passes over own makers that would be cancelled, and loses the quantity that
// would be decremented. It counts no quote that a protection would have pulled by then: what the order's own executions would trip
// (protection.ts) it foresees. A circuit breaker it does not.
//
// Events: `accepted`, then `canceled` with fillOrKill or minimumQuantity. No public effect; self-trade prevention does not act.

import type { Book } from './book.js';
import type { CancelReason } from './commands.js';
import { accepts, type Order, opposite } from './order.js';
import { Forecast } from './protection.js';
import { isOwn } from './self_trade.js';
import type { Venue } from './venue.js';

/** Why the order must be cancelled, if it must. */
export function checkTrial(venue: Venue, book: Book, taker: Order, limit: number): CancelReason | undefined {
  const isKill = taker.timeInForce === 'fillOrKill';
  const needed = isKill ? taker.leaves : taker.minQuantity;
  if (needed === 0 || tradeable(venue, book, taker, limit) >= needed) return undefined;
  return isKill ? 'fillOrKill' : 'minimumQuantity';
}

/** What it would trade at once. */
function tradeable(venue: Venue, book: Book, taker: Order, limit: number): number {
  const forecast = new Forecast(venue);
  let open = taker.leaves;
  let traded = 0;
  for (const level of book[opposite(taker.side)]) {
    if (!accepts(taker.side, limit, level.price)) break;
    const line = level.orders.map((order) => ({ order, displayed: order.displayed, leaves: order.leaves }));
    for (let head = line.shift(); head !== undefined && open > 0; head = line.shift()) {
      if (forecast.isPulled(head.order)) continue;
      const quantity = Math.min(open, head.displayed);
      if (isOwn(taker, head.order)) {
        const action = taker.selfTrade?.action;
        if (action === 'cancelNewest' || action === 'cancelBoth') return traded;
        if (action === 'cancelOldest') continue;
      } else {
        traded += quantity;
        forecast.count(head.order, quantity);
      }
      open -= quantity;
      head.leaves -= quantity;
      if (head.leaves > 0) line.push({ ...head, displayed: Math.min(head.order.displayQuantity, head.leaves) });
    }
  }
  return traded;
}
