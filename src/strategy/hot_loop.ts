/**
 * The loop of a TypeScript strategy: native poll() (hops 1 to 3), the strategy's hooks over typed arrays (hop 4), native submit() (hops 5
 * to 7). One thread does all of it. In steady state nothing here allocates: rows, views and columns are made before the first packet.
 */
import type { BookView } from '../books/book_view.js';
import { BookViews } from '../books/book_view.js';
import { EventKind } from '../generated/hops.js';
import { ControlColumns, HotLoopColumns } from '../generated/regions.js';
import { ControlWord, HotLoopWord } from '../generated/words.js';
import type { NativeTrader } from '../native/trader_binding.js';
import { Intents, type Strategy } from './strategy.js';

export class HotLoop {
  readonly columns: HotLoopColumns;
  readonly control: ControlColumns;
  readonly intents: Intents;
  readonly #native: NativeTrader;
  readonly #strategy: Strategy;
  readonly #books: BookView[] = [];
  #stale = 0;

  constructor(native: NativeTrader, strategy: Strategy) {
    this.#native = native;
    this.#strategy = strategy;
    this.columns = new HotLoopColumns(native.hotLoop);
    this.control = new ControlColumns(native.control);
    this.intents = new Intents(this.columns);
    const views = new BookViews(native.books);
    const instruments = this.columns.touched.length;
    for (let row = 0; row < instruments; row++) this.#books.push(views.row(row));
    strategy.onStart?.({
      instruments,
      position: this.columns.position,
      parameters: this.control.parameter,
      intents: this.intents,
    });
  }

  /** Runs until the control region says stop. */
  run(): void {
    const stop = this.control.stop;
    while (Atomics.load(stop, ControlWord.stop) === 0) this.turn();
  }

  /** One duty cycle; true when there was work. */
  turn(): boolean {
    const native = this.#native;
    const work = native.poll();
    const word = this.columns.word;
    if (work !== 0) {
      const stale = word[HotLoopWord.stale] as number;
      if (stale !== this.#stale) {
        this.#stale = stale;
        this.#strategy.onStale(stale !== 0);
      }
      if ((word[HotLoopWord.eventCount] as number) !== 0) this.#dispatchEvents();
      if (stale === 0) this.#dispatchBooks();
      if ((this.control.stop[ControlWord.quoting] as number) === 0) word[HotLoopWord.intentCount] = 0;
    }
    // submit() also sends what answers of the venue have made due, so it runs on every turn; with nothing to do it costs one call.
    native.submit();
    return work !== 0;
  }

  #dispatchBooks(): void {
    const { touched, word } = this.columns;
    const count = word[HotLoopWord.touchedCount] as number;
    for (let at = 0; at < count; at++) {
      const row = touched[at] as number;
      this.#strategy.onBook(row, this.#books[row] as BookView);
    }
  }

  #dispatchEvents(): void {
    const columns = this.columns;
    const strategy = this.#strategy;
    const count = columns.word[HotLoopWord.eventCount] as number;
    for (let at = 0; at < count; at++) {
      const kind = columns.eventKind[at] as number;
      const row = columns.eventInstrument[at] as number;
      const side = columns.eventSide[at] as number;
      const price = columns.eventPrice[at] as number;
      const quantity = columns.eventQuantity[at] as number;
      if (kind === EventKind.trade) strategy.onTrade(row, side, price, quantity);
      else if (kind === EventKind.fill) strategy.onFill(row, side, price, quantity, columns.eventLeaves[at] as number);
    }
  }
}
