/**
 * The example market maker: quotes around the mid price, leans against its position, moves only when its price would change.
 * A long position moves both prices down by up to two ticks at the position limit, a short one up.
 */
import type { BookView } from '../books/book_view.js';
import type { Strategy, StrategyContext } from './strategy.js';

const TICK = 100; // 0.01 in 1e-4
export const QuoterParameter = { halfSpreadTicks: 0, quantity: 1, positionLimit: 2 } as const;

export class Quoter implements Strategy {
  #context!: StrategyContext;
  #bid!: Int32Array;
  #ask!: Int32Array;
  fills = 0;

  onStart(context: StrategyContext): void {
    this.#context = context;
    this.#bid = new Int32Array(context.instruments);
    this.#ask = new Int32Array(context.instruments);
  }

  onBook(instrument: number, book: BookView): void {
    if (book.bidLevels === 0 || book.askLevels === 0) return;
    const { parameters, position, intents } = this.#context;
    const quantity = parameters[QuoterParameter.quantity] as number;
    const half = (parameters[QuoterParameter.halfSpreadTicks] as number) * TICK;
    const middle = ((book.bid.price[0] as number) + (book.ask.price[0] as number)) / 2;
    const lean = ((position[instrument] as number) / (parameters[QuoterParameter.positionLimit] as number)) * 2 * TICK;
    const bid = Math.floor((middle - lean - half) / TICK) * TICK;
    const ask = Math.ceil((middle - lean + half) / TICK) * TICK;
    if (bid === this.#bid[instrument] && ask === this.#ask[instrument]) return;
    this.#bid[instrument] = bid;
    this.#ask[instrument] = ask;
    intents.quote(instrument, bid, quantity, ask, quantity);
  }

  onTrade(): void {}

  onFill(instrument: number): void {
    this.fills += 1;
    this.#bid[instrument] = 0; // the standing quote has changed: quote again on the next book
  }

  onStale(stale: boolean): void {
    if (stale) this.#bid.fill(0);
  }
}
