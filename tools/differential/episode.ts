// One episode: generated commands go to the reference in this process and as text to the matcher's program; after every command the events
// of both must be the same lines, every thousand commands the state must be, and shares must be conserved: entered = executed + cancelled +
// open, every trade on both sides, all by the events alone.
//
// The program works on one batch while the reference works on the next, so both cores are busy; a batch's output fits into a pipe.

import { createHash } from 'node:crypto';
import type { MatchEvent } from '../../src/reference/events.js';
import { Stage } from '../../src/reference/scenario_file.js';
import { Ledger } from '../../src/test_support/ledger.js';
import type { NativeStream } from '../native/scenario_program.js';
import type { EpisodePlan } from './episode_plan.js';
import { Generator } from './generator.js';
import { header, type Script } from './script.js';

const batchCommands = 200;
const commandsBetweenQuestions = 1000;

export interface Disagreement {
  /** Up to the step at which the first difference was seen. */
  readonly script: Script;
  readonly what: string;
}

export interface EpisodeResult {
  readonly commands: number;
  readonly events: number;
  /** How often each kind of event came, refusals and cancels by reason. */
  readonly kinds: Readonly<Record<string, number>>;
  /** SHA-256 of all the text, commands included. */
  readonly hash: string;
  readonly disagreement?: Disagreement;
}

interface Batch {
  readonly text: string;
  readonly firstStep: number;
}

/** The generated side of an episode: what goes in, and what the reference says to it. */
export class Episode {
  readonly script: { readonly name: string; readonly setup: readonly string[]; readonly steps: string[] };
  readonly kinds: Record<string, number> = {};
  commands = 0;
  events = 0;
  wrong: string | undefined;
  private readonly generator: Generator;
  private readonly stage: Stage;
  private readonly ledger = new Ledger();
  private readonly plan: EpisodePlan;

  constructor(seed: number, plan: EpisodePlan) {
    this.plan = plan;
    this.generator = new Generator(seed, plan);
    this.script = { name: `seed ${seed} episode ${plan.number}`, setup: plan.setup, steps: [] };
    this.stage = new Stage(plan.setup);
  }

  get isOver(): boolean {
    return this.commands >= this.plan.commands || this.wrong !== undefined;
  }

  /** Generates the next commands and plays them on the reference; returns what goes to the program and what must come back. */
  nextBatch(): { input: string; batch: Batch } {
    const firstStep = this.script.steps.length;
    let input = firstStep === 0 ? header(this.script) : '';
    let text = input;
    for (let count = 0; count < batchCommands && !this.isOver; count++) {
      const step = `> ${this.generator.next()}`;
      this.script.steps.push(step);
      input += `${step}\n`;
      text += `${step}\n${this.command(step)}`;
      this.commands += 1;
      if (this.commands % commandsBetweenQuestions !== 0 && !this.isOver) continue;
      this.script.steps.push('? state');
      input += '? state\n';
      text += `? state\n${this.question('? state')}`;
    }
    return { input, batch: { text, firstStep } };
  }

  private command(step: string): string {
    let events: readonly MatchEvent[];
    try {
      events = this.stage.apply(step.slice(2));
    } catch (error) {
      this.wrong = `the reference failed: ${(error as Error).message}`;
      return '';
    }
    this.generator.observe(events);
    this.ledger.record(events);
    if (this.ledger.wrong.length > 0) this.wrong = `shares: ${this.ledger.wrong[0]}`;
    let text = '';
    for (const event of events) {
      text += `${this.stage.line(event)}\n`;
      const kind = event.reason === undefined ? event.kind : `${event.kind} ${event.reason}`;
      this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
    }
    this.events += events.length;
    return text;
  }

  private question(step: string): string {
    const [fault] = this.ledger.compare(this.stage.engine.venue);
    if (fault !== undefined) this.wrong = `shares: ${fault}`;
    return `${this.stage.run(step).join('\n')}\n`;
  }
}

/** How many steps of a batch's text lie before the first byte in which it differs from what came back; undefined when equal. */
function stepOfDifference(batch: Batch, expected: Buffer, actual: Buffer): number | undefined {
  if (expected.equals(actual)) return undefined;
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const upTo = expected.subarray(0, at + 1).toString('latin1');
  return batch.firstStep + [...upTo.matchAll(/^[>?]/gm)].length;
}

export async function runEpisode(stream: NativeStream, seed: number, plan: EpisodePlan): Promise<EpisodeResult> {
  const episode = new Episode(seed, plan);
  const hash = createHash('sha256');
  const result = (disagreement?: Disagreement): EpisodeResult => ({
    commands: episode.commands,
    events: episode.events,
    kinds: episode.kinds,
    hash: hash.digest('hex'),
    disagreement,
  });
  const disagreed = (steps: number, what: string) =>
    result({ script: { ...episode.script, steps: episode.script.steps.slice(0, Math.max(1, steps)) }, what });
  let pending: Batch | undefined;
  for (;;) {
    const isLast = episode.isOver;
    const next = isLast ? undefined : episode.nextBatch();
    if (episode.wrong !== undefined) return disagreed(episode.script.steps.length, episode.wrong);
    if (next !== undefined) stream.write(next.input);
    if (pending !== undefined) {
      const expected = Buffer.from(pending.text, 'latin1');
      const actual = await stream.read(expected.length);
      const steps = stepOfDifference(pending, expected, actual);
      // A program that crashed did so with output in hand: it may have played anything that was written to it.
      if (stream.ending !== undefined) return disagreed(episode.script.steps.length, stream.ending);
      if (steps !== undefined) {
        const isSilent = actual.length < expected.length;
        return disagreed(steps, isSilent ? 'the matcher does not answer' : 'the events or the state differ');
      }
      hash.update(expected);
    }
    if (isLast) return result();
    pending = next?.batch;
  }
}
