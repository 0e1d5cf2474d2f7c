// The form of schemas/scenarios/FEATURE.txt, which the engines of both languages run:
//
//   scenario IOC trades what it can and cancels the rest      a rule in a sentence; comment lines begin with two slashes
//     profile always_requeue                                   set-up, only before the first command
//     limits orders 2 levels 2 quantity 1000 sessions 8
//     fields                                                   every field of an event behind its line (scenario_fields.ts)
//     risk on                                                  pre-trade risk; off where it is not said
//     > new 1 sell 30 @ 1000                                   a command; every event it gives follows, in order
//     accepted 1 ref 1 sell 30 @ 1000 ahead 0
//     rested 1 sell 30 @ 1000 | A 1
//     ? book 1                                                 a question about a row: its orders in canonical walk
//     S 30 @ 1000 ref 1
//     ? digest 1 · ? market                                    16 hex digits: of a row, of all rows
//     ? orders · ? state                                       all that the engine holds, hidden parts included; 16 hex digits of that
//
// Each scenario begins with an empty engine that knows rows 1 to 3, instruments 1001 to 1003.

import { digestText } from './book_digest.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { parseCommand, Words } from './scenario_command.js';
import { describe } from './scenario_describe.js';
import { describeFields } from './scenario_fields.js';
import { stateDigest, stateLines } from './state_listing.js';
import type { EngineLimits } from './venue.js';

export interface Step {
  /** "> command" or "? question". */
  readonly line: string;
  readonly lineNumber: number;
  readonly expected: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly setup: readonly string[];
  readonly steps: readonly Step[];
}

export const scenarioLimits: EngineLimits = {
  maximumOrders: 1000,
  maximumLevels: 1000,
  maximumOrderQuantity: 1_000_000,
  maximumSessions: 8,
};

export function parseScenarios(text: string): Scenario[] {
  const scenarios: {
    name: string;
    setup: string[];
    steps: { line: string; lineNumber: number; expected: string[] }[];
  }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('//')) continue;
    if (line.startsWith('scenario ')) {
      scenarios.push({ name: line.slice('scenario '.length), setup: [], steps: [] });
      continue;
    }
    const scenario = scenarios.at(-1);
    if (scenario === undefined) throw new Error(`line ${index + 1}: nothing may stand before the first scenario`);
    if (line.startsWith('> ') || line.startsWith('? '))
      scenario.steps.push({ line, lineNumber: index + 1, expected: [] });
    else (scenario.steps.at(-1)?.expected ?? scenario.setup).push(line);
  }
  return scenarios;
}

/** An engine that is told what to do in words. */
export class Stage {
  readonly engine: Engine;
  private time = 0;
  private readonly showsFields: boolean;

  constructor(setup: readonly string[] = []) {
    const limits: { -readonly [Key in keyof EngineLimits]: EngineLimits[Key] } = { ...scenarioLimits };
    let isRequeueing = false;
    let showsFields = false;
    for (const line of setup) {
      const words = new Words(line);
      if (words.takes('profile')) isRequeueing = words.takes('always_requeue');
      else if (words.takes('limits')) readLimits(words, limits);
      else if (words.takes('fields')) showsFields = true;
      else if (words.takes('risk')) limits.isRiskOn = words.takes('on');
      words.end();
    }
    this.showsFields = showsFields;
    this.engine = new Engine(limits, isRequeueing ? 'alwaysRequeue' : 'reduceKeepsPriority');
    for (const locate of [1, 2, 3]) this.engine.addInstrument(locate, 1000 + locate);
  }

  /** The lines a command or question gives. */
  run(line: string): string[] {
    const rest = line.slice(2);
    return line.startsWith('? ') ? this.ask(new Words(rest)) : this.apply(rest).map((event) => this.line(event));
  }

  line(event: MatchEvent): string {
    return this.showsFields ? describe(event) + describeFields(event) : describe(event);
  }

  /** The events of a command, as it stands behind "> ". */
  apply(line: string): readonly MatchEvent[] {
    const { time, command } = parseCommand(line);
    this.time = time ?? this.time;
    return this.engine.apply({ time: this.time, command });
  }

  private ask(words: Words): string[] {
    if (words.takes('market')) return [digestText(this.engine.marketDigest())];
    if (words.takes('state')) return [digestText(stateDigest(this.engine.venue))];
    if (words.takes('orders')) return stateLines(this.engine.venue);
    if (words.takes('digest')) return [digestText(this.engine.bookDigest(words.number()))];
    words.expect('book');
    return this.engine
      .walk(words.number())
      .map((order) => `${order.side === 'buy' ? 'B' : 'S'} ${order.displayed} @ ${order.price} ref ${order.reference}`);
  }
}

function readLimits(words: Words, limits: { -readonly [Key in keyof EngineLimits]: EngineLimits[Key] }) {
  while (!words.isEmpty) {
    const which = words.next();
    const value = words.number();
    if (which === 'orders') limits.maximumOrders = value;
    else if (which === 'levels') limits.maximumLevels = value;
    else if (which === 'quantity') limits.maximumOrderQuantity = value;
    else if (which === 'sessions') limits.maximumSessions = value;
    else throw new Error(`no such limit: ${which}`);
  }
}
