// What holds for every list of commands: shares are conserved, the book is sorted and never crossed while it trades, the best maker trades
// first, the events alone tell the orders, ITCH alone tells the book, and the same commands give the same events.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../test_support/ledger.js';
import { PublicBooks, textOfBook } from '../test_support/public_book.js';
import { commandList } from '../test_support/random_commands.js';
import { controlCommandList, controlledMarketList } from '../test_support/random_control.js';
import { marketCommandList } from '../test_support/random_market.js';
import { riskCommandList } from '../test_support/random_risk.js';
import { auditEngine } from './audit.js';
import type { ReplaceProfile, SequencedCommand } from './commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

function engineOf(profile: ReplaceProfile, isRiskOn: boolean): Engine {
  const engine = new Engine({ ...scenarioLimits, maximumOrders: 60, maximumLevels: 14, isRiskOn }, profile);
  engine.addInstrument(1, 1001);
  engine.addInstrument(2, 1002);
  return engine;
}

interface Waiting {
  readonly reference: number;
  readonly price: number;
}

/** Lines of resting orders, best first, by instrument and side. */
type Lines = Map<string, Waiting[]>;

function linesOf(engine: Engine): Lines {
  const lines: Lines = new Map();
  for (const locate of [1, 2]) {
    for (const side of ['buy', 'sell'] as const) {
      const orders = engine.walk(locate).filter((order) => order.side === side);
      lines.set(
        `${locate} ${side}`,
        orders.map(({ reference, price }) => ({ reference, price: price as number })),
      );
    }
  }
  return lines;
}

const textOf = (lines: Lines): string => JSON.stringify([...lines]);

/** Each maker must stand first in its line when its execution comes; the line follows the events. */
function priorityBroken(lines: Lines, events: readonly MatchEvent[]): string[] {
  const broken: string[] = [];
  for (const event of events) {
    if (event.kind === 'dayRolled') for (const line of lines.values()) line.length = 0;
    const line = lines.get(`${event.locate} ${event.side}`);
    if (line === undefined) continue;
    if (event.kind === 'executed' && line[0]?.reference !== event.reference) {
      broken.push(`${event.reference} traded before ${line[0]?.reference}`);
    }
    const isOver = event.publicEffect === 'remove' || event.kind === 'replaced' || event.leaves === 0;
    const gone = event.kind === 'refreshed' || event.kind === 'replaced' ? event.originalReference : event.reference;
    const at = line.findIndex(({ reference }) => reference === gone);
    const keeps = event.kind === 'replaced' && event.reference === event.originalReference;
    if (at >= 0 && !keeps && (isOver || event.kind === 'refreshed')) line.splice(at, 1);
    if (event.publicEffect !== 'add' && event.publicEffect !== 'replace') continue;
    const price = event.price as number;
    const behind = line.findIndex((other) => (event.side === 'buy' ? other.price < price : other.price > price));
    line.splice(behind < 0 ? line.length : behind, 0, { reference: event.reference as number, price });
  }
  return broken;
}

function eventsOf(profile: ReplaceProfile, isRiskOn: boolean, commands: readonly SequencedCommand[]): string {
  const engine = engineOf(profile, isRiskOn);
  return JSON.stringify(commands.map((command) => engine.apply(command)));
}

const lists = {
  clients: commandList,
  market: marketCommandList,
  controls: controlCommandList,
  'controlled market': controlledMarketList,
  risk: riskCommandList,
};

describe.each([
  ['reduceKeepsPriority', 'clients'],
  ['alwaysRequeue', 'clients'],
  ['reduceKeepsPriority', 'market'],
  ['alwaysRequeue', 'market'],
  ['reduceKeepsPriority', 'controls'],
  ['alwaysRequeue', 'controlled market'],
  ['reduceKeepsPriority', 'risk'],
] as const)('%s, %s', (profile, who) => {
  test('shares are conserved, books stay right, the best maker trades first', () => {
    fc.assert(
      fc.property(lists[who], (commands) => {
        const engine = engineOf(profile, who === 'risk');
        const ledger = new Ledger();
        const books = new PublicBooks();
        for (const command of commands) {
          const lines = linesOf(engine);
          const events = engine.apply(command);
          const wrong = priorityBroken(lines, events);
          ledger.record(events);
          books.record(events);
          wrong.push(...books.wrong, ...auditEngine(engine.venue), ...ledger.compare(engine.venue));
          if (wrong.length > 0) expect(wrong).toEqual([]);
          expect(textOf(lines)).toBe(textOf(linesOf(engine)));
          for (const locate of [1, 2]) expect(books.text(locate)).toBe(textOfBook(engine.walk(locate)));
        }
        for (const locate of [1, 2]) expect(books.digest(locate)).toBe(engine.bookDigest(locate));
      }),
      { numRuns: 200 },
    );
  });

  test('the same commands give the same events', () => {
    fc.assert(
      fc.property(lists[who], (commands) => {
        const isRiskOn = who === 'risk';
        expect(eventsOf(profile, isRiskOn, commands)).toBe(eventsOf(profile, isRiskOn, structuredClone(commands)));
      }),
      { numRuns: 30 },
    );
  });
});
