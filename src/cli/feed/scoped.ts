// Values that hold for every channel of a feed, or for the one named before them: "10.0.0.1:18079", "bx=10.0.0.1:18080".

import { InvalidArgumentError } from 'commander';
import { type HostAndPort, hostAndPort } from '../network_options.js';

export interface Scoped<T> {
  /** undefined = for every channel. */
  readonly channel?: string;
  readonly value: T;
}

const prefixed = /^([A-Za-z0-9_-]{1,24})=(.*)$/;

/** May be given several times. */
export function scoped<T>(parse: (text: string) => T): (text: string, before: unknown) => Scoped<T>[] {
  return (text, before) => {
    const [, channel, rest] = prefixed.exec(text) ?? [];
    const value = parse(channel === undefined ? text : (rest as string));
    return [
      ...(Array.isArray(before) ? (before as Scoped<T>[]) : []),
      channel === undefined ? { value } : { channel, value },
    ];
  };
}

/** What was said of this channel, otherwise what was said for all. */
export function allFor<T>(values: readonly Scoped<T>[] | undefined, channel: string): T[] {
  const own = values?.filter((value) => value.channel === channel) ?? [];
  const chosen = own.length > 0 ? own : (values?.filter((value) => value.channel === undefined) ?? []);
  return chosen.map(({ value }) => value);
}

/** The last of them. */
export function lastFor<T>(values: readonly Scoped<T>[] | undefined, channel: string): T | undefined {
  return allFor(values, channel).at(-1);
}

export interface ChannelLines {
  readonly channel: string;
  /** Line A, line B, ... */
  readonly lines: readonly HostAndPort[];
}

/** "bx=233.54.12.45:26477,233.49.196.45:26477"; may be given several times. */
export function channelLines(text: string, before: ChannelLines[] | undefined): ChannelLines[] {
  const [, channel, rest] = prefixed.exec(text) ?? [];
  if (channel === undefined || rest === '')
    throw new InvalidArgumentError('Expected a name and its lines, such as bx=233.54.12.45:26477,233.49.196.45:26477.');
  if (before?.some((other) => other.channel === channel) === true)
    throw new InvalidArgumentError(`Two channels are named ${channel}.`);
  return [...(before ?? []), { channel, lines: (rest as string).split(',').map(hostAndPort) }];
}
