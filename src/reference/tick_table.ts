// Tick and lot: which prices and quantities an instrument takes.
//
// Tick table: bands of prices, each from a price up to where the next begins, each with its tick. `setTickBand` adds a band or changes the
// tick of the band that begins there; tick 0 removes it. Without a band at or below a price, its tick is 1 (1e-4). A price of a new or
// replaced order, limit or stop, that is not a multiple of its tick is refused: invalidTick, with the tick. Nothing is ever rounded.
// Lot: `setLotSize` sets the lot and the minimum quantity (both 1 at first). A quantity below the minimum is refused: invalidQuantity,
// with the minimum; a quantity or display quantity that is no multiple of the lot: invalidLot, with the lot. Of a replace, the total it
// states (alwaysRequeue: its open quantity) counts.
//
// Orders that rest are not touched by a change of either. Refused for the operator (invalidValue, with the limit): a price or tick out of
// the range ITCH can publish, a band that does not begin on its tick, more than 16 bands; a lot or minimum below 1 or above the venue's
// largest quantity, a minimum that is no multiple of the lot.

import { largestPrice, tickBandsMax } from '../generated/rules.js';
import type { SetLotSize, SetTickBand } from './admin_commands.js';
import type { Book } from './book.js';
import type { Refusal, Venue } from './venue.js';

export interface TickBand {
  readonly fromPrice: number;
  readonly tick: number;
}

export function tickAt(book: Book, price: number): number {
  return book.tickBands.findLast(({ fromPrice }) => fromPrice <= price)?.tick ?? 1;
}

/** The nearest price on a tick, from this one down. */
export function tickAtOrBelow(book: Book, price: number): number {
  return price - (price % tickAt(book, price));
}

/** The nearest price on a tick, from this one up; where a band begins is one. */
export function tickAtOrAbove(book: Book, price: number): number {
  if (isOnTick(book, price)) return price;
  const next = tickAtOrBelow(book, price) + tickAt(book, price);
  const nextBand = book.tickBands.find(({ fromPrice }) => fromPrice > price)?.fromPrice ?? next;
  return Math.min(next, nextBand);
}

export function isOnTick(book: Book, price: number): boolean {
  return price % tickAt(book, price) === 0;
}

export function checkTick(book: Book, price: number | undefined): Refusal | undefined {
  if (price === undefined || isOnTick(book, price)) return undefined;
  return { reason: 'invalidTick', limitValue: tickAt(book, price) };
}

export function checkLot(book: Book, quantity: number, displayQuantity = 0): Refusal | undefined {
  const { lot, minimumQuantity } = book;
  if (quantity < minimumQuantity) return { reason: 'invalidQuantity', limitValue: minimumQuantity };
  const isWhole = quantity % lot === 0 && displayQuantity % lot === 0;
  return isWhole ? undefined : { reason: 'invalidLot', limitValue: lot };
}

export function setTickBand(venue: Venue, { locate, fromPrice, tick }: SetTickBand): Refusal | undefined {
  const book = venue.book(locate);
  for (const value of [fromPrice, tick]) {
    if (value < 0) return { reason: 'invalidValue', limitValue: 0 };
    if (value > largestPrice) return { reason: 'invalidValue', limitValue: largestPrice };
  }
  const others = book.tickBands.filter((band) => band.fromPrice !== fromPrice);
  if (tick > 0) {
    if (fromPrice % tick !== 0) return { reason: 'invalidValue', limitValue: tick };
    if (others.length >= tickBandsMax) return { reason: 'invalidValue', limitValue: tickBandsMax };
    others.push({ fromPrice, tick });
  }
  book.tickBands = others.sort((a, b) => a.fromPrice - b.fromPrice);
  return undefined;
}

export function setLotSize(venue: Venue, { locate, lot, minimumQuantity }: SetLotSize): Refusal | undefined {
  const largest = venue.limits.maximumOrderQuantity;
  for (const value of [lot, minimumQuantity]) {
    if (value < 1) return { reason: 'invalidValue', limitValue: 1 };
    if (value > largest) return { reason: 'invalidValue', limitValue: largest };
  }
  if (minimumQuantity % lot !== 0) return { reason: 'invalidValue', limitValue: lot };
  const book = venue.book(locate);
  book.lot = lot;
  book.minimumQuantity = minimumQuantity;
  return undefined;
}
