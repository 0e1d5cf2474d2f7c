// The venue's complete matching rules, as plainly as they can be said: the oracle the fast engine is held to, and the engine that a
// browser, a backtest or a machine without the addon can run. It reads no clock and no chance and imports nothing but its own rules: the
// same commands give the same events.
//
// Where the rules stand: checks.ts what is refused and in which order; orders.ts new orders and replaces; matching.ts priority, fills and
// what becomes of the rest; trial.ts fill-or-kill and minimum quantity; self_trade.ts; quotes.ts; protection.ts; lockouts.ts;
// pre_trade_risk.ts with risk_limits.ts, short_sale.ts, message_flow.ts; reserve.ts icebergs; stops.ts; timers.ts; cancels.ts every way of
// taking orders out; trading_state.ts when what is taken; auction.ts; tick_table.ts; price_collar.ts; price_band.ts limit up, limit down;
// circuit_breaker.ts; market_breaker.ts; reopening.ts; trading_day.ts; admin.ts the operator's commands. Each file's head is the
// specification of its rules, and schemas/scenarios/ shows each at work; both engines run those files.

import { isAdmin, runAdmin } from './admin.js';
import type { Book } from './book.js';
import { bookDigest, marketDigest } from './book_digest.js';
import { cancelOrder, massCancel, sessionCancel } from './cancels.js';
import type { Command, ReplaceProfile, SequencedCommand } from './commands.js';
import { isRisk } from './control_commands.js';
import type { MatchEvent } from './events.js';
import { close, open } from './lockouts.js';
import type { Order } from './order.js';
import { newOrder, replaceOrder } from './orders.js';
import { noteLimitStates } from './price_band.js';
import { resetProtection, setProtection } from './protection.js';
import { massQuote } from './quotes.js';
import { runRisk } from './risk_limits.js';
import { runElected } from './stops.js';
import { runTimers } from './timers.js';
import { type EngineLimits, Venue } from './venue.js';

export class Engine {
  readonly venue: Venue;

  constructor(limits: EngineLimits, profile: ReplaceProfile = 'reduceKeepsPriority') {
    this.venue = new Venue(limits, profile);
  }

  /** Set-up. */
  addInstrument(locate: number, instrumentId: number) {
    this.venue.addInstrument(locate, instrumentId);
  }

  apply(sequenced: SequencedCommand): readonly MatchEvent[] {
    const { venue } = this;
    if (sequenced.time < venue.now) throw new Error(`time ${sequenced.time} is before ${venue.now}`);
    venue.events = [];
    runTimers(venue, sequenced.time);
    venue.now = sequenced.time;
    this.run(sequenced.command);
    runElected(venue);
    noteLimitStates(venue);
    return venue.events;
  }

  orderCount(locate: number): number {
    return this.book(locate)?.orderCount ?? 0;
  }

  /** Resting orders: bids from the best down in time priority, then asks. */
  walk(locate: number): readonly Order[] {
    return [...(this.book(locate)?.walk() ?? [])];
  }

  bookDigest(locate: number): bigint {
    return bookDigest(this.venue.book(locate));
  }

  marketDigest(): bigint {
    return marketDigest(this.venue.books.values());
  }

  private book(locate: number): Book | undefined {
    return this.venue.books.get(locate);
  }

  private run(command: Command) {
    const { venue } = this;
    if (command.kind === 'advanceTime') return;
    if (command.kind === 'sessionCancel') return sessionCancel(venue, command);
    if (isAdmin(command)) return runAdmin(venue, command);
    if (isRisk(command)) return runRisk(venue, command);
    if (command.session >= venue.limits.maximumSessions) {
      return venue.refuse(command, { reason: 'notSupported', limitValue: venue.limits.maximumSessions });
    }
    switch (command.kind) {
      case 'newOrder':
        return newOrder(venue, command);
      case 'replaceOrder':
        return replaceOrder(venue, command);
      case 'cancelOrder':
        return cancelOrder(venue, command);
      case 'massCancel':
        return massCancel(venue, command);
      case 'massQuote':
        return massQuote(venue, command);
      case 'setProtection':
        return setProtection(venue, command);
      case 'resetProtection':
        return resetProtection(venue, command);
      case 'purge':
      case 'kill':
        return close(venue, command);
      case 'unlock':
      case 'unkill':
        return open(venue, command);
    }
  }
}
