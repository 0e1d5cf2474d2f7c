// The market-wide circuit breaker. The index is not the engine's: the operator says its three levels (`setMarketLevels`; public: V; each
// below the one before, in 1e-8) and when one is breached (`breachMarketLevel`, W). A level is breached once a day at most, and none
// below the one already breached (invalidValue, with that level). `marketBreached` comes first; then, by row, every instrument that is
// not closed halts with MWC1, MWC2 or MWC3, those that are halted already too: one rule and one timetable for all (reopening.ts).

import type { BreachMarketLevel, SetMarketLevels } from './admin_commands.js';
import { haltByVenue } from './trading_state.js';
import type { Refusal, Venue } from './venue.js';

export function setMarketLevels(venue: Venue, { levels }: SetMarketLevels): Refusal | undefined {
  const [first, second, third] = levels;
  if (first <= second || second <= third || third < 1) return { reason: 'invalidValue' };
  venue.emit({ kind: 'marketLevels', publicEffect: 'marketLevels', levels });
  return undefined;
}

export function breachMarketLevel(venue: Venue, { level }: BreachMarketLevel): Refusal | undefined {
  if (level < 1 || level > 3) return { reason: 'invalidValue', limitValue: level < 1 ? 1 : 3 };
  if (level <= venue.breachedLevel) return { reason: 'invalidValue', limitValue: venue.breachedLevel };
  venue.breachedLevel = level;
  venue.emit({ kind: 'marketBreached', publicEffect: 'marketBreach', quantity: level });
  for (const book of venue.rows) if (book.state !== 'closed') haltByVenue(venue, book, `MWC${level}`);
  return undefined;
}
