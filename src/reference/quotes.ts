// Mass quotes: one command sets both sides of up to 100 instruments, all or nothing.
//
// Whose. A quote belongs to session, account, instrument and side: there is one of each at most. To the public it is an ordinary day limit
// order. It is not found by client id - no cancel or replace names it - but carries the id of the last mass quote that set it. A lost
// session's quotes go; the replace profile does not matter to them.
//
// All are checked before anything happens, and the first thing wrong refuses the whole command with the entry's index (`entryIndex`, from
// 0). The command: session, number of entries (1 to 100), kill and locks, protection (protection.ts), message rate (message_flow.ts). Each
// entry in turn: instrument, no instrument twice, then bid and ask each as a new day limit order of that price and quantity would be
// (checks.ts: locks on the instrument, price, quantity, tick, lot, an id that a live order has, trading state and what follows), bid below
// ask (quoteCrossed, with the bid), pre-trade risk of bid and ask (pre_trade_risk.ts), room. Quantity 0 pulls that side: nothing is asked
// of its price. A command that only pulls is asked for session, number of entries and instruments alone. Room is counted as if nothing
// left: an order for each side that has no quote yet, a level for each price that has none.
//
// Then entry by entry, each side once, the bid first - but the ask first when the new bid would reach the maker's own standing ask. So a
// side has left its old price before the other one comes there: a maker never trades with a quote that the same command replaces.
//   no quote there      `accepted`, then as any order that comes in: `rested`, or executions and what is left of it
//   same price, and not more than is open: keeps place and reference; `replaced`, queue position kept (public: X by the difference, or
//                       nothing)
//   anything else       a new reference behind all others; `replaced` (public: U; when it trades: D, then executions, then `rested`, A)
//   quantity 0          `canceled` with quotePulled (public: D); without a quote there: nothing
// The quantity is the new open quantity, whatever was executed before. `massQuoted` closes with the number of entries.
//
// When an execution on the way trips the maker's protection, the sides still to come are not entered: `massQuoted` then tells the entries
// of which both sides were, with reason protectionTripped. When the circuit breaker halts an instrument on the way (circuit_breaker.ts),
// the side still to come there is left as it is. Stops that the quotes elect come in after the whole command.

import { massQuoteEntriesMax } from '../generated/rules.js';
import { checkNewOrder } from './checks.js';
import type { NewOrder, Side } from './commands.js';
import type { MassQuote, QuoteEntry } from './control_commands.js';
import { checkLocks } from './lockouts.js';
import { checkMessageRate } from './message_flow.js';
import { type Order, orderOf } from './order.js';
import { moveToBack, reduceInPlace, takeIn } from './orders.js';
import { QuoteRisk, type Verdict, type Warning, warn } from './pre_trade_risk.js';
import { isTripped } from './protection.js';
import { checkOpen } from './trading_state.js';
import type { Refusal, Venue } from './venue.js';

/** One side of an entry as the order it would be. */
export function sideOf(command: MassQuote, entry: QuoteEntry, side: Side): NewOrder {
  const { session, account, firm, clOrdId, selfTrade } = command;
  return {
    kind: 'newOrder',
    session,
    account,
    firm,
    clOrdId,
    locate: entry.locate,
    side,
    orderType: 'limit',
    timeInForce: 'day',
    price: side === 'buy' ? entry.bidPrice : entry.askPrice,
    quantity: side === 'buy' ? entry.bidQuantity : entry.askQuantity,
    shortSale: true,
    ...(selfTrade === undefined ? {} : { selfTrade }),
  };
}

function quoteOf(wanted: NewOrder): Order {
  return { ...orderOf(wanted, 0), isQuote: true, riskPrice: wanted.price };
}

/** Such a command only takes away, and nothing may refuse it. */
const isOnlyPull = ({ entries }: MassQuote): boolean =>
  entries.every(({ bidQuantity, askQuantity }) => bidQuantity === 0 && askQuantity === 0);

export function massQuote(venue: Venue, command: MassQuote) {
  const verdict = checkMassQuote(venue, command);
  if (verdict.refusal !== undefined) return venue.refuse(command, verdict.refusal);
  warn(venue, command, verdict);
  let taken = 0;
  let isStopped = false;
  for (const entry of command.entries) {
    isStopped = !enterEntry(venue, command, entry);
    if (isStopped) break;
    taken += 1;
  }
  const { session, account, clOrdId } = command;
  venue.emit({
    kind: 'massQuoted',
    publicEffect: 'none',
    request: 'massQuote',
    clOrdId,
    session,
    account,
    quantity: taken,
    ...(isStopped ? { reason: 'protectionTripped' } : {}),
  });
}

function checkMassQuote(venue: Venue, command: MassQuote): Verdict {
  const refusal = checkCommand(venue, command);
  if (refusal !== undefined) return { refusal };
  const { entries } = command;
  const room = new Room(venue);
  const risk = new QuoteRisk(venue, command);
  const warnings: Warning[] = [];
  for (const [entryIndex, entry] of entries.entries()) {
    const early = checkInstrument(venue, entries, entryIndex) ?? checkSides(venue, command, entry);
    if (early !== undefined) return { refusal: { ...early, entryIndex } };
    for (const side of ['buy', 'sell'] as const) {
      const wanted = sideOf(command, entry, side);
      const verdict = risk.take(venue.quote(wanted), wanted.quantity === 0 ? undefined : quoteOf(wanted));
      if (verdict.refusal !== undefined) return { refusal: { ...verdict.refusal, entryIndex } };
      warnings.push(...verdict.warnings.map((warning) => ({ ...warning, entryIndex })));
    }
    const late = room.take(command, entry);
    if (late !== undefined) return { refusal: { ...late, entryIndex } };
  }
  return { refusal: undefined, warnings };
}

/** What is asked of the command as a whole. */
function checkCommand(venue: Venue, command: MassQuote): Refusal | undefined {
  const { entries, session, account, firm } = command;
  if (entries.length < 1) return { reason: 'invalidEntryCount', limitValue: 1 };
  if (entries.length > massQuoteEntriesMax) return { reason: 'invalidEntryCount', limitValue: massQuoteEntriesMax };
  if (isOnlyPull(command)) return undefined;
  const tripped = isTripped(venue, command) ? ({ reason: 'protectionTripped' } as const) : undefined;
  return checkLocks(venue, { session, account, firm }) ?? tripped ?? checkMessageRate(venue, command);
}

function checkInstrument(venue: Venue, entries: readonly QuoteEntry[], index: number): Refusal | undefined {
  const { locate } = entries[index] as QuoteEntry;
  if (!venue.books.has(locate)) return { reason: 'unknownInstrument' };
  const isRepeated = entries.slice(0, index).some((earlier) => earlier.locate === locate);
  return isRepeated ? { reason: 'repeatedInstrument' } : undefined;
}

function checkSides(venue: Venue, command: MassQuote, entry: QuoteEntry): Refusal | undefined {
  for (const side of ['buy', 'sell'] as const) {
    const order = sideOf(command, entry, side);
    const refusal = order.quantity === 0 ? undefined : checkNewOrder(venue, order);
    if (refusal !== undefined) return refusal;
  }
  const hasBoth = entry.bidQuantity > 0 && entry.askQuantity > 0;
  if (!hasBoth || entry.bidPrice < entry.askPrice) return undefined;
  return { reason: 'quoteCrossed', limitValue: entry.bidPrice };
}

/** What the entries so far need at most. */
class Room {
  private readonly venue: Venue;
  private orders: number;
  private levels = 0;

  constructor(venue: Venue) {
    this.venue = venue;
    this.orders = venue.orders.size;
    for (const book of venue.books.values()) this.levels += book.levelCount;
  }

  take(command: MassQuote, entry: QuoteEntry): Refusal | undefined {
    const { maximumOrders, maximumLevels } = this.venue.limits;
    for (const side of ['buy', 'sell'] as const) {
      const order = sideOf(command, entry, side);
      if (order.quantity === 0) continue;
      if (this.venue.quote(order) === undefined) this.orders += 1;
      if (this.venue.book(order.locate).level(side, order.price) === undefined) this.levels += 1;
    }
    if (this.orders > maximumOrders) return { reason: 'bookFull', limitValue: maximumOrders };
    return this.levels > maximumLevels ? { reason: 'bookFull', limitValue: maximumLevels } : undefined;
  }
}

/** False when the maker's protection stopped it. */
function enterEntry(venue: Venue, command: MassQuote, entry: QuoteEntry): boolean {
  const ask = venue.quote(sideOf(command, entry, 'sell'));
  const isAskFirst = ask !== undefined && entry.bidQuantity > 0 && entry.bidPrice >= (ask.price as number);
  for (const side of isAskFirst ? (['sell', 'buy'] as const) : (['buy', 'sell'] as const)) {
    if (isTripped(venue, command) && !isOnlyPull(command)) return false;
    setSide(venue, sideOf(command, entry, side));
  }
  return true;
}

function setSide(venue: Venue, wanted: NewOrder) {
  const { clOrdId, price, quantity } = wanted;
  if (quantity > 0 && checkOpen(venue.book(wanted.locate)) !== undefined) return;
  const quote = venue.quote(wanted);
  if (quote === undefined) {
    if (quantity > 0) takeIn(venue, wanted, quoteOf(wanted));
    return;
  }
  const request = { kind: 'massQuote', clOrdId, originalClOrdId: quote.clOrdId, price, quantity } as const;
  if (quantity === 0) return venue.cancel(quote, 'quotePulled', request);
  if (price === quote.price && quantity <= quote.leaves) return reduceInPlace(venue, request, quote, quantity);
  quote.riskPrice = price;
  moveToBack(venue, request, quote, quantity, 0);
}
