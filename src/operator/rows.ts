/**
 * What a venue answers to an operator's query, as plain objects read from the generated decoders: rows, and the report that closes a page.
 * Units as on the wire (prices and values in 1e-4, times in nanoseconds, percentages in basis points); what is null or of no meaning is
 * left out. Pure. What can go wrong: a template that is no row is given back as undefined.
 */
import {
  BooleanType,
  LimitRowDecoder,
  LockRowDecoder,
  OrderAcceptedDecoder,
  PositionRowDecoder,
  ProtectionGroup,
  ProtectionRowDecoder,
  QueryReportDecoder,
  RulesRowDecoder,
  riskLimitName,
  ScopeFields,
  StateRowDecoder,
  TickRowDecoder,
  tradingStateName,
} from '../generated/order_entry.js';
import type { Message } from '../order_entry/frames.js';
import type { RiskLimitName, TradingStateName } from './requests.js';

export interface StateRow {
  readonly row: 'state';
  readonly instrumentId: number;
  readonly state: TradingStateName;
  readonly haltReason: string;
  readonly orderCount: number;
  readonly bidPrice?: number;
  readonly askPrice?: number;
  readonly referencePrice?: number;
  /** When the venue itself moves it on after a halt of its own, nanoseconds since the UNIX epoch. */
  readonly dueTime?: bigint;
  readonly isInLimitState: boolean;
  readonly shortSalesRestricted: boolean;
}

export interface RulesRow {
  readonly row: 'rules';
  readonly instrumentId: number;
  readonly lot: number;
  readonly minimumQuantity: number;
  readonly collarBasisPoints: number;
  readonly band?: { readonly basisPoints: number; readonly lowerPrice: number; readonly upperPrice: number };
  readonly breaker?: { readonly basisPoints: number; readonly window: number };
  readonly haltTime: number;
  readonly callTime: number;
}

export interface TickRow {
  readonly row: 'tick';
  readonly instrumentId: number;
  readonly fromPrice: number;
  readonly tick: number;
}

export interface LimitRow {
  readonly row: 'limit';
  readonly account: number;
  /** Absent: of the account itself. */
  readonly instrumentId?: number;
  readonly limit: RiskLimitName;
  readonly hard?: number;
  readonly soft?: number;
  /** Absent: the limit is of one order, or of a rate. */
  readonly used?: number;
}

export interface PositionRow {
  readonly row: 'position';
  readonly account: number;
  readonly instrumentId: number;
  readonly position: number;
  readonly openBuys: number;
  readonly openSells: number;
  readonly openUnmarkedSells: number;
  readonly restricted: boolean;
}

export interface LockRow {
  readonly row: 'lock';
  /** A purge is lifted by its owner, a kill by an operator. */
  readonly lock: 'kill' | 'purge';
  readonly session?: number;
  readonly account?: number;
  readonly firm?: number;
  readonly instrumentId?: number;
}

export interface ProtectionRow {
  readonly row: 'protection';
  readonly session?: number;
  readonly account?: number;
  readonly isTripped: boolean;
  readonly window: number;
  readonly trades: { readonly held: number; readonly limit: number };
  readonly quantity?: { readonly held: number; readonly limit: number };
  readonly value?: { readonly held: number; readonly limit: number };
}

export type QueryRow = StateRow | RulesRow | TickRow | LimitRow | PositionRow | LockRow | ProtectionRow;

export interface PageEnd {
  readonly row: 'end';
  readonly clOrdId: bigint;
  readonly commandSequence: bigint;
  /** Absent: it was the last page. */
  readonly nextPosition?: bigint;
}

const noPrice = OrderAcceptedDecoder.priceNullValue;
const noLimit = LimitRowDecoder.hardNullValue;

/** undefined: no part of an answer to a query. */
export function readRow({ templateId, view }: Message): QueryRow | PageEnd | undefined {
  switch (templateId) {
    case QueryReportDecoder.templateId: {
      const m = new QueryReportDecoder().wrapWithHeader(view, 0);
      const { clOrdId, commandSequence, nextPosition } = m;
      const isLast = nextPosition === QueryReportDecoder.nextPositionNullValue;
      return { row: 'end', clOrdId, commandSequence, ...(isLast ? {} : { nextPosition }) };
    }
    case StateRowDecoder.templateId:
      return stateRow(new StateRowDecoder().wrapWithHeader(view, 0));
    case RulesRowDecoder.templateId:
      return rulesRow(new RulesRowDecoder().wrapWithHeader(view, 0));
    case TickRowDecoder.templateId: {
      const { instrumentId, fromPrice, tick } = new TickRowDecoder().wrapWithHeader(view, 0);
      return { row: 'tick', instrumentId, fromPrice, tick };
    }
    case LimitRowDecoder.templateId:
      return limitRow(new LimitRowDecoder().wrapWithHeader(view, 0));
    case PositionRowDecoder.templateId:
      return positionRow(new PositionRowDecoder().wrapWithHeader(view, 0));
    case LockRowDecoder.templateId:
      return lockRow(new LockRowDecoder().wrapWithHeader(view, 0));
    case ProtectionRowDecoder.templateId:
      return protectionRow(new ProtectionRowDecoder().wrapWithHeader(view, 0));
    default:
      return undefined;
  }
}

function stateRow(m: StateRowDecoder): StateRow {
  return {
    row: 'state',
    instrumentId: m.instrumentId,
    state: tradingStateName(m.state) ?? 'continuous',
    haltReason: m.haltReason,
    orderCount: m.orderCount,
    ...(m.bidPrice === noPrice ? {} : { bidPrice: m.bidPrice }),
    ...(m.askPrice === noPrice ? {} : { askPrice: m.askPrice }),
    ...(m.referencePrice === noPrice ? {} : { referencePrice: m.referencePrice }),
    ...(m.dueTime === 0n ? {} : { dueTime: m.dueTime }),
    isInLimitState: m.isInLimitState === BooleanType.yes,
    shortSalesRestricted: m.shortSalesRestricted === BooleanType.yes,
  };
}

function rulesRow(m: RulesRowDecoder): RulesRow {
  const band = { basisPoints: m.bandBasisPoints, lowerPrice: Number(m.bandLowerPrice), upperPrice: m.bandUpperPrice };
  const breaker = { basisPoints: m.breakerBasisPoints, window: Number(m.breakerWindow) };
  return {
    row: 'rules',
    instrumentId: m.instrumentId,
    lot: m.lot,
    minimumQuantity: m.minimumQuantity,
    collarBasisPoints: m.collarBasisPoints,
    ...(band.basisPoints === 0 ? {} : { band }),
    ...(breaker.basisPoints === 0 ? {} : { breaker }),
    haltTime: Number(m.haltTime),
    callTime: Number(m.callTime),
  };
}

function limitRow(m: LimitRowDecoder): LimitRow {
  return {
    row: 'limit',
    account: m.account,
    ...(m.instrumentId === LimitRowDecoder.instrumentIdNullValue ? {} : { instrumentId: m.instrumentId }),
    limit: riskLimitName(m.riskLimit) ?? 'orderQuantity',
    ...(m.hard === noLimit ? {} : { hard: Number(m.hard) }),
    ...(m.soft === noLimit ? {} : { soft: Number(m.soft) }),
    ...(m.used === noLimit ? {} : { used: Number(m.used) }),
  };
}

function positionRow(m: PositionRowDecoder): PositionRow {
  return {
    row: 'position',
    account: m.account,
    instrumentId: m.instrumentId,
    position: Number(m.position),
    openBuys: Number(m.openBuys),
    openSells: Number(m.openSells),
    openUnmarkedSells: Number(m.openUnmarkedSells),
    restricted: m.restricted === BooleanType.yes,
  };
}

function lockRow(m: LockRowDecoder): LockRow {
  return {
    row: 'lock',
    lock: m.isKill === BooleanType.yes ? 'kill' : 'purge',
    ...((m.scope & ScopeFields.session) === 0 ? {} : { session: m.sessionId }),
    ...((m.scope & ScopeFields.account) === 0 ? {} : { account: m.account }),
    ...((m.scope & ScopeFields.firm) === 0 ? {} : { firm: m.firm }),
    ...((m.scope & ScopeFields.instrument) === 0 ? {} : { instrumentId: m.instrumentId }),
  };
}

function protectionRow(m: ProtectionRowDecoder): ProtectionRow {
  const quantity = { held: Number(m.quantity), limit: Number(m.quantityLimit) };
  const value = { held: Number(m.value), limit: Number(m.valueLimit) };
  return {
    row: 'protection',
    ...(m.group === ProtectionGroup.session ? { session: m.sessionId } : { account: m.account }),
    isTripped: m.isTripped === BooleanType.yes,
    window: Number(m.window),
    trades: { held: m.trades, limit: m.tradesLimit },
    ...(quantity.limit === 0 ? {} : { quantity }),
    ...(value.limit === 0 ? {} : { value }),
  };
}
