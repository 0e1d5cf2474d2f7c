// One order while the engine knows it, and what it means for two orders to meet.

import type { NewOrder, OrderType, Side, TimeInForce } from './commands.js';

/** Where an order is: on its way (taker), or in the book. */
export type Place = 'taker' | 'book';

export interface Order {
  clOrdId: number;
  reference: number;
  readonly session: number;
  readonly account: number;
  readonly firm: number;
  readonly locate: number;
  readonly side: Side;
  readonly keepOnDisconnect: boolean;
  orderType: OrderType;
  timeInForce: TimeInForce;
  /** Undefined for market orders. */
  price: number | undefined;
  /** Open quantity. */
  leaves: number;
  /** Executed since entry. */
  executed: number;
  place: Place;
}

export function orderOf(command: NewOrder, reference: number): Order {
  return {
    clOrdId: command.clOrdId,
    reference,
    session: command.session,
    account: command.account,
    firm: command.firm,
    locate: command.locate,
    side: command.side,
    keepOnDisconnect: command.keepOnDisconnect === true,
    orderType: command.orderType,
    timeInForce: command.timeInForce,
    price: command.orderType === 'market' ? undefined : command.price,
    leaves: command.quantity,
    executed: 0,
    place: 'taker',
  };
}

export function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

/** Does a resting order at `price` come before one at `than`? */
export function ranksBefore(side: Side, price: number, than: number): boolean {
  return side === 'buy' ? price > than : price < than;
}

/** Does a taker with this limit accept a resting price? */
export function accepts(side: Side, limit: number, resting: number): boolean {
  return side === 'buy' ? resting <= limit : resting >= limit;
}
