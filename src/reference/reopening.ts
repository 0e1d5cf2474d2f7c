// How an instrument that the venue itself halted comes back: halt, reopening call, auction.
//
// Venue-made halts: LUDP (price_band.ts), T5 (circuit_breaker.ts), MWC1 and MWC2 (market_breaker.ts; MWC3 stays until the operator says
// otherwise). `setReopening` says how long they last and how long the call after them; 0 = until the operator says so. When the time has
// come, the state changes as if by command: to reopeningAuction (reason in H: LUDP as it was, T7 after T5, MWCQ after MWC1 and MWC2), then
// to continuous. A permitted `setTradingState` of the operator takes the timetable over: nothing happens by itself any more.
//
// Auction collar, after a limit state pause only. The call begins with `auctionCollar` (public: J) after its `stateChanged`: around the
// band price at which the limit state stood; 5% wide on the side of that band, up to the other band on the other (the US plan's shape).
// When the call is to end and its auction would trade outside, it does not: the collar is widened on that side by 5% of the first price
// (`auctionCollar` with extension one more) and the call goes on, by its timetable for another call time. 5% and widening are rounded down.

import { largestPrice, reopeningCollarBasisPoints, smallestPrice } from '../generated/rules.js';
import type { SetReopening } from './admin_commands.js';
import { indicativePrice } from './auction.js';
import type { Book } from './book.js';
import { partOf } from './price_collar.js';
import type { Refusal, Venue } from './venue.js';

export interface AuctionCollar {
  readonly referencePrice: number;
  readonly lowerPrice: number;
  readonly upperPrice: number;
  readonly extension: number;
}

/** The reason that ITCH gives for the call after a halt for `haltReason`. */
export function reopeningReason(haltReason: string): string {
  if (haltReason === 'T5') return 'T7';
  return haltReason === 'LUDP' ? 'LUDP' : 'MWCQ';
}

const within = (price: number): number => Math.min(Math.max(price, smallestPrice), largestPrice);

/** The collar of the call that will follow this pause. */
export function collarAfter(book: Book): AuctionCollar | undefined {
  const { limitState, band } = book;
  if (limitState === undefined || band === undefined) return undefined;
  const referencePrice = limitState.price;
  const width = partOf(referencePrice, reopeningCollarBasisPoints);
  const isUp = limitState.side === 'buy';
  return {
    referencePrice,
    lowerPrice: isUp ? band.lower : within(referencePrice - width),
    upperPrice: isUp ? within(referencePrice + width) : band.upper,
    extension: 0,
  };
}

export function publishCollar(venue: Venue, book: Book, collar: AuctionCollar) {
  book.auctionCollar = collar;
  venue.emit({
    kind: 'auctionCollar',
    publicEffect: 'auctionCollar',
    locate: book.locate,
    instrumentId: book.instrumentId,
    ...collar,
  });
}

/** Keeps the call open when its auction would trade outside the collar. */
export function mustExtend(venue: Venue, book: Book): boolean {
  const collar = book.auctionCollar;
  const price = indicativePrice(book);
  if (collar === undefined || price === undefined) return false;
  const { referencePrice, lowerPrice, upperPrice, extension } = collar;
  const isAbove = price > upperPrice;
  if (!isAbove && price >= lowerPrice) return false;
  const width = partOf(referencePrice, reopeningCollarBasisPoints);
  publishCollar(venue, book, {
    referencePrice,
    lowerPrice: isAbove ? lowerPrice : within(lowerPrice - width),
    upperPrice: isAbove ? within(upperPrice + width) : upperPrice,
    extension: extension + 1,
  });
  return true;
}

export function setReopening(venue: Venue, { locate, haltTime, callTime }: SetReopening): Refusal | undefined {
  if (haltTime < 0 || callTime < 0) return { reason: 'invalidValue', limitValue: 0 };
  const book = venue.book(locate);
  book.haltTime = haltTime;
  book.callTime = callTime;
  return undefined;
}
