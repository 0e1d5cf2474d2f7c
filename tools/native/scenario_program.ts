// The matcher as a program that plays scenarios (native/order_to_publish/4_match/scenario.program.cpp): built here, fed as a stream by the
// differential run, in one piece by the determinism run and by whoever shrinks a counterexample.
//
// What can go wrong: the program crashes or hangs. Whoever reads gets what was printed so far, and can ask how it ended.

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { nativeSources } from '../native_sources.mjs';
import { buildBinary, type Variant } from './build.js';

/** What the matcher is made of; the rest of the library is not needed to play a scenario. */
const parts = /^native\/(?:core|levels|risk|order_to_publish\/(?:1_order_in|2_sequence|4_match))\//;

export function programVariant(
  compiler = process.env['CXX'] ?? 'g++',
  flags: readonly string[] = ['-O2', '-g1'],
): Variant {
  const name = `scenario_${[compiler, ...flags].join('_').replace(/[^A-Za-z0-9_]+/g, '')}`;
  const linkFlags = flags.filter((flag) => flag.startsWith('-fsanitize='));
  return { name, compiler, compileFlags: flags, linkFlags };
}

/** The path of the program, built if need be. */
export async function buildScenarioProgram(variant: Variant = programVariant()): Promise<string> {
  const { library, programs } = nativeSources();
  const own = programs.filter((path) => path.endsWith('/scenario.program.cpp'));
  const built = await buildBinary('scenario', [...own, ...library.filter((path) => parts.test(path))], variant);
  return built.binary;
}

const oneShotLimit_ms = 30_000;

/** Runs a command that plays a script from stdin; `failure` says how it ended if not well. */
export function playCommand(words: readonly string[], script: string, limit_ms = oneShotLimit_ms) {
  const [command = '', ...args] = words;
  const options = { input: script, timeout: limit_ms, maxBuffer: 1 << 30, encoding: 'latin1' } as const;
  const { status, signal, stdout, stderr } = spawnSync(command, args, options);
  const failure = status === 0 ? undefined : `the matcher ended with ${signal ?? `status ${status}`}\n${stderr}`;
  return { text: stdout, failure };
}

/** What the program prints for a script; a crash or a hang is the last line. */
export function playNative(program: string, script: string): string {
  const { text, failure } = playCommand([program, '--each'], script);
  return text + (failure ?? '');
}

const answerLimit_ms = 120_000;

/** The program as a conversation: write as far ahead as its output fits into a pipe, read back as many bytes as are expected. */
export class NativeStream {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private chunks: Buffer[] = [];
  private available = 0;
  private wanted = 0;
  private wake: (() => void) | undefined;
  private hasEnded = false;
  private complaints = '';

  constructor(program: string) {
    this.child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.available += chunk.length;
      if (this.available >= this.wanted) this.wake?.();
    });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
    this.child.stdin.on('error', () => {}); // it ended while we wrote; reading says so
    this.child.on('error', () => this.end());
    this.child.on('close', () => this.end());
  }

  write(text: string) {
    this.child.stdin.write(text, 'latin1');
  }

  /** As many bytes, or fewer when the program has ended or hangs. */
  async read(bytes: number): Promise<Buffer> {
    this.wanted = bytes;
    if (this.available < bytes && !this.hasEnded) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, answerLimit_ms);
      });
      clearTimeout(timer);
      this.wake = undefined;
    }
    const all = Buffer.concat(this.chunks);
    this.chunks = all.length > bytes ? [all.subarray(bytes)] : [];
    this.available = Math.max(0, all.length - bytes);
    return all.subarray(0, bytes);
  }

  /** How the program ended, if it has; what it said on stderr. */
  get ending(): string | undefined {
    if (!this.hasEnded) return undefined;
    const { exitCode, signalCode } = this.child;
    return `the matcher ended with ${signalCode ?? `status ${exitCode}`} ${this.complaints.trim()}`.trim();
  }

  stop() {
    this.child.stdin.end();
    this.child.kill('SIGKILL');
  }

  private end() {
    this.hasEnded = true;
    this.wake?.();
  }
}
