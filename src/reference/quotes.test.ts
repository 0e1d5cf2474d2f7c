// The largest mass quote there is: a scenario line would be too long to read.

import { expect, test } from 'vitest';
import { massQuoteEntriesMax } from '../generated/rules.js';
import { Engine } from './engine.js';
import { scenarioLimits } from './scenario_file.js';

function quote(count: number) {
  const engine = new Engine(scenarioLimits);
  for (let locate = 1; locate <= count; locate += 1) engine.addInstrument(locate, 1000 + locate);
  const entries = Array.from({ length: count }, (_, index) => ({
    locate: index + 1,
    bidPrice: 1000,
    bidQuantity: 1,
    askPrice: 1001,
    askQuantity: 1,
  }));
  const who = { session: 0, account: 10, firm: 100, clOrdId: 1 };
  return engine.apply({ time: 0, command: { kind: 'massQuote', ...who, entries } });
}

test('a hundred entries are taken, each with both sides', () => {
  const events = quote(massQuoteEntriesMax);
  expect(events.filter(({ kind }) => kind === 'rested')).toHaveLength(2 * massQuoteEntriesMax);
  expect(events.at(-1)).toMatchObject({ kind: 'massQuoted', quantity: massQuoteEntriesMax });
});

test('one more is refused with the limit', () => {
  expect(quote(massQuoteEntriesMax + 1)).toEqual([
    expect.objectContaining({ kind: 'rejected', reason: 'invalidEntryCount', limitValue: massQuoteEntriesMax }),
  ]);
});
