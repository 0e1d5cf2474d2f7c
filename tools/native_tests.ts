// Builds and runs every native/**/*.test.cpp as one binary: npm run test:native
//   --filter TEXT      only tests whose name or file contains TEXT
//   --only PATH        compile and run only the test files whose path contains PATH
//   --sanitize KINDS   address,undefined or thread; the thread run takes the files that start threads
//   --verbose          name each test
//
// A suite that hangs is ended after ten minutes and fails; a suite in which nothing ran fails too. The last line is the count.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, NativeBuildError, root, run, testVariant } from './native/build.js';
import { nativeSources } from './native_sources.mjs';

const limit_ms = 10 * 60 * 1000;

function startsThreads(source: string): boolean {
  return /std::(?:j?thread|async)\b|pthread_create|#include <thread>/.test(readFileSync(join(root, source), 'utf8'));
}

/** Sanitizers stop at the first report, so that the report is the last thing on the screen. */
function sanitizerEnvironment(): NodeJS.ProcessEnv {
  return {
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      filter: { type: 'string' },
      only: { type: 'string' },
      sanitize: { type: 'string', default: '' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const sources = nativeSources();
  const variant = testVariant(values.sanitize);
  const chosen = sources.tests
    .filter((path) => values.only === undefined || path.includes(values.only))
    .filter((path) => values.sanitize !== 'thread' || startsThreads(path));
  if (chosen.length === 0) {
    process.stderr.write('test:native: no test file matches\n');
    return 1;
  }
  const name =
    values.only === undefined
      ? 'runner'
      : `runner_${createHash('sha256').update(values.only).digest('hex').slice(0, 8)}`;
  const started = performance.now();
  const built = await buildBinary(name, [...sources.runner, ...sources.library, ...chosen], variant, (text) =>
    process.stderr.write(`test:native: ${text}\n`),
  );
  const built_s = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(
    `test:native: ${chosen.length} test files, ${built.compiled} compiled in ${built_s} s (${relative(root, built.binary)})\n`,
  );
  const runnerArguments = [
    ...(values.filter === undefined ? [] : ['--filter', values.filter]),
    ...(values.verbose ? ['--verbose'] : []),
  ];
  const result = await run(built.binary, runnerArguments, {
    echo: true,
    env: sanitizerEnvironment(),
    timeout_ms: limit_ms,
  });
  if (result.signal !== null) {
    process.stderr.write(`test:native: the runner was ended by ${result.signal}; --verbose names the test it was in\n`);
  }
  return result.status ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`test:native: ${error.message}\n`);
  process.exitCode = 1;
}
