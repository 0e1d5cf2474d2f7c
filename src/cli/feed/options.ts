// What `hopwire feed` was asked for, and the sources of packets it comes to.

import { checkCaptureFile, NotCaptureError } from '../../feed/capture_file.js';
import type { ChannelOptions, FeedOptions } from '../../feed/feed_session.js';
import { NotItchError, openItchFile } from '../../feed/itch_file.js';
import { defaultRerequest, type HostAndPort } from '../network_options.js';
import { OperatorFailure } from '../operator_failure.js';
import { allFor, type ChannelLines, lastFor, type Scoped } from './scoped.js';

export type Market = 'Q' | 'B' | 'X';

export interface FeedVerbOptions {
  readonly config?: string;
  readonly group?: string;
  readonly port?: number;
  readonly lineB?: HostAndPort[];
  readonly channel?: ChannelLines[];
  readonly interface?: Scoped<string>[];
  readonly interfaceB?: Scoped<string>[];
  readonly source?: Scoped<string>[];
  readonly market?: Scoped<Market>[];
  /** Microseconds. */
  readonly wait?: number;
  readonly pcap?: string;
  readonly file?: string;
  /** A multiple of the recorded pace; 0 = max. */
  readonly pace: number;
  /** undefined when not given, false with --no-rerequest; the server undefined: nobody, for that channel. */
  readonly rerequest?: Scoped<HostAndPort | undefined>[] | false;
  readonly snapshot?: Scoped<HostAndPort>[];
  readonly digestChannel?: Scoped<HostAndPort>[];
  readonly snapshotUser?: Scoped<string>[];
  readonly snapshotPassword?: Scoped<string>[];
  readonly name?: string;
  readonly session?: Scoped<string>[];
  readonly seconds?: number;
  readonly idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  readonly busyPoll: number;
  readonly digests?: boolean;
  readonly json?: boolean;
  /** Seconds. */
  readonly every?: number;
}

const usualInterface = '127.0.0.1';
const linesMost = 4;
const channelsMost = 16;

/** The channels asked for, with their lines; one without a name when no --channel was given, none for a file. */
export function channelsOf({ channel, group, port, lineB = [] }: FeedVerbOptions): ChannelLines[] {
  if (channel !== undefined) return channel;
  return group === undefined || port === undefined ? [] : [{ channel: '', lines: [{ host: group, port }, ...lineB] }];
}

/** Where the packets come from, in words; of one channel or of all. */
export function sourceText(options: FeedVerbOptions, only?: string): string {
  if (options.file !== undefined) return options.file;
  if (options.pcap !== undefined) return options.pcap;
  return channelsOf(options)
    .filter(({ channel }) => only === undefined || channel === only)
    .map(({ channel, lines }) => {
      const groups = lines.map(({ host, port }) => `${host}:${port}`).join(' and ');
      const source = lastFor(options.source, channel);
      const from = source === undefined ? '' : ` from ${source}`;
      const name = channel === '' ? '' : `${channel}: `;
      return `${name}${groups}${from}, interface ${lastFor(options.interface, channel) ?? usualInterface}`;
    })
    .join('; ');
}

function usage(found: string): never {
  throw new OperatorFailure('usage', 'hopwire feed', found);
}

/** Throws a usage failure for options that do not go together, and what is wrong with a file before anything is started. */
export function feedOptionsOf(options: FeedVerbOptions): FeedOptions {
  const { file, pcap } = options;
  const channels = channelsOf(options);
  checkSources(options, channels);
  checkScopes(options, channels);
  if (file !== undefined) checkItch(file);
  if (pcap !== undefined) checkCapture(pcap);
  return {
    ...common(options),
    ...(file === undefined ? {} : { file }),
    ...(pcap === undefined ? {} : { capture: pcap }),
    ...(options.channel === undefined
      ? channelOptions(options, channels[0] ?? { channel: '', lines: [] })
      : { channels: channels.map((lines) => ({ channel: lines.channel, ...channelOptions(options, lines) })) }),
  };
}

function checkSources(options: FeedVerbOptions, channels: readonly ChannelLines[]): void {
  const { group, port, file, pcap } = options;
  const live = channels.length > 0;
  if (options.channel !== undefined && (group !== undefined || port !== undefined || options.lineB !== undefined))
    usage('--channel names its own lines: leave --group, --port and --line-b out');
  if ((group === undefined) !== (port === undefined)) usage('--group and --port go together');
  if (file !== undefined && pcap !== undefined) usage('--file or --pcap, not both');
  if (file !== undefined && live) usage('a file has no group and no channels: leave them out');
  if (file === undefined && pcap === undefined && !live)
    usage('name a source: --group with --port, --channel, --pcap or --file');
  if (options.lineB !== undefined && !live) usage('--line-b is a second line: name the first with --group and --port');
  if (channels.some(({ lines }) => lines.length > linesMost)) usage('four lines at most');
  if (channels.length > channelsMost) usage(`${channelsMost} channels at most`);
  if (options.digestChannel !== undefined && (!live || pcap !== undefined))
    usage('--digest-channel goes with --group and --port, or --channel');
  if (options.pace !== 0 && live && pcap === undefined) usage('--pace is for --file and --pcap');
}

/** A value for a channel that is not there is a misspelt name. */
function checkScopes(options: FeedVerbOptions, channels: readonly ChannelLines[]): void {
  const names = channels.map(({ channel }) => channel);
  for (const [option, values] of Object.entries(options)) {
    if (!Array.isArray(values) || option === 'channel') continue;
    for (const { channel } of values as Scoped<unknown>[]) {
      if (channel !== undefined && !names.includes(channel))
        usage(
          `--${option.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} ${channel}=...: no --channel is named ${channel}`,
        );
    }
  }
}

function common(options: FeedVerbOptions): FeedOptions {
  const { name, seconds, wait } = options;
  return {
    idle: options.idle,
    speed: options.pace,
    busyPollMicroseconds: options.busyPoll,
    ...(name === undefined ? {} : { name }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(wait === undefined ? {} : { waitMicroseconds: wait }),
  };
}

function channelOptions(options: FeedVerbOptions, { channel, lines }: ChannelLines): ChannelOptions {
  const of = <T>(values: readonly Scoped<T>[] | undefined): T | undefined => lastFor(values, channel);
  const [lineA, ...moreLines] = lines;
  const interfaceA = of(options.interface) ?? usualInterface;
  const interfaceB = of(options.interfaceB);
  const [source, session, market] = [of(options.source), of(options.session), of(options.market)];
  const [snapshot, digestChannel] = [of(options.snapshot), of(options.digestChannel)];
  const [snapshotUser, snapshotPassword] = [of(options.snapshotUser), of(options.snapshotPassword)];
  return {
    interface: interfaceA,
    ...(lineA === undefined ? {} : { group: lineA.host, port: lineA.port, moreLines }),
    ...(interfaceB === undefined ? {} : { lineInterfaces: [interfaceA, ...moreLines.map(() => interfaceB)] }),
    ...(source === undefined ? {} : { source }),
    ...(session === undefined ? {} : { session }),
    ...(market === undefined ? {} : { market }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(snapshotUser === undefined ? {} : { snapshotUser }),
    ...(snapshotPassword === undefined ? {} : { snapshotPassword }),
    ...(digestChannel === undefined ? {} : { digestChannel }),
    rerequest: lineA === undefined || options.pcap !== undefined ? [] : serversOf(options, channel, lineA.port),
  };
}

function serversOf(options: FeedVerbOptions, channel: string, port: number): HostAndPort[] {
  if (options.rerequest === false) return [];
  const named = allFor(options.rerequest, channel);
  if (named.length > 0) return named.filter((server) => server !== undefined);
  const usual = defaultRerequest(lastFor(options.interface, channel) ?? usualInterface, port);
  return usual === undefined ? [] : [usual];
}

function checkItch(path: string): void {
  try {
    openItchFile(path);
  } catch (error) {
    if (error instanceof NotItchError) throw new OperatorFailure('notItch', path, error.found);
    throw error;
  }
}

function checkCapture(path: string): void {
  try {
    checkCaptureFile(path);
  } catch (error) {
    if (error instanceof NotCaptureError) throw new OperatorFailure('notCapture', path, error.found);
    throw error;
  }
}
