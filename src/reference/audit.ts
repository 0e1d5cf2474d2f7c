// What must hold between commands, whatever they were: for tests and for anyone who drives the engine and doubts. Cold.

import { opposite } from './order.js';
import type { Venue } from './venue.js';

/** Empty when all is well, else what is not. */
export function auditEngine(venue: Venue): string[] {
  const wrong: string[] = [];
  for (const book of venue.books.values()) {
    for (const side of ['buy', 'sell'] as const) {
      const levels = book[side];
      for (const [index, level] of levels.entries()) {
        const next = levels[index + 1];
        const isSorted = next === undefined || (side === 'buy' ? level.price > next.price : level.price < next.price);
        if (!isSorted) wrong.push(`${book.locate} ${side}: ${level.price} stands before ${next?.price}`);
        if (level.orders.length === 0) wrong.push(`${book.locate} ${side}: empty level ${level.price}`);
        for (const order of level.orders) {
          if (order.leaves < 1) wrong.push(`order ${order.reference} rests with ${order.leaves}`);
          const isShown = order.displayed > 0 && order.displayed <= order.leaves;
          if (!isShown) wrong.push(`order ${order.reference} shows ${order.displayed} of ${order.leaves}`);
          if (order.price !== level.price) wrong.push(`order ${order.reference} is at ${level.price}`);
          if (order.side !== side || order.locate !== book.locate) wrong.push(`order ${order.reference} is misplaced`);
          const known = order.isQuote ? venue.quote(order) : venue.find(order.session, order.clOrdId);
          if (known !== order) wrong.push(`order ${order.reference} has no name`);
        }
      }
      const best = book.best(side)?.price;
      const against = book.best(opposite(side))?.price;
      const isCrossed = side === 'buy' && best !== undefined && against !== undefined && best >= against;
      if (isCrossed && book.isTrading) wrong.push(`${book.locate} is crossed: ${best} and ${against}`);
    }
  }
  for (const book of venue.books.values()) {
    for (const order of book.queued)
      if (order.leaves < 1) wrong.push(`order ${order.reference} waits with ${order.leaves}`);
    for (const [index, order] of book.queued.entries()) {
      const isLate = order.turn < (book.queued[index - 1]?.turn ?? 0);
      if (isLate) wrong.push(`order ${order.reference} stands out of turn`);
    }
  }
  const inBooks = [...venue.books.values()].reduce(
    (sum, book) => sum + book.orderCount + book.parked.length + book.queued.length,
    0,
  );
  if (inBooks !== venue.orders.size) wrong.push(`${venue.orders.size} orders are known, ${inBooks} are in books`);
  if (venue.elected.length > 0) wrong.push(`${venue.elected.length} elected stops did not come in`);
  return wrong;
}
