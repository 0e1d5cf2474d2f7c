/**
 * What the demo's parent sees while the loop runs: every figure is read from the regions of the role processes, which notice nothing.
 * Rates are differences between two samples.
 */
import { BookViews } from '../books/book_view.js';
import { Counter } from '../generated/counters.js';
import { hopTable, idleModeTable, idleReasonTable, stampSourceTable } from '../generated/hops.js';
import { BooksColumns, HotLoopColumns, TelemetryColumns } from '../generated/regions.js';
import { BookState, HotLoopWord, TelemetryWord } from '../generated/words.js';
import { openRegion } from '../native/region.js';
import { type HopRow, readHopRows } from '../telemetry/hop_table.js';
import type { ReadyMessage } from './child_protocol.js';
import type { LiveBook, LiveModel } from './live_view.js';

export interface LoopPaths {
  venue: ReadyMessage;
  trader: ReadyMessage;
  flow: ReadyMessage;
}

interface Sample {
  at: number;
  orders: number;
  trades: number;
  messages: number;
}

/** More than a tall terminal has rows; the frame takes what fits. */
const SHOWN_BOOKS = 100;
const SAMPLE_MILLISECONDS = 900;

export class Watch {
  readonly venue: TelemetryColumns;
  readonly trader: TelemetryColumns;
  readonly flow: TelemetryColumns;
  readonly #hotLoop: HotLoopColumns;
  readonly #books: BooksColumns;
  readonly #views: BookViews;
  readonly #started = performance.now();
  #before: Sample;
  #rates = { orders: 0, trades: 0, messages: 0 };

  constructor(paths: LoopPaths) {
    this.venue = new TelemetryColumns(openRegion(paths.venue.telemetryPath).buffer);
    this.trader = new TelemetryColumns(openRegion(paths.trader.telemetryPath).buffer);
    this.flow = new TelemetryColumns(openRegion(paths.flow.telemetryPath).buffer);
    this.#hotLoop = new HotLoopColumns(openRegion(paths.trader.hotLoopPath ?? '').buffer);
    const books = openRegion(paths.trader.booksPath ?? '').buffer;
    this.#books = new BooksColumns(books);
    this.#views = new BookViews(books);
    this.#before = this.#sample();
  }

  get elapsedSeconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  hopRows(flow: 'tick_to_trade' | 'order_to_publish' | 'sender'): HopRow[] {
    const region = flow === 'tick_to_trade' ? this.trader : flow === 'sender' ? this.flow : this.venue;
    return readHopRows(region, flow, { senderLate: this.lateShare() > 0.01 });
  }

  /** Open-loop sends more than 1 ms late, as a share of those due. */
  lateShare(): number {
    return count(this.flow, Counter.lateSends) / Math.max(1, count(this.flow, Counter.intendedSends));
  }

  idle(): { mode: string; reason: string; busyLoops: number; cores: number } {
    const { word } = this.venue;
    return {
      mode: idleModeTable[word[TelemetryWord.idleMode] as number]?.label ?? '?',
      reason: idleReasonTable[word[TelemetryWord.idleReason] as number]?.label ?? '?',
      busyLoops: word[TelemetryWord.busyLoops] as number,
      cores: word[TelemetryWord.cores] as number,
    };
  }

  /** Where the wire-in hop's stamps come from. */
  stampSource(): string {
    const wireIn = hopTable.findIndex((hop) => hop.flow === 'tick_to_trade' && hop.number === 1);
    return stampSourceTable[this.trader.stampSource[wireIn] as number]?.label ?? '?';
  }

  model(totalSeconds: number, instruments: number, note: string): LiveModel {
    this.#updateRates();
    const now = this.#sample();
    const { net, gross } = this.#positions();
    const { mode, reason } = this.idle();
    return {
      elapsedSeconds: this.elapsedSeconds,
      totalSeconds,
      instruments,
      books: this.#liveBooks(),
      ordersPerSecond: this.#rates.orders,
      tradesPerSecond: this.#rates.trades,
      messagesPerSecond: this.#rates.messages,
      orders: now.orders,
      trades: now.trades,
      fills: count(this.trader, Counter.fills),
      netPosition: net,
      grossPosition: gross,
      openOrders: this.#hotLoop.word[HotLoopWord.openOrders] as number,
      gaps: count(this.trader, Counter.gapsOpened),
      heals: count(this.trader, Counter.gapsHealed),
      stale: this.#hotLoop.word[HotLoopWord.stale] !== 0,
      lateShare: this.lateShare(),
      idleMode: mode,
      idleReason: reason,
      stampSource: this.stampSource(),
      flows: [
        { name: 'tick_to_trade', hops: this.hopRows('tick_to_trade') },
        { name: 'order_to_publish', hops: this.hopRows('order_to_publish') },
      ],
      note,
    };
  }

  #sample(): Sample {
    return {
      at: performance.now(),
      orders: count(this.venue, Counter.commandsSequenced),
      trades: count(this.venue, Counter.trades),
      messages: count(this.venue, Counter.messagesPublished),
    };
  }

  #updateRates(): void {
    const now = this.#sample();
    const milliseconds = now.at - this.#before.at;
    if (milliseconds < SAMPLE_MILLISECONDS) return;
    const perSecond = (after: number, before: number): number => ((after - before) * 1000) / milliseconds;
    this.#rates = {
      orders: perSecond(now.orders, this.#before.orders),
      trades: perSecond(now.trades, this.#before.trades),
      messages: perSecond(now.messages, this.#before.messages),
    };
    this.#before = now;
  }

  #positions(): { net: number; gross: number } {
    let net = 0;
    let gross = 0;
    for (const position of this.#hotLoop.position) {
      net += position;
      gross += Math.abs(position);
    }
    return { net, gross };
  }

  #liveBooks(): LiveBook[] {
    const books: LiveBook[] = [];
    const rows = this.#books.state.length;
    for (let row = 1; row < rows && books.length < SHOWN_BOOKS; row++) {
      if (((this.#books.state[row] as number) & BookState.known) === 0) continue;
      const book = this.#liveBook(row);
      if (book !== null) books.push(book);
    }
    return books;
  }

  /** One consistent row, or null when the writer never left it alone long enough. */
  #liveBook(row: number): LiveBook | null {
    const columns = this.#books;
    let book: LiveBook | null = null;
    const outcome = this.#views.read(row, (view) => {
      const state = columns.state[row] as number;
      book = {
        symbol: String.fromCharCode(...columns.symbol.subarray(row * 8, row * 8 + 8)).trimEnd(),
        bid: level(view.bidLevels, view.bid),
        ask: level(view.askLevels, view.ask),
        lastPrice: columns.lastTradePrice[row] as number,
        lastQuantity: columns.lastTradeQuantity[row] as number,
        position: this.#hotLoop.position[row] as number,
        stale: (state & BookState.stale) !== 0,
        halted: (state & BookState.halted) !== 0,
      };
    });
    return outcome === 'ok' ? book : null;
  }
}

interface SideColumns {
  price: Int32Array;
  quantity: Float64Array;
  orders: Uint32Array;
}

function level(levels: number, side: SideColumns): LiveBook['bid'] {
  if (levels === 0) return { price: 0, quantity: 0, orders: 0 };
  return { price: side.price[0] as number, quantity: side.quantity[0] as number, orders: side.orders[0] as number };
}

export function count(telemetry: TelemetryColumns, counter: number): number {
  return telemetry.counter[counter] as number;
}
