// Runs a test suite and says how many tests passed, failed and were skipped, in one form for every runner we use.
// A suite whose count and exit status disagree, that could not start, or in which nothing ran, has failed.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from './native/build.js';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The last line "N passed, N failed, N skipped" of an output. */
export function countIn(output: string): Count | undefined {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  return last === undefined
    ? undefined
    : { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) };
}

export function countLine(count: Count): string {
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
}

export function sum(counts: readonly Count[]): Count {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  return total;
}

export function agreed(count: Count | undefined, status: number | null): Count {
  if (count === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const bad = status !== 0 || count.passed + count.failed === 0;
  return bad && count.failed === 0 ? { ...count, failed: 1 } : count;
}

export async function nativeSuite(args: readonly string[] = []): Promise<Count> {
  process.stdout.write('\n== native tests\n');
  const result = await run(process.execPath, ['--import', 'tsx', 'tools/native_tests.ts', ...args], { echo: true });
  return agreed(countIn(result.output), result.status);
}

/** Runs vitest and counts by its own JSON report. */
export async function vitestSuite(title: string, name: string, args: readonly string[]): Promise<Count> {
  process.stdout.write(`\n== ${title}\n`);
  const report = join(root, 'build', 'reports', `${name}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const result = await run(process.execPath, [vitest, 'run', ...reporters, ...args], { echo: true });
  return agreed(countOfReport(report), result.status);
}

function countOfReport(report: string): Count | undefined {
  let text: string;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return undefined; // vitest did not get as far as a report: the suite failed
  }
  const seen = JSON.parse(text) as Record<string, number>;
  const brokenFiles = seen['numFailedTestSuites'] ?? 0;
  return {
    passed: seen['numPassedTests'] ?? 0,
    failed: Math.max(seen['numFailedTests'] ?? 0, brokenFiles > 0 ? 1 : 0),
    skipped: (seen['numPendingTests'] ?? 0) + (seen['numTodoTests'] ?? 0),
  };
}
