// Compiles C++ sources one object at a time and links one binary, rebuilding only what changed. Test runner, fuzz runner and bench runner
// all build through here, so warnings are errors and the dialect is the same everywhere.
//
// Owns build/<variant>/: objects beside their dependency files (-MMD), and a record of the flags they were made with. Objects and binaries
// are written under a temporary name and renamed, so two runs in one checkout cannot see each other's half-written files.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The dialect of every native build of ours; binding.gyp says the same for the addon. */
const dialect = ['-std=c++20', '-march=x86-64-v2', '-Wall', '-Wextra', '-Werror', '-Inative', '-pthread'];

export interface Variant {
  /** Folder under build/. */
  readonly name: string;
  readonly compiler: string;
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
}

export class NativeBuildError extends Error {}

const sanitizeFlags = (kinds: string, optimisation: string): string[] => [
  `-fsanitize=${kinds}`,
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-g1',
  optimisation,
];

/** @param sanitizers '' or what -fsanitize= takes: "address,undefined" or "thread" */
export function testVariant(sanitizers = ''): Variant {
  const compiler = process.env['CXX'] ?? 'g++';
  if (sanitizers === '') return { name: 'native_tests', compiler, compileFlags: ['-O1', '-g1'], linkFlags: [] };
  // Unoptimised: of the address build nearly all the time is the optimiser's (a heavy file 21.6 s at -O1, 9.2 s at -O0). The thread build
  // is small, and its stress tests want the speed.
  const flags = sanitizeFlags(sanitizers, sanitizers === 'thread' ? '-O1' : '-O0');
  // g++ warns that it cannot follow fences under the thread sanitizer; the orders are checked by the stress tests themselves.
  const quiet = sanitizers === 'thread' && !compiler.includes('clang') ? ['-Wno-tsan'] : [];
  return {
    name: `native_tests_${sanitizers.replaceAll(',', '_')}`,
    compiler,
    compileFlags: [...flags, ...quiet],
    linkFlags: [`-fsanitize=${sanitizers}`],
  };
}

export function optimisedVariant(): Variant {
  const compiler = process.env['CXX'] ?? 'g++';
  return { name: 'native_bench', compiler, compileFlags: ['-O3', '-Ibench'], linkFlags: [] };
}

export function fuzzVariant(clang: string | undefined): Variant {
  const flags = sanitizeFlags('address,undefined', '-O1');
  if (clang === undefined) {
    return {
      name: 'fuzz_standalone',
      compiler: 'g++',
      compileFlags: flags,
      linkFlags: ['-fsanitize=address,undefined'],
    };
  }
  return {
    name: 'fuzz_libfuzzer',
    compiler: clang,
    compileFlags: [...flags, '-fsanitize=fuzzer-no-link'],
    linkFlags: ['-fsanitize=address,undefined,fuzzer'],
  };
}

export interface BuildResult {
  readonly binary: string;
  readonly compiled: number;
  readonly total: number;
}

/** How much may be compiled at one time. */
export function jobs(): number {
  return Math.max(1, Number(process.env['HOPWIRE_JOBS'] ?? availableParallelism()) || 1);
}

/** Builds `binaryName` from sources (paths relative to the root); throws NativeBuildError with the compiler's words. */
export async function buildBinary(
  binaryName: string,
  sources: readonly string[],
  variant: Variant,
  onProgress: (text: string) => void = () => {},
): Promise<BuildResult> {
  const folder = join(root, 'build', variant.name);
  mkdirSync(folder, { recursive: true });
  const flags = [...dialect, ...variant.compileFlags];
  const flagsHash = createHash('sha256')
    .update([compilerVersion(variant.compiler), ...flags].join('\0'))
    .digest('hex');
  const stale = sources.filter((source) => isStale(objectPath(folder, source), flagsHash));
  let next = 0;
  const failures: string[] = [];
  const compileNext = async (): Promise<void> => {
    for (let index = next++; index < stale.length; index = next++) {
      const source = stale[index] as string;
      onProgress(`compile ${index + 1}/${stale.length} ${source}`);
      const failure = await compile(folder, source, flags, variant.compiler, flagsHash);
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs(), stale.length) }, compileNext));
  if (failures.length > 0) throw new NativeBuildError(failures.join('\n'));

  const binary = join(folder, binaryName);
  const objects = sources.map((source) => objectPath(folder, source));
  // The object list is part of the binary: a deleted source must not live on in it.
  const listPath = `${binary}.objects`;
  const list = [...objects.map((object) => relative(root, object)), ...variant.linkFlags].join('\n');
  const built = modified(binary);
  const relink =
    stale.length > 0 ||
    built === undefined ||
    textOf(listPath) !== list ||
    objects.some((object) => (modified(object) ?? 0) > built);
  if (relink) {
    onProgress(`link ${relative(root, binary)}`);
    const temporary = `${binary}.${process.pid}`;
    const result = await run(variant.compiler, [...objects, '-o', temporary, '-pthread', ...variant.linkFlags, '-lrt']);
    if (result.status !== 0) throw new NativeBuildError(`link of ${binaryName} failed\n${result.output}`);
    renameSync(temporary, binary);
    writeFileSync(listPath, list);
  }
  return { binary, compiled: stale.length, total: sources.length };
}

function compilerVersion(compiler: string): string {
  const result = spawnSync(compiler, ['--version'], { encoding: 'utf8' });
  if (result.error !== undefined) throw new NativeBuildError(`${compiler} cannot be run: ${result.error.message}`);
  return `${compiler} ${result.stdout.split('\n')[0]}`;
}

function objectPath(folder: string, source: string): string {
  return join(folder, 'objects', `${source}.o`);
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function isStale(object: string, flagsHash: string): boolean {
  const built = modified(object);
  if (built === undefined || textOf(`${object}.flags`) !== flagsHash) return true;
  const rule = textOf(`${object}.d`);
  if (rule === undefined) return true;
  return dependenciesIn(rule).some((path) => (modified(resolve(root, path)) ?? Number.POSITIVE_INFINITY) > built);
}

/** The prerequisites of the first rule in a compiler-written dependency file. */
export function dependenciesIn(rule: string): string[] {
  const joined = rule.replace(/\\\n/g, ' ');
  const first = joined.split('\n')[0] ?? '';
  const colon = first.indexOf(': ');
  return first
    .slice(colon + 2)
    .split(/(?<!\\)\s+/)
    .filter((path) => path !== '')
    .map((path) => path.replace(/\\ /g, ' '));
}

let compilations = 0;

async function compile(
  folder: string,
  source: string,
  flags: readonly string[],
  compiler: string,
  flagsHash: string,
): Promise<string | undefined> {
  const object = objectPath(folder, source);
  mkdirSync(dirname(object), { recursive: true });
  const temporary = `${object}.${process.pid}.${++compilations}`;
  // A file changed while it is being compiled must count as changed: the object gets the time at which the compiler started.
  const startedAt = new Date();
  const result = await run(compiler, [
    ...flags,
    '-MMD',
    '-MF',
    `${temporary}.d`,
    '-MT',
    'object',
    '-c',
    source,
    '-o',
    temporary,
  ]);
  if (result.status !== 0) {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}.d`, { force: true });
    return `${source} does not compile\n${result.output}`;
  }
  utimesSync(temporary, startedAt, startedAt);
  renameSync(`${temporary}.d`, `${object}.d`);
  writeFileSync(`${object}.flags`, flagsHash);
  renameSync(temporary, object);
  return undefined;
}

export interface RunResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output while it comes, besides returning it. */
  readonly echo?: boolean;
  /** Told of each whole line of the standard output as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeout_ms?: number;
}

/** Runs a command in the checkout and gathers both of its streams. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((done, refuse) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout_ms,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (options.echo === true) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    if (options.onLine !== undefined) createInterface(child.stdout).on('line', options.onLine);
    child.stderr.on('data', take);
    child.on('error', refuse);
    child.on('close', (status, signal) => done({ status, signal, output }));
  });
}
