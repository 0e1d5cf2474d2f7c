// Pre-trade risk, inside the sequencer: what an account may do is decided where its orders are, so nothing in flight goes uncounted.
//
// On or off for a venue, from its set-up. On, an account may trade an instrument only when its own row and its row for that instrument have
// limits (risk_limits.ts): noRiskLimits otherwise. Asked of new orders, replaces and mass quotes after everything else that is not about
// room; not asked of cancels, of replaces that keep their place (they only reduce) and of mass quotes that only pull. In this order:
//
//   instrumentRestricted                     the account may not trade this instrument
//   shortSaleNotMarked, shortSaleRestricted  short_sale.ts
//   orderQuantityLimit                       the open quantity the order would have
//   noReferencePrice, orderValueLimit        that times its price for risk
//   messageRateLimit, duplicateOrder         message_flow.ts; a mass quote is asked for its rate once, before its entries
//   longPositionLimit, shortPositionLimit    a buy: position plus all open buys; a sell: open sells less position; as if all of that side
//                                            traded and nothing of the other, in this instrument
//   grossPositionLimit                       the larger of these two for each instrument, added up over the account
//   openQuantityLimit                        open buys plus open sells in this instrument
//   openValueLimit                           open quantity times price for risk, both sides, all instruments of the account
//
// A limit is the most that is allowed; the refusal says it. Beyond a soft limit the command is taken, and `riskWarning` with the same
// reason and the soft limit comes before its own events, one for each limit in the order above. The last five are cumulative: what does
// not add to one of them is never refused by it, so an account above a lowered limit can reduce.
//
// Open are all orders that the engine holds: in the book with their hidden reserve, waiting for stops and auctions, quotes. Exposure goes
// when the engine has executed or cancelled, not when somebody asked for it. A replace is weighed as what it makes of the account: without
// the old order, with the new. A mass quote likewise, entry by entry, bid before ask, each on what the entries before it left.
//
// Price for risk, fixed when the order is taken or moved. A buy: its limit; a stop without one: its stop price; a market order: the best
// ask. A sell: the highest of limit, stop price and best bid. Without any of these: the book's reference price (last trade, or as the
// operator said); without that too: noReferencePrice. A quote: its own price.
//
// Arithmetic. A value may pass 2^53 (price to 2x10^9, quantity to 2^32): it is computed in doubles and compared with limits that are safe
// integers. What rounds is larger than every limit, and is refused, so what is kept is exact; 64 bits hold every sum that is compared.

import type { Requester } from './commands.js';
import type { MassQuote, RiskReason } from './control_commands.js';
import { checkDuplicate, checkMessageRate } from './message_flow.js';
import { isStop, type Order } from './order.js';
import type { InstrumentRisk } from './risk_limits.js';
import { checkShortSale, type Sale } from './short_sale.js';
import type { Refusal, Venue } from './venue.js';

export interface Warning {
  readonly reason: RiskReason;
  readonly limitValue: number;
  readonly entryIndex?: number;
}

/** Refused, or taken with warnings. */
export type Verdict =
  | { readonly refusal: Refusal }
  | { readonly refusal: undefined; readonly warnings: readonly Warning[] };
const taken: Verdict = { refusal: undefined, warnings: [] };

/** An order as risk sees it. */
export type Working = Sale & Pick<Order, 'riskPrice'>;

export function warn(
  venue: Venue,
  command: Requester & { readonly kind: MassQuote['kind'] | 'newOrder' | 'replaceOrder' },
  verdict: Verdict,
) {
  if (verdict.refusal !== undefined) return;
  const { kind, session, account, clOrdId } = command;
  for (const warning of verdict.warnings) {
    venue.emit({ kind: 'riskWarning', publicEffect: 'none', request: kind, clOrdId, session, account, ...warning });
  }
}

/** Undefined when there is nothing to go by. */
export function riskPriceOf(venue: Venue, order: Order): number | undefined {
  const book = venue.book(order.locate);
  const stopPrice = isStop(order.orderType) ? order.stopPrice : undefined;
  if (order.side === 'buy') return order.price ?? stopPrice ?? book.best('sell')?.price ?? book.referencePrice;
  const prices = [order.price, stopPrice, book.best('buy')?.price].filter((price) => price !== undefined);
  return prices.length > 0 ? Math.max(...prices) : book.referencePrice;
}

/** May this order come in, or take the place of `replaced`? Sets its price for risk. */
export function checkRisk(venue: Venue, order: Order, replaced?: Order): Verdict {
  if (venue.limits.isRiskOn !== true) return taken;
  const riskPrice = riskPriceOf(venue, order);
  order.riskPrice = riskPrice ?? 0;
  const before = workingOf(venue, order);
  const others = before.filter((other) => other !== replaced);
  return judge(
    venue,
    order,
    before,
    others,
    () => {
      const refusal = checkMessageRate(venue, order);
      return refusal ?? (replaced === undefined ? checkDuplicate(venue, order) : undefined);
    },
    riskPrice !== undefined,
  );
}

function workingOf(venue: Venue, { account }: Pick<Order, 'account'>): Working[] {
  return [...venue.orders].filter((order) => order.account === account);
}

/** What the entries of a mass quote so far make of the account. */
export class QuoteRisk {
  private readonly venue: Venue;
  private working: readonly Working[];

  constructor(venue: Venue, command: Pick<MassQuote, 'account'>) {
    this.venue = venue;
    this.working = workingOf(venue, command);
  }

  /** `wanted` undefined: the side is pulled. */
  take(standing: Order | undefined, wanted: Order | undefined): Verdict {
    if (this.venue.limits.isRiskOn !== true) return taken;
    const others = this.working.filter((other) => other !== standing);
    if (wanted === undefined) {
      this.working = others;
      return taken;
    }
    const quote: Working = { ...wanted, riskPrice: wanted.price as number };
    const onlyReduces = standing !== undefined && wanted.price === standing.price && wanted.leaves <= standing.leaves;
    const verdict = onlyReduces ? taken : judge(this.venue, quote, this.working, others, () => undefined, true);
    this.working = [...others, quote];
    return verdict;
  }
}

interface Measure {
  readonly reason: RiskReason;
  readonly hard: number;
  readonly soft: number;
  readonly after: number;
  /** What is not above this does not add. */
  readonly before: number;
}

function judge(
  venue: Venue,
  order: Working,
  before: readonly Working[],
  others: readonly Working[],
  checkFlow: () => Refusal | undefined,
  hasPrice: boolean,
): Verdict {
  const account = venue.risk.account(order.account);
  const row = account.instrument(order.locate);
  if (!account.isSet || !row.isSet) return { refusal: { reason: 'noRiskLimits' } };
  if (row.isRestricted) return { refusal: { reason: 'instrumentRestricted' } };
  const short = checkShortSale(venue, order, others);
  if (short !== undefined) return { refusal: short };
  const single = measuresOfOrder(order, row);
  const size = firstExceeded(single.slice(0, 1)) ?? (hasPrice ? undefined : { reason: 'noReferencePrice' as const });
  const refusal = size ?? firstExceeded(single) ?? checkFlow();
  if (refusal !== undefined) return { refusal };
  const cumulative = measuresOfAccount(venue, order, before, [...others, order]);
  const exceeded = firstExceeded(cumulative);
  if (exceeded !== undefined) return { refusal: exceeded };
  const warnings = [...single, ...cumulative].filter(isAboveSoft);
  return { refusal: undefined, warnings: warnings.map(({ reason, soft }) => ({ reason, limitValue: soft })) };
}

const isAboveSoft = ({ after, before, soft }: Measure): boolean => after > soft && after > before;

function firstExceeded(measures: readonly Measure[]): Refusal | undefined {
  const found = measures.find(({ after, before, hard }) => after > hard && after > before);
  return found === undefined ? undefined : { reason: found.reason, limitValue: found.hard };
}

function measuresOfOrder({ leaves, riskPrice }: Working, { limits: { hard, soft } }: InstrumentRisk): Measure[] {
  return [
    { reason: 'orderQuantityLimit', hard: hard.orderQuantity, soft: soft.orderQuantity, after: leaves, before: 0 },
    { reason: 'orderValueLimit', hard: hard.orderValue, soft: soft.orderValue, after: leaves * riskPrice, before: 0 },
  ];
}

function measuresOfAccount(
  venue: Venue,
  { account: number, locate, side }: Working,
  before: readonly Working[],
  after: readonly Working[],
): Measure[] {
  const account = venue.risk.account(number);
  const own = account.instrument(locate).limits;
  const position = (row: number) => account.instrument(row).position;
  const open = (list: readonly Working[], row: number, which: Order['side']) =>
    list.reduce((sum, order) => sum + (order.locate === row && order.side === which ? order.leaves : 0), 0);
  const long = (list: readonly Working[], row = locate) => position(row) + open(list, row, 'buy');
  const short = (list: readonly Working[], row = locate) => open(list, row, 'sell') - position(row);
  const gross = (list: readonly Working[]) =>
    [...account.instruments.keys()].reduce((sum, row) => sum + Math.max(long(list, row), short(list, row)), 0);
  const quantity = (list: readonly Working[]) => open(list, locate, 'buy') + open(list, locate, 'sell');
  const value = (list: readonly Working[]) => list.reduce((sum, order) => sum + order.leaves * order.riskPrice, 0);
  const measure = (
    name: keyof typeof reasons,
    limits: Measured,
    of: (list: readonly Working[]) => number,
  ): Measure => ({
    reason: reasons[name],
    hard: limits.hard[name] as number,
    soft: limits.soft[name] as number,
    before: of(before),
    after: of(after),
  });
  return [
    side === 'buy' ? measure('longPosition', own, long) : measure('shortPosition', own, short),
    measure('grossPosition', account.limits, gross),
    measure('openQuantity', own, quantity),
    measure('openValue', account.limits, value),
  ];
}

type Measured = Readonly<Record<'hard' | 'soft', Partial<Record<keyof typeof reasons, number>>>>;
const reasons = {
  longPosition: 'longPositionLimit',
  shortPosition: 'shortPositionLimit',
  grossPosition: 'grossPositionLimit',
  openQuantity: 'openQuantityLimit',
  openValue: 'openValueLimit',
} as const;
