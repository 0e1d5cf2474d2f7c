// What takes back a word that narrows the market: an unlock, a wider limit, the next reset. Left alone, such words add up until nothing
// trades any more, and a run of a hundred thousand commands compares refusals with refusals. Whoever narrows leaves the way back here, and
// it is said soon, sooner the more of them wait.

import type { Random } from './random.js';

/** Commands between a word and what takes it back, about. */
const soon = 40;

export class Amends {
  private readonly random: Random;
  private readonly waiting: string[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  add(words: string) {
    this.waiting.push(words);
  }

  /** Words that are due now, the oldest first; undefined when none are. */
  next(): string | undefined {
    const { waiting, random } = this;
    if (waiting.length === 0 || !random.onceIn(Math.max(2, Math.ceil(soon / waiting.length)))) return undefined;
    return waiting.shift();
  }
}
