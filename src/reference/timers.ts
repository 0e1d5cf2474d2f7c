// What time alone causes. Time comes with the commands: before a command is applied, everything due by then happens, in order of its due
// time, at one due time in the order in which the orders were entered; `advanceTime` is the command that does nothing else.
//
// Good-till-time: the order is there until its expire time and no longer: at that instant it is `canceled` with reason expired (public: D
// if it rests; a waiting stop just goes). A replace does not change it.

import type { Order } from './order.js';
import type { Venue } from './venue.js';

export function runTimers(venue: Venue, until: number) {
  for (let order = nextExpiring(venue, until); order !== undefined; order = nextExpiring(venue, until)) {
    venue.now = Math.max(venue.now, order.expireTime as number);
    venue.cancel(order, 'expired');
  }
}

function nextExpiring(venue: Venue, until: number): Order | undefined {
  let first: Order | undefined;
  for (const order of venue.orders) {
    if (order.expireTime === undefined || order.expireTime > until) continue;
    if (first === undefined || order.expireTime < (first.expireTime as number)) first = order;
  }
  return first;
}
