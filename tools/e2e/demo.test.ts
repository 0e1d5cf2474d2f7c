// The whole loop as a user starts it: real processes, loopback multicast and TCP. Judged by the verdict and the tables, never by times.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Regions of the demo with this process id. */
function regionsOf(demoProcess: number): string[] {
  return readdirSync('/dev/shm').filter((file) => file.startsWith(`hopwire-demo-${demoProcess}-`));
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('what was waited for did not come');
    await sleep(10);
  }
}

/** Starts the demo in a process group of its own, as a shell does. */
function background(args: readonly string[]): { readonly id: number; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [command, 'demo', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    timeout: 90_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((done, refuse) => {
    child.on('error', refuse);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
  return { id: child.pid as number, ended };
}

/** The process of one of its roles: venue, trader or flow. */
function roleOf(demoProcess: number, role: string): number {
  const text = execFileSync(process.execPath, [command, 'stat', `demo-${demoProcess}-${role}`, '--json'], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as { process: number }).process;
}

/** Runs the demo to its end; `interruptAfter_ms` presses Ctrl-C for it, once. */
function demo(args: readonly string[], interruptAfter_ms?: number): Promise<Ended> {
  return new Promise((done, refuse) => {
    const child = spawn(process.execPath, [command, 'demo', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const timer =
      interruptAfter_ms === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptAfter_ms);
    child.on('error', refuse);
    child.on('close', (status) => {
      clearTimeout(timer);
      done({ status, stdout, stderr });
    });
  });
}

interface HopRow {
  readonly hop: string;
  readonly count: number;
  readonly p50_ns: number;
  readonly p99_ns: number;
  readonly max_ns: number;
  readonly budget_ns: number;
  readonly within: boolean | null;
}
interface Flow {
  readonly hops: HopRow[];
  readonly total: HopRow;
}
interface DemoResult {
  readonly books_equal: boolean;
  readonly orders: number;
  readonly trades: number;
  readonly gaps: number;
  readonly heals: number;
  readonly stamp_source: unknown;
  readonly idle: unknown;
  readonly flows: { readonly tick_to_trade: Flow; readonly order_to_publish: Flow };
}

const hops = {
  tick_to_trade: ['1_wire_in', '2_decode', '3_book', '4_signal', '5_risk', '6_encode', '7_wire_out'],
  order_to_publish: ['1_order_in', '2_sequence', '3_journal', '4_match', '5_publish'],
} as const;

describe('hopwire demo', () => {
  it('trades, and the books rebuilt from multicast equal the books of the matcher', async () => {
    const { status, stdout, stderr } = await demo(['--seconds', '4', '--instruments', '8', '--rate', '1000', '--json']);
    expect(stderr).not.toContain('    at ');
    expect(status, stderr).toBe(0);
    const result = JSON.parse(stdout) as DemoResult;
    expect(result.books_equal).toBe(true);
    expect(result.orders).toBeGreaterThan(100);
    expect(result.trades).toBeGreaterThan(0);
    for (const key of ['gaps', 'heals', 'stamp_source', 'idle'] as const) expect(result).toHaveProperty(key);
    for (const flow of ['tick_to_trade', 'order_to_publish'] as const) {
      const { hops: rows, total } = result.flows[flow];
      expect(rows.map((row) => row.hop)).toEqual(hops[flow]);
      for (const row of [...rows, total]) {
        expect(row.count).toBeGreaterThan(0);
        expect(row.p50_ns).toBeLessThanOrEqual(row.p99_ns);
        expect(row.budget_ns).toBeGreaterThan(0);
        expect([true, false, null]).toContain(row.within);
      }
    }
  });

  it('heals the packets that are withheld', async () => {
    const { status, stdout, stderr } = await demo([
      '--seconds',
      '4',
      '--instruments',
      '4',
      '--rate',
      '2000',
      '--loss',
      '0.15',
      '--json',
    ]);
    expect(status, stderr).toBe(0);
    const result = JSON.parse(stdout) as DemoResult;
    expect(result.books_equal).toBe(true);
    expect(result.gaps, 'beside the one of joining late').toBeGreaterThan(5);
    expect(result.heals).toBe(result.gaps);
  });

  it('ends cleanly at Ctrl-C, with the tables, and keeps what was asked for', async () => {
    const kept = join(folder, 'kept');
    const { status, stdout, stderr } = await demo(
      ['--seconds', '60', '--instruments', '4', '--rate', '500', '--keep', kept],
      5_000,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('tick_to_trade');
    expect(stdout).toContain('order_to_publish');
    expect(existsSync(kept)).toBe(true);
    const files = readdirSync(kept, { recursive: true }).map(String);
    expect(files.some((file) => file.endsWith('.hlog'))).toBe(true);
    expect(files.some((file) => file.endsWith('.pcap'))).toBe(true);
  });

  it('ends cleanly at a Ctrl-C that reaches the whole process group while it starts', async () => {
    const { id, ended } = background(['--seconds', '60', '--instruments', '4']);
    await until(() => (regionsOf(id).length > 0 ? true : undefined));
    process.kill(-id, 'SIGINT');
    const { status, stdout, stderr } = await ended;
    expect(status, stderr).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^books +equal/m);
    expect(regionsOf(id)).toEqual([]);
  });

  it('says which process was killed, fails, and leaves nothing behind', async () => {
    const { id, ended } = background(['--seconds', '60', '--instruments', '4']);
    await until(() => regionsOf(id).find((file) => file.includes('-flow.')));
    process.kill(roleOf(id, 'venue'), 'SIGKILL');
    const { status, stdout } = await ended;
    expect(status).toBe(1);
    expect(stdout).toMatch(/^broken +venue ended early \(signal SIGKILL\)$/m);
    expect(stdout).toMatch(/^books +NOT EQUAL: the venue gave no closing books$/m);
    expect(regionsOf(id)).toEqual([]);
  });
});
