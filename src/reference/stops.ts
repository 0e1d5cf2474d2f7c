// Stop and stop-limit orders. A stop is accepted and waits unseen (`parked`; no place in the book, no public effect) until a trade reaches
// its stop price: a buy stop at that price or above, a sell stop at that price or below. If the last trade has reached it already, it
// comes in at once. Then a stop is a market order, a stop-limit a limit order: `triggered`, followed by what an order that comes in gives.
// It keeps the reference it was accepted under, and its time priority is that of its triggering.
//
// Cascades. Every trade elects the stops it reaches, in this order: buys from the lowest stop price up, then sells from the highest down,
// at one stop price first come first served. Elected stops come in one by one, in the order of their election, after the command that
// caused the trade is complete (its rest has been settled); the trades they make elect further stops, behind those elected before.
//
// Stops come in only while the instrument trades continuously. In every other state a stop waits, whatever the last trade was; what a
// trade elected before a halt came waits again, behind those that wait; when continuous trading begins, the last trade (the auction's, if
// it had one) elects the stops it reaches.
//
// A waiting stop can be cancelled, and replaced under its own reference: limit, stop price and quantity change in place, it goes behind
// others of its stop price, and a stop price that the last trade has reached triggers it at once after `replaced` (no public effect,
// queueAhead 0). It expires like another order, and takes room like one.

import type { Book } from './book.js';
import { checkReach } from './checks.js';
import type { CancelReason, NewOrder, ReplaceOrder } from './commands.js';
import { enter } from './matching.js';
import type { Order } from './order.js';
import type { Venue } from './venue.js';

export function isReached(book: Book, order: Pick<Order, 'side'>, stopPrice: number): boolean {
  if (!book.isTrading || book.lastPrice === undefined) return false;
  return order.side === 'buy' ? book.lastPrice >= stopPrice : book.lastPrice <= stopPrice;
}

export function willPark(book: Book, command: NewOrder): boolean {
  return !isReached(book, command, command.stopPrice as number);
}

export function park(venue: Venue, book: Book, order: Order) {
  if (!venue.orders.has(order)) venue.remember(order);
  book.parked.push(order);
  order.place = 'parked';
  venue.tell(order, 'parked', { stopPrice: order.stopPrice as number });
}

export function inOrderOfElection(stops: readonly Order[]): Order[] {
  return [
    ...stops.filter(({ side }) => side === 'buy').sort((a, b) => (a.stopPrice as number) - (b.stopPrice as number)),
    ...stops.filter(({ side }) => side === 'sell').sort((a, b) => (b.stopPrice as number) - (a.stopPrice as number)),
  ];
}

/** Takes the stops that the last trade reached out of the waiting room and puts them in line. */
export function electStops(venue: Venue, book: Book) {
  const reached = book.parked.filter((order) => isReached(book, order, order.stopPrice as number));
  for (const order of inOrderOfElection(reached)) {
    book.parked.splice(book.parked.indexOf(order), 1);
    order.place = 'elected';
    venue.elected.push(order);
  }
}

/** What the command elected comes in, and what that elects. */
export function runElected(venue: Venue) {
  for (let order = venue.elected.shift(); order !== undefined; order = venue.elected.shift()) {
    const book = venue.book(order.locate);
    if (book.isTrading) trigger(venue, order);
    else waitAgain(book, order);
  }
}

function waitAgain(book: Book, order: Order) {
  book.parked.push(order);
  order.place = 'parked';
}

export function trigger(venue: Venue, order: Order) {
  order.place = 'taker';
  order.orderType = order.orderType === 'stop' ? 'market' : 'limit';
  venue.tell(order, 'triggered', { stopPrice: order.stopPrice as number, orderType: order.orderType });
  order.stopPrice = undefined;
  const book = venue.book(order.locate);
  const beyond = checkReach(book, order, order.price);
  if (beyond !== undefined) return venue.cancel(order, beyond.reason as CancelReason);
  enter(venue, book, order);
}

export function replaceParked(venue: Venue, command: ReplaceOrder, order: Order) {
  const book = venue.book(order.locate);
  book.parked.splice(book.parked.indexOf(order), 1);
  venue.rename(order, command.clOrdId);
  if (order.price !== undefined) order.price = command.price;
  order.stopPrice = command.stopPrice ?? order.stopPrice;
  order.leaves = command.quantity;
  venue.tell(order, 'replaced', {
    request: 'replaceOrder',
    originalClOrdId: command.originalClOrdId,
    originalReference: order.reference,
    queueAhead: 0,
    quantity: command.quantity,
    totalQuantity: command.quantity,
    stopPrice: order.stopPrice as number,
  });
  if (isReached(book, order, order.stopPrice as number)) return trigger(venue, order);
  book.parked.push(order);
}
