// The load verb and what is behind it, against a real venue in this process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { generatedInstruments } from '../config/instruments.js';
import { loadSchema } from '../config/schema.js';
import { Counter } from '../generated/counters.js';
import { Hop } from '../generated/hops.js';
import { loadAddon } from '../native/addon.js';
import { type NativeVenue, plainMarket } from '../native/venue_binding.js';
import { openTelemetry } from '../telemetry/telemetry.js';
import { loadReport, loadReportText } from './load_report.js';
import { nativeLoadConfig } from './load_role.js';
import { referencePriceOf } from './reference_price.js';

const SECRET = 'only for this test';
const INSTRUMENTS = 6;
const cleanups: (() => void)[] = [];
let made = 0;

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function startVenue(): NativeVenue {
  const venue = loadAddon().createVenue({
    ...plainMarket(),
    name: `test-${process.pid}-load-venue-${made++}`,
    instruments: generatedInstruments(INSTRUMENTS),
    sessions: [{ id: 2, accessKey: 'FLOW', secret: SECRET, firm: 2, accounts: [], operator: false }],
    orderEntry: { host: '127.0.0.1', port: 0 },
    feed: {
      group: '239.255.78.1',
      port: 39_178,
      interface: '127.0.0.1',
      ttl: 0,
      rerequestPort: 0,
      session: 'LOADTEST',
    },
    journalBytes: 1 << 22,
    maximumOrders: 100_000,
    maximumOrderQuantity: 1_000_000,
    throttlePerSecond: 0,
    loss: 0,
    seed: 1,
    idle: 'yield',
    busyLoops: 2,
    core: -1,
    keepDirectory: '',
  });
  cleanups.push(() => venue.close());
  return venue;
}

function settingsFor(port: number, overrides: Record<string, unknown> = {}) {
  return loadSchema.parse({
    name: `test-${process.pid}-load-${made++}`,
    instruments: INSTRUMENTS,
    orderEntry: { port },
    session: { id: 2, accessKey: 'FLOW', secret: SECRET },
    ordersPerSecond: 1_000,
    ...overrides,
  });
}

async function hopwire(flags: string[], port: number): Promise<{ status: number | null; out: string; err: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hopwire-load-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`);
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const session = ['--session', '2', '--access-key', 'FLOW', '--secret-file', 'secret'];
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), main, 'load', '--order-entry', `127.0.0.1:${port}`, ...session, ...flags],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, out, err };
}

describe('createLoad', () => {
  it('seeds, runs its time, drains, and leaves its orders in the books', async () => {
    const venue = startVenue();
    const load = loadAddon().createLoad(nativeLoadConfig(settingsFor(venue.orderEntryPort), 0.5));
    cleanups.push(() => load.close());
    const deadline = Date.now() + 10_000;
    while (load.stats().phase !== 'done' && Date.now() < deadline) await sleep(5);
    expect(load.stats()).toMatchObject({ phase: 'done', outstanding: 0 });
    expect(load.failure()).toBe('');
    expect(load.stats().openOrders).toBeGreaterThan(INSTRUMENTS * 12);

    const report = loadReport(openTelemetry(load.telemetryPath), settingsFor(venue.orderEntryPort), 0.5, 0);
    expect(report.intended).toBeGreaterThan(350);
    expect(report.order_to_ack.count).toBe(report.intended);
    expect(report.sender_lateness.count).toBe(report.intended);
    expect(report.orders_rejected).toBe(0);
    expect(report.orders_accepted).toBe(report.orders_sent);
    venue.finish();
    while (!venue.finished() && Date.now() < deadline) await sleep(5);
    const summary = venue.summary();
    expect(summary.books).toHaveLength(INSTRUMENTS);
    expect(summary.violations).toEqual([]);
    const sent = report.orders_sent + report.replaces_sent + report.cancels_sent;
    expect(summary.commands).toBe(BigInt(sent));
  });

  it('refuses what an operator can mend by name', () => {
    const venue = startVenue();
    const refusal = (settings: ReturnType<typeof settingsFor>): unknown => {
      try {
        loadAddon().createLoad(nativeLoadConfig(settings, 1)).close();
        return 'accepted';
      } catch (error) {
        return (error as { operatorError?: string }).operatorError;
      }
    };
    expect(refusal(settingsFor(1))).toBe('connectFailed');
    const wrongSecret = { session: { id: 2, accessKey: 'FLOW', secret: 'another secret' } };
    expect(refusal(settingsFor(venue.orderEntryPort, wrongSecret))).toBe('sessionRefused');
  });
});

describe('hopwire load', () => {
  it('prints one JSON object with percentiles from the intended time', async () => {
    const venue = startVenue();
    const flags = ['--rate', '500', '--instruments', String(INSTRUMENTS), '--seconds', '0.5', '--seed', '3', '--json'];
    const { status, out, err } = await hopwire(flags, venue.orderEntryPort);
    expect(err).toBe('');
    const report = JSON.parse(out);
    expect(report).toMatchObject({ instruments: INSTRUMENTS, rate: 500, seed: 3, outstanding: 0, orders_rejected: 0 });
    expect(status).toBe(report.void ? 1 : 0);
    for (const key of ['p50_ns', 'p90_ns', 'p99_ns', 'p999_ns', 'p9999_ns', 'max_ns']) {
      expect(report.order_to_ack[key]).toBeGreaterThan(0);
    }
  });

  it('fails in one line when nobody listens', async () => {
    const { status, out, err } = await hopwire(['--seconds', '1'], 9);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^hopwire: HW0303 .*127\.0\.0\.1:9.*\n$/);
  });

  it('refuses an address it cannot read, as usage', async () => {
    const { status, err } = await hopwire(['--order-entry', 'nowhere'], 9);
    expect(status).toBe(2);
    expect(err).toMatch(/^hopwire: HW0001 .*host:port.*\n$/);
  });
});

describe('the load report', () => {
  it('is void when more than 1% of the sends were late, and says so', () => {
    const native = loadAddon().makeTelemetry(`test-${process.pid}-load-report-${made++}`);
    cleanups.push(() => native.close());
    native.add(Counter.intendedSends, 1000);
    native.add(Counter.lateSends, 11);
    native.record(Hop.orderToAck, Float64Array.from([10_000, 20_000]));
    const report = loadReport(openTelemetry(native.path), settingsFor(31_100), 1, 2);
    expect(report.void).toBe(true);
    const text = loadReportText(report);
    expect(text).toContain('VOID');
    expect(text).toContain('1,000 sends due, 11 late by more than 1 ms (1.10%)');
    expect(text).toContain('missing  2 requests had no answer');
  });
});

describe('reference prices', () => {
  it('are publishable, on the tick, and the same in every run', () => {
    for (let id = 1; id < 5_000; id += 7) {
      const price = referencePriceOf(id);
      expect(price % 100).toBe(0);
      expect(price).toBeGreaterThanOrEqual(200_000);
      expect(price).toBeLessThanOrEqual(2_000_000);
      expect(referencePriceOf(id)).toBe(price);
    }
  });
});
