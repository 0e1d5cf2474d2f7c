/**
 * Answers and events of a venue in the words an operator reads, one line each. Pure; the caller knows the symbols. Numbers are decimals in
 * currency units as in the configuration.
 */
import { formatCount, formatNanoseconds, formatPrice } from '../cli/format.js';
import type { KillAnswer, OperatorAnswer, OperatorEvent } from './reports.js';
import type { KillScope } from './requests.js';

export type SymbolOf = (instrumentId: number) => string;

/** No limit: what both engines hold exactly. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export function describeAnswer(answer: OperatorAnswer | KillAnswer, symbolOf: SymbolOf): string {
  if (answer.report === 'KillReport') return describeKill(answer);
  const subject = subjectOf(answer, symbolOf);
  if (answer.reason !== undefined) return `${subject}refused: ${answer.reason}${hintOf(answer)}`;
  return `${subject}${takenText(answer)}`;
}

function subjectOf({ account, instrumentId, request }: OperatorAnswer, symbolOf: SymbolOf): string {
  const parts = [
    ...(instrumentId === undefined ? [] : [symbolOf(instrumentId)]),
    ...(account === undefined ? [] : [`account ${account}`]),
  ];
  return parts.length === 0 ? `${request}: ` : `${parts.join(' ')}: `;
}

/** What would have been possible. */
function hintOf({ reason, limitValue, stateBefore, request }: OperatorAnswer): string {
  if (reason === 'invalidTransition') return ` (the state is ${stateBefore})`;
  if (limitValue === undefined) return '';
  const isPrice = request === 'setReferencePrice' || request === 'setTickBand' || request === 'setPriceBand';
  return ` (${isPrice ? formatPrice(limitValue) : formatCount(limitValue)})`;
}

function takenText(answer: OperatorAnswer): string {
  const { value, secondValue, before, secondBefore, state, stateBefore } = answer;
  const price = (one: number | undefined): string => (one === undefined ? 'none' : formatPrice(one));
  switch (answer.request) {
    case 'setTradingState':
      return `${state} (was ${stateBefore})`;
    case 'setReferencePrice':
      return `reference price ${price(value)} (was ${price(before)})`;
    case 'publishImbalance':
      return stateBefore?.endsWith('Auction') === true
        ? 'imbalance published'
        : `no auction is called (${stateBefore})`;
    case 'setTickBand':
      if (secondValue === 0) return `no tick band from ${price(value)} (the tick there was ${price(secondBefore)})`;
      return `tick ${price(secondValue)} from ${price(value)} (was ${price(secondBefore)})`;
    case 'setLotSize':
      return `lot ${value}, minimum ${secondValue} (was ${before}, ${secondBefore})`;
    case 'setPriceCollar':
      return `price collar ${percent(value)} (was ${percent(before)})`;
    case 'setPriceBand': {
      const was = before === undefined ? 'none' : `${price(before)} to ${price(secondBefore)}`;
      return secondValue === 0
        ? `no price band (was ${was})`
        : `price band ${percent(secondValue)} around ${price(value)} (was ${was})`;
    }
    case 'setCircuitBreaker':
      return `circuit breaker ${breaker(value, secondValue)} (was ${breaker(before, secondBefore)})`;
    case 'setReopening':
      return `reopening ${reopening(value, secondValue)} (was ${reopening(before, secondBefore)})`;
    case 'setLimits':
      return limitText(answer);
    case 'restrictInstrument':
      return `${onOff(value, 'restricted', 'free to trade')} (was ${onOff(before, 'restricted', 'free')})`;
    case 'restrictShortSales':
      return `short sales ${onOff(value, 'restricted', 'free')} (was ${onOff(before, 'restricted', 'free')})`;
    case 'setPosition':
      return `position ${formatCount(value)} (was ${formatCount(before ?? 0)})`;
    case 'setMarketLevels': {
      const index = (one: number | undefined): string => (one === undefined ? 'none' : String(one / 100_000_000));
      return `levels ${index(value)}, ${index(secondValue)} and one below (were ${index(before)}, ${index(secondBefore)})`;
    }
    case 'breachMarketLevel':
      return `level ${value} is breached (was ${before})`;
    case 'rollDay':
      return `day ${value} (was ${before})`;
    default:
      return 'taken';
  }
}

function percent(basisPoints: number | undefined): string {
  return basisPoints === undefined || basisPoints === 0 ? 'off' : `${basisPoints / 100}%`;
}

function breaker(basisPoints: number | undefined, window: number | undefined): string {
  return basisPoints === undefined || basisPoints === 0
    ? 'off'
    : `${percent(basisPoints)} within ${formatNanoseconds(window ?? 0)}`;
}

function reopening(halt: number | undefined, call: number | undefined): string {
  const time = (one: number | undefined): string =>
    one === undefined || one === 0 ? 'by hand' : formatNanoseconds(one);
  return `${time(halt)}, auction ${time(call)}`;
}

function onOff(value: number | undefined, on: string, off: string): string {
  return value === 1 ? on : off;
}

function limitText({ limit = '', severity, value, before }: OperatorAnswer): string {
  const of = (one: number | undefined): string => {
    if (one === undefined || one === NO_LIMIT) return 'none';
    if (limit === 'orderValue' || limit === 'openValue') return formatCount(Math.floor(one / 10_000));
    return limit === 'duplicateWindow' ? formatNanoseconds(one) : formatCount(one);
  };
  return `${severity === 'soft' ? 'soft ' : ''}${limit} ${of(value)} (was ${of(before)})`;
}

function describeKill({ request, scope, canceledCount, wasKilled }: KillAnswer): string {
  const subject = scopeText(scope);
  if (request === 'unkill') return `${subject}: ${wasKilled ? 'may trade again' : 'was not killed'}`;
  const orders = canceledCount === 1 ? 'order' : 'orders';
  return `${subject}: killed${wasKilled ? ' (it was already)' : ''}, ${formatCount(canceledCount)} ${orders} cancelled`;
}

function scopeText({ session, account, firm }: KillScope): string {
  if (session !== undefined) return `session ${session}`;
  if (account !== undefined) return `account ${account}`;
  return firm === undefined ? 'venue' : `firm ${firm}`;
}

const crosses: Readonly<Record<string, string>> = { opening: 'opening', closing: 'closing', reopening: 'reopening' };

export function describeEvent(event: OperatorEvent, symbolOf: SymbolOf): string {
  switch (event.report) {
    case 'TradingStateReport': {
      const reason = event.haltReason === '' ? '' : ` ${event.haltReason}`;
      return `${symbolOf(event.instrumentId)} is in ${event.state}${reason}`;
    }
    case 'AuctionReport': {
      const what =
        event.price === undefined
          ? 'traded nothing'
          : `traded ${formatCount(event.quantity)} at ${formatPrice(event.price)}`;
      return `${symbolOf(event.instrumentId)} ${crosses[event.crossType] ?? event.crossType} auction ${what}`;
    }
    case 'ImbalanceReport':
      return imbalanceText(event, symbolOf);
    case 'AuctionCollarReport': {
      const edges = `${formatPrice(event.lowerPrice)} and ${formatPrice(event.upperPrice)}`;
      return `${symbolOf(event.instrumentId)} reopens between ${edges}${event.extension === 0 ? '' : `, widened ${event.extension} times`}`;
    }
    case 'LimitStateReport':
      if (!event.isOn || event.price === undefined) return `${symbolOf(event.instrumentId)} left the limit state`;
      return `${symbolOf(event.instrumentId)} best ${event.side} stands at the band, ${formatPrice(event.price)}`;
    case 'MarketBreachReport':
      return `market-wide circuit breaker: level ${event.level} is breached`;
    case 'ProtectionTripReport':
      return `protection of ${scopeText(event)} tripped: ${event.reason} (${formatCount(event.limitValue)}), its quotes are pulled`;
    case 'DayRolledReport':
      return `the day is ${event.day}`;
    case 'RiskWarning': {
      const where = event.instrumentId === undefined ? '' : ` in ${symbolOf(event.instrumentId)}`;
      const limit = `soft ${event.reason} (${formatCount(event.limitValue)})`;
      return `warning: account ${event.account} of session ${event.session} passed its ${limit}${where}`;
    }
  }
}

function imbalanceText(event: Extract<OperatorEvent, { report: 'ImbalanceReport' }>, symbolOf: SymbolOf): string {
  const { instrumentId, crossType, pairedQuantity, imbalanceQuantity, side, nearPrice } = event;
  const at =
    nearPrice === undefined
      ? 'nothing would trade'
      : `${formatCount(pairedQuantity)} would trade at ${formatPrice(nearPrice)}`;
  const left = side === undefined ? '' : `, ${formatCount(imbalanceQuantity)} to ${side} left over`;
  return `${symbolOf(instrumentId)} ${crossType} auction: ${at}${left}`;
}
