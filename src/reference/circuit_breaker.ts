// An instrument's own circuit breaker. `setCircuitBreaker` gives a percentage (at most 10,000 basis points; 0 = none) and a window of time.
//
// A trade in continuous trading that would be more than that percentage above the lowest or below the highest trade price of the window
// does not happen. The order that came in is `canceled` with tradingHalted for what it has not traded, a fill-or-kill too (its trial does
// not foresee this), and the instrument halts: T5, public H with P (reopening.ts goes on from there). Stops elected before wait again.
//
// The window is counted in 16 slices of floor(window / 16) nanoseconds, from time 0: the slice of the present and the 15 before it count,
// each with its lowest and highest trade price. So the engine remembers 16 pairs, whatever is traded. An auction starts the
// count anew, with its price if it traded; so does a new day, and a new setting. A window below 16 ns is refused (invalidValue).

import { breakerSlices, wholeInBasisPoints } from '../generated/rules.js';
import type { SetCircuitBreaker } from './admin_commands.js';
import type { Book } from './book.js';
import { checkBasisPoints } from './price_collar.js';
import type { Refusal, Venue } from './venue.js';

interface Slice {
  readonly number: number;
  readonly lowest: number;
  readonly highest: number;
}

export class Breaker {
  readonly basisPoints: number;
  readonly sliceTime: number;
  private slices: readonly Slice[] = [];

  constructor(basisPoints: number, window: number) {
    this.basisPoints = basisPoints;
    this.sliceTime = Math.floor(window / breakerSlices);
  }

  /** Would a trade at this price go too far? */
  isTripped(price: number, now: number): boolean {
    return this.count(now).some(
      ({ lowest, highest }) =>
        price * wholeInBasisPoints > lowest * (wholeInBasisPoints + this.basisPoints) ||
        price * wholeInBasisPoints < highest * (wholeInBasisPoints - this.basisPoints),
    );
  }

  note(price: number, now: number) {
    const number = Math.floor(now / this.sliceTime);
    const counted = this.count(now);
    const same = counted.find((slice) => slice.number === number);
    const lowest = Math.min(price, same?.lowest ?? price);
    const highest = Math.max(price, same?.highest ?? price);
    this.slices = [...counted.filter((slice) => slice !== same), { number, lowest, highest }];
  }

  forget() {
    this.slices = [];
  }

  /** The slices that count, oldest first. */
  count(now: number): readonly Slice[] {
    const oldest = Math.floor(now / this.sliceTime) - breakerSlices + 1;
    return this.slices.filter(({ number }) => number >= oldest);
  }
}

export function trips(venue: Venue, book: Book, price: number): boolean {
  return book.breaker?.isTripped(price, venue.now) === true;
}

export function setCircuitBreaker(venue: Venue, command: SetCircuitBreaker): Refusal | undefined {
  const { locate, basisPoints, window } = command;
  const refusal = checkBasisPoints(basisPoints);
  if (refusal !== undefined) return refusal;
  if (basisPoints > 0 && window < breakerSlices) return { reason: 'invalidValue', limitValue: breakerSlices };
  venue.book(locate).breaker = basisPoints === 0 ? undefined : new Breaker(basisPoints, window);
  return undefined;
}
