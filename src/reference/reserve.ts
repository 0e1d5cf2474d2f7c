// Reserve (iceberg) orders. An order with a display quantity shows at most that much; the rest is hidden, adds nothing to queueAhead, to
// the
// book's digest or to ITCH. As a taker it trades with all it has; what rests shows min(display quantity, leaves).
//
// When the displayed slice is gone and hidden quantity is left, the order refreshes at once, before the taker goes on: a new slice under a
// new reference, behind all others of its price (`refreshed`, public: A; the old reference ended with its last E, X or D). So one taker may
// meet the same order again, after the others of that price.
//
// Replace: the total counts hidden quantity. The same price and no more open quantity keeps the place and takes from the hidden part first;
// ITCH sees X only by what the displayed slice loses. Anything else goes to the back and shows a full slice again.

import type { Book } from './book.js';
import { shown } from './matching.js';
import type { Order } from './order.js';
import type { Venue } from './venue.js';

export function refresh(venue: Venue, book: Book, order: Order) {
  book.remove(order);
  const originalReference = order.reference;
  venue.lastReference += 1;
  order.reference = venue.lastReference;
  venue.tell(order, 'refreshed', { publicEffect: 'add', originalReference, ...shown(order) });
  book.append(order, order.price as number);
}
