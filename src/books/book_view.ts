/**
 * Books as a strategy or a screen sees them: the native owner's columns themselves, with no copy and no call. `book.bid.price[0]` is a
 * load.
 *
 * On the owner's own thread (a strategy inside the loop) rows are read directly: nothing changes while the strategy runs. Anybody else goes
 * through read(), which repeats until no write fell into it, a bounded number of times. Prices are integers in 1e-4; level 0 is the best.
 *
 * What can go wrong: the writer is faster than the reader, or was put aside by the scheduler inside a row -> 'contended', try again later;
 * the writer ended inside a row, which will never close -> 'dead'.
 */
import { BooksColumns } from '../generated/regions.js';
import { BookState } from '../generated/words.js';
import { type RegionHealth, regionHealth } from '../native/region.js';

/** One side of one book; the first `levels` entries mean something, the rest is left over. */
export class SideView {
  readonly price: Int32Array;
  /** Shares at the price; an integer, held as a double because it may exceed 32 bits. */
  readonly quantity: Float64Array;
  readonly orders: Uint32Array;

  constructor(price: Int32Array, quantity: Float64Array, orders: Uint32Array) {
    this.price = price;
    this.quantity = quantity;
    this.orders = orders;
  }
}

export class BookView {
  readonly locate: number;
  readonly bid: SideView;
  readonly ask: SideView;
  readonly #columns: BooksColumns;

  constructor(columns: BooksColumns, locate: number) {
    const { depth } = columns.dimensions;
    const from = locate * depth;
    const to = from + depth;
    this.#columns = columns;
    this.locate = locate;
    this.bid = new SideView(
      columns.bidPrice.subarray(from, to),
      columns.bidQuantity.subarray(from, to),
      columns.bidOrders.subarray(from, to),
    );
    this.ask = new SideView(
      columns.askPrice.subarray(from, to),
      columns.askQuantity.subarray(from, to),
      columns.askOrders.subarray(from, to),
    );
  }

  /** Levels present in bid; 0 = no bids. */
  get bidLevels(): number {
    return this.#columns.bidLevels[this.locate] as number;
  }
  get askLevels(): number {
    return this.#columns.askLevels[this.locate] as number;
  }
  /** Live orders, both sides. */
  get orderCount(): number {
    return this.#columns.orderCount[this.locate] as number;
  }
  /** 1e-4; 0 = no trade yet. */
  get lastTradePrice(): number {
    return this.#columns.lastTradePrice[this.locate] as number;
  }
  get lastTradeQuantity(): number {
    return this.#columns.lastTradeQuantity[this.locate] as number;
  }
  /** Messages that touched this book. */
  get updates(): number {
    return this.#columns.updates[this.locate] as number;
  }
  /** ITCH time of the last change, ns since midnight. */
  get updateTime(): number {
    return this.#columns.updateTime[this.locate] as number;
  }
  /** Order-entry id; 0 = none. */
  get instrumentId(): number {
    return this.#columns.instrumentId[this.locate] as number;
  }
  /** A message named this instrument. */
  get known(): boolean {
    return ((this.#columns.state[this.locate] as number) & BookState.known) !== 0;
  }
  /** A gap is open: not to be traded on. */
  get stale(): boolean {
    return ((this.#columns.state[this.locate] as number) & BookState.stale) !== 0;
  }
  get halted(): boolean {
    return ((this.#columns.state[this.locate] as number) & BookState.halted) !== 0;
  }
  /** Builds a string: not for the hot path. */
  get symbol(): string {
    return String.fromCharCode(...this.#columns.symbol.subarray(this.locate * 8, this.locate * 8 + 8)).trimEnd();
  }
}

export type ReadOutcome = 'ok' | 'contended' | 'dead';

/** About 50 us of trying: longer than any write of a row, shorter than a scheduler's time slice. */
const READ_ATTEMPTS = 2_000;

export class BookViews {
  readonly columns: BooksColumns;
  readonly #rows: (BookView | undefined)[];

  /** Throws RegionError when the buffer is not a Books region of this version. */
  constructor(buffer: ArrayBufferLike) {
    this.columns = new BooksColumns(buffer);
    this.#rows = new Array<BookView | undefined>(this.columns.dimensions.instruments);
  }

  /** The view of one book, made once. */
  row(locate: number): BookView {
    const made = this.#rows[locate];
    if (made !== undefined) return made;
    if (!Number.isInteger(locate) || locate < 0 || locate >= this.#rows.length) {
      throw new RangeError(`no row ${locate}: the region holds locates below ${this.#rows.length}`);
    }
    const view = new BookView(this.columns, locate);
    this.#rows[locate] = view;
    return view;
  }

  /**
   * Calls `copy` until it ran with no write beside it. It may run several times and may see half-written rows on the way: what it took
   * means something only when the answer is 'ok'.
   */
  read(locate: number, copy: (book: BookView) => void): ReadOutcome {
    const view = this.row(locate);
    const { sequence } = this.columns;
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const before = Atomics.load(sequence, locate);
      if ((before & 1) !== 0) continue;
      copy(view);
      if (Atomics.load(sequence, locate) === before) return 'ok';
    }
    const { state } = this.health();
    return state === 'dead' || state === 'closed' ? 'dead' : 'contended';
  }

  /** A row that no longer changes may be quiet or orphaned: readers that poll ask this every now and then. */
  health(): RegionHealth {
    return regionHealth(this.columns.header);
  }
}
