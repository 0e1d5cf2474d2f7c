// A feed from a config file: its section becomes what the flags would have said, so that there is one way from there on.

import { loadConfig } from '../../config/load.js';
import type { FeedConfig } from '../../config/schema.js';
import type { HostAndPort } from '../network_options.js';
import { OperatorFailure } from '../operator_failure.js';
import type { FeedVerbOptions } from './options.js';
import type { Scoped } from './scoped.js';

/** Flags that say what the file says. */
const sources = [
  'group',
  'port',
  'lineB',
  'channel',
  'interface',
  'interfaceB',
  'source',
  'market',
  'session',
  'rerequest',
  'snapshot',
  'snapshotUser',
  'digestChannel',
  'pcap',
  'file',
] as const;

/** Name, idle and what concerns this run may come as flags, and win. Throws usage and config failures. */
export function fromConfig(options: FeedVerbOptions): FeedVerbOptions {
  for (const name of sources) {
    if (options[name] === undefined) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new OperatorFailure('usage', 'hopwire feed', `--${flag} stands in the config file: leave it out`);
  }
  const { config } = loadConfig('feed', { file: options.config });
  const shared = {
    ...options,
    name: options.name ?? config.name,
    ...(options.idle === 'auto' ? { idle: config.idle } : {}),
  };
  return config.channels === undefined ? oneChannel(shared, config) : severalChannels(shared, config.channels);
}

function oneChannel(options: FeedVerbOptions, config: FeedConfig): FeedVerbOptions {
  return {
    ...options,
    group: config.group,
    port: config.port,
    interface: [{ value: config.interface }],
    rerequest: [{ value: { host: config.rerequestHost, port: config.rerequestPort } }],
  };
}

function severalChannels(options: FeedVerbOptions, channels: NonNullable<FeedConfig['channels']>): FeedVerbOptions {
  /** Of each channel that says it. */
  const each = <T>(of: (channel: (typeof channels)[number]) => T | undefined): Scoped<T>[] =>
    channels.flatMap((channel) => {
      const value = of(channel);
      return value === undefined ? [] : [{ channel: channel.name, value }];
    });
  const endpoint = ({ group, port }: { group: string; port: number }): HostAndPort => ({ host: group, port });
  return {
    ...options,
    channel: channels.map(({ name, lines }) => ({ channel: name, lines: lines.map(endpoint) })),
    interface: each((channel) => channel.interface),
    interfaceB: each(({ interfaceB }) => interfaceB),
    source: each(({ source }) => source),
    market: each(({ market }) => market),
    session: each(({ session }) => session),
    rerequest: channels.flatMap<Scoped<HostAndPort | undefined>>(({ name, rerequest }) =>
      rerequest?.length === 0
        ? [{ channel: name, value: undefined }]
        : (rerequest ?? []).map((value) => ({ channel: name, value })),
    ),
    snapshot: each(({ snapshot }) => snapshot && { host: snapshot.host, port: snapshot.port }),
    snapshotUser: each(({ snapshot }) => snapshot?.user),
    snapshotPassword: [...(options.snapshotPassword ?? []), ...each(({ snapshot }) => snapshot?.password || undefined)],
    digestChannel: each(({ digests }) => digests && endpoint(digests)),
  };
}
