// Runs benchmarks (X.bench.cpp or X.bench.ts anywhere under bench/ is named X), each in a process of its own, and shows each case as it is
// measured; npm run bench -- --help tells the rest.
//
// A result without the machine it was measured on is worthless, so the facts of the machine come first. A benchmark fails when it crashes,
// measures nothing, or does not come to the same result hash in every round.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, jobs, NativeBuildError, optimisedVariant, root, run } from '../tools/native/build.js';
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

/** What a child writes: cases as they are measured, and what it is at in between. */
type ChildLine = BenchCase | { readonly progress: string };

const isNative = (file: BenchFile): boolean => file.path.endsWith('.cpp');

async function build(file: BenchFile): Promise<string> {
  const sources = ['bench/harness/main.cpp', file.path, ...nativeSources().library];
  const built = await buildBinary(file.name, sources, optimisedVariant(), (text) =>
    process.stderr.write(`bench: ${text}\n`),
  );
  return built.binary;
}

/**
 * The first with what all are linked with; the others are a source each, and as many at a time as there may be. What does not compile says
 * so when its turn to run comes.
 */
async function buildAll(files: readonly BenchFile[]): Promise<void> {
  const [first, ...waiting] = files.filter(isNative);
  const tryBuild = (file: BenchFile): Promise<string | undefined> => build(file).catch(() => undefined);
  if (first === undefined || (await tryBuild(first)) === undefined) return;
  const buildNext = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await tryBuild(file);
  };
  await Promise.all(Array.from({ length: jobs() }, buildNext));
}

async function commandOf(file: BenchFile, args: readonly string[]): Promise<[string, string[]]> {
  if (isNative(file)) return [await build(file), [...args]];
  return [process.execPath, ['--expose-gc', '--import', 'tsx', 'bench/harness/child.ts', file.path, ...args]];
}

async function runBench(
  file: BenchFile,
  args: readonly string[],
  show: (measured: BenchCase) => void,
): Promise<{ cases: BenchCase[]; failure?: string }> {
  const [command, commandArguments] = await commandOf(file, args);
  const cases: BenchCase[] = [];
  const onLine = (text: string): void => {
    if (!text.startsWith('{"')) return;
    const line = JSON.parse(text) as ChildLine;
    if ('progress' in line) {
      process.stderr.write(`bench: ${file.name}: ${line.progress}\n`);
      return;
    }
    show(line);
    cases.push(line);
  };
  const result = await run(command, commandArguments, { timeout_ms: 15 * 60 * 1000, onLine });
  const said = result.output
    .split('\n')
    .filter((text) => text !== '' && !text.startsWith('{"'))
    .join('\n');
  if (result.status !== 0) return { cases, failure: `ended with ${result.status ?? result.signal}\n${said}` };
  if (cases.length === 0) return { cases, failure: `measured nothing\n${said}` };
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

function showCase(line: BenchCase): void {
  const facts = Object.entries(line.facts ?? {}).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`  ${line.case}: ${timesOf(line)}${memoryOf(line)}, result ${line.result_hash}\n`);
  if (facts.length > 0) process.stdout.write(`    ${facts.join(', ')}\n`);
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

const usage = `npm run bench                    lists the benchmarks
npm run bench -- NAME [options]  runs one
npm run bench -- --smoke         runs every one at its small size

  --smoke     the small size: does it work, not how fast it is
  --file F    input of the benchmarks that take one (itch_book: a file of framed ITCH messages)
  --json      one JSON object at the end instead of text; what is being done goes to standard error all the same
  --help      this

Exit code: 0 measured, 1 a benchmark failed or did not build, 2 not asked rightly.
Example: npm run bench -- itch_book --json > itch_book.json
`;

class UsageError extends Error {}

interface Wanted {
  readonly files: readonly BenchFile[];
  readonly json: boolean;
  readonly args: readonly string[];
}

/** What the command line asks for; text when that is answered by saying something. Throws UsageError. */
function wanted(all: readonly BenchFile[], commandLine: readonly string[]): Wanted | string {
  const { values, positionals } = parseArgs({
    args: [...commandLine],
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      file: { type: 'string' },
    },
  });
  if (values.help) return usage;
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one benchmark at a time, not ${positionals.join(' and ')}`);
  if (name === undefined && !values.smoke) {
    if (values.file !== undefined) throw new UsageError('--file F is for one benchmark: name it');
    return `${all.map((file) => `${file.name.padEnd(20)} ${file.summary}\n`).join('')}\n${usage}`;
  }
  const files = all.filter((file) => name === undefined || file.name === name);
  if (files.length === 0) {
    throw new UsageError(`no benchmark is named ${name}; there are ${all.map((file) => file.name).join(', ')}`);
  }
  if (values.file !== undefined && !existsSync(values.file))
    throw new UsageError(`--file ${values.file}: no such file`);
  const args = [...(values.smoke ? ['--smoke'] : []), ...(values.file === undefined ? [] : ['--file', values.file])];
  return { files, json: values.json, args };
}

async function main(): Promise<number> {
  const asked = wanted(benchFiles(), process.argv.slice(2));
  if (typeof asked === 'string') {
    process.stdout.write(asked);
    return 0;
  }
  const facts = machineFacts();
  const write = (text: string): boolean => asked.json || process.stdout.write(text);
  for (const [fact, value] of Object.entries(facts)) write(`${fact.padEnd(10)} ${value}\n`);
  const results: Record<string, BenchCase[]> = {};
  let failed = 0;
  if (asked.files.length > 1) await buildAll(asked.files);
  for (const file of asked.files) {
    write(`\n${file.name} (${file.path})\n`);
    const { cases, failure } = await runBench(file, asked.args, asked.json ? () => {} : showCase);
    results[file.name] = cases;
    write(`${resultLine(file.name, cases, failure)}\n`);
    if (failure !== undefined) {
      failed++;
      process.stderr.write(`bench: ${file.name} ${failure}\n`);
    }
  }
  if (asked.json) process.stdout.write(`${JSON.stringify({ machine: facts, benchmarks: results }, null, 2)}\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const misused =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!misused && !(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`bench: ${(error as Error).message}${misused ? '\nbench: npm run bench -- --help' : ''}\n`);
  process.exitCode = misused ? 2 : 1;
}
