// What a market maker relies on, checked from the events alone by a second, slower book-keeping: a protection trips exactly when the
// window's sum reaches a threshold, everything it watches is gone before the next execution, nothing comes in until the reset, and no quote
// meets its owner's other side. And what follows: nothing of a locked scope is open, and who must trade all at once is not left with a
// part.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlCommandList, quoteCommandList } from '../test_support/random_control.js';
import { isInScope } from './cancels.js';
import type { Command, SequencedCommand } from './commands.js';
import type { Scope, SetProtection } from './control_commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

interface Owner {
  readonly session: number;
  readonly account: number;
}

interface Trade extends Owner {
  readonly time: number;
  readonly quantity: number;
  readonly value: number;
}

function engine(): Engine {
  const made = new Engine(scenarioLimits);
  for (const locate of [1, 2]) made.addInstrument(locate, 1000 + locate);
  return made;
}

/** Follows quotes by their references, from the events. */
class Watcher {
  readonly wrong: string[] = [];
  trips = 0;
  private readonly quotes = new Map<number, Owner>();
  private readonly settings = new Map<string, SetProtection>();
  private readonly trades = new Map<string, Trade[]>();
  private readonly tripped = new Set<string>();
  /** Tripped by their sums; the event must be the next but for another's. */
  private readonly due: string[] = [];

  record(time: number, command: Command, events: readonly MatchEvent[]) {
    for (const event of events) this.recordOne(time, command, event);
    if (this.due.length > 0) this.wrong.push(`${this.due[0]} did not trip`);
    for (const owner of this.quotes.values()) {
      for (const name of this.tripped) if (namesOf(owner).includes(name)) this.wrong.push(`${name} has a quote left`);
    }
  }

  private recordOne(time: number, command: Command, event: MatchEvent) {
    const reference = event.reference as number;
    const owner = { session: event.session as number, account: event.account as number };
    switch (event.kind) {
      case 'protectionSet':
        this.settings.set(nameOf(event), command as SetProtection);
        this.trades.delete(nameOf(event));
        break;
      case 'protectionReset':
        this.tripped.delete(nameOf(event));
        this.trades.delete(nameOf(event));
        break;
      case 'protectionTripped':
        this.trips += 1;
        if (this.due.shift() !== nameOf(event)) this.wrong.push(`${nameOf(event)} tripped unasked`);
        this.tripped.add(nameOf(event));
        this.trades.delete(nameOf(event));
        break;
      case 'accepted':
        if (command.kind === 'massQuote') this.quotes.set(reference, owner);
        break;
      case 'replaced':
        if (command.kind !== 'massQuote') break;
        this.quotes.delete(event.originalReference as number);
        this.quotes.set(reference, owner);
        break;
      case 'canceled':
        if (event.leaves === 0) this.quotes.delete(reference);
        break;
      case 'executed':
        this.executed(time, event);
        break;
      default:
        break;
    }
  }

  private executed(time: number, event: MatchEvent) {
    if (this.due.length > 0) this.wrong.push(`${this.due[0]} did not trip before match ${event.matchNumber}`);
    const quantity = event.quantity as number;
    const value = quantity * (event.price as number);
    const sides = [
      [event.reference, event.leaves],
      [event.takerReference, event.takerLeaves],
    ] as [number, number][];
    const [maker, taker] = sides.map(([reference]) => this.quotes.get(reference));
    const isOwn = maker !== undefined && maker.session === taker?.session && maker.account === taker.account;
    if (isOwn) this.wrong.push(`match ${event.matchNumber}: a maker met its own quote`);
    for (const [reference, leaves] of sides) {
      const owner = this.quotes.get(reference);
      if (owner === undefined) continue;
      for (const name of namesOf(owner)) this.count(name, { ...owner, time, quantity, value });
      if (leaves === 0) this.quotes.delete(reference);
    }
  }

  private count(name: string, trade: Trade) {
    const setting = this.settings.get(name);
    if (setting === undefined || this.due.includes(name)) return;
    if (this.tripped.has(name)) this.wrong.push(`${name} traded after it had tripped`);
    const all = [...(this.trades.get(name) ?? []), trade];
    this.trades.set(name, all);
    const inWindow = all.filter(({ time }) => time > trade.time - setting.window);
    const sum = (of: 'quantity' | 'value') => inWindow.reduce((total, each) => total + each[of], 0);
    const isReached =
      inWindow.length >= setting.trades ||
      (setting.quantity > 0 && sum('quantity') >= setting.quantity) ||
      (setting.value > 0 && sum('value') >= setting.value);
    if (isReached) this.due.push(name);
  }
}

const nameOf = ({ scope }: MatchEvent): string => JSON.stringify(scope);
const namesOf = ({ session, account }: Owner): string[] => [JSON.stringify({ session }), JSON.stringify({ account })];

function watch(commands: readonly SequencedCommand[]): Watcher {
  const watched = engine();
  const watcher = new Watcher();
  for (const { time, command } of commands) {
    watcher.record(time, command, watched.apply({ time, command }));
    expect(watcher.wrong).toEqual([]);
  }
  return watcher;
}

test('a protection trips when its window is full and not before, and lets nothing of the maker trade after', () => {
  let trips = 0;
  fc.assert(
    fc.property(quoteCommandList, (commands) => {
      trips += watch(commands).trips;
    }),
    { numRuns: 400 },
  );
  expect(trips).toBeGreaterThan(100);
});

/** Scopes that are shut, as the events tell. */
function shut(scopes: Map<string, Scope>, { kind, scope }: MatchEvent) {
  const name = `${kind === 'killed' || kind === 'unkilled' ? 'kill' : 'lock'} ${JSON.stringify(scope)}`;
  if (kind === 'purged' || kind === 'killed') scopes.set(name, scope as Scope);
  if (kind === 'unlocked' || kind === 'unkilled') scopes.delete(name);
}

test('nothing of a scope that is locked or killed is open', () => {
  let times = 0;
  fc.assert(
    fc.property(controlCommandList, (commands) => {
      const locked = engine();
      const scopes = new Map<string, Scope>();
      for (const command of commands) {
        for (const event of locked.apply(command)) shut(scopes, event);
        for (const scope of scopes.values()) {
          times += 1;
          expect([...locked.venue.orders].filter((order) => isInScope(order, scope))).toEqual([]);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(times).toBeGreaterThan(1000);
});

test('a refused mass quote changes nothing', () => {
  let refused = 0;
  fc.assert(
    fc.property(controlCommandList, (commands) => {
      const tried = engine();
      for (const command of commands) {
        const before = JSON.stringify([tried.walk(1), tried.walk(2)]);
        const references = tried.venue.lastReference;
        const events = tried.apply(command);
        if (command.command.kind !== 'massQuote' || events.at(-1)?.kind !== 'rejected') continue;
        refused += 1;
        // Timers may have run first.
        if (events.length === 1) expect(JSON.stringify([tried.walk(1), tried.walk(2)])).toBe(before);
        expect(tried.venue.lastReference).toBe(references);
      }
    }),
    { numRuns: 100 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('fill-or-kill trades all or nothing, a minimum at least that, whatever its own executions trip', () => {
  let killed = 0;
  let filled = 0;
  fc.assert(
    fc.property(quoteCommandList, (commands) => {
      const tried = engine();
      const needed = new Map<number, { isKill: boolean; least: number; traded: number }>();
      for (const { time, command } of commands) {
        const events = tried.apply({ time, command });
        for (const event of events) {
          if (event.kind === 'accepted' && command.kind === 'newOrder') {
            const isKill = command.timeInForce === 'fillOrKill';
            const least = isKill ? command.quantity : (command.minQuantity ?? 0);
            if (least > 0) needed.set(event.reference as number, { isKill, least, traded: 0 });
          }
          const order = needed.get((event.kind === 'executed' ? event.takerReference : event.reference) as number);
          if (order?.isKill && event.kind === 'replaced') order.least = event.leaves as number; // a stop that waits
          if (order !== undefined && event.kind === 'executed') order.traded += event.quantity as number;
          if (event.reason === 'fillOrKill' || event.reason === 'minimumQuantity') killed += 1;
        }
        for (const [reference, { least, traded }] of needed) {
          if (traded >= least) filled += 1;
          if (traded >= least) needed.delete(reference);
          else expect(traded).toBe(0);
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(killed).toBeGreaterThan(100);
  expect(filled).toBeGreaterThan(100);
});
