// Price bands in the manner of the US plan "Limit Up, Limit Down": nothing trades outside them while the instrument trades continuously.
// `setPriceBand` gives reference price and percentage (at most 10,000 basis points; 0 = no band); the reference must be a price an order
// could have. Lower and upper band are the reference less and plus floor(reference x basis points / 10,000), taken inwards to the tick. An
// auction that trades makes its price the reference; otherwise the operator moves it.
//
// While trading continuously, a new or replaced limit order priced through the band (a buy above the upper, a sell below the lower) is
// refused: priceBand, with the band it crossed (Nasdaq offers repricing as well; a refused price is plain to both sides). Orders
// on the far side rest out of reach. Market orders trade as far as the band; stop-limits are asked when triggered and `canceled` with
// priceBand. When the band moves, and when continuous trading begins, resting orders priced through it are `canceled` with priceBand
// (public: D), in canonical walk: after the `stateChanged` of the beginning, before stops come in.
//
// Limit state: the best bid stands at the upper band, or the best ask at the lower. It is looked at after each command and each timer,
// when all that follows from it has happened: `limitState` tells its beginning, `limitStateOver` its end (no public effect: ITCH has no
// message for it). A limit state that lasts 15 seconds pauses the instrument: halt, LUDP (reopening.ts goes on from there).

import { largestPrice, smallestPrice } from '../generated/rules.js';
import type { SetPriceBand } from './admin_commands.js';
import type { Book } from './book.js';
import { checkPrice } from './checks.js';
import type { Side } from './commands.js';
import type { Order } from './order.js';
import { checkBasisPoints, isBeyond, partOf } from './price_collar.js';
import { checkTick, tickAtOrAbove, tickAtOrBelow } from './tick_table.js';
import type { Refusal, Venue } from './venue.js';

export interface PriceBand {
  readonly basisPoints: number;
  readonly lower: number;
  readonly upper: number;
}

export interface LimitState {
  /** Whose best price stands at the band. */
  readonly side: Side;
  readonly price: number;
  readonly since: number;
}

function bandAround(book: Book, reference: number, basisPoints: number): PriceBand {
  const distance = partOf(reference, basisPoints);
  const lower = tickAtOrAbove(book, Math.max(reference - distance, smallestPrice));
  return { basisPoints, lower, upper: tickAtOrBelow(book, Math.min(reference + distance, largestPrice)) };
}

/** The band that an order of this side may not cross; undefined when none holds now. */
export function bandEdge(book: Book, side: Side): number | undefined {
  if (!book.isTrading || book.band === undefined) return undefined;
  return side === 'buy' ? book.band.upper : book.band.lower;
}

export function checkBand(book: Book, side: Side, price: number | undefined): Refusal | undefined {
  const edge = bandEdge(book, side);
  if (price === undefined || edge === undefined || !isBeyond(side, price, edge)) return undefined;
  return { reason: 'priceBand', limitValue: edge };
}

export function setPriceBand(venue: Venue, command: SetPriceBand): Refusal | undefined {
  const { locate, referencePrice, basisPoints } = command;
  const book = venue.book(locate);
  const refusal =
    checkBasisPoints(basisPoints) ?? checkPrice(referencePrice, 'invalidValue') ?? checkTick(book, referencePrice);
  if (refusal !== undefined) return refusal;
  book.band = basisPoints === 0 ? undefined : bandAround(book, referencePrice, basisPoints);
  dropThroughBand(venue, book);
  return undefined;
}

/** After an auction that traded. */
export function moveBand(book: Book, price: number) {
  if (book.band !== undefined) book.band = bandAround(book, price, book.band.basisPoints);
}

export function dropThroughBand(venue: Venue, book: Book) {
  const isThrough = (order: Order) => checkBand(book, order.side, order.price) !== undefined;
  for (const order of [...book.walk()].filter(isThrough)) venue.cancel(order, 'priceBand');
}

function limitStateOf(book: Book): Omit<LimitState, 'since'> | undefined {
  for (const side of ['buy', 'sell'] as const) {
    const price = bandEdge(book, side);
    const best = book.best(side)?.price;
    if (price !== undefined && best === price) return { side, price };
  }
  return undefined;
}

/** Tells what has begun and ended, instruments by row. */
export function noteLimitStates(venue: Venue) {
  for (const book of venue.rows) {
    const was = book.limitState;
    const is = limitStateOf(book);
    if (was?.side === is?.side && was?.price === is?.price) continue;
    const about = { publicEffect: 'none', locate: book.locate, instrumentId: book.instrumentId } as const;
    if (was !== undefined) venue.emit({ kind: 'limitStateOver', ...about });
    if (is !== undefined) venue.emit({ kind: 'limitState', ...about, ...is });
    book.limitState = is === undefined ? undefined : { ...is, since: venue.now };
  }
}
