// What holds for every list of commands: shares are conserved, the book is sorted and never crossed, the best maker trades first, the
// events alone tell the orders, and the same commands give the same events.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../test_support/ledger.js';
import { commandList } from '../test_support/random_commands.js';
import { auditEngine } from './audit.js';
import type { ReplaceProfile, SequencedCommand } from './commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

function engineOf(profile: ReplaceProfile): Engine {
  const engine = new Engine({ ...scenarioLimits, maximumOrders: 60, maximumLevels: 14 }, profile);
  engine.addInstrument(1, 1001);
  engine.addInstrument(2, 1002);
  return engine;
}

/** Each maker must have stood first on the best level when its execution came: replayed over the book before the command. */
function priorityBroken(before: Map<number, number[]>, events: readonly MatchEvent[]): string[] {
  const broken: string[] = [];
  for (const event of events) {
    if (event.kind !== 'executed' || event.side === undefined) continue;
    const queue = before.get(event.side === 'buy' ? (event.locate as number) : -(event.locate as number)) ?? [];
    if (queue[0] !== event.reference) broken.push(`${event.reference} traded before ${queue[0]}`);
    if (event.leaves === 0) queue.shift();
  }
  return broken;
}

function queuesOf(engine: Engine): Map<number, number[]> {
  const queues = new Map<number, number[]>();
  for (const locate of [1, 2]) {
    for (const order of engine.walk(locate)) {
      const key = order.side === 'buy' ? locate : -locate;
      queues.set(key, [...(queues.get(key) ?? []), order.reference]);
    }
  }
  return queues;
}

function eventsOf(profile: ReplaceProfile, commands: readonly SequencedCommand[]): string {
  const engine = engineOf(profile);
  return JSON.stringify(commands.map((command) => engine.apply(command)));
}

describe.each(['reduceKeepsPriority', 'alwaysRequeue'] as const)('%s', (profile) => {
  test('shares are conserved, books stay right, the best maker trades first', () => {
    fc.assert(
      fc.property(commandList, (commands) => {
        const engine = engineOf(profile);
        const ledger = new Ledger();
        for (const command of commands) {
          const queues = queuesOf(engine);
          const events = engine.apply(command);
          const ownQueue = events.find((event) => event.kind === 'replaced');
          if (ownQueue === undefined) expect(priorityBroken(queues, events)).toEqual([]);
          ledger.record(events);
          expect(auditEngine(engine.venue)).toEqual([]);
          expect(ledger.compare(engine.venue)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the same commands give the same events', () => {
    fc.assert(
      fc.property(commandList, (commands) => {
        expect(eventsOf(profile, commands)).toBe(eventsOf(profile, structuredClone(commands)));
      }),
      { numRuns: 30 },
    );
  });
});
