// What is refused at the door, before a book is touched: one reason each, with the number that was exceeded, in a stated order.
//
// New order: session, instrument, side, order type, time in force, price (1 to 2,000,000,000: what ITCH can publish; not asked of market
// and stop orders), stop price (the same range), quantity (1 to the venue's largest), minimum quantity (at most the quantity), display
// quantity (at most the quantity), combination, expire time (after now), duplicate id, post-only, and for an order that would rest or wait
// at once: room for it. Combinations refused as notSupported: post-only with anything that need not rest (market, IOC, FOK, stops, minimum
// quantity); a reserve that never rests (market, stop, IOC, FOK).
// Replace: session, instrument, order (the session's own, in that instrument), price, stop price, quantity, duplicate id, post-only, room
// for a new level. Cancel: session, instrument, order. Mass cancel: session, scope, instrument.

import type { CancelOrder, NewOrder, ReplaceOrder } from './commands.js';
import { isStop, type Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

export const smallestPrice = 1;
export const largestPrice = 2_000_000_000;

const orderTypes: readonly string[] = ['limit', 'market', 'stop', 'stopLimit'];
const timesInForce: readonly string[] = ['day', 'immediateOrCancel', 'fillOrKill', 'goodTillTime'];

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

function checkCombination(command: NewOrder): Refusal | undefined {
  const mayRest = hasPrice(command) && (command.timeInForce === 'day' || command.timeInForce === 'goodTillTime');
  const hasMinimum = (command.minQuantity ?? 0) > 0;
  const isBadPost = command.postOnly === true && (!mayRest || isStop(command.orderType) || hasMinimum);
  const isBadReserve = (command.displayQuantity ?? 0) > 0 && !mayRest;
  return isBadPost || isBadReserve ? { reason: 'notSupported' } : undefined;
}

function checkExpireTime(venue: Venue, command: NewOrder): Refusal | undefined {
  if (command.timeInForce !== 'goodTillTime') return undefined;
  return (command.expireTime ?? 0) > venue.now ? undefined : { reason: 'expireTimePassed', limitValue: venue.now };
}

export function checkNewOrder(venue: Venue, command: NewOrder): Refusal | undefined {
  if (!venue.books.has(command.locate)) return { reason: 'unknownInstrument' };
  const refusal = checkFields(venue, command);
  if (refusal !== undefined) return refusal;
  if (venue.find(command.session, command.clOrdId) !== undefined) return { reason: 'duplicateClOrdId' };
  return undefined;
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
    checkQuantity(venue, command.quantity);
  if (refusal !== undefined) return refusal;
  if (command.clOrdId !== order.clOrdId && venue.find(command.session, command.clOrdId) !== undefined) {
    return { reason: 'duplicateClOrdId' };
  }
  return undefined;
}
