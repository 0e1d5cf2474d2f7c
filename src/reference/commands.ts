// What the engine is told: every command as a plain object. This file is the one place for the engine's own names of sides, order types,
// reasons and the like; wire schemas follow it.
//
// Units. Price: integer, 1e-4. Quantity: shares. Time: nanoseconds, a safe integer, counted from wherever the sequencer counts (one
// trading day fits 90 times over); the engine only compares and subtracts. Ids and references: safe integers.
//
// What the operator says stands in admin_commands.ts; quotes, cancels by scope, locks and limits in control_commands.ts.
//
// Who may send what is decided by the gateway before the command is sequenced; the engine believes session, account and firm.

import type { AdminCommand, AdminReason } from './admin_commands.js';
import type { ControlReason, ControlRequest, ControlRequestKind, RiskCommand } from './control_commands.js';

export type Side = 'buy' | 'sell';
/** A stop becomes a market order, a stopLimit a limit order, when a trade reaches its stop price. */
export type OrderType = 'limit' | 'market' | 'stop' | 'stopLimit';
/** atTheOpening and atTheClose live in that auction only. */
export type TimeInForce = 'day' | 'immediateOrCancel' | 'fillOrKill' | 'goodTillTime' | 'atTheOpening' | 'atTheClose';
export type ReplaceProfile = 'reduceKeepsPriority' | 'alwaysRequeue';
export type RequestKind = 'newOrder' | 'replaceOrder' | 'cancelOrder' | ControlRequestKind;
export type SelfTradeScope = 'account' | 'firm';
/** Newest = the incoming order, oldest = the resting one. */
export type SelfTradeAction = 'cancelNewest' | 'cancelOldest' | 'cancelBoth' | 'decrement';

export type CancelReason =
  | 'byClient'
  | 'immediateOrCancel'
  | 'massCancel'
  | 'disconnect'
  | 'replacedToNothing'
  | 'bySystem'
  | 'fillOrKill'
  | 'minimumQuantity'
  | 'expired'
  | 'selfTrade'
  | 'quotePulled'
  | 'protection'
  | 'purge'
  | 'kill'
  | 'auctionEnd'
  | 'tradingHalted'
  | 'priceCollar'
  | 'priceBand';

export type RejectReason =
  | 'unknownInstrument'
  | 'unknownOrder'
  | 'duplicateClOrdId'
  | 'invalidSide'
  | 'invalidOrderType'
  | 'invalidTimeInForce'
  | 'invalidPrice'
  | 'invalidQuantity'
  | 'notSupported'
  | 'bookFull'
  | 'invalidStopPrice'
  | 'invalidMinimumQuantity'
  | 'invalidDisplayQuantity'
  | 'expireTimePassed'
  | 'postOnlyWouldTrade'
  | 'tradingClosed'
  | 'tradingHalted'
  | 'notInThisState'
  | 'invalidTick'
  | 'invalidLot'
  | 'priceCollar'
  | 'priceBand'
  | AdminReason
  | ControlReason;

/** Who asks. */
export interface Requester {
  readonly session: number;
  readonly account: number;
  readonly firm: number;
  readonly clOrdId: number;
}

/** Who asks, and about which instrument. */
export interface Request extends Requester {
  /** The instrument's row; 0 = unknown to the gateway. */
  readonly locate: number;
}

export interface NewOrder extends Request {
  readonly kind: 'newOrder';
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** Ignored for market orders. */
  readonly price: number;
  readonly quantity: number;
  /** Stays when the session is lost. */
  readonly keepOnDisconnect?: boolean;
  /** The least to trade at once, or the order is cancelled; 0 or absent = none. */
  readonly minQuantity?: number;
  /** Shown of a reserve order; 0 or absent = all. */
  readonly displayQuantity?: number;
  /** Must rest; refused if it would trade. */
  readonly postOnly?: boolean;
  /** goodTillTime: the first instant at which the order is no longer there. */
  readonly expireTime?: number;
  /** stop and stopLimit. */
  readonly stopPrice?: number;
  readonly selfTrade?: SelfTradeInstruction;
  /** A sale of what the account does not hold (short_sale.ts); ignored for buys. */
  readonly shortSale?: boolean;
  /** Trades only against what the auction leaves over on the other side; limit orders atTheOpening or atTheClose. */
  readonly imbalanceOnly?: boolean;
}

/** What is to happen when this order comes in and meets one of its own people; absent: they trade. */
export interface SelfTradeInstruction {
  readonly scope: SelfTradeScope;
  readonly action: SelfTradeAction;
}

export interface ReplaceOrder extends Request {
  readonly kind: 'replaceOrder';
  readonly originalClOrdId: number;
  readonly price: number;
  /** reduceKeepsPriority: the new total, executed shares included. alwaysRequeue: the new open quantity. */
  readonly quantity: number;
  /** Of a waiting stop; absent: as it was. */
  readonly stopPrice?: number;
}

export interface CancelOrder extends Request {
  readonly kind: 'cancelOrder';
  readonly originalClOrdId: number;
}

/** The gateway lost the session and its orders are to go. */
export interface SessionCancel {
  readonly kind: 'sessionCancel';
  readonly session: number;
}

export type ClientRequest = NewOrder | ReplaceOrder | CancelOrder | ControlRequest;

/** Nothing but time passing: what is due happens. */
export interface AdvanceTime {
  readonly kind: 'advanceTime';
}

export type Command = ClientRequest | SessionCancel | AdvanceTime | AdminCommand | RiskCommand;

/** A command with the time the sequencer gave it; never earlier than the one before. */
export interface SequencedCommand {
  readonly time: number;
  readonly command: Command;
}
