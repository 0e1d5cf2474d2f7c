// What one command did, in order. `kind` is what the owner is told, `publicEffect` what ITCH shows; whoever publishes translates and
// decides nothing. A field that means nothing for its kind is absent, so two engines that agree print the same JSON.

import type { CancelReason, OrderType, RejectReason, RequestKind, Side, TimeInForce } from './commands.js';

export type EventKind =
  | 'accepted' // new order taken; comes before its executions
  | 'executed' // one maker met one taker
  | 'rested' // what is left of an accepted or replaced order now stands in the book
  | 'canceled' // quantity cancelled
  | 'replaced' // replace taken
  | 'rejected' // new order refused
  | 'cancelRejected' // cancel, replace or mass cancel refused; nothing changed
  | 'refreshed' // a reserve order shows its next slice under a new reference
  | 'prevented' // two orders of the same people met and did not trade; what that did to them follows
  | 'parked' // an accepted stop waits, unseen
  | 'triggered' // a waiting stop comes in, as a market or limit order
  | 'massCanceled'; // closes a mass cancel; quantity = orders cancelled

export type PublicEffect =
  | 'none'
  | 'add' // A: reference, side, displayed (or leaves), price
  | 'execute' // E: reference, quantity, match number
  | 'reduce' // X: reference, quantity
  | 'remove' // D: originalReference when replaced, else reference
  | 'replace'; // U: originalReference -> reference, displayed (or leaves), price

/** queueAhead of a replace that kept its place: the position is as it was. */
export const queuePositionKept = -1;

export interface MatchEvent {
  readonly kind: EventKind;
  readonly publicEffect: PublicEffect;
  /** Of the request; of the order itself when nobody asked; executed: of the maker. */
  readonly clOrdId?: number;
  /** The order's earlier id. */
  readonly originalClOrdId?: number;
  readonly reference?: number;
  readonly originalReference?: number;
  readonly matchNumber?: number;
  /** Displayed quantity ahead. */
  readonly queueAhead?: number;
  readonly takerClOrdId?: number;
  readonly takerReference?: number;
  readonly takerSession?: number;
  readonly takerLeaves?: number;
  /** Rejects: the number that was exceeded. */
  readonly limitValue?: number;
  readonly session?: number;
  readonly account?: number;
  /** Absent for market orders; executed: the maker's. */
  readonly price?: number;
  /** Executed, cancelled, reduced or total quantity by kind. */
  readonly quantity?: number;
  /** Open quantity after the event; executed: of the maker. */
  readonly leaves?: number;
  /** What the book shows of the order, when that is less than leaves. */
  readonly displayed?: number;
  readonly stopPrice?: number;
  /** Of the whole order, executed shares included. */
  readonly totalQuantity?: number;
  readonly locate?: number;
  readonly instrumentId?: number;
  readonly reason?: CancelReason | RejectReason;
  readonly side?: Side;
  readonly orderType?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly request?: RequestKind;
}
