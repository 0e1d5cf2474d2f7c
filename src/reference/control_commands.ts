// What market makers and those who watch over risk tell the engine: quotes by the hundred, their protection, cancels by scope, lockouts,
// limits. Sequenced like orders, so limits and locks are the same in every replay. Units as in commands.ts; value = price x quantity,
// 1e-4, compared with limits that are safe integers (pre_trade_risk.ts says why that is exact).

import type { Requester, SelfTradeInstruction, Side } from './commands.js';

/** Whose orders: those that fit every field that is there. None of session, account and firm: the whole venue's. */
export interface Scope {
  readonly session?: number;
  readonly account?: number;
  readonly firm?: number;
  readonly locate?: number;
  readonly side?: Side;
}

/** cancels.ts */
export interface MassCancel extends Requester {
  readonly kind: 'massCancel';
  readonly scope: Scope;
}

/** lockouts.ts: cancel and lock out until `unlock`. Names one of session, account, firm or none, and an instrument if it likes; no side. */
export interface Purge extends Requester {
  readonly kind: 'purge';
  readonly scope: Scope;
}

export interface Unlock extends Requester {
  readonly kind: 'unlock';
  readonly scope: Scope;
}

/** lockouts.ts: the kill switch; names one of session, account, firm, or none for the venue. */
export interface Kill extends Requester {
  readonly kind: 'kill';
  readonly scope: Scope;
}

/** The operator's alone. */
export interface Unkill extends Requester {
  readonly kind: 'unkill';
  readonly scope: Scope;
}

/** One instrument's two sides; quantity 0 pulls a side, whatever its price says. */
export interface QuoteEntry {
  readonly locate: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
}

/** quotes.ts */
export interface MassQuote extends Requester {
  readonly kind: 'massQuote';
  readonly entries: readonly QuoteEntry[];
  /** For all of them, as for an order. */
  readonly selfTrade?: SelfTradeInstruction;
}

/** Whose quotes are protected together: one session's or one account's. */
export type ProtectionGroup = { readonly session: number } | { readonly account: number };

/** protection.ts; a threshold of 0 is none, but trades is needed: it bounds what the engine remembers. */
export interface SetProtection extends Requester {
  readonly kind: 'setProtection';
  readonly group: ProtectionGroup;
  /** Nanoseconds. */
  readonly window: number;
  readonly trades: number;
  readonly quantity: number;
  readonly value: number;
}

export interface ResetProtection extends Requester {
  readonly kind: 'resetProtection';
  readonly group: ProtectionGroup;
}

export type ControlRequest = MassCancel | Purge | Unlock | Kill | Unkill | MassQuote | SetProtection | ResetProtection;

// ---- the operator's part: pre_trade_risk.ts, short_sale.ts ----

/** Per account and instrument. */
export type InstrumentLimit = 'orderQuantity' | 'orderValue' | 'longPosition' | 'shortPosition' | 'openQuantity';
/** Per account. messageRate: per second, 0 = none; duplicateWindow: nanoseconds, 0 = none. */
export type AccountLimit = 'grossPosition' | 'openValue' | 'messageRate' | 'messageBurst' | 'duplicateWindow';
export type LimitName = InstrumentLimit | AccountLimit;
/** Soft: taken, with a warning. */
export type Severity = 'hard' | 'soft';

/** Limits that are not named stay as they are. */
export interface SetLimits {
  readonly kind: 'setLimits';
  readonly account: number;
  /** Absent: the account's own limits. */
  readonly locate?: number;
  readonly severity: Severity;
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
}

/** An instrument the account may not trade, or may again. */
export interface RestrictInstrument {
  readonly kind: 'restrictInstrument';
  readonly account: number;
  readonly locate: number;
  readonly isRestricted: boolean;
}

/** The short-sale price test of an instrument. */
export interface RestrictShortSales {
  readonly kind: 'restrictShortSales';
  readonly locate: number;
  readonly isRestricted: boolean;
}

/** What an account holds: at the start of a day, or corrected. Negative = short. */
export interface SetPosition {
  readonly kind: 'setPosition';
  readonly account: number;
  readonly locate: number;
  readonly position: number;
}

export type RiskCommand = SetLimits | RestrictInstrument | RestrictShortSales | SetPosition;

/** Why an order, replace or mass quote is refused by a lock (which one) or by risk; and what an invalid control gets. */
export type ControlReason =
  | 'sessionKilled'
  | 'accountKilled'
  | 'firmKilled'
  | 'venueKilled'
  | 'sessionLocked'
  | 'accountLocked'
  | 'firmLocked'
  | 'venueLocked'
  | 'invalidScope'
  | 'invalidEntryCount'
  | 'repeatedInstrument'
  | 'quoteCrossed'
  | 'protectionTripped'
  | 'unknownProtection'
  | 'invalidWindow'
  | 'invalidThreshold'
  | RiskReason;

export type RiskReason =
  | 'noRiskLimits'
  | 'instrumentRestricted'
  | 'shortSaleNotMarked'
  | 'shortSaleRestricted'
  | 'noReferencePrice'
  | 'orderQuantityLimit'
  | 'orderValueLimit'
  | 'messageRateLimit'
  | 'duplicateOrder'
  | 'longPositionLimit'
  | 'shortPositionLimit'
  | 'grossPositionLimit'
  | 'openQuantityLimit'
  | 'openValueLimit';

/** Which threshold tripped a protection. */
export type ProtectionReason = 'quantityThreshold' | 'valueThreshold' | 'tradesThreshold';

export type ControlRequestKind = ControlRequest['kind'];

const riskKinds: Readonly<Record<RiskCommand['kind'], true>> = {
  setLimits: true,
  restrictInstrument: true,
  restrictShortSales: true,
  setPosition: true,
};

export function isRisk(command: { readonly kind: string }): command is RiskCommand {
  return command.kind in riskKinds;
}
