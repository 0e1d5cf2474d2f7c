// New orders and replaces.
//
// A new order gives `accepted`, then its executions, then `rested` or `canceled`. Its reference is the venue's next. queueAhead is the
// displayed quantity ahead of it at its price; 0 when it trades or never rests.
//
// A replace under reduceKeepsPriority states the new total, executed shares included. A total already executed cancels the order
// (replacedToNothing). The same price and no more open quantity: the order keeps its place and its reference (public: X by what was taken
// away, or nothing). Anything else: a new reference, behind all others; when it does not cross: public U, no `rested`; when it crosses:
// public D, then executions, then `rested` (A) for what is left. alwaysRequeue: the quantity is the new open quantity, what was executed
// before is forgotten, and every replace goes to the back. The order takes the replace's id. A refused replace changes nothing.

import { checkNewOrder, checkReplace, findNamed, isRefusal } from './checks.js';
import type { NewOrder, ReplaceOrder } from './commands.js';
import { queuePositionKept } from './events.js';
import { isMarketable, match, mayRest, rest, settle } from './matching.js';
import { type Order, orderOf } from './order.js';
import type { Refusal, Venue } from './venue.js';

export function newOrder(venue: Venue, command: NewOrder) {
  const refusal = checkNewOrder(venue, command);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const book = venue.book(command.locate);
  const order = orderOf(command, 0);
  const restsAtOnce = mayRest(order) && !isMarketable(book, order);
  const noRoom = restsAtOnce ? checkRoom(venue, order) : undefined;
  if (noRoom !== undefined) return venue.refuse(command, noRoom);
  venue.lastReference += 1;
  order.reference = venue.lastReference;
  venue.tell(order, 'accepted', {
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    quantity: command.quantity,
    totalQuantity: command.quantity,
    queueAhead: restsAtOnce ? book.displayedAt(order.side, command.price) : 0,
  });
  if (restsAtOnce) {
    venue.remember(order);
    return rest(venue, book, order);
  }
  match(venue, book, order);
  settle(venue, book, order);
}

function checkRoom(venue: Venue, order: Order): Refusal | undefined {
  const hasRoom = !venue.isFull && venue.hasLevelFor(order, order.price as number);
  return hasRoom ? undefined : { reason: 'bookFull', limitValue: venue.limits.maximumOrders };
}

export function replaceOrder(venue: Venue, command: ReplaceOrder) {
  const order = findNamed(venue, command);
  if (isRefusal(order)) return venue.refuse(command, order);
  const refusal = checkReplace(venue, command, order);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  if (venue.profile === 'alwaysRequeue') return replaceAtBack(venue, command, order, command.quantity, 0);
  const leaves = command.quantity - order.executed;
  if (leaves <= 0) return venue.cancel(order, 'replacedToNothing', command);
  if (command.price === order.price && leaves <= order.leaves) return replaceInPlace(venue, command, order, leaves);
  replaceAtBack(venue, command, order, leaves, order.executed);
}

function replaceInPlace(venue: Venue, command: ReplaceOrder, order: Order, leaves: number) {
  const takenAway = order.leaves - leaves;
  order.leaves = leaves;
  venue.rename(order, command.clOrdId);
  venue.tell(order, 'replaced', {
    publicEffect: takenAway === 0 ? 'none' : 'reduce',
    request: 'replaceOrder',
    originalClOrdId: command.originalClOrdId,
    originalReference: order.reference,
    queueAhead: queuePositionKept,
    quantity: takenAway,
    totalQuantity: command.quantity,
  });
}

function replaceAtBack(venue: Venue, command: ReplaceOrder, order: Order, leaves: number, executed: number) {
  const book = venue.book(order.locate);
  const trades = isMarketable(book, { ...order, price: command.price });
  if (!trades && !venue.hasLevelFor(order, command.price)) {
    return venue.refuse(command, { reason: 'bookFull', limitValue: venue.limits.maximumLevels });
  }
  book.remove(order);
  venue.rename(order, command.clOrdId);
  const originalReference = order.reference;
  venue.lastReference += 1;
  order.reference = venue.lastReference;
  order.price = command.price;
  order.leaves = leaves;
  order.executed = executed;
  venue.tell(order, 'replaced', {
    publicEffect: trades ? 'remove' : 'replace',
    request: 'replaceOrder',
    originalClOrdId: command.originalClOrdId,
    originalReference,
    queueAhead: trades ? 0 : book.displayedAt(order.side, command.price),
    quantity: executed + leaves,
    totalQuantity: executed + leaves,
  });
  if (!trades) return book.append(order, command.price);
  match(venue, book, order);
  settle(venue, book, order);
}
