// npm run determinism -- [--commands N] [--seed S] [--json]: the same commands give the same messages and bytes, whatever ran them.
//
// One script of random commands (all features that both engines have, the state asked for every thousand commands) is played by the
// reference, and by the matcher in every way that is possible here (runs.ts). Compared are the SHA-256 of all printed text and a hash over
// the raw bytes of all events. A way that is not possible is a named skip. Ends with the count; 0 when all agree, 1 when one differs.

import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Episode } from '../differential/episode.js';
import { featuresInBothEngines } from '../differential/features.js';
import { plansOf } from '../differential/run.js';
import { NativeBuildError } from '../native/build.js';
import { buildScenarioProgram, playCommand } from '../native/scenario_program.js';
import { countLine } from '../suites.js';
import { type Way, waysHere } from './runs.js';

const beginningCommands = 3000;
const limit_ms = 300_000;

interface Recording {
  readonly script: string;
  readonly commands: number;
  readonly textHash: string;
}

const hashOf = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

/** A script, and what the reference makes of it. */
function record(seed: number, commands: number): Recording {
  const inputs: string[] = [];
  const texts: string[] = [];
  for (const plan of plansOf({ seed, commands, features: featuresInBothEngines })) {
    const episode = new Episode(seed, plan);
    while (!episode.isOver) {
      const { input, batch } = episode.nextBatch();
      inputs.push(input);
      texts.push(batch.text);
    }
    if (episode.wrong !== undefined) throw new Error(`episode ${plan.number}: ${episode.wrong}`);
  }
  return { script: inputs.join(''), commands, textHash: hashOf(texts.join('')) };
}

interface Outcome {
  readonly name: string;
  readonly commands: number;
  readonly textHash: string;
  /** Of the raw bytes of all events, and how many they were. */
  readonly eventBytes: string;
  readonly seconds: number;
  readonly failure?: string;
}

function play(way: Way, program: string, recording: Recording): Outcome {
  const started = performance.now();
  const words = [...way.wrapper, program, '--event-bytes', ...way.args];
  const { text, failure } = playCommand(words, recording.script, limit_ms);
  const seconds = (performance.now() - started) / 1000;
  const at = text.lastIndexOf('event bytes ');
  const eventBytes = at < 0 ? '' : text.slice(at + 'event bytes '.length).trim();
  const textHash = hashOf(at < 0 ? text : text.slice(0, at));
  return { name: way.name, commands: recording.commands, textHash, eventBytes, seconds, failure };
}

/** Why an outcome is not what the others say. */
function disagreement(outcome: Outcome, recording: Recording, eventBytes: string): string | undefined {
  if (outcome.failure !== undefined) return outcome.failure.trim();
  if (outcome.textHash !== recording.textHash) return 'another text than the reference prints';
  return outcome.eventBytes === eventBytes ? undefined : `other bytes in its events: ${outcome.eventBytes}`;
}

interface Options {
  readonly seed: number;
  readonly commands: number;
  readonly isJson: boolean;
}

function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      commands: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const commands = Number(values.commands);
  const seed = Number(values.seed);
  const isWrong = !Number.isSafeInteger(commands) || commands < 1 || !Number.isSafeInteger(seed) || seed < 0;
  if (isWrong) throw new RangeError('--commands and --seed take numbers, --commands from 1');
  return { commands, seed, isJson: values.json };
}

async function main(): Promise<number> {
  const { commands, seed, isJson } = optionsFrom(process.argv.slice(2));
  const say = (text: string) => process[isJson ? 'stderr' : 'stdout'].write(`${text}\n`);
  const { ways, skips } = waysHere();
  const whole = record(seed, commands);
  const beginning = record(seed, Math.min(commands, beginningCommands));
  say(`determinism: ${commands} commands of seed ${seed}; the reference prints ${whole.textHash}`);
  const expectedBytes = new Map<Recording, string>();
  const outcomes: (Outcome & { readonly wrong?: string })[] = [];
  for (const way of ways) {
    const program = await buildScenarioProgram(way.variant);
    const recording = way.takesBeginning === true ? beginning : whole;
    // The first way sets the bytes that all others must have; for the beginning it is asked once more.
    if (!expectedBytes.has(recording)) {
      const first = ways[0] as Way;
      expectedBytes.set(recording, play(first, await buildScenarioProgram(first.variant), recording).eventBytes);
    }
    const outcome = play(way, program, recording);
    const wrong = disagreement(outcome, recording, expectedBytes.get(recording) as string);
    outcomes.push({ ...outcome, wrong });
    say(
      `${wrong === undefined ? 'ok  ' : 'FAIL'} ${way.name.padEnd(30)} ${String(outcome.commands).padStart(8)} commands ` +
        `text ${outcome.textHash.slice(0, 16)} event bytes ${outcome.eventBytes} ${outcome.seconds.toFixed(1)} s` +
        `${wrong === undefined ? '' : `\n     ${wrong}`}`,
    );
  }
  for (const { name, why } of skips) say(`skip ${name}: ${why}`);
  if (isJson)
    process.stdout.write(`${JSON.stringify({ seed, commands, textHash: whole.textHash, outcomes, skips })}\n`);
  const failed = outcomes.filter(({ wrong }) => wrong !== undefined).length;
  say(countLine({ passed: outcomes.length - failed, failed, skipped: skips.length }));
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof RangeError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isUsage && !(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`determinism: ${(error as Error).message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
