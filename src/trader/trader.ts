/**
 * A trader as the rest of TypeScript sees it: starts the hot loop's Worker, steers it through the Control region, watches it through the
 * HotLoop region. Everything here is cold.
 */
import { Worker } from 'node:worker_threads';
import { ControlColumns, HotLoopColumns, type TelemetryColumns } from '../generated/regions.js';
import { ControlWord, HotLoopWord } from '../generated/words.js';
import { openRegion } from '../native/region.js';
import type { TraderSummary } from '../native/trader_binding.js';
import { openTelemetry } from '../telemetry/telemetry.js';
import type { RegionPaths, TraderWorkerData, TraderWorkerMessage } from './worker.js';

export class Trader {
  readonly paths: RegionPaths;
  readonly control: ControlColumns;
  readonly hotLoop: HotLoopColumns;
  /** Opened at start: the file is gone once the loop has closed it, the memory is not. */
  readonly telemetry: TelemetryColumns;
  /** Settles when the loop has ended: with the summary after stop(), or with the error that ended it. */
  readonly done: Promise<TraderSummary>;

  private constructor(paths: RegionPaths, done: Promise<TraderSummary>) {
    this.paths = paths;
    this.done = done;
    this.control = new ControlColumns(openRegion(paths.controlPath, true).buffer);
    this.hotLoop = new HotLoopColumns(openRegion(paths.hotLoopPath).buffer);
    this.telemetry = openTelemetry(paths.telemetryPath);
  }

  static async start(data: TraderWorkerData): Promise<Trader> {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: data });
    let summary: TraderSummary | null = null;
    let announce!: (paths: RegionPaths) => void;
    const ready = new Promise<RegionPaths>((resolve) => {
      announce = resolve;
    });
    const done = new Promise<TraderSummary>((resolve, reject) => {
      worker.on('message', (message: TraderWorkerMessage) => {
        if (message.type === 'ready') announce(message.paths);
        else summary = message.summary;
      });
      worker.on('error', reject);
      worker.on('exit', (status) => {
        if (summary !== null) resolve(summary);
        else reject(new Error(`the trader's loop ended early with status ${status}`));
      });
    });
    const paths = await Promise.race([ready, done.then(() => Promise.reject(new Error('the loop ended at once')))]);
    return new Trader(paths as RegionPaths, done);
  }

  /** Own quotes are pulled and nothing new is sent; books go on. */
  kill(): void {
    Atomics.store(this.control.stop, ControlWord.kill, 1);
  }

  /** Leaves the loop; `done` brings the summary. */
  stop(): void {
    Atomics.store(this.control.stop, ControlWord.stop, 1);
  }

  get endOfSession(): boolean {
    return Atomics.load(this.hotLoop.word, HotLoopWord.endOfSession) !== 0;
  }

  get openOrders(): number {
    return Atomics.load(this.hotLoop.word, HotLoopWord.openOrders);
  }

  get sessionUp(): boolean {
    return Atomics.load(this.hotLoop.word, HotLoopWord.sessionUp) !== 0;
  }
}
