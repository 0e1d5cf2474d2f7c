// npm run bench                       lists the benchmarks
// npm run bench -- NAME [--json]      runs one (X.bench.cpp or X.bench.ts anywhere under bench/ is named X); --file F is passed on
// npm run bench -- --smoke            runs every one at its small size, as the check does
//
// A result without the machine it was measured on is worthless, so the facts of the machine come first. A benchmark fails when it crashes,
// measures nothing, or does not come to the same result hash in every round.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, NativeBuildError, optimisedVariant, root, run } from '../tools/native/build.js';
import { filesUnder, nativeSources } from '../tools/native_sources.mjs';
import type { BenchCase } from './harness/bench.js';

interface BenchFile {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
}

function benchFiles(): BenchFile[] {
  return filesUnder('bench', (name) => /\.bench\.(?:ts|cpp)$/.test(name)).map((path) => {
    const first = readFileSync(join(root, path), 'utf8')
      .split('\n')
      .find((line) => line.startsWith('//'));
    return {
      name: basename(path).replace(/\.bench\.(?:ts|cpp)$/, ''),
      path,
      summary: first?.replace(/^\/\/\s*/, '') ?? '',
    };
  });
}

function machineFacts(): Record<string, string | number> {
  const cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
  const compiler = process.env['CXX'] ?? 'g++';
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    virtual: /^flags.*\bhypervisor\b/m.test(cpuinfo) ? 'yes: compare only runs of this machine' : 'no',
    kernel: release(),
    node: process.version,
    compiler: execFileSync(compiler, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? compiler,
  };
}

async function runBench(file: BenchFile, args: readonly string[]): Promise<{ cases: BenchCase[]; failure?: string }> {
  let command = process.execPath;
  let commandArguments = ['--expose-gc', '--import', 'tsx', 'bench/harness/child.ts', file.path, ...args];
  if (file.path.endsWith('.cpp')) {
    const sources = ['bench/harness/main.cpp', file.path, ...nativeSources().library];
    const built = await buildBinary(file.name, sources, optimisedVariant(), (text) =>
      process.stderr.write(`bench: ${text}\n`),
    );
    command = built.binary;
    commandArguments = [...args];
  }
  const result = await run(command, commandArguments, { timeout_ms: 15 * 60 * 1000 });
  const cases = result.output
    .split('\n')
    .filter((line) => line.startsWith('{"case"'))
    .map((line) => JSON.parse(line) as BenchCase);
  if (result.status !== 0) return { cases, failure: `ended with ${result.status ?? result.signal}\n${result.output}` };
  if (cases.length === 0) return { cases, failure: `measured nothing\n${result.output}` };
  return { cases };
}

function timesOf(line: BenchCase): string {
  if (line.percentiles_ns !== undefined) {
    const parts = Object.entries(line.percentiles_ns).map(([name, ns]) => `${name} ${ns}`);
    return `${parts.join(' / ')} ns, ${line.operations} events`;
  }
  if (line.ns_per_operation === undefined) return `${line.operations} operations`;
  const { best, middle, worst } = line.ns_per_operation;
  const times = `${middle.toFixed(1)} ns/op (best ${best.toFixed(1)}, worst ${worst.toFixed(1)})`;
  return `${times}, ${line.operations} operations`;
}

function memoryOf(line: BenchCase): string {
  if (line.allocations_per_operation !== undefined) return `, ${line.allocations_per_operation} allocations/op`;
  return line.heap_bytes_per_operation === undefined ? '' : `, ${line.heap_bytes_per_operation} heap bytes/op`;
}

function showCases(cases: readonly BenchCase[]): void {
  for (const line of cases) {
    const facts = Object.entries(line.facts ?? {}).map(([name, value]) => `${name} ${value}`);
    process.stdout.write(`  ${line.case}: ${timesOf(line)}${memoryOf(line)}, result ${line.result_hash}\n`);
    if (facts.length > 0) process.stdout.write(`    ${facts.join(', ')}\n`);
  }
}

/** What a benchmark came to, in one line. */
function resultLine(name: string, cases: readonly BenchCase[], failure: string | undefined): string {
  if (failure !== undefined) return `${name}: FAILED, ${cases.length} cases`;
  const middles = cases.flatMap((line) => line.ns_per_operation?.middle ?? []);
  const counted = cases.flatMap((line) => line.allocations_per_operation ?? []);
  const medians = cases.flatMap((line) => line.percentiles_ns?.['p50'] ?? []);
  const range = (values: readonly number[], digits: number): string =>
    `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)} ns`;
  const parts = [`${cases.length} cases`, 'every round the same result'];
  if (middles.length > 0) parts.push(`${range(middles, 1)}/op in middle rounds`);
  if (medians.length > 0) parts.push(`p50 ${range(medians, 0)}`);
  if (counted.length > 0) parts.push(counted.every((each) => each === 0) ? '0 allocations' : 'allocates');
  return `${name}: ${parts.join(', ')}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      file: { type: 'string' },
    },
  });
  const files = benchFiles();
  const [name] = positionals;
  if (name === undefined && !values.smoke) {
    for (const file of files) process.stdout.write(`${file.name.padEnd(20)} ${file.summary}\n`);
    process.stdout.write('\nnpm run bench -- NAME [--json] [--file F] [--smoke]\n');
    return 0;
  }
  const chosen = files.filter((file) => name === undefined || file.name === name);
  if (chosen.length === 0) {
    process.stderr.write(
      `bench: no benchmark ${name === undefined ? 'at all' : `named ${name}`}; npm run bench lists them\n`,
    );
    return 2;
  }
  const facts = machineFacts();
  if (!values.json)
    for (const [fact, value] of Object.entries(facts)) process.stdout.write(`${fact.padEnd(10)} ${value}\n`);
  const args = [...(values.smoke ? ['--smoke'] : []), ...(values.file === undefined ? [] : ['--file', values.file])];
  const results: Record<string, BenchCase[]> = {};
  let failed = 0;
  for (const file of chosen) {
    if (!values.json) process.stdout.write(`\n${file.name} (${file.path})\n`);
    const { cases, failure } = await runBench(file, args);
    results[file.name] = cases;
    if (!values.json) showCases(cases);
    if (!values.json) process.stdout.write(`${resultLine(file.name, cases, failure)}\n`);
    if (failure !== undefined) {
      failed++;
      process.stderr.write(`bench: ${file.name} ${failure}\n`);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: facts, benchmarks: results }, null, 2)}\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
}
