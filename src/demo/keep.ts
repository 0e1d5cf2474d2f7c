/** The .hlog files of a kept run: one per role, one tagged histogram per hop and second. */
import { join } from 'node:path';
import { HlogFile } from '../telemetry/hlog.js';
import type { Watch } from './watch.js';

const INTERVAL_MILLISECONDS = 1_000;

export class KeptHistograms {
  readonly #files: readonly HlogFile[];
  readonly #timer: NodeJS.Timeout;

  constructor(folder: string, watch: Watch) {
    this.#files = [
      new HlogFile(join(folder, 'tick_to_trade.hlog'), watch.trader, 'tick_to_trade'),
      new HlogFile(join(folder, 'order_to_publish.hlog'), watch.venue, 'order_to_publish'),
      new HlogFile(join(folder, 'sender.hlog'), watch.flow, 'sender'),
    ];
    this.#timer = setInterval(() => {
      for (const file of this.#files) file.look();
    }, INTERVAL_MILLISECONDS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const file of this.#files) file.close();
  }
}
