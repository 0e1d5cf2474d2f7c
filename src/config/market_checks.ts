// What one value of the market's rules makes of another, with the place of the one that is wrong: symbols that are not listed, prices off
// their tick, a minimum that is no lot, `all` accounts where no session lists any. The engine would refuse these too, but without a line.
import type { z } from 'zod';
import { type Instrument, instrumentsOf } from './instruments.js';
import { type InstrumentRules, type MarketRisk, type MarketRules, priceUnits } from './market_schema.js';
import { nearest } from './suggest.js';

/** Requests that a start may carry out: each is a record of the journal. */
const MOST_LIMIT_ROWS = 500_000;

export interface CheckedVenue {
  readonly instruments: number | readonly Instrument[];
  readonly maximumOrderQuantity: number;
  readonly sessions: readonly { readonly accounts: readonly number[] }[];
  readonly rules: MarketRules;
  readonly risk?: MarketRisk | undefined;
}

type Tell = (path: readonly PropertyKey[], message: string) => void;

/** What holds for an instrument: its own, key by key, else the default. */
export function rulesOf(rules: MarketRules, symbol: string): InstrumentRules {
  return { ...rules.default, ...rules.instruments[symbol] };
}

/** The accounts that `all` means. */
export function listedAccounts(sessions: CheckedVenue['sessions']): number[] {
  return [...new Set(sessions.flatMap(({ accounts }) => accounts))].sort((one, other) => one - other);
}

export function checkMarket(venue: CheckedVenue, context: z.RefinementCtx): void {
  const tell: Tell = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  const symbols = new Set(instrumentsOf(venue.instruments).map(({ symbol }) => symbol));
  const checkSymbols = (path: readonly PropertyKey[], named: 'all' | readonly string[]): void => {
    if (named === 'all') return;
    for (const [index, symbol] of named.entries()) checkSymbol([...path, index], symbol);
  };
  const checkSymbol = (path: readonly PropertyKey[], symbol: string): void => {
    if (symbols.has(symbol)) return;
    const suggestion = nearest(symbol, symbols);
    tell(path, `no instrument ${symbol}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`);
  };
  checkRules(venue, symbols, checkSymbol, tell);
  if (venue.risk !== undefined) checkRisk(venue, venue.risk, symbols.size, { checkSymbols, checkSymbol, tell });
}

function checkRules(
  { rules, maximumOrderQuantity }: CheckedVenue,
  symbols: ReadonlySet<string>,
  checkSymbol: (path: readonly PropertyKey[], symbol: string) => void,
  tell: Tell,
): void {
  const [first, second, third] = rules.marketLevels ?? [3, 2, 1];
  if (!(Number(first) > Number(second) && Number(second) > Number(third)))
    tell(['rules', 'marketLevels'], 'each level lies below the one before');
  checkInstrument(['rules', 'default'], rules.default, rules.default, maximumOrderQuantity, tell);
  for (const [symbol, own] of Object.entries(rules.instruments)) {
    checkSymbol(['rules', 'instruments', symbol], symbol);
    if (symbols.has(symbol))
      checkInstrument(['rules', 'instruments', symbol], own, rulesOf(rules, symbol), maximumOrderQuantity, tell);
  }
}

/** `own` is what stands at `path`, `whole` what holds; what is wrong is told where a part of it stands. */
function checkInstrument(
  path: readonly PropertyKey[],
  own: InstrumentRules,
  whole: InstrumentRules,
  maximumOrderQuantity: number,
  tell: Tell,
): void {
  for (const [index, { from, tick }] of (own.ticks ?? []).entries()) {
    if (priceUnits(from) % priceUnits(tick) !== 0)
      tell([...path, 'ticks', index, 'from'], `a band begins on its own tick, ${tick}`);
    if ((own.ticks ?? []).findIndex((band) => band.from === from) < index)
      tell([...path, 'ticks', index, 'from'], `two bands begin at ${from}`);
  }
  const checkPrice = (at: readonly PropertyKey[], price: number | undefined): void => {
    if (price === undefined) return;
    const tick = tickAt(whole, price);
    if (priceUnits(price) % tick !== 0) tell([...path, ...at], `not a multiple of its tick, ${tick / 10_000}`);
  };
  checkPrice(['referencePrice'], own.referencePrice);
  checkPrice(['priceBand', 'referencePrice'], own.priceBand?.referencePrice);
  const { lot = 1, minimumQuantity = lot } = whole;
  const where = own.minimumQuantity === undefined ? 'lot' : 'minimumQuantity';
  if (own.lot === undefined && own.minimumQuantity === undefined) return;
  if (minimumQuantity % lot !== 0)
    tell([...path, where], `minimumQuantity ${minimumQuantity} is no multiple of lot ${lot}`);
  if (Math.max(lot, minimumQuantity) > maximumOrderQuantity)
    tell([...path, where], `above maximumOrderQuantity, ${maximumOrderQuantity}`);
}

function tickAt({ ticks = [] }: InstrumentRules, price: number): number {
  const below = ticks.filter(({ from }) => from <= price).sort((one, other) => other.from - one.from);
  return below[0] === undefined ? 1 : priceUnits(below[0].tick);
}

interface RiskChecks {
  readonly checkSymbols: (path: readonly PropertyKey[], named: 'all' | readonly string[]) => void;
  readonly checkSymbol: (path: readonly PropertyKey[], symbol: string) => void;
  readonly tell: Tell;
}

function checkRisk(venue: CheckedVenue, risk: MarketRisk, instruments: number, checks: RiskChecks): void {
  const listed = listedAccounts(venue.sessions);
  const named = new Set<number>();
  const checkAccounts = (path: readonly PropertyKey[], accounts: 'all' | readonly number[]): number => {
    if (accounts === 'all' && listed.length === 0)
      checks.tell(path, 'no session of this venue lists accounts; name them');
    const all = accounts === 'all' ? listed : accounts;
    for (const account of all) named.add(account);
    return all.length;
  };
  for (const [index, { accounts }] of risk.accountLimits.entries())
    checkAccounts(['risk', 'accountLimits', index, 'accounts'], accounts);
  let rows = 0;
  for (const [index, entry] of risk.instrumentLimits.entries()) {
    const path = ['risk', 'instrumentLimits', index];
    const count = checkAccounts([...path, 'accounts'], entry.accounts);
    checks.checkSymbols([...path, 'instruments'], entry.instruments);
    rows += count * (entry.instruments === 'all' ? instruments : entry.instruments.length);
    if (rows > MOST_LIMIT_ROWS) checks.tell(path, `more than ${MOST_LIMIT_ROWS} rows of limits in all`);
  }
  for (const [index, { account, instrument }] of risk.positions.entries()) {
    named.add(account);
    checks.checkSymbol(['risk', 'positions', index, 'instrument'], instrument);
  }
  for (const [index, { account, instruments: restricted }] of risk.restricted.entries()) {
    named.add(account);
    checks.checkSymbols(['risk', 'restricted', index, 'instruments'], restricted);
  }
  if (risk.shortSaleRestricted !== undefined)
    checks.checkSymbols(['risk', 'shortSaleRestricted'], risk.shortSaleRestricted);
  if (named.size > risk.maximumAccounts)
    checks.tell(['risk', 'maximumAccounts'], `${named.size} accounts are named here`);
}
