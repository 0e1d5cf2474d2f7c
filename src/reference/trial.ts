// Fill-or-kill and minimum quantity: both ask, before anything happens, how much the order would trade at once, and cancel it whole if that
// is too little. Fill-or-kill needs all of it, a minimum quantity its minimum; the minimum is asked once, when the order comes in (a stop:
// when it is triggered), for every time in force, and what is left afterwards rests or not as its time in force says.
//
// The trial counts hidden reserve, and does not count makers that self-trade prevention would keep the order from: the count ends at the
// first own maker when the order itself would be cancelled, passes over own makers that would be cancelled, and loses the quantity that
// would be decremented. It does not foresee what trades themselves may cause (protection trips, circuit breaker).
//
// Events: `accepted`, then `canceled` with fillOrKill or minimumQuantity. No public effect; self-trade prevention does not act.

import type { Book } from './book.js';
import type { CancelReason } from './commands.js';
import { accepts, type Order, opposite } from './order.js';
import { isOwn } from './self_trade.js';

/** Why the order must be cancelled, if it must. */
export function checkTrial(book: Book, taker: Order, limit: number): CancelReason | undefined {
  const isKill = taker.timeInForce === 'fillOrKill';
  const needed = isKill ? taker.leaves : taker.minQuantity;
  if (needed === 0 || tradeable(book, taker, limit) >= needed) return undefined;
  return isKill ? 'fillOrKill' : 'minimumQuantity';
}

/** What it would trade at once. */
function tradeable(book: Book, taker: Order, limit: number): number {
  let open = taker.leaves;
  let traded = 0;
  for (const level of book[opposite(taker.side)]) {
    if (!accepts(taker.side, limit, level.price)) break;
    const line = level.orders.map((order) => ({ order, displayed: order.displayed, leaves: order.leaves }));
    for (let head = line.shift(); head !== undefined && open > 0; head = line.shift()) {
      const quantity = Math.min(open, head.displayed);
      if (isOwn(taker, head.order)) {
        const action = taker.selfTrade?.action;
        if (action === 'cancelNewest' || action === 'cancelBoth') return traded;
        if (action === 'cancelOldest') continue;
      } else {
        traded += quantity;
      }
      open -= quantity;
      head.leaves -= quantity;
      if (head.leaves > 0) line.push({ ...head, displayed: Math.min(head.order.displayQuantity, head.leaves) });
    }
  }
  return traded;
}
