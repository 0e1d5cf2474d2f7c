/**
 * A feed for a program of yours, without a trader: the native thread keeps the books, and poll() tells which of the books asked for have
 * changed and which trades were made since the last time. Calls nobody by itself: you decide when to look, from a timer or a loop.
 *
 * One process, no other needed. Several channels are streams of their own, with their own books: `channel` in a book or a trade says whose
 * it is, and one stock may stand in each. What can go wrong: at start, as operator errors with a code (port, route, region of a living
 * process). Later the books say it: `stale` while a gap is open. Looking late loses no book, only states between; trades are all told,
 * unless more than the tape holds (65,536) came between two looks: `missedTrades` counts them.
 */
import { type BookSnapshot, BooksRegion } from '../books/books_region.js';
import { openTradeTape, type TradePrint, type TradeTape } from '../books/trade_tape.js';
import type { FeedProgress, FeedResult, FullSide } from '../native/feed_binding.js';
import type { Region } from '../native/region.js';
import type { FeedChannel } from './feed_channel.js';
import { type FeedOptions, FeedSession } from './feed_session.js';

export interface FeedHandlerOptions extends FeedOptions {
  /** Symbols to look at, in every channel; none = every book there is. */
  readonly stocks?: readonly string[];
}

export interface FeedBookUpdate extends BookSnapshot {
  /** '' when the feed has one channel. */
  readonly channel: string;
}

/** A print with its stock, of the books asked for. */
export interface FeedTrade extends TradePrint {
  readonly channel: string;
  readonly stock: string;
}

export interface FeedHooks {
  onBook?(book: FeedBookUpdate): void;
  onTrade?(trade: FeedTrade): void;
}

let handlers = 0;

export class FeedHandler {
  readonly #session: FeedSession;
  readonly #watches: ChannelWatch[] = [];

  constructor(options: FeedHandlerOptions, hooks: FeedHooks) {
    const { stocks = [], ...feed } = options;
    const name = feed.name ?? `handler-${process.pid}-${handlers++}`;
    this.#session = new FeedSession({ ...feed, name }, (session) => {
      for (const channel of session.channels) this.#watches.push(new ChannelWatch(channel, stocks, hooks));
    });
  }

  /** Looks once; returns how many books had changed. Calls the hooks before it returns. */
  poll(): number {
    let changed = 0;
    for (const watch of this.#watches) changed += watch.poll();
    return changed;
  }

  /** Trades that came between two looks and were more than the tape holds. */
  get missedTrades(): number {
    return this.#watches.reduce((sum, { missedTrades }) => sum + missedTrades, 0);
  }

  /**
   * Every order of a side, copied at one moment; undefined while no message has named the stock. Without a channel: of the first that has
   * the stock.
   */
  async side(stock: string, side: 'B' | 'S', channel?: string): Promise<FullSide | undefined> {
    for (const watch of this.#watches) {
      const locate = channel === undefined || channel === watch.name ? watch.locateOf(stock) : undefined;
      if (locate !== undefined) return await watch.channel.side(locate, side);
    }
    return undefined;
  }

  /** Of each channel, in their order. */
  progress(): FeedProgress[] {
    return this.#watches.map(({ channel }) => channel.progress());
  }

  /**
   * Polls every `every_ms` until all sessions end, the time is up or stop() is called; what came last has been told when it resolves, with
   * one result for each channel.
   */
  async run(every_ms = 1): Promise<[FeedResult, ...FeedResult[]]> {
    const timer = setInterval(() => this.poll(), every_ms);
    try {
      await this.#session.finished();
    } finally {
      clearInterval(timer);
    }
    this.poll();
    const [first, ...rest] = this.#session.channels;
    return [first.result(), ...rest.map((channel) => channel.result())];
  }

  stop(): void {
    this.#session.stop();
  }

  close(): void {
    this.#session.close();
    for (const watch of this.#watches) watch.close();
  }
}

/** What has been told of one channel. */
class ChannelWatch {
  readonly channel: FeedChannel;
  readonly name: string;
  readonly #books: BooksRegion;
  readonly #hooks: FeedHooks;
  readonly #wanted: Set<string>;
  readonly #all: boolean;
  readonly #rows = new Set<number>();
  readonly #seen: Float64Array;
  readonly #seenState: Uint32Array;
  readonly #tape: TradeTape;
  readonly #tapeRegion: Region;

  constructor(channel: FeedChannel, stocks: readonly string[], hooks: FeedHooks) {
    this.channel = channel;
    this.name = channel.name;
    this.#books = new BooksRegion(channel.booksPath);
    ({ tape: this.#tape, region: this.#tapeRegion } = openTradeTape(
      channel.booksPath.replace(/\.books$/, '.trades'),
      'oldest',
    ));
    this.#hooks = hooks;
    this.#wanted = new Set(stocks);
    this.#all = stocks.length === 0;
    this.#seen = new Float64Array(this.#books.views.columns.dimensions.instruments);
    this.#seenState = new Uint32Array(this.#seen.length);
  }

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
      this.#hooks.onBook?.({ ...book, channel: this.name });
    }
    this.#pollTrades();
    return changed;
  }

  get missedTrades(): number {
    return this.#tape.missed + this.#tape.dropped;
  }

  locateOf(stock: string): number | undefined {
    return this.#books.locateOf(stock);
  }

  close(): void {
    this.#books.close();
    this.#tapeRegion.close();
  }

  #pollTrades(): void {
    const { onTrade } = this.#hooks;
    if (onTrade === undefined) return;
    this.#tape.poll((print) => {
      if (!this.#all && !this.#rows.has(print.locate)) return;
      onTrade({ ...print, channel: this.name, stock: this.#books.views.row(print.locate).symbol });
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
