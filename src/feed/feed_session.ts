// One watch of a feed, from multicast, captures or a day file: starts the native thread with its channels, looks at it ten times a second,
// and ends it. What each channel does and came to is asked of the channel.
//
// The thread does the work; nothing here is near a message. What can go wrong at set-up comes from the addon as errors the operator can
// read.

import { setTimeout as sleep } from 'node:timers/promises';
import { loadAddon } from '../native/addon.js';
import type { FeedChannelConfig, FeedConfig, FeedEndpoint, NativeFeed } from '../native/feed_binding.js';
import { FeedChannel } from './feed_channel.js';

/** What can be said of each channel, or once for all. */
export interface ChannelOptions
  extends Partial<Omit<FeedChannelConfig, 'name' | 'publishBooks' | 'lines' | 'snapshot' | 'digestChannel'>> {
  /** Line A; not with a file, and not needed with a capture. */
  readonly group?: string;
  readonly port?: number;
  /** Line B and further: the same stream, packed in any way. */
  readonly moreLines?: readonly FeedEndpoint[];
  readonly snapshot?: FeedEndpoint;
  readonly digestChannel?: FeedEndpoint;
}

/** A channel among several: it begins with what is said for all. */
export interface NamedChannelOptions extends ChannelOptions {
  /** Of this channel's regions, behind the feed's own name and a dash. */
  readonly channel: string;
}

export interface FeedOptions extends ChannelOptions, Partial<Omit<FeedConfig, 'channels'>> {
  /** Names the regions others may read; without one there is only telemetry. */
  readonly name?: string;
  /** Independent streams, each with its own sequence and books. None: the options above are the only one. */
  readonly channels?: readonly NamedChannelOptions[];
}

const lookEvery_ms = 100;
/** What two lines of one exchange may be apart; with one line there is nothing to wait for. */
const usualWait_us = 1_000;
const usualSilence_s = 3.5;

function channelConfig(options: ChannelOptions, name: string, publishBooks: 0 | 1): FeedChannelConfig {
  const { group, port, moreLines = [], snapshot, digestChannel } = options;
  const lines = group === undefined || port === undefined ? [] : [{ host: group, port }, ...moreLines];
  return {
    name,
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
    publishBooks,
    rows: options.rows ?? 65_536,
    depth: options.depth ?? 10,
    market: options.market ?? 'Q',
  };
}

function configOf(options: FeedOptions): FeedConfig {
  const { channels = [], name, idle = 'auto', busyLoops = 1, seconds = 0, ...shared } = options;
  const base = name ?? `feed-${process.pid}`;
  const publishBooks = name === undefined ? 0 : 1;
  const each =
    channels.length === 0
      ? [channelConfig(shared, base, publishBooks)]
      : channels.map((own) => channelConfig({ ...shared, ...own }, `${base}-${own.channel}`, publishBooks));
  return { channels: each, idle, busyLoops, seconds };
}

export class FeedSession {
  /** As given; one when none were. */
  readonly channels: readonly [FeedChannel, ...FeedChannel[]];
  readonly #native: NativeFeed;

  /** `attach` is called when the regions are there and no message has been taken yet: a short file may be over before anyone else looks. */
  constructor(options: FeedOptions, attach: (session: FeedSession) => void = () => {}) {
    const names = options.channels?.map(({ channel }) => channel) ?? [];
    const config = configOf(options);
    this.#native = loadAddon().createFeed(config);
    const [first, ...rest] = this.#native.channels.map(
      (native, index) => new FeedChannel(names[index] ?? '', config.channels[index] as FeedChannelConfig, native),
    );
    this.channels = [first as FeedChannel, ...rest];
    attach(this);
    this.#native.start();
  }

  /** The only channel, or the first of several. */
  get channel(): FeedChannel {
    return this.channels[0];
  }

  /** Resolves when the sessions of all channels have ended, the time is up or stop() was called. */
  async finished(onLook: () => void = () => {}): Promise<void> {
    for (;;) {
      const finished = this.#native.finished();
      onLook();
      if (finished) return;
      await sleep(lookEvery_ms);
    }
  }

  stop(): void {
    this.#native.stop();
  }

  close(): void {
    this.#native.close();
  }
}
