// What is refused at the door, before a book is touched: one reason each, with the number that was exceeded, in a stated order.
//
// New order: session, instrument, kill and locks (lockouts.ts), side, order type, time in force, price (1 to 2,000,000,000: what ITCH can
// publish; not asked of market and stop orders), stop price (the same range), quantity (1 to the venue's largest), minimum quantity (at
// most the quantity), display quantity (at most the quantity), tick, lot (tick_table.ts), combination, expire time (after now), duplicate
// id, trading state (trading_state.ts), collar (price_collar.ts), band (price_band.ts), post-only, pre-trade risk (pre_trade_risk.ts), and
// for an order that would rest or wait at once: room for it. Combinations refused as notSupported: post-only with anything that need not
// rest (market, IOC, FOK, stops, minimum quantity, orders for one auction); a reserve that never rests (market, stop, IOC, FOK, orders for
// one auction); orders for one auction that are stops or have a minimum quantity; imbalance-only orders that are not limit orders for one
// auction.
// Replace: session, instrument, order (the session's own, in that instrument), price, stop price, quantity, tick, lot, duplicate id,
// trading state, collar, band, post-only, pre-trade risk unless it only reduces, room for a new level.
// Cancel: session, instrument, order, in every state. Mass cancel: session, scope, instrument. Mass quote: quotes.ts.

import { largestPrice, smallestPrice } from '../generated/rules.js';
import type { Book } from './book.js';
import type { CancelOrder, NewOrder, ReplaceOrder } from './commands.js';
import { checkLocks } from './lockouts.js';
import { isAuctionOnly, isStop, type Order } from './order.js';
import { checkBand } from './price_band.js';
import { checkCollar } from './price_collar.js';
import { checkLot, checkTick } from './tick_table.js';
import { checkOpen, checkState } from './trading_state.js';
import type { Refusal, Venue } from './venue.js';

const orderTypes: readonly string[] = ['limit', 'market', 'stop', 'stopLimit'];
const timesInForce: readonly string[] = [
  'day',
  'immediateOrCancel',
  'fillOrKill',
  'goodTillTime',
  'atTheOpening',
  'atTheClose',
];

export function checkPrice(price: number, reason: Refusal['reason'] = 'invalidPrice'): Refusal | undefined {
  if (price < smallestPrice) return { reason, limitValue: smallestPrice };
  if (price > largestPrice) return { reason, limitValue: largestPrice };
  return undefined;
}

export function checkQuantity(venue: Venue, quantity: number): Refusal | undefined {
  if (quantity < 1) return { reason: 'invalidQuantity', limitValue: 1 };
  const largest = venue.limits.maximumOrderQuantity;
  return quantity > largest ? { reason: 'invalidQuantity', limitValue: largest } : undefined;
}

function hasPrice(command: NewOrder): boolean {
  return command.orderType === 'limit' || command.orderType === 'stopLimit';
}

/** The fields of a new order by themselves. */
function checkFields(venue: Venue, command: NewOrder): Refusal | undefined {
  if (command.side !== 'buy' && command.side !== 'sell') return { reason: 'invalidSide' };
  if (!orderTypes.includes(command.orderType)) return { reason: 'invalidOrderType' };
  if (!timesInForce.includes(command.timeInForce)) return { reason: 'invalidTimeInForce' };
  return (
    (hasPrice(command) ? checkPrice(command.price) : undefined) ??
    (isStop(command.orderType) ? checkPrice(command.stopPrice ?? 0, 'invalidStopPrice') : undefined) ??
    checkQuantity(venue, command.quantity) ??
    checkParts(command) ??
    checkSteps(venue.book(command.locate), stepsOf(command)) ??
    checkCombination(command) ??
    checkExpireTime(venue, command)
  );
}

function checkParts(command: NewOrder): Refusal | undefined {
  const limitValue = command.quantity;
  if ((command.minQuantity ?? 0) > limitValue) return { reason: 'invalidMinimumQuantity', limitValue };
  if ((command.displayQuantity ?? 0) > limitValue) return { reason: 'invalidDisplayQuantity', limitValue };
  return undefined;
}

/** What must stand on a tick or be whole lots. */
interface Steps {
  readonly prices: readonly (number | undefined)[];
  readonly quantity: number;
  readonly displayQuantity?: number | undefined;
}

function stepsOf(command: NewOrder): Steps {
  const { quantity, displayQuantity, price, stopPrice } = command;
  const prices = [hasPrice(command) ? price : undefined, isStop(command.orderType) ? stopPrice : undefined];
  return { prices, quantity, displayQuantity };
}

function checkSteps(book: Book, { prices, quantity, displayQuantity }: Steps): Refusal | undefined {
  for (const price of prices) {
    const refusal = checkTick(book, price);
    if (refusal !== undefined) return refusal;
  }
  return checkLot(book, quantity, displayQuantity);
}

function checkCombination(command: NewOrder): Refusal | undefined {
  const mayRest = hasPrice(command) && (command.timeInForce === 'day' || command.timeInForce === 'goodTillTime');
  const hasMinimum = (command.minQuantity ?? 0) > 0;
  const isBadPost = command.postOnly === true && (!mayRest || isStop(command.orderType) || hasMinimum);
  const isBadReserve = (command.displayQuantity ?? 0) > 0 && !mayRest;
  const isLimit = command.orderType === 'limit';
  const isBadAuction = isAuctionOnly(command)
    ? isStop(command.orderType) || hasMinimum
    : command.imbalanceOnly === true;
  const isBadImbalance = command.imbalanceOnly === true && !isLimit;
  return isBadPost || isBadReserve || isBadAuction || isBadImbalance ? { reason: 'notSupported' } : undefined;
}

function checkExpireTime(venue: Venue, command: NewOrder): Refusal | undefined {
  if (command.timeInForce !== 'goodTillTime') return undefined;
  return (command.expireTime ?? 0) > venue.now ? undefined : { reason: 'expireTimePassed', limitValue: venue.now };
}

export function checkNewOrder(venue: Venue, command: NewOrder): Refusal | undefined {
  if (!venue.books.has(command.locate)) return { reason: 'unknownInstrument' };
  const refusal = checkLocks(venue, command) ?? checkFields(venue, command);
  if (refusal !== undefined) return refusal;
  if (venue.find(command.session, command.clOrdId) !== undefined) return { reason: 'duplicateClOrdId' };
  const book = venue.book(command.locate);
  return checkState(book, command) ?? checkReach(book, command, command.price);
}

/** Collar, then band, of a limit order that would stand or trade now. */
export function checkReach(
  book: Book,
  order: Pick<Order, 'side' | 'orderType' | 'timeInForce'>,
  price: number | undefined,
): Refusal | undefined {
  if (order.orderType !== 'limit') return undefined;
  const isLater = isAuctionOnly(order);
  return checkCollar(book, order.side, price) ?? (isLater ? undefined : checkBand(book, order.side, price));
}

/** The order a cancel or replace names, or why there is none. */
export function findNamed(venue: Venue, command: CancelOrder | ReplaceOrder): Order | Refusal {
  if (!venue.books.has(command.locate)) return { reason: 'unknownInstrument' };
  const order = venue.find(command.session, command.originalClOrdId);
  return order !== undefined && order.locate === command.locate ? order : { reason: 'unknownOrder' };
}

export function isRefusal(found: Order | Refusal): found is Refusal {
  return 'reason' in found;
}

export function checkReplace(venue: Venue, command: ReplaceOrder, order: Order): Refusal | undefined {
  const refusal =
    (order.price === undefined ? undefined : checkPrice(command.price)) ??
    (order.stopPrice === undefined || command.stopPrice === undefined
      ? undefined
      : checkPrice(command.stopPrice, 'invalidStopPrice')) ??
    checkQuantity(venue, command.quantity) ??
    checkSteps(venue.book(order.locate), replacedSteps(command, order));
  if (refusal !== undefined) return refusal;
  if (command.clOrdId !== order.clOrdId && venue.find(command.session, command.clOrdId) !== undefined) {
    return { reason: 'duplicateClOrdId' };
  }
  const book = venue.book(order.locate);
  return checkOpen(book) ?? checkReach(book, order, command.price);
}

function replacedSteps(command: ReplaceOrder, order: Order): Steps {
  const prices = [
    order.price === undefined ? undefined : command.price,
    order.stopPrice === undefined ? undefined : command.stopPrice,
  ];
  return { prices, quantity: command.quantity };
}
