// One order while the engine knows it, and what it means for two orders to meet.

import type { NewOrder, OrderType, SelfTradeInstruction, Side, TimeInForce } from './commands.js';

/** On its way (taker), in the book, waiting unseen for its stop price (parked) or an auction (queued), or reached by a trade (elected). */
export type Place = 'taker' | 'book' | 'parked' | 'queued' | 'elected';

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
  stopPrice: number | undefined;
  readonly minQuantity: number;
  /** Shown at a time; 0 = all. */
  readonly displayQuantity: number;
  readonly postOnly: boolean;
  readonly expireTime: number | undefined;
  readonly selfTrade: SelfTradeInstruction | undefined;
  readonly imbalanceOnly: boolean;
  /** Set by a mass quote (quotes.ts). */
  readonly isQuote: boolean;
  /** Marked so, or the ask of a quote (short_sale.ts). */
  readonly shortSale: boolean;
  /** What pre-trade risk reckons it at. */
  riskPrice: number;
  /** Open quantity. */
  leaves: number;
  /** The part of leaves that the book shows; of use while the order rests. */
  displayed: number;
  /** Executed since entry. */
  executed: number;
  place: Place;
  /** Time priority among all that wait or rest in the instrument: smaller is earlier. */
  turn: number;
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
    price: command.orderType === 'market' || command.orderType === 'stop' ? undefined : command.price,
    stopPrice: isStop(command.orderType) ? command.stopPrice : undefined,
    minQuantity: command.minQuantity ?? 0,
    displayQuantity: command.displayQuantity ?? 0,
    postOnly: command.postOnly === true,
    expireTime: command.timeInForce === 'goodTillTime' ? command.expireTime : undefined,
    selfTrade: command.selfTrade,
    imbalanceOnly: command.imbalanceOnly === true,
    isQuote: false,
    shortSale: command.side === 'sell' && command.shortSale === true,
    riskPrice: 0,
    leaves: command.quantity,
    displayed: 0,
    executed: 0,
    place: 'taker',
    turn: 0,
  };
}

export function isStop(orderType: OrderType): boolean {
  return orderType === 'stop' || orderType === 'stopLimit';
}

export function isAuctionOnly(order: { readonly timeInForce: TimeInForce }): boolean {
  return order.timeInForce === 'atTheOpening' || order.timeInForce === 'atTheClose';
}

/** What the book will show of it when it goes to the back of its price. */
export function toDisplay(order: Order): number {
  return order.displayQuantity === 0 ? order.leaves : Math.min(order.displayQuantity, order.leaves);
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
