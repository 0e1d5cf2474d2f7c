// What time alone causes. Time comes with the commands: before a command is applied, everything due by then happens, each at its own time,
// in order of due time; at one due time orders first, in the order in which they were entered, then instruments by row. What follows from
// one (stops that come in, limit states) has happened before the next. `advanceTime` is the command that does nothing else.
//
// Good-till-time: the order is there until its expire time and no longer: at that instant it is `canceled` with reason expired (public: D
// if it rests; a waiting order just goes). A replace does not change it. Instruments: a limit state that has lasted its time
// (price_band.ts), a halt or call by the venue that is over (reopening.ts).

import { limitStateTime } from '../generated/rules.js';
import { noteLimitStates } from './price_band.js';
import { runElected } from './stops.js';
import { advanceReopening, haltByVenue } from './trading_state.js';
import type { Venue } from './venue.js';

interface Due {
  readonly time: number;
  readonly run: () => void;
}

export function runTimers(venue: Venue, until: number) {
  for (let due = nextDue(venue, until); due !== undefined; due = nextDue(venue, until)) {
    venue.now = Math.max(venue.now, due.time);
    due.run();
    runElected(venue);
    noteLimitStates(venue);
  }
}

function nextDue(venue: Venue, until: number): Due | undefined {
  let first: Due | undefined;
  for (const due of allDue(venue, until)) if (first === undefined || due.time < first.time) first = due;
  return first;
}

function* allDue(venue: Venue, until: number): Generator<Due> {
  for (const order of venue.orders) {
    const time = order.expireTime;
    if (time !== undefined && time <= until) yield { time, run: () => venue.cancel(order, 'expired') };
  }
  for (const book of venue.rows) {
    const { limitState, due } = book;
    const time = limitState === undefined ? due : limitState.since + limitStateTime;
    if (time === undefined || time > until) continue;
    const isPause = limitState !== undefined;
    yield { time, run: () => (isPause ? haltByVenue(venue, book, 'LUDP') : advanceReopening(venue, book)) };
  }
}
