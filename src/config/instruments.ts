/** Instruments of a role: a list from the config, or a number of generated ones with ids and symbols everybody derives alike. */

export interface Instrument {
  /** Order-entry id, stable across days; not the stock locate. */
  id: number;
  symbol: string;
}

const FIRST_GENERATED_ID = 1001;

/** `count` instruments HW0001 .. with ids from 1001. */
export function generatedInstruments(count: number): Instrument[] {
  return Array.from({ length: count }, (_, index) => ({
    id: FIRST_GENERATED_ID + index,
    symbol: `HW${String(index + 1).padStart(4, '0')}`,
  }));
}

export function instrumentsOf(configured: number | readonly Instrument[]): Instrument[] {
  return typeof configured === 'number' ? generatedInstruments(configured) : [...configured];
}
