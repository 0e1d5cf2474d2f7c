// The ways in which the matcher is run over one script: what may differ between them (compiler, optimisation, address layout, sanitizers,
// what the memory held before, how the input arrives) must not be seen in what it prints, nor in the bytes of its events.

import { spawnSync } from 'node:child_process';
import type { Variant } from '../native/build.js';
import { programVariant } from '../native/scenario_program.js';

export interface Way {
  readonly name: string;
  readonly variant: Variant;
  /** In front of the program. */
  readonly wrapper: readonly string[];
  readonly args: readonly string[];
  /** Slow ones take the beginning of the script. */
  readonly takesBeginning?: boolean;
}

export interface Skip {
  readonly name: string;
  readonly why: string;
}

const oldestClang = 16;

function canRun(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** The first clang that speaks our C++20. */
export function findClang(): string | undefined {
  return ['clang++-19', 'clang++-20', 'clang++-18', 'clang++'].find((command) => {
    const { status, stdout } = spawnSync(command, ['-dumpversion'], { encoding: 'utf8', timeout: 20_000 });
    return status === 0 && Number(stdout.split('.')[0]) >= oldestClang;
  });
}

function sanitized(compiler: string): Variant {
  const flags = ['-O1', '-g1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  return programVariant(compiler, flags);
}

/** What can be compared here, and what cannot, with the reason. */
export function waysHere(): { ways: Way[]; skips: Skip[] } {
  const plain = { wrapper: [], args: [] };
  const optimised = programVariant('g++');
  const ways: Way[] = [
    { name: 'g++ -O2', variant: optimised, ...plain },
    { name: 'g++ -O2, again', variant: optimised, ...plain },
    { name: 'g++ -O2, line by line', variant: optimised, ...plain, args: ['--each'] },
    { name: 'g++ -O2, slots full of 0x5a', variant: optimised, ...plain, args: ['--fill', '90'] },
    { name: 'g++ -O2, slots full of 0xff', variant: optimised, ...plain, args: ['--fill', '255'] },
    { name: 'g++ -O3', variant: programVariant('g++', ['-O3', '-g1']), ...plain },
    { name: 'g++ address, undefined', variant: sanitized('g++'), ...plain },
  ];
  const skips: Skip[] = [];
  const fixedAddresses = ['setarch', '-R'];
  if (canRun('setarch', ['-R', 'true'])) {
    ways.push({ name: 'g++ -O2, fixed addresses', variant: optimised, wrapper: fixedAddresses, args: [] });
  } else {
    skips.push({ name: 'g++ -O2, fixed addresses', why: 'setarch -R is not allowed here or not installed' });
  }
  const clang = findClang();
  if (clang === undefined) {
    skips.push({ name: 'clang++', why: `no clang++ from version ${oldestClang} here` });
  } else {
    ways.push({ name: `${clang} -O2`, variant: programVariant(clang), ...plain });
    ways.push({ name: `${clang} -O3`, variant: programVariant(clang, ['-O3', '-g1']), ...plain });
  }
  if (canRun('valgrind', ['--version'])) {
    const wrapper = ['valgrind', '--quiet', '--error-exitcode=9', '--leak-check=no'];
    ways.push({ name: 'g++ -O2 in valgrind', variant: optimised, wrapper, args: [], takesBeginning: true });
  } else {
    skips.push({ name: 'g++ -O2 in valgrind', why: 'valgrind is not installed' });
  }
  return { ways, skips };
}
