// How a feed stands, every so often while it runs, for who does not look at a terminal: a line of JSON on stdout for machines, lines with
// the time of day on stderr for logs.

import { performance } from 'node:perf_hooks';
import type { FeedChannel } from '../../feed/feed_channel.js';
import { ChannelState } from '../../generated/words.js';
import { note, toJson } from '../output.js';
import { LiveRates, rowsOf } from './live_counts.js';
import { lineJson, serverJson } from './report.js';

type Watched = Pick<FeedChannel, 'name' | 'serverNames' | 'progress' | 'skews'>;

const stateNames: Readonly<Record<ChannelState, string>> = {
  [ChannelState.good]: 'good',
  [ChannelState.delayed]: 'delayed',
  [ChannelState.stale]: 'stale',
};

export interface EveryOptions {
  /** Seconds; undefined = never. */
  readonly every?: number | undefined;
  readonly json: boolean;
  readonly write?: (text: string) => void;
  /** ms, monotonic. */
  readonly now?: () => number;
}

export class Every {
  readonly #interval_ms: number;
  readonly #json: boolean;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #rates = new LiveRates();
  #next: number;

  constructor({ every, json, write, now = () => performance.now() }: EveryOptions) {
    this.#interval_ms = every === undefined ? Number.POSITIVE_INFINITY : every * 1000;
    this.#json = json;
    this.#write = write ?? (json ? (text) => process.stdout.write(`${text}\n`) : note);
    this.#now = now;
    this.#next = now() + this.#interval_ms;
  }

  update(channels: readonly Watched[]): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next += this.#interval_ms * Math.ceil((now - this.#next + 1) / this.#interval_ms);
    const time = new Date().toISOString();
    if (this.#json) {
      const [only] = channels;
      const each = channels.map((channel) => standingOf(channel));
      const body = channels.length === 1 && only?.name === '' ? each[0] : { channels: each };
      this.#write(toJson({ time, running: true, ...body }, 0));
      return;
    }
    for (const row of rowsOf(channels, this.#rates.update(channels, now))) this.#write(`${time.slice(11, 19)} ${row}`);
  }
}

function standingOf(channel: Watched): object {
  const { name, serverNames } = channel;
  const now = channel.progress();
  const later = channel.skews();
  return {
    ...(name === '' ? {} : { channel: name }),
    started: now.started,
    state: now.started ? stateNames[now.state] : 'waiting',
    next_sequence: now.nextSequence,
    known_end: now.knownEnd,
    messages: now.messages,
    packets: now.packets,
    gaps: now.gaps,
    heals: now.heals,
    messages_lost: now.messagesLost,
    rerequests: now.rerequests,
    snapshots: now.snapshots,
    snapshot_wanted: now.snapshotWanted,
    delayed_ns: now.delayedNanoseconds,
    stale_ns: now.staleNanoseconds,
    digests_compared: now.digestsCompared,
    digests_different: now.digestsDifferent,
    lines: now.lines.map((line, index) => ({
      ...lineJson(line, index, later[index]),
      heard_ago_ns: line.packets === 0 ? null : line.heardAgoNanoseconds,
    })),
    rerequest_servers: now.servers.map((server, index) =>
      serverJson({ name: serverNames[index] as string, ...server }),
    ),
  };
}
