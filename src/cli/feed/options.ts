// What `hopwire feed` was asked for, and the one source of packets it comes to.

import { checkCaptureFile, NotCaptureError } from '../../feed/capture_file.js';
import type { FeedOptions } from '../../feed/feed_session.js';
import { NotItchError, openItchFile } from '../../feed/itch_file.js';
import { defaultRerequest, type HostAndPort } from '../network_options.js';
import { OperatorFailure } from '../operator_failure.js';

export interface FeedVerbOptions {
  readonly group?: string;
  readonly port?: number;
  readonly lineB?: HostAndPort[];
  readonly interface: string;
  readonly interfaceB?: string;
  readonly source?: string;
  /** Microseconds. */
  readonly wait?: number;
  readonly pcap?: string;
  readonly file?: string;
  /** A multiple of the recorded pace; 0 = max. */
  readonly pace: number;
  /** undefined when not given, false with --no-rerequest. */
  readonly rerequest?: HostAndPort[] | false;
  readonly snapshot?: HostAndPort;
  readonly digestChannel?: HostAndPort;
  readonly snapshotUser?: string;
  readonly snapshotPassword?: string;
  readonly name?: string;
  readonly session?: string;
  readonly seconds?: number;
  readonly idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  readonly busyPoll: number;
  readonly digests?: boolean;
  readonly json?: boolean;
}

/** Where the packets come from, in words. */
export function sourceText(options: FeedVerbOptions): string {
  if (options.file !== undefined) return options.file;
  if (options.pcap !== undefined) return options.pcap;
  const lines = [
    `${options.group}:${options.port}`,
    ...(options.lineB ?? []).map(({ host, port }) => `${host}:${port}`),
  ];
  const from = options.source === undefined ? '' : ` from ${options.source}`;
  return `${lines.join(' and ')}${from}, interface ${options.interface}`;
}

function usage(found: string): never {
  throw new OperatorFailure('usage', 'hopwire feed', found);
}

/** Throws a usage failure for options that do not go together, and what is wrong with a file before anything is started. */
export function feedOptionsOf(options: FeedVerbOptions): FeedOptions {
  const { group, port, file, pcap } = options;
  const pair = group !== undefined && port !== undefined;
  if ((group === undefined) !== (port === undefined)) usage('--group and --port go together');
  if (file !== undefined && pcap !== undefined) usage('--file or --pcap, not both');
  if (file !== undefined && pair) usage('a file has no group: leave --group and --port out');
  if (file === undefined && pcap === undefined && !pair) usage('name a source: --group with --port, --pcap or --file');
  if (options.lineB !== undefined && !pair) usage('--line-b is a second line: name the first with --group and --port');
  if ((options.lineB?.length ?? 0) > 3) usage('four lines at most');
  if (options.digestChannel !== undefined && (!pair || pcap !== undefined))
    usage('--digest-channel goes with --group and --port');
  if (options.pace !== 0 && pair && pcap === undefined) usage('--pace is for --file and --pcap');
  if (file !== undefined) checkItch(file);
  if (pcap !== undefined) checkCapture(pcap);
  const lines = options.lineB ?? [];
  return {
    ...common(options),
    ...(pair ? { group, port, moreLines: lines } : {}),
    ...(file === undefined ? {} : { file }),
    ...(pcap === undefined ? {} : { capture: pcap }),
    ...(options.interfaceB === undefined
      ? {}
      : { lineInterfaces: [options.interface, ...lines.map(() => options.interfaceB as string)] }),
    rerequest: pair && pcap === undefined ? serversOf(options, port) : [],
  };
}

function common(options: FeedVerbOptions): FeedOptions {
  const { name, session, seconds, source, wait, snapshot, snapshotUser, snapshotPassword, digestChannel } = options;
  return {
    interface: options.interface,
    idle: options.idle,
    speed: options.pace,
    busyPollMicroseconds: options.busyPoll,
    ...(name === undefined ? {} : { name }),
    ...(session === undefined ? {} : { session }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(source === undefined ? {} : { source }),
    ...(wait === undefined ? {} : { waitMicroseconds: wait }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(digestChannel === undefined ? {} : { digestChannel }),
    ...(snapshotUser === undefined ? {} : { snapshotUser }),
    ...(snapshotPassword === undefined ? {} : { snapshotPassword }),
  };
}

function serversOf(options: FeedVerbOptions, port: number): HostAndPort[] {
  if (options.rerequest === false) return [];
  if (options.rerequest !== undefined) return options.rerequest;
  const usual = defaultRerequest(options.interface, port);
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
