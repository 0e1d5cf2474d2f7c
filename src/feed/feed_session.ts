// One watch of a feed, from multicast, a capture or a day file: starts the native thread, looks at it ten times a second, and answers for
// wire, books and hops when it has ended.
//
// The thread does the work; nothing here is near a message. What can go wrong at set-up comes from the addon as errors the operator can
// read.

import { setTimeout as sleep } from 'node:timers/promises';
import { type IdleMode, idleModeName, stampSourceTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { TelemetryWord } from '../generated/words.js';
import { loadAddon } from '../native/addon.js';
import type {
  FeedBook,
  FeedConfig,
  FeedEndpoint,
  FeedProgress,
  FeedResult,
  FullSide,
  NativeFeed,
} from '../native/feed_binding.js';
import { type HopRow, readHopRows } from '../telemetry/hop_table.js';
import { openTelemetry } from '../telemetry/telemetry.js';

export interface FeedOptions
  extends Partial<Omit<FeedConfig, 'publishBooks' | 'lines' | 'snapshot' | 'digestChannel'>> {
  /** Line A; not with a file, and not needed with a capture. */
  readonly group?: string;
  readonly port?: number;
  /** Line B and further: the same stream, packed in any way. */
  readonly moreLines?: readonly FeedEndpoint[];
  readonly snapshot?: FeedEndpoint;
  readonly digestChannel?: FeedEndpoint;
}

const lookEvery_ms = 100;
const sideLookEvery_ms = 2;
const hopsOfFeed = 3;
/** What two lines of one exchange may be apart; with one line there is nothing to wait for. */
const usualWait_us = 1_000;
const usualSilence_s = 3.5;

function configOf(options: FeedOptions): FeedConfig {
  const { group, port, moreLines = [], snapshot, digestChannel } = options;
  const lines = group === undefined || port === undefined ? [] : [{ host: group, port }, ...moreLines];
  return {
    name: options.name ?? `feed-${process.pid}`,
    lines,
    interface: options.interface ?? '127.0.0.1',
    lineInterfaces: options.lineInterfaces ?? [],
    source: options.source ?? '',
    busyPollMicroseconds: options.busyPollMicroseconds ?? 0,
    waitMicroseconds: options.waitMicroseconds ?? (lines.length > 1 ? usualWait_us : 0),
    silenceSeconds: options.silenceSeconds ?? usualSilence_s,
    rerequest: options.rerequest ?? [],
    snapshot: snapshot === undefined ? [] : [snapshot],
    snapshotUser: options.snapshotUser ?? '',
    snapshotPassword: options.snapshotPassword ?? '',
    digestChannel: digestChannel === undefined ? [] : [digestChannel],
    file: options.file ?? '',
    capture: options.capture ?? '',
    speed: options.speed ?? 0,
    session: options.session ?? '',
    publishBooks: options.name === undefined ? 0 : 1,
    rows: options.rows ?? 65_536,
    depth: options.depth ?? 10,
    idle: options.idle ?? 'auto',
    busyLoops: options.busyLoops ?? 1,
    seconds: options.seconds ?? 0,
  };
}

/** 0 -> "A" */
export function lineName(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

export class FeedSession {
  readonly #native: NativeFeed;
  readonly #telemetry: TelemetryColumns;
  #sides: Promise<unknown> = Promise.resolve();

  /** `attach` is called when the regions are there and no message has been taken yet: a short file may be over before anyone else looks. */
  constructor(options: FeedOptions, attach: (session: FeedSession) => void = () => {}) {
    this.#native = loadAddon().createFeed(configOf(options));
    // Attached now: the region goes from /dev/shm when the feed ends, the memory stays for as long as it is held.
    this.#telemetry = openTelemetry(this.#native.telemetryPath);
    attach(this);
    this.#native.start();
  }

  /** '' without a name. */
  get booksPath(): string {
    return this.#native.booksPath;
  }

  progress(): FeedProgress {
    return this.#native.progress();
  }

  /** Resolves when the session has ended, the time is up or stop() was called. */
  async finished(onProgress: (progress: FeedProgress) => void = () => {}): Promise<void> {
    for (;;) {
      const progress = this.#native.progress();
      onProgress(progress);
      if (progress.finished) return;
      await sleep(lookEvery_ms);
    }
  }

  stop(): void {
    this.#native.stop();
  }

  close(): void {
    this.#native.close();
  }

  /** Only once finished. */
  result(): FeedResult {
    return this.#native.result();
  }

  /** Only once finished: every book with live orders. */
  books(): FeedBook[] {
    return this.#native.digests();
  }

  /**
   * A copy of every order of a side, made by the feed's own thread within 20 ms or so, between two packets. Cold: a side of a million
   * orders keeps packets waiting for as long as it takes to walk it. Throws RangeError for a locate that is no row.
   */
  async side(locate: number, side: 'B' | 'S'): Promise<FullSide> {
    const turn = this.#sides.then(() => this.#copySide(locate, side));
    this.#sides = turn.catch(() => {});
    return await turn;
  }

  async #copySide(locate: number, side: 'B' | 'S'): Promise<FullSide> {
    let asked = false;
    for (;;) {
      const taken = this.#native.takeSide();
      if (asked && taken !== undefined) return taken;
      // Asked again after the thread has ended, when nobody else will answer.
      const answer: FullSide | boolean =
        !asked || this.#native.progress().finished ? this.#native.askSide(locate, side) : true;
      if (typeof answer === 'object') return answer;
      asked = answer;
      await sleep(sideLookEvery_ms);
    }
  }

  hops(): HopRow[] {
    return readHopRows(this.#telemetry, 'tick_to_trade').slice(0, hopsOfFeed);
  }

  /** How much later line A, line B, ... brought what another line had brought. */
  skews(): HopRow[] {
    return readHopRows(this.#telemetry, 'lines');
  }

  get idle(): string {
    return idleModeName(this.#telemetry.word[TelemetryWord.idleMode] as IdleMode) ?? 'unknown';
  }

  /** Of the receive stamps, where hop 1 begins. */
  get stampSource(): string {
    return stampSourceTable[this.#telemetry.stampSource[0] as number]?.label ?? 'unknown';
  }
}

/** Whether the books are what the session's messages make, from the first to the last one heard of. */
export function isComplete(result: FeedResult): boolean {
  return (result.messages > 0 || result.snapshots > 0) && !result.stale;
}
