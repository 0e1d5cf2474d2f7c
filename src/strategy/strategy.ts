/**
 * What a strategy is. The same class runs inside the hot loop of a live trader and in a backtest: it sees books, trades and its own
 * fills, and writes intents; it never does I/O, never waits, and in steady state never allocates.
 *
 * Units: prices are integers in 1e-4 of the currency (100.01 is 1_000_100), quantities are shares, `instrument` is the row of the book (the
 * stock locate of the day). The hooks run on the hot loop's own thread, so books can be read without locking.
 */
import type { BookView } from '../books/book_view.js';
import { IntentKind } from '../generated/hops.js';
import { Side } from '../generated/order_entry.js';
import type { HotLoopColumns } from '../generated/regions.js';
import { HotLoopWord } from '../generated/words.js';

/** ASCII side bytes, as on every wire of hopwire. */
export const BUY = Side.buy;
export const SELL = Side.sell;

export interface Strategy {
  /** Once, before the first packet. Keep the context. */
  onStart?(context: StrategyContext): void;
  /** A book changed. Called once per changed book and poll, after all packets of the poll are in. */
  onBook(instrument: number, book: BookView): void;
  /** A public trade. `side` is the resting order's side, or 0 when the feed does not say. */
  onTrade(instrument: number, side: number, price: number, quantity: number): void;
  /** One of this trader's orders executed; `leaves` is what stays open of it. `context.position` is already updated. */
  onFill(instrument: number, side: number, price: number, quantity: number, leaves: number): void;
  /** true: a gap is open, books are not current and new orders are refused until false comes. */
  onStale(stale: boolean): void;
}

export interface StrategyContext {
  /** Rows (books, position) this trader may touch: locates below this number. */
  readonly instruments: number;
  /** Net position by row, in shares; long is positive. */
  readonly position: Float64Array;
  /** Words the control plane may change while the loop runs; the strategy names its own indexes. */
  readonly parameters: Float64Array;
  readonly intents: Intents;
}

/**
 * The outbox. Each call writes one row of typed arrays; the loop hands them to risk and the wire when the hooks return.
 * A full outbox drops the intent and counts it in `overflowed`.
 */
export class Intents {
  readonly #columns: HotLoopColumns;
  readonly #capacity: number;
  overflowed = 0;

  constructor(columns: HotLoopColumns) {
    this.#columns = columns;
    this.#capacity = columns.intentKind.length;
  }

  get count(): number {
    return this.#columns.word[HotLoopWord.intentCount] as number;
  }

  /** Makes this the standing quote: a price of 0 takes that side away. Orders already right are left alone. */
  quote(instrument: number, bidPrice: number, bidQuantity: number, askPrice: number, askQuantity: number): void {
    const at = this.#next(IntentKind.quote, instrument);
    if (at < 0) return;
    const columns = this.#columns;
    columns.intentPrice[at] = bidPrice;
    columns.intentQuantity[at] = bidQuantity;
    columns.intentAskPrice[at] = askPrice;
    columns.intentAskQuantity[at] = askQuantity;
  }

  /** One order beside the quote. `immediate` makes it IOC. */
  order(instrument: number, side: number, price: number, quantity: number, immediate: boolean): void {
    const at = this.#next(IntentKind.order, instrument);
    if (at < 0) return;
    const columns = this.#columns;
    columns.intentSide[at] = side;
    columns.intentTimeInForce[at] = immediate ? 1 : 0;
    columns.intentPrice[at] = price;
    columns.intentQuantity[at] = quantity;
  }

  /** Cancels an own order by the halves of its ClOrdID. */
  cancel(instrument: number, orderLow: number, orderHigh: number): void {
    const at = this.#next(IntentKind.cancel, instrument);
    if (at < 0) return;
    this.#columns.intentOrderLow[at] = orderLow;
    this.#columns.intentOrderHigh[at] = orderHigh;
  }

  #next(kind: number, instrument: number): number {
    const word = this.#columns.word;
    const at = word[HotLoopWord.intentCount] as number;
    if (at >= this.#capacity) {
      this.overflowed += 1;
      return -1;
    }
    this.#columns.intentKind[at] = kind;
    this.#columns.intentInstrument[at] = instrument;
    word[HotLoopWord.intentCount] = at + 1;
    return at;
  }
}
