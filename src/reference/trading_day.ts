// The trading day rolls at a `rollDay` with the number of the new day; a number that is not above the last is refused (invalidValue, with
// the last). In this order:
//   1. what ends with the day is `canceled` with expired, in entry order (public: D where it rests): day orders, every stop that waits,
//      everything queued for an auction. Good-till-time orders in the book stay: what was due by now has gone before (timers.ts).
//   2. `dayRolled` (public: S, the end of this day's stream): the public book of the new day begins empty.
//   3. each order that stays is told to the new stream: `rested` (public: A), rows ascending, each in canonical walk, so that a book built
//      from the new stream has the same priority. References, match numbers and client ids of orders that stay go on; references are
//      never used twice, within a day or across days. A client id is free again when its order is over: no other window is to clear here.
// With the day go: the last trade (for stops), the price band, the breaker's count, the breached market level. What stays: trading states
// and their timetables, tick and lot tables, collar, breaker, the reference price (which is now the close).

import type { RollDay } from './admin_commands.js';
import type { Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

function staysOvernight(order: Order): boolean {
  return order.place === 'book' && order.timeInForce === 'goodTillTime';
}

export function rollDay(venue: Venue, { day }: RollDay): Refusal | undefined {
  if (day <= venue.day) return { reason: 'invalidValue', limitValue: venue.day };
  venue.day = day;
  for (const order of [...venue.orders]) if (!staysOvernight(order)) venue.cancel(order, 'expired');
  venue.breachedLevel = 0;
  venue.emit({ kind: 'dayRolled', publicEffect: 'newDay', quantity: day });
  for (const book of venue.rows) {
    book.lastPrice = undefined;
    book.band = undefined;
    book.breaker?.forget();
    for (const order of book.walk()) tellAgain(venue, order);
  }
  return undefined;
}

/** As the book shows it now: the slice of a reserve order may be partly gone. */
function tellAgain(venue: Venue, order: Order) {
  const { displayed, leaves, orderType, timeInForce } = order;
  venue.tell(order, 'rested', {
    publicEffect: 'add',
    orderType,
    timeInForce,
    ...(displayed === leaves ? {} : { displayed }),
  });
}
