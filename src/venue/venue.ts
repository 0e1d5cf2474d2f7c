/**
 * A venue as the rest of TypeScript sees it: the native thread does the trading; this drains the journal and the wire capture to files
 * while it runs, notices when it fails, and ends it in order. Everything here is cold.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { note } from '../cli/output.js';
import { loadAddon } from '../native/addon.js';
import type { NativeVenue, VenueConfig, VenueSummary } from '../native/venue_binding.js';

const DRAIN_INTERVAL_MILLISECONDS = 20;

export class Venue {
  readonly native: NativeVenue;
  /** Rejects when the venue's thread has ended by itself; never resolves. */
  readonly failed: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  #servicesFailed = false;
  #fail!: (error: Error) => void;

  constructor(config: VenueConfig) {
    this.native = loadAddon().createVenue(config);
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
    this.#timer = setInterval(() => this.#tend(), DRAIN_INTERVAL_MILLISECONDS);
  }

  /** Ends the trading day: closing messages, end of session, books stand still. Resolves with what the matcher holds. */
  async finish(timeoutMilliseconds: number): Promise<VenueSummary> {
    this.native.finish();
    const deadline = Date.now() + timeoutMilliseconds;
    while (!this.native.finished()) {
      if (Date.now() > deadline) throw new Error(`the venue did not finish within ${timeoutMilliseconds} ms`);
      await Promise.race([sleep(5), this.failed]);
    }
    return this.native.summary();
  }

  close(): void {
    clearInterval(this.#timer);
    this.native.close();
  }

  #tend(): void {
    const failure = this.native.failure();
    if (failure !== '') {
      this.#fail(new Error(failure));
      clearInterval(this.#timer);
      return;
    }
    const trouble = this.#servicesFailed ? '' : this.native.serviceFailure();
    if (trouble !== '') {
      this.#servicesFailed = true;
      note(`snapshots and book digests have ended, trading goes on: ${trouble}`);
    }
    try {
      this.native.drain();
    } catch (error) {
      // A write that failed is never tried again: what reached the file is then unknown.
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      clearInterval(this.#timer);
    }
  }
}
