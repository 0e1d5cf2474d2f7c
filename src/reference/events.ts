// What one command did, in order. `kind` is what the owner is told, `publicEffect` what ITCH shows; whoever publishes translates and
// decides nothing. A field that means nothing for its kind is absent, so two engines that agree print the same JSON.

import type { TradingState } from './admin_commands.js';
import type { CancelReason, OrderType, RejectReason, RequestKind, Side, TimeInForce } from './commands.js';
import type { ProtectionReason, Scope } from './control_commands.js';

export type EventKind =
  | 'accepted' // new order taken; comes before its executions
  | 'executed' // one maker met one taker
  | 'rested' // what is left of an accepted or replaced order now stands in the book
  | 'canceled' // quantity cancelled
  | 'replaced' // replace taken
  | 'rejected' // new order or mass quote refused
  | 'cancelRejected' // any other request refused; nothing changed
  | 'refreshed' // a reserve order shows its next slice under a new reference
  | 'prevented' // two orders of the same people met and did not trade; what that did to them follows
  | 'parked' // an accepted stop waits, unseen
  | 'triggered' // a waiting stop comes in, as a market or limit order
  | 'massCanceled' // closes a mass cancel; quantity = orders cancelled
  | 'massQuoted' // closes a mass quote; quantity = entries taken in full, reason protectionTripped when that was not all
  | 'protectionSet'
  | 'protectionTripped' // limitValue = the threshold that was reached; the quotes pulled follow
  | 'protectionReset' // quantity = 1 when it had tripped
  | 'purged' // closes a purge; quantity = orders cancelled
  | 'killed' // closes a kill; quantity = orders cancelled
  | 'unlocked' // quantity = 1 when there was such a lock
  | 'unkilled' // quantity = 1 when it was killed
  | 'riskWarning' // a soft limit is exceeded by a command that is taken; before that command's own events
  | 'limitsSet'
  | 'restrictionSet' // an instrument for an account; quantity = 1 restricted, 0 not
  | 'shortSaleRestrictionSet' // of an instrument; quantity likewise
  | 'positionSet' // position
  | 'queued' // an accepted or replaced order waits unseen for an auction
  | 'crossed' // one side of a trade in an auction; both sides have the same match number
  | 'uncrossed' // an auction is over; quantity = traded, price = of the auction, 0 and 0 when nothing traded
  | 'imbalance' // what the auction would do now
  | 'stateChanged' // of an instrument
  | 'auctionCollar' // the auction must end between these prices
  | 'limitState' // the best price of `side` stands at the band `price`
  | 'limitStateOver'
  | 'marketLevels' // of the market-wide circuit breaker
  | 'marketBreached' // quantity = the level
  | 'dayRolled' // quantity = the new day; open orders follow as rested
  | 'adminRefused'; // an operator's command was not taken

export type PublicEffect =
  | 'none'
  | 'add' // A: reference, side, displayed (or leaves), price
  | 'execute' // E: reference, quantity, match number
  | 'reduce' // X: reference, quantity
  | 'remove' // D: originalReference when replaced, else reference
  | 'replace' // U: originalReference -> reference, displayed (or leaves), price
  | 'executeAtPrice' // C, not printable (the auction's Q counts it): reference, quantity, match number, price
  | 'crossTrade' // Q: quantity, price, match number, cross type
  | 'imbalance' // I
  | 'tradingAction' // H: state and haltReason (tradingAction of trading_state.ts)
  | 'auctionCollar' // J
  | 'marketLevels' // V
  | 'marketBreach' // W
  | 'shortSaleRestriction' // Y: quantity = 1 restricted, 0 not
  | 'newDay'; // S: this day's stream ends; the next begins with empty books

/** O, C, H of ITCH. */
export type CrossType = 'opening' | 'closing' | 'reopening';

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
  readonly reason?: CancelReason | RejectReason | ProtectionReason;
  readonly side?: Side;
  readonly orderType?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly request?: RequestKind;
  readonly state?: TradingState;
  /** ITCH code. */
  readonly haltReason?: string;
  readonly crossType?: CrossType;
  /** imbalance: what would trade; `quantity` is what would be left over, on `side`. */
  readonly pairedQuantity?: number;
  /** imbalance: the price if only orders for this auction took part; if all did. Absent: none. */
  readonly farPrice?: number;
  readonly nearPrice?: number;
  readonly referencePrice?: number;
  /** imbalance: ITCH's letter for how far the near price is from the reference. */
  readonly variation?: string;
  readonly lowerPrice?: number;
  readonly upperPrice?: number;
  /** auctionCollar: how many times it was widened. */
  readonly extension?: number;
  readonly levels?: readonly [number, number, number];
  /** Of a mass cancel, purge, kill or protection, as the request named it. */
  readonly scope?: Scope;
  /** Of a mass quote: which entry is at fault; the first is 0. */
  readonly entryIndex?: number;
  /** messageRateLimit: nanoseconds until the same would be taken. */
  readonly retryAfter?: number;
  readonly position?: number;
}
