// One replay of an ITCH file onto multicast: starts the native thread, looks at it ten times a second, and while the thread lingers for
// re-requests, scans the same file for the digest a perfect receiver must end with.

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { loadAddon } from '../native/addon.js';
import type { NativeItchScan } from '../native/itch_file_binding.js';
import type { NativeReplay, ReplayConfig, ReplayProgress } from '../native/replay_binding.js';
import { openItchFile } from './itch_file.js';

export { parsePace } from './pace.js';

const lookEvery_ms = 100;
const scanStepBytes = 4 * 1024 * 1024;

export class ReplaySession {
  readonly #native: NativeReplay;
  readonly #scan: NativeItchScan;
  #stopped = false;

  /** Throws NotItchError, the system's error for the file, or the addon's for sockets. */
  constructor(config: ReplayConfig) {
    this.#scan = openItchFile(config.path);
    this.#native = loadAddon().createReplay(config);
  }

  get size(): number {
    return this.#native.size;
  }

  /** 0 without a re-request server. */
  get rerequestPort(): number {
    return this.#native.rerequestPort;
  }

  /** 0 without a GLIMPSE server. */
  get glimpsePort(): number {
    return this.#native.glimpsePort;
  }

  progress(): ReplayProgress {
    return this.#native.progress();
  }

  /**
   * Resolves when everything is sent and nobody has asked again for the linger time. The digest is of the books after the last message
   * sent; undefined when stopped early.
   */
  async finished(onProgress: (progress: ReplayProgress) => void = () => {}): Promise<string | undefined> {
    let scanned = false;
    for (;;) {
      const progress = this.#native.progress();
      onProgress(progress);
      if (progress.finished && (scanned || this.#stopped)) break;
      if (progress.sentAll && !scanned && !this.#stopped) {
        scanned = this.#scan.step(scanStepBytes);
        await nextTurn();
      } else {
        await sleep(lookEvery_ms);
      }
    }
    return this.#stopped ? undefined : this.#scan.result().digest;
  }

  /** Ends the session early: what was sent so far is all there will be. */
  stop(): void {
    this.#stopped = true;
    this.#native.stop();
  }

  close(): void {
    this.#native.close();
  }
}
