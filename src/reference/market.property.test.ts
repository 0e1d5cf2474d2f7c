// What holds of states, bands and breakers for every list of commands: orders meet only while an instrument trades, auctions happen only in
// calls, nothing trades outside the band, and a book that trades is never left at its band for longer than the limit state's time.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitStateTime } from '../generated/rules.js';
import { marketCommandList } from '../test_support/random_market.js';
import type { TradingState } from './admin_commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

function engineOf(): Engine {
  const engine = new Engine({ ...scenarioLimits, maximumOrders: 60, maximumLevels: 14 });
  engine.addInstrument(1, 1001);
  engine.addInstrument(2, 1002);
  return engine;
}

const calls: readonly (TradingState | undefined)[] = ['openingAuction', 'reopeningAuction', 'closingAuction'];

/** Follows the states as the public is told them. */
class States {
  readonly wrong: string[] = [];
  private readonly now = new Map<number, TradingState>();

  record(event: MatchEvent) {
    const state = this.now.get(event.locate as number) ?? 'continuous';
    if (event.kind === 'stateChanged') this.now.set(event.locate as number, event.state as TradingState);
    const meets = event.kind === 'executed' || event.kind === 'triggered' || event.kind === 'prevented';
    if (meets && state !== 'continuous') this.wrong.push(`${event.kind} in ${state}`);
    const isAuction = event.kind === 'crossed' || event.kind === 'uncrossed' || event.kind === 'imbalance';
    if (isAuction && !calls.includes(state)) this.wrong.push(`${event.kind} in ${state}`);
    const isAdded = event.publicEffect === 'add' && (state === 'halt' || state === 'closed');
    if (isAdded && event.kind === 'refreshed') this.wrong.push(`refreshed in ${state}`);
  }
}

test('orders meet only while an instrument trades, auctions happen only in calls', () => {
  fc.assert(
    fc.property(marketCommandList, (commands) => {
      const engine = engineOf();
      const states = new States();
      for (const command of commands) for (const event of engine.apply(command)) states.record(event);
      expect(states.wrong).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('nothing trades outside the band, and no limit state outlasts its time', () => {
  fc.assert(
    fc.property(marketCommandList, (commands) => {
      const engine = engineOf();
      for (const command of commands) {
        const before = new Map(engine.venue.rows.map((book) => [book.locate, book.band]));
        const events = engine.apply(command);
        for (const { locate, band, limitState } of engine.venue.rows) {
          if (limitState !== undefined) expect(command.time).toBeLessThan(limitState.since + limitStateTime);
          if (band === undefined || before.get(locate) !== band) continue;
          for (const event of events) {
            if (event.kind !== 'executed' || event.locate !== locate) continue;
            expect(event.price).toBeGreaterThanOrEqual(band.lower);
            expect(event.price).toBeLessThanOrEqual(band.upper);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
