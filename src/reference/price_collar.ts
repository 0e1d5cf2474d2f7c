// Price collar: how far from the reference price an order may reach. The reference price is the last trade, or what the operator said
// since (`setReferencePrice`); without one there is no collar. `setPriceCollar` sets the distance, at most 10,000 basis points; 0 = none.
// The upper edge is reference + floor(reference x basis points / 10,000), the lower edge the same below.
//
// A new or replaced limit order of any state that reaches too far (a buy above the upper edge, a sell below the lower) is refused:
// priceCollar, with the edge. A market order trades as far as the edge it meets when it comes in, and is cancelled there like any market
// order without a counterpart (immediateOrCancel); trades on the way do not move that edge. A stop-limit is asked when it is triggered, and
// `canceled` with priceCollar. Orders that rest, and auctions, are not asked.

import { wholeInBasisPoints } from '../generated/rules.js';
import type { SetPriceCollar } from './admin_commands.js';
import type { Book } from './book.js';
import type { Side } from './commands.js';
import type { Refusal, Venue } from './venue.js';

/** A part of a price, rounded down; exact: 2e9 x 1e4 is far below 2^53. */
export function partOf(price: number, basisPoints: number): number {
  return Math.floor((price * basisPoints) / wholeInBasisPoints);
}

/** The worst price that an order of this side may reach. */
export function collarEdge(book: Book, side: Side): number | undefined {
  const { referencePrice, collarBasisPoints } = book;
  if (referencePrice === undefined || collarBasisPoints === 0) return undefined;
  const distance = partOf(referencePrice, collarBasisPoints);
  return side === 'buy' ? referencePrice + distance : referencePrice - distance;
}

export function isBeyond(side: Side, price: number, edge: number): boolean {
  return side === 'buy' ? price > edge : price < edge;
}

/** Nothing to check of an order without a price. */
export function checkCollar(book: Book, side: Side, price: number | undefined): Refusal | undefined {
  const edge = collarEdge(book, side);
  if (price === undefined || edge === undefined || !isBeyond(side, price, edge)) return undefined;
  return { reason: 'priceCollar', limitValue: edge };
}

export function checkBasisPoints(basisPoints: number): Refusal | undefined {
  if (basisPoints < 0) return { reason: 'invalidValue', limitValue: 0 };
  return basisPoints > wholeInBasisPoints ? { reason: 'invalidValue', limitValue: wholeInBasisPoints } : undefined;
}

export function setPriceCollar(venue: Venue, { locate, basisPoints }: SetPriceCollar): Refusal | undefined {
  const refusal = checkBasisPoints(basisPoints);
  if (refusal === undefined) venue.book(locate).collarBasisPoints = basisPoints;
  return refusal;
}
