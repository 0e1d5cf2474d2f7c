// One channel of a feed: what it does while the native thread works on it, and what came of it.
//
// Nothing here is near a message. The telemetry region is attached when this is made, before the thread starts: the file goes from /dev/shm
// when the channel ends, the memory stays for as long as it is held.

import { setTimeout as sleep } from 'node:timers/promises';
import { type IdleMode, idleModeName, stampSourceTable } from '../generated/hops.js';
import type { TelemetryColumns } from '../generated/regions.js';
import { TelemetryWord } from '../generated/words.js';
import type {
  FeedBook,
  FeedChannelConfig,
  FeedProgress,
  FeedResult,
  FullSide,
  NativeFeedChannel,
} from '../native/feed_binding.js';
import { type HopRow, readHopRows } from '../telemetry/hop_table.js';
import { openTelemetry } from '../telemetry/telemetry.js';

const sideLookEvery_ms = 2;
const hopsOfFeed = 3;

export class FeedChannel {
  /** '' when a feed has one and nobody named it. */
  readonly name: string;
  /** "host:port" of the re-request servers, in the order of progress().servers. */
  readonly serverNames: readonly string[];
  readonly #native: NativeFeedChannel;
  readonly #telemetry: TelemetryColumns;
  #sides: Promise<unknown> = Promise.resolve();

  constructor(name: string, config: FeedChannelConfig, native: NativeFeedChannel) {
    this.name = name;
    this.serverNames = config.rerequest.map(({ host, port }) => `${host}:${port}`);
    this.#native = native;
    this.#telemetry = openTelemetry(native.telemetryPath);
  }

  /** '' without a region name. */
  get booksPath(): string {
    return this.#native.booksPath;
  }

  progress(): FeedProgress {
    return this.#native.progress();
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
      // Asked again after the channel has ended, when nobody else will answer.
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

/** 0 -> "A" */
export function lineName(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** Whether the books are what the session's messages make, from the first to the last one heard of. */
export function isComplete(result: FeedResult): boolean {
  return (result.messages > 0 || result.snapshots > 0) && !result.stale;
}
