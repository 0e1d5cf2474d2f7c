// Makes a script that fails as short and as plain as it gets while it still fails: first the shortest failing beginning (by halving, when
// only a question saw the difference), then ever smaller pieces left out, then words and numbers made simpler, until nothing more helps or
// the time is over. What fails may become another failure on the way; the shortest one is the one to look at.

import type { Script } from './script.js';

export type Fails = (script: Script) => boolean;

export interface MinimiseOptions {
  readonly seconds: number;
  readonly onProgress?: (text: string) => void;
}

export function minimise(script: Script, fails: Fails, options: MinimiseOptions): Script {
  const deadline = performance.now() + options.seconds * 1000;
  const isLate = (): boolean => performance.now() > deadline;
  let best = shortestBeginning(script, fails);
  for (let before = ''; before !== JSON.stringify(best) && !isLate(); ) {
    before = JSON.stringify(best);
    best = withoutPieces(best, fails, isLate, options.onProgress);
    best = plainer(best, fails, isLate);
  }
  return best;
}

/** A difference that a question saw is older than the question: halves the way to the command that made it. */
function shortestBeginning(script: Script, fails: Fails): Script {
  const question = script.steps.at(-1);
  if (question?.startsWith('? ') !== true) return script;
  const beginning = (length: number): Script => ({ ...script, steps: [...script.steps.slice(0, length), question] });
  let good = 0;
  let bad = script.steps.length - 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fails(beginning(middle))) bad = middle;
    else good = middle;
  }
  return fails(beginning(bad)) ? beginning(bad) : script;
}

function withoutPieces(
  script: Script,
  fails: Fails,
  isLate: () => boolean,
  onProgress: (text: string) => void = () => {},
): Script {
  let steps = [...script.steps];
  for (let piece = Math.max(1, steps.length >> 1); piece >= 1; piece = piece === 1 ? 0 : piece >> 1) {
    // From the end: what came last is what the failure needs, what came first is what it mostly does not.
    for (let end = steps.length; end > 0 && !isLate(); end -= piece) {
      const without = [...steps.slice(0, Math.max(0, end - piece)), ...steps.slice(end)];
      if (without.length > 0 && fails({ ...script, steps: without })) steps = without;
    }
    onProgress(`${steps.length} steps left`);
  }
  return { ...script, steps };
}

function plainer(script: Script, fails: Fails, isLate: () => boolean): Script {
  let best = script;
  for (const line of script.setup) {
    const without = { ...best, setup: best.setup.filter((other) => other !== line) };
    if (fails(without)) best = without;
  }
  for (let index = 0; index < best.steps.length; index++) {
    for (let found = true; found && !isLate(); ) {
      const candidates = plainerSteps(best.steps[index] as string);
      const plain = candidates.find((step) => fails({ ...best, steps: best.steps.with(index, step) }));
      found = plain !== undefined;
      if (plain !== undefined) best = { ...best, steps: best.steps.with(index, plain) };
    }
  }
  return best;
}

const terms = [
  / (?:keep|ioc|fok|post|short|soft|onopen|onclose|imbalanceonly)\b/,
  / gtt \S+/,
  / (?:min|show|stop) -?\d+/,
  / stp \w+ \w+/,
  / instrument\b/,
];
const prefixes = /(?<= )[tsaf#]\d+\S* /g;

/** The step with one word less or one number plainer. */
export function plainerSteps(step: string): string[] {
  if (!step.startsWith('> ')) return [];
  const withoutTerm = terms.map((term) => step.replace(term, ''));
  const withoutPrefix = [...step.matchAll(prefixes)].map(
    (match) => step.slice(0, match.index) + step.slice(match.index + match[0].length),
  );
  const quantity = /(?<= (?:new \d+ \w+|replace \d+ \d+) )\d+/;
  const number = Number(quantity.exec(step)?.[0] ?? 0);
  const smaller = [1, 10, number >> 1]
    .filter((value) => value > 0 && value < number)
    .map((value) => step.replace(quantity, String(value)));
  return [...withoutTerm, ...withoutPrefix, ...smaller].filter((other) => other !== step);
}
