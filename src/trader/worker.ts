/**
 * The Worker that is the trader's hot loop. It never reaches its event loop while trading: the main thread stops it, kills it and tunes it
 * through words of the Control region. It says `ready` before the first poll and `done` with the books' digests after the last.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ControlWord } from '../generated/words.js';
import { loadAddon } from '../native/addon.js';
import type { TraderConfig, TraderSummary } from '../native/trader_binding.js';
import { HotLoop } from '../strategy/hot_loop.js';
import { makeStrategy } from '../strategy/registry.js';
import { strategyFailure } from '../strategy/strategy_failure.js';

export interface TraderWorkerData {
  config: TraderConfig;
  strategy: { name: string; parameters: number[] };
}

export interface RegionPaths {
  telemetryPath: string;
  booksPath: string;
  controlPath: string;
  hotLoopPath: string;
}

export type TraderWorkerMessage =
  | { type: 'ready'; paths: RegionPaths }
  | { type: 'done'; summary: TraderSummary; overflowed: number };

async function main(): Promise<void> {
  const { config, strategy } = workerData as TraderWorkerData;
  const chosen = await makeStrategy(strategy.name);
  const native = loadAddon().createTrader(config);
  try {
    const loop = new HotLoop(native, chosen);
    loop.control.parameter.set(strategy.parameters);
    loop.control.stop[ControlWord.quoting] = 1;
    const { telemetryPath, booksPath, controlPath, hotLoopPath } = native;
    say({ type: 'ready', paths: { telemetryPath, booksPath, controlPath, hotLoopPath } });
    loop.run();
    say({ type: 'done', summary: native.summary(), overflowed: loop.intents.overflowed });
  } catch (error) {
    throw strategyFailure(strategy.name, error);
  } finally {
    native.close();
  }
}

function say(message: TraderWorkerMessage): void {
  parentPort?.postMessage(message);
}

await main();
