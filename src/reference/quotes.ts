// Mass quotes: one command sets both sides of up to 100 instruments, all or nothing.
//
// Whose. A quote belongs to session, account, instrument and side: there is one of each at most. To the public it is an ordinary day limit
// order. It is not found by client id - no cancel or replace names it - but carries the id of the last mass quote that set it. A lost
// session's quotes go; the replace profile does not matter to them.
//
// All are checked before anything happens, and the first thing wrong refuses the whole command with the entry's index (`entryIndex`, from
// 0). The command: session, number of entries (1 to 100), kill and locks, protection (protection.ts). Each entry in turn: instrument, no
// instrument twice, then bid and ask each as a new day limit order of that price and quantity would be (checks.ts: locks on the instrument,
// price, quantity, tick, lot, an id that a live order has, trading state and what follows), bid below ask (quoteCrossed, with the bid),
// room. Quantity 0 pulls that side: nothing is asked of its price. A command that only pulls is asked for session, number of entries and
// instruments alone. Room is counted as if nothing left: an order for each side that has no quote yet, a level for each price that has
// none.
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

import { checkNewOrder } from './checks.js';
import type { NewOrder, Side } from './commands.js';
import type { MassQuote, QuoteEntry } from './control_commands.js';
import { checkLocks } from './lockouts.js';
import { orderOf } from './order.js';
import { moveToBack, reduceInPlace, takeIn } from './orders.js';
import { isTripped } from './protection.js';
import { checkOpen } from './trading_state.js';
import type { Refusal, Venue } from './venue.js';

export const mostEntries = 100;

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
    ...(selfTrade === undefined ? {} : { selfTrade }),
  };
}

/** Such a command only takes away, and nothing may refuse it. */
const isOnlyPull = ({ entries }: MassQuote): boolean =>
  entries.every(({ bidQuantity, askQuantity }) => bidQuantity === 0 && askQuantity === 0);

export function massQuote(venue: Venue, command: MassQuote) {
  const refusal = checkMassQuote(venue, command);
  if (refusal !== undefined) return venue.refuse(command, refusal);
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

function checkMassQuote(venue: Venue, command: MassQuote): Refusal | undefined {
  const { entries } = command;
  if (entries.length < 1) return { reason: 'invalidEntryCount', limitValue: 1 };
  if (entries.length > mostEntries) return { reason: 'invalidEntryCount', limitValue: mostEntries };
  if (!isOnlyPull(command)) {
    const { session, account, firm } = command;
    const locked = checkLocks(venue, { session, account, firm });
    if (locked !== undefined) return locked;
    if (isTripped(venue, command)) return { reason: 'protectionTripped' };
  }
  const room = new Room(venue);
  for (const [entryIndex, entry] of entries.entries()) {
    const refusal =
      checkInstrument(venue, entries, entryIndex) ?? checkSides(venue, command, entry) ?? room.take(command, entry);
    if (refusal !== undefined) return { ...refusal, entryIndex };
  }
  return undefined;
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
    if (quantity > 0) takeIn(venue, wanted, { ...orderOf(wanted, 0), isQuote: true });
    return;
  }
  const request = { kind: 'massQuote', clOrdId, originalClOrdId: quote.clOrdId, price, quantity } as const;
  if (quantity === 0) return venue.cancel(quote, 'quotePulled', request);
  if (price === quote.price && quantity <= quote.leaves) return reduceInPlace(venue, request, quote, quantity);
  moveToBack(venue, request, quote, quantity, 0);
}
