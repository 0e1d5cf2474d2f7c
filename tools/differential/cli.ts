// npm run differential -- [options]: random commands through the reference engine and the matcher, compared event by event.
//   --commands N    how many (200000); 2M and 100k are numbers too
//   --seed S        the run depends on it and on nothing else (1)
//   --features F    names with commas between them, or all; by default those that both engines have
//   --jobs N        worker processes (one a core)
//   --seconds T     stop after this, whatever was asked for
//   --json          one object on stdout
//
// Ends with 0 when nothing differed, 1 with a minimised scenario when something did (also left in build/differential/), 2 for a wrong
// argument. Progress goes to stderr.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { NativeBuildError, root } from '../native/build.js';
import { buildScenarioProgram, playNative } from '../native/scenario_program.js';
import type { Disagreement } from './episode.js';
import { features, featuresInBothEngines, featuresNamed } from './features.js';
import { minimise } from './minimise.js';
import { type RunOptions, type RunResult, runDifferential } from './run.js';
import { asScenario, firstDifference, playReference, referenceFailed, type Script, scriptText } from './script.js';

const minimiseSeconds = 180;

class UsageError extends Error {}

function numberOf(text: string, name: string, least: number): number {
  const match = /^(\d+)([kM]?)$/.exec(text);
  const value = Number(match?.[1] ?? Number.NaN) * { '': 1, k: 1e3, M: 1e6 }[(match?.[2] ?? '') as '' | 'k' | 'M'];
  if (!(value >= least && Number.isSafeInteger(value)))
    throw new UsageError(`--${name} ${text}: a number from ${least}`);
  return value;
}

function optionsFrom(args: readonly string[]): Omit<RunOptions, 'program'> & { readonly isJson: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      commands: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      features: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      seconds: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const chosen = values.features === undefined ? featuresInBothEngines : featuresNamed(values.features);
  if (chosen === undefined) {
    const known = features.map(({ name, what }) => `  ${name.padEnd(8)} ${what}`).join('\n');
    throw new UsageError(`--features ${values.features}: all, or some of\n${known}`);
  }
  return {
    commands: numberOf(values.commands, 'commands', 1),
    seed: numberOf(values.seed, 'seed', 0),
    features: chosen,
    jobs: numberOf(values.jobs, 'jobs', 1),
    limit_s: values.seconds === undefined ? undefined : numberOf(values.seconds, 'seconds', 1),
    isJson: values.json,
  };
}

/** A line every so often; over itself on a terminal. */
function progressOf(commands: number): (done: number, events: number) => void {
  const started = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  let last = started;
  return (done, events) => {
    const now = performance.now();
    if (now - last < (isTerminal ? 500 : 10_000)) return;
    last = now;
    const perSecond = done / ((now - started) / 1000);
    const text =
      `differential: ${(done / 1e6).toFixed(2)} of ${(commands / 1e6).toFixed(2)} M commands, ` +
      `${(events / 1e6).toFixed(2)} M events, ${(perSecond / 1000).toFixed(1)} k commands/s, ` +
      `${Math.ceil((commands - done) / perSecond)} s left`;
    process.stderr.write(isTerminal ? `\r${text}   ` : `${text}\n`);
  };
}

/** The smallest script that still fails, as a scenario, with what the two engines make of it. */
function explain(program: string, { script, what }: Disagreement): { scenario: string; report: string } {
  // A word too few makes a line that neither engine understands; that is no difference.
  const canFail = playReference(script).includes(referenceFailed);
  const fails = (candidate: Script): boolean => {
    const said = playReference(candidate);
    return (canFail || !said.includes(referenceFailed)) && said !== playNative(program, scriptText(candidate));
  };
  if (!fails(script)) {
    // Conservation is judged by the events of the reference alone; the engines may agree about something wrong.
    return { scenario: asScenario(script), report: `${what}\nBoth engines print the same for these commands.` };
  }
  process.stderr.write(`differential: ${what}; shrinking ${script.steps.length} steps\n`);
  const small = minimise(script, fails, {
    seconds: minimiseSeconds,
    onProgress: (text) => process.stderr.write(`differential: ${text}\n`),
  });
  const shown = { ...small, steps: small.steps.map((step) => (step === '? state' ? '? orders' : step)) };
  const last = fails(shown) ? shown : small;
  const difference = firstDifference(playReference(last), playNative(program, scriptText(last)));
  return { scenario: asScenario(last), report: `${what}\nfirst difference:\n${difference}` };
}

function countsOf(result: RunResult): string {
  const counts = Object.entries(result.kinds).sort(([a], [b]) => (a < b ? -1 : 1));
  return counts.map(([kind, count]) => `${kind} ${count}`).join(', ');
}

async function main(): Promise<number> {
  const { isJson, ...options } = optionsFrom(process.argv.slice(2));
  const program = await buildScenarioProgram();
  const started = performance.now();
  const result = await runDifferential({ ...options, program, onProgress: progressOf(options.commands) });
  const seconds = (performance.now() - started) / 1000;
  const named = options.features.join(',') || 'none';
  const again = `npm run differential -- --seed ${options.seed} --commands ${options.commands} --features ${named}`;
  if (process.stderr.isTTY === true) process.stderr.write('\n');
  const failure = result.disagreement === undefined ? undefined : explain(program, result.disagreement);
  if (failure !== undefined) {
    const folder = join(root, 'build', 'differential');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `seed_${options.seed}.txt`);
    writeFileSync(path, `// ${again}\n\n${failure.scenario}`);
    process.stderr.write(`${failure.report}\n\n${failure.scenario}\nleft in ${relative(root, path)}\n`);
  }
  const { disagreement, ...counted } = result;
  const perSecond = Math.round(result.commands / seconds);
  if (isJson) {
    const summary = {
      ...options,
      ...counted,
      seconds: Number(seconds.toFixed(2)),
      perSecond,
      failure: failure ?? null,
    };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } else {
    process.stdout.write(
      `${disagreement === undefined ? 'ok' : 'DIFFERENT'}: ${result.commands} commands, ${result.events} events, ` +
        `${result.episodes} episodes in ${seconds.toFixed(1)} s (${perSecond}/s, ${options.jobs} workers)\n` +
        `features: limit, market, ioc${options.features.map((name) => `, ${name}`).join('')}\n` +
        `events: ${countsOf(result)}\nhash ${result.hash}\n${again}\n`,
    );
  }
  return disagreement === undefined ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isUsage && !(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`differential: ${(error as Error).message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
