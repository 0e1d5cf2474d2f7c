// How the operator names instruments on the command line: a symbol, an order-entry id, several with commas between, or `all`.
import type { Instrument } from '../../config/instruments.js';
import { nearest } from '../../config/suggest.js';
import { OperatorFailure } from '../operator_failure.js';

export class InstrumentNames {
  readonly #instruments: readonly Instrument[];
  readonly #idBySymbol: ReadonlyMap<string, number>;
  readonly #symbolById: ReadonlyMap<number, string>;

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = instruments;
    this.#idBySymbol = new Map(instruments.map(({ id, symbol }) => [symbol, id]));
    this.#symbolById = new Map(instruments.map(({ id, symbol }) => [id, symbol]));
  }

  symbolOf(id: number): string {
    return this.#symbolById.get(id) ?? `instrument ${id}`;
  }

  /** In the order in which they were named. An id need not be one we know: the venue knows better. */
  idsOf(text: string): number[] {
    if (text === 'all') return this.#instruments.map(({ id }) => id);
    return text.split(',').map((name) => this.#idOf(name.trim()));
  }

  #idOf(name: string): number {
    const id = this.#idBySymbol.get(name);
    if (id !== undefined) return id;
    if (/^[1-9]\d{0,9}$/.test(name) && Number(name) <= 0xffff_ffff) return Number(name);
    const suggestion = nearest(name, this.#idBySymbol.keys());
    const hint = suggestion === undefined ? 'see instruments in the operator section' : `did you mean ${suggestion}?`;
    throw new OperatorFailure('usage', name, 'no such instrument', hint);
  }
}
