/**
 * What an operator asks a venue for, as plain objects, and their messages of schemas/order_entry.xml. The configuration's rules and the
 * command line's requests are made by the same code, so that they mean the same. Pure. Units as on the wire: prices and values in 1e-4,
 * index levels in 1e-8, times in nanoseconds, percentages in basis points.
 */
import {
  BooleanType,
  BreachMarketLevelEncoder,
  KillEncoder,
  LimitSeverity,
  PublishImbalanceEncoder,
  QueryEncoder,
  QueryKind,
  RestrictInstrumentEncoder,
  RestrictShortSalesEncoder,
  RiskLimit,
  RollDayEncoder,
  ScopeFields,
  SetCircuitBreakerEncoder,
  SetLimitsEncoder,
  SetLotSizeEncoder,
  SetMarketLevelsEncoder,
  SetPositionEncoder,
  SetPriceBandEncoder,
  SetPriceCollarEncoder,
  SetReferencePriceEncoder,
  SetReopeningEncoder,
  SetTickBandEncoder,
  SetTradingStateEncoder,
  TradingState,
  UnkillEncoder,
} from '../generated/order_entry.js';
import { frameOf, frameWithGroups, type MessageEncoder, type MessageEncoderType } from '../order_entry/frames.js';
import type { RequestHeader } from '../order_entry/session.js';

export type TradingStateName = keyof typeof TradingState;
export type RiskLimitName = keyof typeof RiskLimit;

/** Of a kill: one of the three, or none for the whole venue. */
export interface KillScope {
  readonly session?: number;
  readonly account?: number;
  readonly firm?: number;
}

export interface SetLimits {
  readonly kind: 'setLimits';
  readonly account: number;
  /** Of the account in it; absent: of the account itself. */
  readonly instrumentId?: number;
  readonly severity: keyof typeof LimitSeverity;
  /** 1 to 5, applied together. */
  readonly limits: readonly { readonly limit: RiskLimitName; readonly value: number }[];
}

export type OperatorRequest =
  | {
      readonly kind: 'setTradingState';
      readonly instrumentId: number;
      readonly state: TradingStateName;
      readonly haltReason?: string;
    }
  | { readonly kind: 'setReferencePrice'; readonly instrumentId: number; readonly price: number }
  | { readonly kind: 'publishImbalance'; readonly instrumentId: number }
  | { readonly kind: 'setTickBand'; readonly instrumentId: number; readonly fromPrice: number; readonly tick: number }
  | {
      readonly kind: 'setLotSize';
      readonly instrumentId: number;
      readonly lot: number;
      readonly minimumQuantity: number;
    }
  | { readonly kind: 'setPriceCollar'; readonly instrumentId: number; readonly basisPoints: number }
  | {
      readonly kind: 'setPriceBand';
      readonly instrumentId: number;
      readonly referencePrice: number;
      readonly basisPoints: number;
    }
  | {
      readonly kind: 'setCircuitBreaker';
      readonly instrumentId: number;
      readonly basisPoints: number;
      readonly window: number;
    }
  | {
      readonly kind: 'setReopening';
      readonly instrumentId: number;
      readonly haltTime: number;
      readonly callTime: number;
    }
  | { readonly kind: 'setMarketLevels'; readonly levels: readonly [number, number, number] }
  | { readonly kind: 'breachMarketLevel'; readonly level: number }
  | { readonly kind: 'rollDay'; readonly day: number }
  | SetLimits
  | {
      readonly kind: 'restrictInstrument';
      readonly account: number;
      readonly instrumentId: number;
      readonly restricted: boolean;
    }
  | { readonly kind: 'restrictShortSales'; readonly instrumentId: number; readonly restricted: boolean }
  | {
      readonly kind: 'setPosition';
      readonly account: number;
      readonly instrumentId: number;
      readonly position: number;
    }
  | { readonly kind: 'kill' | 'unkill'; readonly scope: KillScope };

export type OperatorRequestKind = OperatorRequest['kind'];

type FillHeader = (header: RequestHeader) => void;

interface Request<E> extends MessageEncoder {
  header(): RequestHeader;
  clOrdId(value: bigint): E;
}

/** The message of a request, in its frame. */
export function requestFrame(request: OperatorRequest, clOrdId: bigint, fillHeader: FillHeader): Buffer {
  const of = <E extends Request<E>>(type: MessageEncoderType<E>, fill: (message: E) => void): Buffer =>
    frameOf(type, (message) => {
      fillHeader(message.header());
      message.clOrdId(clOrdId);
      fill(message);
    });
  switch (request.kind) {
    case 'setLimits':
      return setLimitsFrame(request, clOrdId, fillHeader);
    case 'restrictInstrument':
      return of(RestrictInstrumentEncoder, (m) =>
        m.account(request.account).instrumentId(request.instrumentId).restricted(yesIf(request.restricted)),
      );
    case 'restrictShortSales':
      return of(RestrictShortSalesEncoder, (m) =>
        m.instrumentId(request.instrumentId).restricted(yesIf(request.restricted)),
      );
    case 'setPosition':
      return of(SetPositionEncoder, (m) =>
        m.account(request.account).instrumentId(request.instrumentId).position(BigInt(request.position)),
      );
    case 'setMarketLevels': {
      const [level1, level2, level3] = request.levels;
      return of(SetMarketLevelsEncoder, (m) => m.level1(BigInt(level1)).level2(BigInt(level2)).level3(BigInt(level3)));
    }
    case 'breachMarketLevel':
      return of(BreachMarketLevelEncoder, (m) => m.level(BigInt(request.level)));
    case 'rollDay':
      return of(RollDayEncoder, (m) => m.day(BigInt(request.day)));
    case 'kill':
      return of(KillEncoder, (m) => scoped(m, request.scope));
    case 'unkill':
      return of(UnkillEncoder, (m) => scoped(m, request.scope));
    default:
      return instrumentFrame(request, of);
  }
}

type InstrumentRequest = Exclude<
  OperatorRequest,
  {
    readonly kind:
      | 'setLimits'
      | 'restrictInstrument'
      | 'restrictShortSales'
      | 'setPosition'
      | 'setMarketLevels'
      | 'breachMarketLevel'
      | 'rollDay'
      | 'kill'
      | 'unkill';
  }
>;

function instrumentFrame(
  request: InstrumentRequest,
  of: <E extends Request<E>>(type: MessageEncoderType<E>, fill: (message: E) => void) => Buffer,
): Buffer {
  const { instrumentId } = request;
  switch (request.kind) {
    case 'setTradingState':
      return of(SetTradingStateEncoder, (m) =>
        m
          .instrumentId(instrumentId)
          .haltReason(request.haltReason ?? '')
          .state(TradingState[request.state]),
      );
    case 'setReferencePrice':
      return of(SetReferencePriceEncoder, (m) => m.instrumentId(instrumentId).price(BigInt(request.price)));
    case 'publishImbalance':
      return of(PublishImbalanceEncoder, (m) => m.instrumentId(instrumentId));
    case 'setTickBand':
      return of(SetTickBandEncoder, (m) =>
        m.instrumentId(instrumentId).fromPrice(BigInt(request.fromPrice)).tick(BigInt(request.tick)),
      );
    case 'setLotSize':
      return of(SetLotSizeEncoder, (m) =>
        m.instrumentId(instrumentId).lot(BigInt(request.lot)).minimumQuantity(BigInt(request.minimumQuantity)),
      );
    case 'setPriceCollar':
      return of(SetPriceCollarEncoder, (m) => m.instrumentId(instrumentId).basisPoints(BigInt(request.basisPoints)));
    case 'setPriceBand':
      return of(SetPriceBandEncoder, (m) =>
        m
          .instrumentId(instrumentId)
          .referencePrice(BigInt(request.referencePrice))
          .basisPoints(BigInt(request.basisPoints)),
      );
    case 'setCircuitBreaker':
      return of(SetCircuitBreakerEncoder, (m) =>
        m.instrumentId(instrumentId).basisPoints(BigInt(request.basisPoints)).window(BigInt(request.window)),
      );
    case 'setReopening':
      return of(SetReopeningEncoder, (m) =>
        m.instrumentId(instrumentId).haltTime(BigInt(request.haltTime)).callTime(BigInt(request.callTime)),
      );
  }
}

/** What an operator wants to see; of one account or instrument, or of all. */
export interface Query {
  readonly kind: keyof typeof QueryKind;
  readonly account?: number;
  readonly instrumentId?: number;
}

/** position: 0 at first, then as the page before said. */
export function queryFrame(
  { kind, account, instrumentId }: Query,
  position: bigint,
  clOrdId: bigint,
  fillHeader: FillHeader,
): Buffer {
  return frameOf(QueryEncoder, (message) => {
    fillHeader(message.header());
    message.clOrdId(clOrdId).position(position).kind(QueryKind[kind]);
    if (account !== undefined) message.account(account).scope(ScopeFields.account);
    if (instrumentId !== undefined) message.instrumentId(instrumentId);
  });
}

function setLimitsFrame(request: SetLimits, clOrdId: bigint, fillHeader: FillHeader): Buffer {
  return frameWithGroups((view, offset) => {
    const message = new SetLimitsEncoder().wrapAndApplyHeader(view, offset);
    fillHeader(message.header());
    message.clOrdId(clOrdId).account(request.account).severity(LimitSeverity[request.severity]);
    if (request.instrumentId !== undefined) message.instrumentId(request.instrumentId);
    const group = message.limits(request.limits.length);
    for (const { limit, value } of request.limits) group.next().value(BigInt(value)).riskLimit(RiskLimit[limit]);
    return message.finish();
  });
}

function scoped(message: KillEncoder | UnkillEncoder, { session, account, firm }: KillScope): void {
  let fields = 0;
  if (session !== undefined) fields |= ScopeFields.session;
  if (account !== undefined) fields |= ScopeFields.account;
  if (firm !== undefined) fields |= ScopeFields.firm;
  message
    .sessionId(session ?? 0)
    .account(account ?? 0)
    .firm(firm ?? 0)
    .scope(fields);
}

function yesIf(condition: boolean): BooleanType {
  return condition ? BooleanType.yes : BooleanType.no;
}
