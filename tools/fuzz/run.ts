// Builds and runs every native/**/*.fuzz.cpp under the address and undefined-behaviour sanitizers: npm run fuzz
//   --seconds N   per target (default 30); --smoke is two seconds each, for the check
//   --only TEXT   targets whose path contains TEXT
//   --seed N      of the random walk (default 1)
//
// With a recent clang the targets run under libFuzzer and keep their corpus in build/fuzz/<target>/; without it they run under the driver
// beside this file. A crash fails the run and names the file that holds the input.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, fuzzVariant, NativeBuildError, root, run, type Variant } from '../native/build.js';
import { nativeSources } from '../native_sources.mjs';

/** A clang that can compile our C++20 and has the libFuzzer runtime; found by trying. */
function findClang(): string | undefined {
  const folder = join(root, 'build', 'fuzz');
  mkdirSync(folder, { recursive: true });
  const probe = join(folder, 'probe.cpp');
  writeFileSync(
    probe,
    [
      '#include <cstddef>',
      '#include <cstdint>',
      '#include <source_location>',
      'extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }',
      '',
    ].join('\n'),
  );
  for (const compiler of ['clang++-19', 'clang++-20', 'clang++-18', 'clang++']) {
    const flags = ['-std=c++20', '-fsanitize=fuzzer,address,undefined', probe, '-o', join(folder, 'probe')];
    if (spawnSync(compiler, flags, { stdio: 'ignore', timeout: 60_000 }).status === 0) return compiler;
  }
  return undefined;
}

interface FuzzOptions {
  readonly seconds: number;
  readonly seed: string;
}

async function fuzzOne(
  target: string,
  variant: Variant,
  usesLibFuzzer: boolean,
  options: FuzzOptions,
): Promise<boolean> {
  const name = basename(target, '.fuzz.cpp');
  const driver = usesLibFuzzer ? [] : ['tools/fuzz/standalone_driver.cpp'];
  const { library } = nativeSources();
  const built = await buildBinary(
    `${name}_${usesLibFuzzer ? 'libfuzzer' : 'standalone'}`,
    [target, ...library, ...driver],
    variant,
  );
  const corpus = join(root, 'build', 'fuzz', name);
  mkdirSync(corpus, { recursive: true });
  const seedFolder = join(root, target.replace(/\.fuzz\.cpp$/, '.corpus'));
  const seedFiles = existsSync(seedFolder) ? readdirSync(seedFolder).map((file) => join(seedFolder, file)) : [];
  const args = usesLibFuzzer
    ? [
        `-max_total_time=${options.seconds}`,
        `-seed=${options.seed}`,
        '-max_len=4096',
        '-print_final_stats=1',
        `-artifact_prefix=${corpus}/crash_`,
        corpus,
      ]
    : ['--seconds', String(options.seconds), '--seed', options.seed, '--crash', join(corpus, 'crash_input')];
  const folders = usesLibFuzzer ? (seedFiles.length > 0 ? [seedFolder] : []) : seedFiles;
  const result = await run(built.binary, [...args, ...folders], { timeout_ms: (options.seconds + 120) * 1000 });
  const executions =
    /(\d+) executions/.exec(result.output)?.[1] ?? /number_of_executed_units:\s*(\d+)/.exec(result.output)?.[1] ?? '?';
  const ok = result.status === 0;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${target}: ${executions} executions in ${options.seconds} s\n`);
  if (!ok) process.stdout.write(`${result.output}\ninputs that crash are under ${relative(root, corpus)}\n`);
  return ok;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '30' },
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
    },
  });
  const targets = nativeSources().fuzzers.filter((path) => path.includes(values.only));
  if (targets.length === 0) {
    process.stderr.write('fuzz: no target matches\n');
    return 1;
  }
  const clang = findClang();
  const variant = fuzzVariant(clang);
  process.stdout.write(
    `fuzz: ${clang === undefined ? 'no clang with libFuzzer here: own driver, no coverage feedback' : `libFuzzer of ${clang}`}\n`,
  );
  const options = { seconds: values.smoke ? 2 : Math.max(1, Number(values.seconds) || 1), seed: values.seed };
  let failed = 0;
  for (const target of targets) {
    if (!(await fuzzOne(target, variant, clang !== undefined, options))) failed++;
  }
  process.stdout.write(`${targets.length - failed} passed, ${failed} failed, 0 skipped\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`fuzz: ${error.message}\n`);
  process.exitCode = 1;
}
