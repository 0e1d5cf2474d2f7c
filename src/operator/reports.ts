/**
 * What a venue tells its operators, as plain objects read from the generated decoders: answers to requests (OperatorReport, KillReport) and
 * events. Units as on the wire, names as in the schema; what is null or of no meaning is left out. Pure. What can go wrong: a template
 * that an older version of this file does not know is given back as undefined and is nobody's answer.
 */
import {
  AuctionCollarReportDecoder,
  AuctionReportDecoder,
  BooleanType,
  crossTypeName,
  DayRolledReportDecoder,
  ImbalanceReportDecoder,
  KillReportDecoder,
  LimitStateReportDecoder,
  limitSeverityName,
  MarketBreachReportDecoder,
  OperatorReportDecoder,
  OrderAcceptedDecoder,
  OutboundHeaderDecoder,
  ProtectionGroup,
  ProtectionTripReportDecoder,
  protectionReasonName,
  RejectReason,
  RiskWarningDecoder,
  rejectReasonName,
  requestKindName,
  riskLimitName,
  ScopeFields,
  sideName,
  TradingStateReportDecoder,
  tradingStateName,
} from '../generated/order_entry.js';
import type { Message } from '../order_entry/frames.js';
import type { KillScope } from './requests.js';

/** Of every report: where and when the venue put what it tells. */
interface Report {
  /** Nanoseconds since the UNIX epoch, sequencer time. */
  readonly time: bigint;
}

/** Of the two answers. */
interface Answer extends Report {
  /** Of the request; 0 in a copy of what another operator, or the venue itself, asked for. */
  readonly clOrdId: bigint;
  /** Place in the venue's sequence and journal; 0 when it got none. */
  readonly commandSequence: bigint;
  /** Who asked; 0 = the venue itself. */
  readonly operatorSession: number;
  readonly request: string;
}

export interface OperatorAnswer extends Answer {
  readonly report: 'OperatorReport';
  /** Absent: taken. */
  readonly reason?: string;
  readonly limitValue?: number;
  readonly account?: number;
  readonly instrumentId?: number;
  readonly value: number;
  readonly secondValue: number;
  readonly before?: number;
  readonly secondBefore?: number;
  readonly state?: string;
  readonly stateBefore?: string;
  readonly limit?: string;
  readonly severity?: string;
}

export interface KillAnswer extends Answer {
  readonly report: 'KillReport';
  readonly canceledCount: number;
  readonly scope: KillScope;
  readonly wasKilled: boolean;
}

export interface StateEvent extends Report {
  readonly report: 'TradingStateReport';
  readonly instrumentId: number;
  readonly state: string;
  readonly haltReason: string;
}

export interface AuctionEvent extends Report {
  readonly report: 'AuctionReport';
  readonly instrumentId: number;
  readonly crossType: string;
  readonly quantity: number;
  readonly price?: number;
}

export interface ImbalanceEvent extends Report {
  readonly report: 'ImbalanceReport';
  readonly instrumentId: number;
  readonly crossType: string;
  readonly pairedQuantity: number;
  readonly imbalanceQuantity: number;
  readonly side?: string;
  readonly nearPrice?: number;
  readonly farPrice?: number;
  readonly referencePrice?: number;
}

export interface CollarEvent extends Report {
  readonly report: 'AuctionCollarReport';
  readonly instrumentId: number;
  readonly lowerPrice: number;
  readonly upperPrice: number;
  readonly extension: number;
  readonly referencePrice?: number;
}

export interface LimitStateEvent extends Report {
  readonly report: 'LimitStateReport';
  readonly instrumentId: number;
  readonly isOn: boolean;
  readonly side?: string;
  readonly price?: number;
}

export interface MarketBreachEvent extends Report {
  readonly report: 'MarketBreachReport';
  readonly level: number;
}

export interface DayRolledEvent extends Report {
  readonly report: 'DayRolledReport';
  readonly day: number;
}

export interface RiskWarningEvent extends Report {
  readonly report: 'RiskWarning';
  readonly clOrdId: bigint;
  readonly session: number;
  readonly account: number;
  readonly request: string;
  readonly reason: string;
  readonly limitValue: number;
  readonly instrumentId?: number;
  readonly entryIndex?: number;
}

/** A market maker's protection tripped: of a session or of an account. */
export interface ProtectionTripEvent extends Report {
  readonly report: 'ProtectionTripReport';
  readonly session?: number;
  readonly account?: number;
  readonly reason: string;
  readonly limitValue: number;
}

export type OperatorEvent =
  | StateEvent
  | AuctionEvent
  | ImbalanceEvent
  | CollarEvent
  | LimitStateEvent
  | MarketBreachEvent
  | DayRolledEvent
  | RiskWarningEvent
  | ProtectionTripEvent;
export type AnyReport = OperatorAnswer | KillAnswer | OperatorEvent;

/** The same null of all prices. */
const noPrice = OrderAcceptedDecoder.priceNullValue;
const nothingBefore = OperatorReportDecoder.beforeNullValue;

const priceOf = <K extends string>(name: K, price: number): { readonly [P in K]?: number } =>
  (price === noPrice ? {} : { [name]: price }) as { readonly [P in K]?: number };
const unlessZero = <K extends string>(name: K, value: number): { readonly [P in K]?: number } =>
  (value === 0 ? {} : { [name]: value }) as { readonly [P in K]?: number };
const named = (name: string | undefined, value: number | string): string => name ?? String(value);

/** undefined: no report to operators. */
export function readReport({ templateId, view }: Message): AnyReport | undefined {
  switch (templateId) {
    case OperatorReportDecoder.templateId:
      return operatorAnswer(new OperatorReportDecoder().wrapWithHeader(view, 0));
    case KillReportDecoder.templateId:
      return killAnswer(new KillReportDecoder().wrapWithHeader(view, 0));
    case TradingStateReportDecoder.templateId: {
      const m = new TradingStateReportDecoder().wrapWithHeader(view, 0);
      const state = named(tradingStateName(m.state), m.state);
      return {
        report: 'TradingStateReport',
        ...timeOf(view),
        instrumentId: m.instrumentId,
        state,
        haltReason: m.haltReason,
      };
    }
    case MarketBreachReportDecoder.templateId: {
      const { level } = new MarketBreachReportDecoder().wrapWithHeader(view, 0);
      return { report: 'MarketBreachReport', ...timeOf(view), level };
    }
    case DayRolledReportDecoder.templateId: {
      const { day } = new DayRolledReportDecoder().wrapWithHeader(view, 0);
      return { report: 'DayRolledReport', ...timeOf(view), day };
    }
    case RiskWarningDecoder.templateId:
      return riskWarning(new RiskWarningDecoder().wrapWithHeader(view, 0), view);
    case ProtectionTripReportDecoder.templateId: {
      const m = new ProtectionTripReportDecoder().wrapWithHeader(view, 0);
      return {
        report: 'ProtectionTripReport',
        ...timeOf(view),
        ...(m.group === ProtectionGroup.session ? { session: m.sessionId } : { account: m.account }),
        reason: named(protectionReasonName(m.reason), m.reason),
        limitValue: Number(m.limitValue),
      };
    }
    default:
      return auctionEvent(templateId, view);
  }
}

function timeOf(view: DataView): Report {
  return { time: new OutboundHeaderDecoder().wrap(view, 8).transactTime };
}

function operatorAnswer(m: OperatorReportDecoder): OperatorAnswer {
  const request = named(requestKindName(m.request), m.request);
  const aboutState = request === 'setTradingState';
  const aboutLimit = request === 'setLimits';
  return {
    report: 'OperatorReport',
    time: m.header.transactTime,
    clOrdId: m.clOrdId,
    commandSequence: m.commandSequence,
    operatorSession: m.operatorSession,
    request,
    ...(m.reason === RejectReason.none ? {} : { reason: named(rejectReasonName(m.reason), m.reason) }),
    ...unlessZero('limitValue', Number(m.limitValue)),
    ...unlessZero('account', m.account),
    ...unlessZero('instrumentId', m.instrumentId),
    value: Number(m.value),
    secondValue: Number(m.secondValue),
    ...(m.before === nothingBefore ? {} : { before: Number(m.before) }),
    ...(m.secondBefore === nothingBefore ? {} : { secondBefore: Number(m.secondBefore) }),
    ...(aboutState ? { state: named(tradingStateName(m.state), m.state) } : {}),
    ...(m.instrumentId === 0 ? {} : { stateBefore: named(tradingStateName(m.stateBefore), m.stateBefore) }),
    ...(aboutLimit ? { limit: named(riskLimitName(m.riskLimit), m.riskLimit) } : {}),
    ...(aboutLimit ? { severity: named(limitSeverityName(m.severity), m.severity) } : {}),
  };
}

function killAnswer(m: KillReportDecoder): KillAnswer {
  return {
    report: 'KillReport',
    time: m.header.transactTime,
    clOrdId: m.clOrdId,
    commandSequence: m.commandSequence,
    operatorSession: m.operatorSession,
    request: named(requestKindName(m.request), m.request),
    canceledCount: m.canceledCount,
    scope: {
      ...((m.scope & ScopeFields.session) === 0 ? {} : { session: m.sessionId }),
      ...((m.scope & ScopeFields.account) === 0 ? {} : { account: m.account }),
      ...((m.scope & ScopeFields.firm) === 0 ? {} : { firm: m.firm }),
    },
    wasKilled: m.wasKilled === BooleanType.yes,
  };
}

function riskWarning(m: RiskWarningDecoder, view: DataView): RiskWarningEvent {
  return {
    report: 'RiskWarning',
    ...timeOf(view),
    clOrdId: m.clOrdId,
    session: m.sessionId,
    account: m.account,
    request: named(requestKindName(m.request), m.request),
    reason: named(rejectReasonName(m.reason), m.reason),
    limitValue: Number(m.limitValue),
    ...unlessZero('instrumentId', m.instrumentId),
    ...(m.entryIndex === RiskWarningDecoder.entryIndexNullValue ? {} : { entryIndex: m.entryIndex }),
  };
}

function auctionEvent(templateId: number, view: DataView): OperatorEvent | undefined {
  switch (templateId) {
    case AuctionReportDecoder.templateId: {
      const m = new AuctionReportDecoder().wrapWithHeader(view, 0);
      const crossType = named(crossTypeName(m.crossType), m.crossType);
      const quantity = Number(m.quantity);
      const { instrumentId } = m;
      return {
        report: 'AuctionReport',
        ...timeOf(view),
        instrumentId,
        crossType,
        quantity,
        ...priceOf('price', m.price),
      };
    }
    case ImbalanceReportDecoder.templateId: {
      const m = new ImbalanceReportDecoder().wrapWithHeader(view, 0);
      return {
        report: 'ImbalanceReport',
        ...timeOf(view),
        instrumentId: m.instrumentId,
        crossType: named(crossTypeName(m.crossType), m.crossType),
        pairedQuantity: Number(m.pairedQuantity),
        imbalanceQuantity: Number(m.imbalanceQuantity),
        ...(m.imbalanceQuantity === 0n ? {} : { side: named(sideName(m.side), m.side) }),
        ...priceOf('nearPrice', m.nearPrice),
        ...priceOf('farPrice', m.farPrice),
        ...priceOf('referencePrice', m.referencePrice),
      };
    }
    case AuctionCollarReportDecoder.templateId: {
      const m = new AuctionCollarReportDecoder().wrapWithHeader(view, 0);
      const { instrumentId, lowerPrice, upperPrice, extension } = m;
      const reference = priceOf('referencePrice', m.referencePrice);
      return {
        report: 'AuctionCollarReport',
        ...timeOf(view),
        instrumentId,
        lowerPrice,
        upperPrice,
        extension,
        ...reference,
      };
    }
    case LimitStateReportDecoder.templateId: {
      const m = new LimitStateReportDecoder().wrapWithHeader(view, 0);
      const isOn = m.isOn === BooleanType.yes;
      const side = isOn ? { side: named(sideName(m.side), m.side) } : {};
      return {
        report: 'LimitStateReport',
        ...timeOf(view),
        instrumentId: m.instrumentId,
        isOn,
        ...side,
        ...priceOf('price', m.price),
      };
    }
    default:
      return undefined;
  }
}
