// The whole loop as a user starts it: real processes, loopback multicast and TCP. Judged by the verdict and the tables, never by times.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
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
      '0.02',
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
});
