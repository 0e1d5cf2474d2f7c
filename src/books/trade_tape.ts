/**
 * Every trade of a feed, read from its ring by anybody, in this process or another. Each reader keeps its own place; the writer waits for
 * none of them.
 *
 * What can go wrong: a reader that looks too seldom is overrun; what it missed is counted in `missed`, and it goes on with the oldest print
 * that is surely whole.
 */
import { TradesColumns } from '../generated/regions.js';
import { TradesWord } from '../generated/words.js';
import { openRegion, type Region, type RegionHealth, regionHealth, regionPath } from '../native/region.js';

export interface TradePrint {
  readonly locate: number;
  /** ITCH time, ns since midnight. */
  readonly time: number;
  /** 1e-4 */
  readonly price: number;
  readonly quantity: number;
  /** Of the resting order: 'B' or 'S'; '' when the message does not tell. */
  readonly side: string;
  /** ITCH type: E, C, P or Q. */
  readonly type: string;
  readonly match: bigint;
}

export class TradeTape {
  readonly columns: TradesColumns;
  /** Prints this reader came too late for. */
  missed = 0;
  readonly #capacity: number;
  #next: number;

  /** Begins with the next print, or with the oldest there is. Throws RegionError when the buffer is no tape of this version. */
  constructor(buffer: ArrayBufferLike, from: 'now' | 'oldest' = 'now') {
    this.columns = new TradesColumns(buffer);
    this.#capacity = this.columns.dimensions.prints;
    const written = this.#word(TradesWord.written);
    // A tape younger than its ring begins at 0; an older one is read from where it can last be whole.
    this.#next = from === 'now' ? written : written < this.#capacity ? 0 : (written - this.#capacity) >>> 0;
  }

  /** Prints that found no room on their way to the tape, in all. */
  get dropped(): number {
    return this.#word(TradesWord.dropped);
  }

  /** Calls onTrade for each print since the last time, at most `most`; returns how many. */
  poll(onTrade: (print: TradePrint) => void, most = 65_536): number {
    let told = 0;
    while (told < most) {
      if (this.#next === this.#word(TradesWord.written)) return told;
      const print = this.#copy(this.#next & (this.#capacity - 1));
      // Looked at after the copy: had the writer come round by then, the copy may be of another print.
      const behind = (this.#word(TradesWord.claimed) - this.#next) >>> 0;
      if (behind > this.#capacity) {
        this.missed += behind - this.#capacity;
        this.#next = (this.#next + behind - this.#capacity) >>> 0;
        continue;
      }
      this.#next = (this.#next + 1) >>> 0;
      told++;
      onTrade(print);
    }
    return told;
  }

  health(): RegionHealth {
    return regionHealth(this.columns.header);
  }

  #word(index: TradesWord): number {
    return Atomics.load(this.columns.word, index);
  }

  #copy(at: number): TradePrint {
    const { locate, time, price, quantity, side, type, matchLow, matchHigh } = this.columns;
    const resting = side[at] as number;
    return {
      locate: locate[at] as number,
      time: time[at] as number,
      price: price[at] as number,
      quantity: quantity[at] as number,
      side: resting === 0 ? '' : String.fromCharCode(resting),
      type: String.fromCharCode(type[at] as number),
      match: (BigInt(matchHigh[at] as number) << 32n) | BigInt(matchLow[at] as number),
    };
  }
}

/** The tape of a process that keeps its books under this name. Close the region when done. */
export function openTradeTape(name: string, from: 'now' | 'oldest' = 'now'): { tape: TradeTape; region: Region } {
  const region = openRegion(name.includes('/') ? name : regionPath(name, 'trades'));
  try {
    return { tape: new TradeTape(region.buffer, from), region };
  } catch (error) {
    region.close();
    throw error;
  }
}
