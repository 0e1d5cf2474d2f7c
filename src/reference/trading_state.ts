// Trading states of an instrument. A venue that never says anything trades continuously; a `setTradingState` moves an instrument on.
//
//   state              leaves to                                    new and replaced orders
//   preOpen            openingAuction, halt, closed                 collected, nothing trades
//   openingAuction     continuous, halt                             collected; ends with an uncross (auction.ts)
//   continuous         closingAuction, halt, closed                 matched (matching.ts)
//   halt               reopeningAuction, closed                     refused: tradingHalted
//   reopeningAuction   continuous, halt                             collected; ends with an uncross
//   closingAuction     closed, halt                                 collected; ends with an uncross
//   closed             preOpen                                      refused: tradingClosed
//
// Any other change is refused (invalidTransition); so is a reason that is not up to four capitals or digits (invalidValue). Cancels are
// taken in every state, and orders expire in every state. A halt takes no orders, as on Nasdaq: ITCH lets a book grow again only once
// quotation resumes, and the reopening call is that. A call that is halted does not uncross; what it collected stays for
// the reopening, in which orders for the opening only have no part.
//
// Collected means: limit orders that may rest (day, good till time) stand in the book as always (public: A, U, X, D) without trading, so
// the book may be crossed, and so is the public book: it is equal to the engine's, order by order, in every state. Post-only does not
// matter there: an auction has no taker. Market orders and orders for one auction only wait unseen (`queued`, no public effect). Stops
// wait (stops.ts). What must trade at once (immediateOrCancel, fillOrKill, a minimum quantity; of stops only when they come in) is
// refused: notInThisState. So are orders for one auction outside its window: atTheOpening is taken in preOpen and openingAuction,
// atTheClose in every state that takes orders.
//
// A change gives, in this order: what the uncross gives (auction.ts); the queued orders that have no auction left, in entry order,
// `canceled` with auctionEnd (to continuous: all but atTheClose; to closed: all); `stateChanged` (public: H); a call after a pause: its
// collar (reopening.ts); to continuous: orders through the price band go (price_band.ts), and the stops that the last trade reaches come in
// (stops.ts). A reopening call whose auction would trade outside its collar does not end: reopening.ts says what it gives instead.
// ITCH H says T while trading, Q while collecting, P for a halt by the venue itself (LUDP, T5), H for any other halt and for closed.

import type { SetTradingState, TradingState } from './admin_commands.js';
import { uncross } from './auction.js';
import type { Book } from './book.js';
import type { NewOrder } from './commands.js';
import type { CrossType } from './events.js';
import { isStop } from './order.js';
import { dropThroughBand } from './price_band.js';
import { collarAfter, mustExtend, publishCollar, reopeningReason } from './reopening.js';
import { electStops } from './stops.js';
import type { Refusal, Venue } from './venue.js';

const successors: Readonly<Record<TradingState, readonly TradingState[]>> = {
  preOpen: ['openingAuction', 'halt', 'closed'],
  openingAuction: ['continuous', 'halt'],
  continuous: ['closingAuction', 'halt', 'closed'],
  halt: ['reopeningAuction', 'closed'],
  reopeningAuction: ['continuous', 'halt'],
  closingAuction: ['closed', 'halt'],
  closed: ['preOpen'],
};

/** The four letters of ITCH H. */
export type TradingAction = 'T' | 'Q' | 'H' | 'P';

export function tradingAction(state: TradingState, haltReason: string): TradingAction {
  if (state === 'continuous') return 'T';
  if (state === 'halt') return haltReason === 'LUDP' || haltReason === 'T5' ? 'P' : 'H';
  return state === 'closed' ? 'H' : 'Q';
}

/** The auction that is being called; undefined in other states. */
export function callOf(state: TradingState): CrossType | undefined {
  if (state === 'openingAuction') return 'opening';
  if (state === 'reopeningAuction') return 'reopening';
  return state === 'closingAuction' ? 'closing' : undefined;
}

/** New orders and replaces alike. */
export function checkOpen(book: Book): Refusal | undefined {
  if (book.state === 'closed') return { reason: 'tradingClosed' };
  return book.state === 'halt' ? { reason: 'tradingHalted' } : undefined;
}

/** What this state does not take. */
export function checkState(book: Book, command: NewOrder): Refusal | undefined {
  const refusal = checkOpen(book);
  if (refusal !== undefined) return refusal;
  const isOpened = book.state !== 'preOpen' && book.state !== 'openingAuction';
  if (command.timeInForce === 'atTheOpening' && isOpened) return { reason: 'notInThisState' };
  const isAtOnce =
    command.timeInForce === 'immediateOrCancel' ||
    command.timeInForce === 'fillOrKill' ||
    (command.minQuantity ?? 0) > 0;
  return isAtOnce && !isStop(command.orderType) && !book.isTrading ? { reason: 'notInThisState' } : undefined;
}

export function setTradingState(venue: Venue, command: SetTradingState): Refusal | undefined {
  const book = venue.book(command.locate);
  const haltReason = command.haltReason ?? '';
  if (!/^[A-Z0-9]{0,4}$/.test(haltReason)) return { reason: 'invalidValue' };
  if (!successors[book.state].includes(command.state)) return { reason: 'invalidTransition' };
  moveTo(venue, book, command.state, haltReason);
  book.due = undefined;
  return undefined;
}

/** The venue's own halt, and when it will be over. */
export function haltByVenue(venue: Venue, book: Book, haltReason: string) {
  book.pauseCollar = haltReason === 'LUDP' ? collarAfter(book) : undefined;
  moveTo(venue, book, 'halt', haltReason);
  book.due = haltReason === 'MWC3' ? undefined : dueAfter(venue, book.haltTime);
}

function dueAfter(venue: Venue, time: number): number | undefined {
  return time === 0 ? undefined : venue.now + time;
}

/** What the timetable has come to. */
export function advanceReopening(venue: Venue, book: Book) {
  if (book.state === 'halt') moveTo(venue, book, 'reopeningAuction', reopeningReason(book.haltReason));
  else moveTo(venue, book, 'continuous', '');
  book.due = book.isTrading ? undefined : dueAfter(venue, book.callTime);
}

/** A permitted change, with all it brings. */
function moveTo(venue: Venue, book: Book, state: TradingState, haltReason: string) {
  const call = callOf(book.state);
  if (state === 'continuous' && mustExtend(venue, book)) return;
  if (call !== undefined && state !== 'halt') uncross(venue, book, call);
  if (state === 'continuous' || state === 'closed') dropQueued(venue, book, state);
  if (state !== 'reopeningAuction') book.auctionCollar = undefined;
  if (state === 'continuous' || state === 'closed') book.pauseCollar = undefined;
  book.state = state;
  book.haltReason = haltReason;
  venue.emit({
    kind: 'stateChanged',
    publicEffect: 'tradingAction',
    locate: book.locate,
    instrumentId: book.instrumentId,
    state,
    haltReason,
  });
  if (state === 'reopeningAuction' && book.pauseCollar !== undefined) publishCollar(venue, book, book.pauseCollar);
  if (state !== 'continuous') return;
  dropThroughBand(venue, book);
  electStops(venue, book);
}

function dropQueued(venue: Venue, book: Book, state: TradingState) {
  for (const order of [...venue.orders]) {
    const isOver = state === 'closed' || order.timeInForce !== 'atTheClose';
    if (order.locate === book.locate && order.place === 'queued' && isOver) venue.cancel(order, 'auctionEnd');
  }
}
