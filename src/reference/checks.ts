// What is refused at the door, before a book is touched: one reason each, with the number that was exceeded, in a stated order.
//
// New order: session, instrument, side, order type, time in force, price (1 to 2,000,000,000: what ITCH can publish), quantity (1 to the
// venue's largest), duplicate id, and for an order that would rest at once: room for it.
// Replace: session, instrument, order (the session's own, in that instrument), price, quantity, duplicate id, room for a new level.
// Cancel: session, instrument, order. Mass cancel: session, scope, instrument.

import type { CancelOrder, NewOrder, ReplaceOrder } from './commands.js';
import type { Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

export const smallestPrice = 1;
export const largestPrice = 2_000_000_000;

const orderTypes: readonly string[] = ['limit', 'market'];
const timesInForce: readonly string[] = ['day', 'immediateOrCancel'];

export function checkPrice(price: number): Refusal | undefined {
  if (price < smallestPrice) return { reason: 'invalidPrice', limitValue: smallestPrice };
  if (price > largestPrice) return { reason: 'invalidPrice', limitValue: largestPrice };
  return undefined;
}

export function checkQuantity(venue: Venue, quantity: number): Refusal | undefined {
  if (quantity < 1) return { reason: 'invalidQuantity', limitValue: 1 };
  const largest = venue.limits.maximumOrderQuantity;
  return quantity > largest ? { reason: 'invalidQuantity', limitValue: largest } : undefined;
}

/** The fields of a new order by themselves. */
function checkFields(venue: Venue, command: NewOrder): Refusal | undefined {
  if (command.side !== 'buy' && command.side !== 'sell') return { reason: 'invalidSide' };
  if (!orderTypes.includes(command.orderType)) return { reason: 'invalidOrderType' };
  if (!timesInForce.includes(command.timeInForce)) return { reason: 'invalidTimeInForce' };
  return (
    (command.orderType === 'limit' ? checkPrice(command.price) : undefined) ?? checkQuantity(venue, command.quantity)
  );
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
  const refusal = checkPrice(command.price) ?? checkQuantity(venue, command.quantity);
  if (refusal !== undefined) return refusal;
  if (command.clOrdId !== order.clOrdId && venue.find(command.session, command.clOrdId) !== undefined) {
    return { reason: 'duplicateClOrdId' };
  }
  return undefined;
}
