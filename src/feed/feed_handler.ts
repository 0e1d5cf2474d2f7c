/**
 * A feed for a program of yours, without a trader: the native thread keeps the books, and poll() tells which of the books asked for have
 * changed and which trades were made since the last time. Calls nobody by itself: you decide when to look, from a timer or a loop.
 *
 * One process, no other needed. What can go wrong: at start, as operator errors with a code (port, route, region of a living process).
 * Later the books say it: `stale` while a gap is open. Looking late loses no book, only states between; trades are all told, unless
 * more than the tape holds (65,536) came between two looks: `missedTrades` counts them.
 */
import { type BookSnapshot, BooksRegion } from '../books/books_region.js';
import { openTradeTape, type TradePrint, type TradeTape } from '../books/trade_tape.js';
import type { FeedProgress, FeedResult, FullSide } from '../native/feed_binding.js';
import type { Region } from '../native/region.js';
import { type FeedOptions, FeedSession } from './feed_session.js';

export interface FeedHandlerOptions extends FeedOptions {
  /** Symbols to look at; none = every book there is. */
  readonly stocks?: readonly string[];
}

/** A print with its stock, of the books asked for. */
export interface FeedTrade extends TradePrint {
  readonly stock: string;
}

export interface FeedHooks {
  onBook?(book: BookSnapshot): void;
  onTrade?(trade: FeedTrade): void;
}

let handlers = 0;

export class FeedHandler {
  readonly #session: FeedSession;
  readonly #books: BooksRegion;
  readonly #hooks: FeedHooks;
  readonly #wanted: Set<string>;
  readonly #all: boolean;
  readonly #rows = new Set<number>();
  readonly #seen: Float64Array;
  readonly #seenState: Uint32Array;
  readonly #tape: TradeTape;
  readonly #tapeRegion: Region;

  constructor(options: FeedHandlerOptions, hooks: FeedHooks) {
    const { stocks = [], ...feed } = options;
    const name = feed.name ?? `handler-${process.pid}-${handlers++}`;
    let attached: { books: BooksRegion; tape: TradeTape; region: Region } | undefined;
    this.#session = new FeedSession({ ...feed, name }, (session) => {
      attached = { books: new BooksRegion(session.booksPath), ...openTradeTape(name, 'oldest') };
    });
    const { books, tape, region } = attached as NonNullable<typeof attached>;
    this.#books = books;
    this.#tape = tape;
    this.#tapeRegion = region;
    this.#hooks = hooks;
    this.#wanted = new Set(stocks);
    this.#all = stocks.length === 0;
    this.#seen = new Float64Array(this.#books.views.columns.dimensions.instruments);
    this.#seenState = new Uint32Array(this.#seen.length);
  }

  /** Looks once; returns how many books had changed. Calls the hooks before it returns. */
  poll(): number {
    this.#findWanted();
    const { updates, state } = this.#books.views.columns;
    let changed = 0;
    const rows = this.#all ? updates.keys() : this.#rows;
    for (const locate of rows) {
      if (updates[locate] === this.#seen[locate] && state[locate] === this.#seenState[locate]) continue;
      const book = this.#books.snapshot(locate);
      if (typeof book !== 'object') continue; // being written: next time
      this.#seen[locate] = book.updates;
      this.#seenState[locate] = state[locate] as number;
      changed++;
      this.#hooks.onBook?.(book);
    }
    this.#pollTrades();
    return changed;
  }

  /** Trades that came between two looks and were more than the tape holds. */
  get missedTrades(): number {
    return this.#tape.missed + this.#tape.dropped;
  }

  /** Every order of a side, copied at one moment; undefined while no message has named the stock. */
  async side(stock: string, side: 'B' | 'S'): Promise<FullSide | undefined> {
    const locate = this.#books.locateOf(stock);
    return locate === undefined ? undefined : await this.#session.side(locate, side);
  }

  progress(): FeedProgress {
    return this.#session.progress();
  }

  /** Polls every `every_ms` until the session ends, the time is up or stop() is called; what came last has been told when it resolves. */
  async run(every_ms = 1): Promise<FeedResult> {
    const timer = setInterval(() => this.poll(), every_ms);
    try {
      await this.#session.finished();
    } finally {
      clearInterval(timer);
    }
    this.poll();
    return this.#session.result();
  }

  stop(): void {
    this.#session.stop();
  }

  close(): void {
    this.#session.close();
    this.#books.close();
    this.#tapeRegion.close();
  }

  #pollTrades(): void {
    const { onTrade } = this.#hooks;
    if (onTrade === undefined) return;
    this.#tape.poll((print) => {
      if (!this.#all && !this.#rows.has(print.locate)) return;
      onTrade({ ...print, stock: this.#books.views.row(print.locate).symbol });
    });
  }

  #findWanted(): void {
    for (const stock of this.#wanted) {
      const locate = this.#books.locateOf(stock);
      if (locate === undefined) continue;
      this.#rows.add(locate);
      this.#wanted.delete(stock);
    }
  }
}
