/** `hopwire load`: simulated participants against a venue, from their config, alone or as a child of the demo. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFailure } from '../cli/operator_failure.js';
import { note, printJson, printLine } from '../cli/output.js';
import { Progress } from '../cli/progress.js';
import { instrumentsOf } from '../config/instruments.js';
import { secretOf } from '../config/load.js';
import type { LoadConfig as LoadSettings } from '../config/schema.js';
import { ParentLink } from '../demo/child_protocol.js';
import { loadAddon } from '../native/addon.js';
import type { LoadConfig, NativeLoad } from '../native/load_binding.js';
import { openTelemetry } from '../telemetry/telemetry.js';
import { loadReport, loadReportText } from './load_report.js';
import { referencePriceOf } from './reference_price.js';

const LOOK_MILLISECONDS = 50;
const STATS_EVERY_LOOKS = 10;
/** Beyond the sender's own grace time for answers. */
const DRAIN_MILLISECONDS = 5_000;

export interface LoadRoleOptions {
  json?: boolean;
}

export function nativeLoadConfig(settings: LoadSettings, seconds: number): LoadConfig {
  return {
    name: settings.name ?? `load-${process.pid}`,
    orderEntry: settings.orderEntry,
    session: { id: settings.session.id, accessKey: settings.session.accessKey, secret: secretOf(settings.session) },
    instruments: instrumentsOf(settings.instruments).map(({ id }) => ({ id, referencePrice: referencePriceOf(id) })),
    seed: settings.seed,
    ratePerSecond: settings.ordersPerSecond,
    participants: settings.participants,
    firstAccount: settings.firstAccount,
    seconds,
    idle: settings.idle,
    busyLoops: settings.busyLoops,
    core: settings.core ?? -1,
  };
}

/** The exit status: 1 when the sender was late and the run is void. */
export async function runLoad(settings: LoadSettings, options: LoadRoleOptions): Promise<number> {
  const child = ParentLink.present();
  // The demo says when to stop; its clock, not this process's, is the run's.
  const load = loadAddon().createLoad(nativeLoadConfig(settings, child ? 0 : settings.seconds));
  try {
    return child ? await serveParent(load) : await serveTerminal(load, settings, options);
  } finally {
    load.close();
  }
}

async function serveParent(load: NativeLoad): Promise<number> {
  let over = false;
  const link = new ParentLink({
    async stop() {
      load.stop();
      await drained(load);
      link.send({ type: 'finished', request: 'stop', openOrders: load.stats().openOrders, values: figures(load) });
    },
    close() {
      over = true;
      load.close();
    },
  });
  link.send({ type: 'ready', telemetryPath: load.telemetryPath });
  for (let look = 0; !over; look++) {
    await sleep(LOOK_MILLISECONDS);
    const failure = load.failure();
    if (failure !== '') await link.fail(new Error(failure));
    else if (look % STATS_EVERY_LOOKS === 0) link.send({ type: 'stats', values: figures(load) });
  }
  return 0;
}

function figures(load: NativeLoad): Record<string, number> {
  const { outstanding, openOrders } = load.stats();
  return { outstanding, openOrders };
}

async function serveTerminal(load: NativeLoad, settings: LoadSettings, options: LoadRoleOptions): Promise<number> {
  const telemetry = openTelemetry(load.telemetryPath);
  const progress = new Progress('load', settings.seconds);
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(130); // asked twice: now
    interrupt.abort();
    load.stop();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const seconds = await measured(load, settings, progress);
  await drained(load);
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  progress.finish();
  if (interrupt.signal.aborted) note('stopped before its time; what was measured until then follows');
  const report = loadReport(telemetry, settings, seconds, load.stats().outstanding);
  if (options.json) printJson(report);
  else printLine(loadReportText(report));
  return report.void ? 1 : 0;
}

/** Waits for the end of the measured phase; how long it was. */
async function measured(load: NativeLoad, settings: LoadSettings, progress: Progress): Promise<number> {
  const { seconds, orderEntry } = settings;
  let began: number | undefined;
  for (;;) {
    const failure = load.failure();
    if (failure !== '') throw new OperatorFailure('sessionLost', `${orderEntry.host}:${orderEntry.port}`, failure);
    const { phase } = load.stats();
    if (phase !== 'seeding') began ??= performance.now();
    const elapsed = began === undefined ? 0 : (performance.now() - began) / 1000;
    if (phase === 'draining' || phase === 'done') return Math.min(elapsed, seconds);
    progress.update(elapsed, phase === 'seeding' ? 'seeding books' : '');
    await sleep(LOOK_MILLISECONDS);
  }
}

async function drained(load: NativeLoad): Promise<void> {
  const deadline = performance.now() + DRAIN_MILLISECONDS;
  while (load.stats().phase !== 'done' && load.failure() === '' && performance.now() < deadline) await sleep(5);
}
