// New orders and replaces.
//
// A new order gives `accepted`, then its executions, then `rested` or `canceled`; a stop gives `accepted`, then `parked` or `triggered`; an
// order that waits for an auction gives `accepted`, then `queued` (trading_state.ts says which, and that nothing trades outside continuous
// trading).
// Its reference is the venue's next. queueAhead is the displayed quantity ahead of it at its price; 0 when it trades, waits or never rests.
// A post-only order that would trade is refused (postOnlyWouldTrade, with the price it would have traded at), new or replaced.
//
// A replace under reduceKeepsPriority states the new total, executed shares included. A total already executed cancels the order
// (replacedToNothing). The same price and no more open quantity: the order keeps its place and its reference (public: X by what was taken
// away, or nothing). Anything else: a new reference, behind all others; when it does not cross: public U, no `rested`; when it crosses:
// public D, then executions, then `rested` (A) for what is left. alwaysRequeue: the quantity is the new open quantity, what was executed
// before is forgotten, and every replace goes to the back. The order takes the replace's id. A refused replace changes nothing.
// A queued order is replaced under its own reference, price and quantity, and goes behind the others that wait (no public effect).

import type { Book } from './book.js';
import { checkNewOrder, checkReplace, findNamed, isRefusal } from './checks.js';
import type { NewOrder, ReplaceOrder, RequestKind } from './commands.js';
import { queuePositionKept } from './events.js';
import { enter, isMarketable, match, mayRest, rest, settle, shown } from './matching.js';
import { rememberOrder } from './message_flow.js';
import { isAuctionOnly, isStop, type Order, opposite, orderOf } from './order.js';
import { checkRisk, warn } from './pre_trade_risk.js';
import { park, replaceParked, trigger, willPark } from './stops.js';
import type { Refusal, Venue } from './venue.js';

/** What becomes of a new order first. */
type Outcome = 'rests' | 'comes in' | 'waits' | 'queues' | 'triggers';

export function newOrder(venue: Venue, command: NewOrder) {
  const refusal = checkNewOrder(venue, command);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const book = venue.book(command.locate);
  const order = orderOf(command, 0);
  const outcome = outcomeOf(book, command, order);
  const post = checkPostOnly(book, order);
  if (post !== undefined) return venue.refuse(command, post);
  const risk = checkRisk(venue, order);
  const last = risk.refusal ?? checkRoom(venue, order, outcome);
  if (last !== undefined) return venue.refuse(command, last);
  rememberOrder(venue, order);
  warn(venue, command, risk);
  takeIn(venue, command, order);
}

/** A new order, or a quote where there was none, that nothing speaks against. */
export function takeIn(venue: Venue, command: NewOrder, order: Order) {
  const book = venue.book(command.locate);
  const outcome = outcomeOf(book, command, order);
  venue.lastReference += 1;
  order.reference = venue.lastReference;
  venue.tell(order, 'accepted', {
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    quantity: command.quantity,
    totalQuantity: command.quantity,
    queueAhead: outcome === 'rests' ? book.displayedAt(order.side, command.price) : 0,
    ...(order.stopPrice === undefined ? {} : { stopPrice: order.stopPrice }),
  });
  switch (outcome) {
    case 'rests':
      venue.remember(order);
      return rest(venue, book, order);
    case 'waits':
      return park(venue, book, order);
    case 'queues':
      return queue(venue, book, order);
    case 'triggers':
      return trigger(venue, order);
    case 'comes in':
      return enter(venue, book, order);
  }
}

function outcomeOf(book: Book, command: NewOrder, order: Order): Outcome {
  if (isStop(order.orderType)) return willPark(book, command) ? 'waits' : 'triggers';
  if (isAuctionOnly(order) || (order.orderType === 'market' && !book.isTrading)) return 'queues';
  const restsAtOnce = mayRest(order) && order.minQuantity === 0 && !isMarketable(book, order);
  return restsAtOnce ? 'rests' : 'comes in';
}

function queue(venue: Venue, book: Book, order: Order) {
  venue.remember(order);
  book.queue(order);
  venue.tell(order, 'queued', { orderType: order.orderType, timeInForce: order.timeInForce });
}

function checkRoom(venue: Venue, order: Order, outcome: Outcome): Refusal | undefined {
  const needsSlot = outcome !== 'comes in' && outcome !== 'triggers';
  const hasRoom =
    (!needsSlot || !venue.isFull) && (outcome !== 'rests' || venue.hasLevelFor(order, order.price as number));
  return hasRoom ? undefined : { reason: 'bookFull', limitValue: venue.limits.maximumOrders };
}

function checkPostOnly(book: Book, order: Order): Refusal | undefined {
  if (!order.postOnly || !isMarketable(book, order)) return undefined;
  return { reason: 'postOnlyWouldTrade', limitValue: book.best(opposite(order.side))?.price as number };
}

export function replaceOrder(venue: Venue, command: ReplaceOrder) {
  const order = findNamed(venue, command);
  if (isRefusal(order)) return venue.refuse(command, order);
  const refusal = checkReplace(venue, command, order);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const stands = order.place === 'book';
  const keepsExecuted = stands && venue.profile === 'reduceKeepsPriority';
  const executed = keepsExecuted ? order.executed : 0;
  const leaves = command.quantity - executed;
  if (leaves <= 0) return venue.cancel(order, 'replacedToNothing', command);
  const keepsPlace = keepsExecuted && command.price === order.price && leaves <= order.leaves;
  if (keepsPlace) return reduceInPlace(venue, command, order, leaves);
  const proposed: Order = { ...order, ...pricesOf(command, order), leaves };
  const post = stands ? checkPostOnly(venue.book(order.locate), proposed) : undefined;
  if (post !== undefined) return venue.refuse(command, post);
  const risk = checkRisk(venue, proposed, order);
  const last = risk.refusal ?? (stands ? checkMove(venue, proposed) : undefined);
  if (last !== undefined) return venue.refuse(command, last);
  order.riskPrice = proposed.riskPrice;
  warn(venue, command, risk);
  if (order.place === 'parked') return replaceParked(venue, command, order);
  if (order.place === 'queued') return replaceQueued(venue, command, order);
  moveToBack(venue, command, order, leaves, executed);
}

/** What a replace makes of an order's prices; those it has not it does not get. */
function pricesOf(command: ReplaceOrder, order: Order): Pick<Order, 'price' | 'stopPrice'> {
  return {
    price: order.price === undefined ? undefined : command.price,
    stopPrice: order.stopPrice === undefined ? undefined : (command.stopPrice ?? order.stopPrice),
  };
}

/** Is there room where it would go? */
function checkMove(venue: Venue, proposed: Order): Refusal | undefined {
  const isRoomy =
    isMarketable(venue.book(proposed.locate), proposed) || venue.hasLevelFor(proposed, proposed.price as number);
  return isRoomy ? undefined : { reason: 'bookFull', limitValue: venue.limits.maximumLevels };
}

/** What a replace, or a mass quote of a standing quote, asks of an order. */
interface Replacing {
  readonly kind: RequestKind;
  readonly clOrdId: number;
  readonly originalClOrdId: number;
  readonly price: number;
  readonly quantity: number;
}

export function reduceInPlace(venue: Venue, command: Replacing, order: Order, leaves: number) {
  const displayed = Math.min(order.displayed, leaves);
  const takenAway = order.displayed - displayed;
  order.leaves = leaves;
  order.displayed = displayed;
  venue.rename(order, command.clOrdId);
  venue.tell(order, 'replaced', {
    publicEffect: takenAway === 0 ? 'none' : 'reduce',
    request: command.kind,
    originalClOrdId: command.originalClOrdId,
    originalReference: order.reference,
    queueAhead: queuePositionKept,
    quantity: takenAway,
    totalQuantity: command.quantity,
    ...(displayed === leaves ? {} : { displayed }),
  });
}

/** Behind the others of its price, where that may cross too. */
export function moveToBack(venue: Venue, command: Replacing, order: Order, leaves: number, executed: number) {
  const book = venue.book(order.locate);
  const trades = isMarketable(book, { ...order, price: command.price });
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
    request: command.kind,
    originalClOrdId: command.originalClOrdId,
    originalReference,
    queueAhead: trades ? 0 : book.displayedAt(order.side, command.price),
    quantity: executed + leaves,
    totalQuantity: executed + leaves,
    ...(trades ? {} : shown(order)),
  });
  if (!trades) return book.append(order, command.price);
  match(venue, book, order);
  settle(venue, book, order);
}

function replaceQueued(venue: Venue, command: ReplaceOrder, order: Order) {
  const book = venue.book(order.locate);
  book.queued.splice(book.queued.indexOf(order), 1);
  venue.rename(order, command.clOrdId);
  if (order.price !== undefined) order.price = command.price;
  order.leaves = command.quantity;
  book.queue(order);
  venue.tell(order, 'replaced', {
    request: 'replaceOrder',
    originalClOrdId: command.originalClOrdId,
    originalReference: order.reference,
    queueAhead: 0,
    quantity: command.quantity,
    totalQuantity: command.quantity,
  });
}
