// A scenario in the making: set-up and steps without events, as text for the matcher's program, and played by the reference in the form in
// which the program prints it. Two engines agree on a script when the two texts are equal.

import { Stage } from '../../src/reference/scenario_file.js';

export interface Script {
  readonly name: string;
  readonly setup: readonly string[];
  /** "> command" and "? question". */
  readonly steps: readonly string[];
}

export function header(script: Pick<Script, 'name' | 'setup'>): string {
  return `scenario ${script.name}\n${script.setup.map((line) => `${line}\n`).join('')}`;
}

export function scriptText(script: Script): string {
  return header(script) + script.steps.map((step) => `${step}\n`).join('');
}

export const referenceFailed = 'the reference failed:';

/** Step by step what the reference says; if it fails itself, that is its last word. */
export function playReferenceSteps(script: Script): { readonly step: string; readonly lines: readonly string[] }[] {
  const stage = new Stage(script.setup);
  const played: { step: string; lines: string[] }[] = [];
  for (const step of script.steps) {
    try {
      played.push({ step, lines: stage.run(step) });
    } catch (error) {
      played.push({ step, lines: [`${referenceFailed} ${(error as Error).message}`] });
      break;
    }
  }
  return played;
}

export function playReference(script: Script): string {
  const played = playReferenceSteps(script);
  return header(script) + played.map(({ step, lines }) => `${[step, ...lines].join('\n')}\n`).join('');
}

/** The scenario as schemas/scenarios/ holds them, with the reference's events. */
export function asScenario(script: Script): string {
  const steps = playReferenceSteps(script).flatMap(({ step, lines }) => [step, ...lines]);
  return [`scenario ${script.name}`, ...[...script.setup, ...steps].map((line) => `  ${line}`), ''].join('\n');
}

/** The first lines in which two texts differ, with the step they belong to. */
export function firstDifference(reference: string, matcher: string): string {
  const a = reference.trimEnd().split('\n');
  const b = matcher.trimEnd().split('\n');
  let at = 0;
  while (at < Math.max(a.length, b.length) && a[at] === b[at]) at++;
  let from = at;
  while (from > 0 && !/^[>?] /.test(a[from] ?? '')) from--;
  const rest = (lines: readonly string[]): string => {
    const next = lines.slice(from + 1).findIndex((line) => /^[>?] /.test(line));
    const block = next < 0 ? lines.slice(from + 1) : lines.slice(from + 1, from + 1 + next);
    return block.length === 0 ? '    (nothing)' : block.map((line) => `    ${line}`).join('\n');
  };
  return `  ${a[from]}\n  reference:\n${rest(a)}\n  matcher:\n${rest(b)}`;
}
