// What the engine is told: every command as a plain object. This file is the one place for the engine's own names of sides, order types,
// reasons and the like; wire schemas follow it.
//
// Units. Price: integer, 1e-4. Quantity: shares. Time: nanoseconds, a safe integer, counted from wherever the sequencer counts (one
// trading day fits 90 times over); the engine only compares and subtracts. Ids and references: safe integers.
//
// Who may send what is decided by the gateway before the command is sequenced; the engine believes session, account and firm.

export type Side = 'buy' | 'sell';
export type OrderType = 'limit' | 'market';
export type TimeInForce = 'day' | 'immediateOrCancel';
export type ReplaceProfile = 'reduceKeepsPriority' | 'alwaysRequeue';
export type RequestKind = 'newOrder' | 'replaceOrder' | 'cancelOrder' | 'massCancel';
export type MassCancelScope = 'session' | 'instrument';

export type CancelReason =
  | 'byClient'
  | 'immediateOrCancel'
  | 'massCancel'
  | 'disconnect'
  | 'replacedToNothing'
  | 'bySystem';

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
  | 'bookFull';

/** Who asks, and about which instrument. */
export interface Request {
  readonly session: number;
  readonly account: number;
  readonly firm: number;
  readonly clOrdId: number;
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
}

export interface ReplaceOrder extends Request {
  readonly kind: 'replaceOrder';
  readonly originalClOrdId: number;
  readonly price: number;
  /** reduceKeepsPriority: the new total, executed shares included. alwaysRequeue: the new open quantity. */
  readonly quantity: number;
}

export interface CancelOrder extends Request {
  readonly kind: 'cancelOrder';
  readonly originalClOrdId: number;
}

export interface MassCancel extends Request {
  readonly kind: 'massCancel';
  readonly scope: MassCancelScope;
}

/** The gateway lost the session and its orders are to go. */
export interface SessionCancel {
  readonly kind: 'sessionCancel';
  readonly session: number;
}

export type ClientRequest = NewOrder | ReplaceOrder | CancelOrder | MassCancel;
export type Command = ClientRequest | SessionCancel;

/** A command with the time the sequencer gave it; never earlier than the one before. */
export interface SequencedCommand {
  readonly time: number;
  readonly command: Command;
}
