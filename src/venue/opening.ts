/**
 * What a venue begins with: the configuration's rules, limits and timetable as the requests an operator would send, in a fixed order, so
 * that the same configuration is the same journal. Pure; the configuration has been checked. Instruments come in the order of their stock
 * locates, rules before states, limits of the account before those of its instruments.
 */
import type { Instrument } from '../config/instruments.js';
import { instrumentsOf } from '../config/instruments.js';
import { listedAccounts, rulesOf } from '../config/market_checks.js';
import {
  type InstrumentRules,
  indexUnits,
  type MarketRisk,
  priceUnits,
  timeOfDayMilliseconds,
} from '../config/market_schema.js';
import type { VenueConfig as VenueSettings } from '../config/schema.js';
import { TradingState } from '../generated/order_entry.js';
import { plainMarket, type VenueMarket } from '../native/venue_binding.js';
import { type OperatorRequest, type RiskLimitName, requestFrame } from '../operator/requests.js';

const NANOSECONDS = 1_000_000;

/** As the native venue takes it. */
export function marketOf(settings: VenueSettings): VenueMarket {
  const instruments = instrumentsOf(settings.instruments);
  return {
    ...plainMarket(),
    riskOn: settings.risk !== undefined,
    maximumAccounts: settings.risk?.maximumAccounts ?? plainMarket().maximumAccounts,
    openingRequests: Buffer.concat(openingRequests(settings).map((request) => requestFrame(request, 0n, () => {}))),
    openingStates: openingStates(settings, instruments),
    schedule: settings.schedule
      .map(({ at, state, rollDay }) => ({
        timeOfDay_ms: timeOfDayMilliseconds(at),
        state: TradingState[state ?? 'continuous'],
        roll: rollDay === undefined ? 0 : rollDay === 'today' ? 1 : 2,
      }))
      .sort((one, other) => one.timeOfDay_ms - other.timeOfDay_ms),
    imbalanceInterval_ms: settings.imbalanceInterval_ms,
  };
}

export function openingRequests(settings: VenueSettings): OperatorRequest[] {
  const instruments = instrumentsOf(settings.instruments);
  const requests = instruments.flatMap(({ id, symbol }) => ruleRequests(id, rulesOf(settings.rules, symbol)));
  const [first, second, third] = (settings.rules.marketLevels ?? []).map(indexUnits);
  if (first !== undefined && second !== undefined && third !== undefined)
    requests.push({ kind: 'setMarketLevels', levels: [first, second, third] });
  if (settings.risk !== undefined)
    requests.push(...riskRequests(settings.risk, instruments, listedAccounts(settings.sessions)));
  return requests;
}

/** The tick table first: prices are checked against it. */
function ruleRequests(instrumentId: number, rules: InstrumentRules): OperatorRequest[] {
  const {
    ticks = [],
    referencePrice,
    lot,
    minimumQuantity,
    priceCollar_bps,
    priceBand,
    circuitBreaker,
    reopening,
  } = rules;
  const requests: OperatorRequest[] = ticks.map(({ from, tick }) => ({
    kind: 'setTickBand',
    instrumentId,
    fromPrice: priceUnits(from),
    tick: priceUnits(tick),
  }));
  if (lot !== undefined || minimumQuantity !== undefined) {
    const size = lot ?? 1;
    requests.push({ kind: 'setLotSize', instrumentId, lot: size, minimumQuantity: minimumQuantity ?? size });
  }
  if (referencePrice !== undefined)
    requests.push({ kind: 'setReferencePrice', instrumentId, price: priceUnits(referencePrice) });
  if (priceCollar_bps !== undefined)
    requests.push({ kind: 'setPriceCollar', instrumentId, basisPoints: priceCollar_bps });
  if (priceBand !== undefined) {
    const { referencePrice: around, width_bps } = priceBand;
    requests.push({ kind: 'setPriceBand', instrumentId, referencePrice: priceUnits(around), basisPoints: width_bps });
  }
  if (circuitBreaker !== undefined) {
    const { move_bps, window_ms } = circuitBreaker;
    requests.push({ kind: 'setCircuitBreaker', instrumentId, basisPoints: move_bps, window: window_ms * NANOSECONDS });
  }
  if (reopening !== undefined) {
    const { halt_ms, call_ms } = reopening;
    const [haltTime, callTime] = [halt_ms * NANOSECONDS, call_ms * NANOSECONDS];
    requests.push({ kind: 'setReopening', instrumentId, haltTime, callTime });
  }
  return requests;
}

function riskRequests(
  risk: MarketRisk,
  instruments: readonly Instrument[],
  listed: readonly number[],
): OperatorRequest[] {
  const idOf = new Map(instruments.map(({ id, symbol }) => [symbol, id]));
  const idsOf = (named: 'all' | readonly string[]): number[] =>
    named === 'all' ? instruments.map(({ id }) => id) : named.map((symbol) => idOf.get(symbol) as number);
  const accountsOf = (named: 'all' | readonly number[]): readonly number[] => (named === 'all' ? listed : named);
  const requests: OperatorRequest[] = [];
  for (const { accounts, hard, soft } of risk.accountLimits)
    for (const account of accountsOf(accounts)) requests.push(...limitRequests({ account }, { hard, soft }));
  for (const { accounts, instruments: named, hard, soft } of risk.instrumentLimits)
    for (const account of accountsOf(accounts))
      for (const instrumentId of idsOf(named))
        requests.push(...limitRequests({ account, instrumentId }, { hard, soft }));
  for (const { account, instrument, position } of risk.positions)
    requests.push({ kind: 'setPosition', account, instrumentId: idOf.get(instrument) as number, position });
  for (const { account, instruments: named } of risk.restricted)
    for (const instrumentId of idsOf(named))
      requests.push({ kind: 'restrictInstrument', account, instrumentId, restricted: true });
  for (const instrumentId of idsOf(risk.shortSaleRestricted ?? []))
    requests.push({ kind: 'restrictShortSales', instrumentId, restricted: true });
  return requests;
}

type Named = Readonly<Record<string, number | undefined>>;

/** Limits by the names of the configuration, in the units of the wire. */
function limitRequests(
  row: { readonly account: number; readonly instrumentId?: number },
  { hard, soft }: { readonly hard?: Named | undefined; readonly soft?: Named | undefined },
): OperatorRequest[] {
  const of = (severity: 'hard' | 'soft', limits: Named = {}): OperatorRequest[] => {
    const named = Object.entries(limits).flatMap(([name, value]) =>
      value === undefined ? [] : [inWireUnits(name, value)],
    );
    return named.length === 0 ? [] : [{ kind: 'setLimits', ...row, severity, limits: named }];
  };
  return [...of('hard', hard), ...of('soft', soft)];
}

const PRICE_UNITS = 10_000;

function inWireUnits(name: string, value: number): { limit: RiskLimitName; value: number } {
  if (name === 'duplicateWindow_ms') return { limit: 'duplicateWindow', value: value * NANOSECONDS };
  const isMoney = name === 'orderValue' || name === 'openValue';
  return { limit: name as RiskLimitName, value: isMoney ? value * PRICE_UNITS : value };
}

/** Empty when no instrument has a state of its own. */
function openingStates(settings: VenueSettings, instruments: readonly Instrument[]): number[] {
  const own = instruments.map(({ symbol }) => rulesOf(settings.rules, symbol).tradingState);
  if (own.every((state) => state === undefined)) return [];
  return own.map((state) => (state === undefined ? -1 : TradingState[state]));
}
