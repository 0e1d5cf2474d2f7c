// npm test: every C++ test, then every TypeScript test, both always run, then one count of all of them.
// Fails when a test failed, when a suite could not be built or started, and when a suite ran nothing.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from './native/build.js';

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The last "N passed, N failed, N skipped" in a suite's output. */
export function countIn(output: string): Count | undefined {
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)];
  const last = lines.at(-1);
  return last === undefined
    ? undefined
    : { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) };
}

async function nativeSuite(): Promise<Count> {
  process.stdout.write('\n== native tests\n');
  const result = await run(process.execPath, tsx('tools/native_tests.ts'), { echo: true });
  return agree(countIn(result.output), result.status);
}

function tsx(script: string): string[] {
  return ['--import', 'tsx', script];
}

/** Runs vitest and reads its own JSON report for the count. */
export async function vitestSuite(title: string, name: string, args: readonly string[]): Promise<Count> {
  process.stdout.write(`\n== ${title}\n`);
  const report = join(root, 'build', 'reports', `${name}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const result = await run(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    { echo: true },
  );
  return agree(vitestCount(report), result.status);
}

function vitestCount(report: string): Count | undefined {
  try {
    const seen = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    const failedFiles = seen['numFailedTestSuites'] ?? 0;
    const failed = Math.max(seen['numFailedTests'] ?? 0, failedFiles > 0 ? 1 : 0);
    return {
      passed: seen['numPassedTests'] ?? 0,
      failed,
      skipped: (seen['numPendingTests'] ?? 0) + (seen['numTodoTests'] ?? 0),
    };
  } catch {
    return undefined;
  }
}

/** A suite whose count and exit status disagree, or that ran nothing, has failed. */
function agree(count: Count | undefined, status: number | null): Count {
  if (count === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const bad = status !== 0 || count.passed + count.failed === 0;
  return bad && count.failed === 0 ? { ...count, failed: 1 } : count;
}

export function sum(counts: readonly Count[]): Count {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  return total;
}

export function countLine(count: Count): string {
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
}

if (process.argv[1]?.endsWith('tools/test.ts')) {
  const native = await nativeSuite();
  const typescript = await vitestSuite('TypeScript tests', 'typescript', process.argv.slice(2));
  process.stdout.write(`\nnative      ${countLine(native)}\nTypeScript  ${countLine(typescript)}\n`);
  const total = sum([native, typescript]);
  process.stdout.write(`${countLine(total)}\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
