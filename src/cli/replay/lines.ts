// What happens to each line of a replay, as it is typed: one value for both lines, or two with a comma, A's and B's.

import { InvalidArgumentError } from 'commander';
import type { ReplayLine } from '../../native/replay_binding.js';
import { type HostAndPort, port } from '../network_options.js';

/** [A, B]; typed once, both are the same. */
export type PerLine<T> = readonly [T, T];

export interface Death {
  readonly seconds: number;
  readonly messages: number;
}
export const NEVER: Death = { seconds: 0, messages: 0 };

export interface LineOptions {
  readonly group: string;
  readonly port: number;
  readonly lineB?: HostAndPort;
  readonly packetBytes: PerLine<number>;
  readonly loss: PerLine<number>;
  readonly burst: PerLine<number>;
  readonly duplicate: PerLine<number>;
  readonly reorder: PerLine<number>;
  readonly corrupt: PerLine<number>;
  readonly skew: PerLine<number>;
  readonly diesAt: PerLine<Death>;
}

export function perLine<T>(parse: (text: string) => T): (text: string) => PerLine<T> {
  return (text) => {
    const parts = text.split(',');
    if (parts.length > 2) throw new InvalidArgumentError('Expected one value, or one for line A and one for line B.');
    const a = parse(parts[0] as string);
    return [a, parts.length === 2 ? parse(parts[1] as string) : a];
  };
}

/** "30s" of the file's time, "12000" messages, "-" never. */
export function death(text: string): Death {
  if (text === '-') return NEVER;
  const match = /^(\d+(?:\.\d+)?)(s?)$/.exec(text);
  const value = match === null ? 0 : Number(match[1]);
  if (match?.[2] === 's' && value > 0 && value <= 1_000_000) return { seconds: value, messages: 0 };
  if (match?.[2] === '' && Number.isSafeInteger(value) && value > 0) return { seconds: 0, messages: value };
  throw new InvalidArgumentError(
    "Expected seconds of the file's time such as 30s, messages such as 12000, or - for never.",
  );
}

export function multicastGroup(text: string): HostAndPort {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Expected a group and a port, such as 239.255.10.2:31001.');
  return { host: match[1] as string, port: port(match[2] as string) };
}

export function linesOf(options: LineOptions): ReplayLine[] {
  const groups = [{ host: options.group, port: options.port }, ...(options.lineB === undefined ? [] : [options.lineB])];
  return groups.map((group, index) => {
    const of = <T>(values: PerLine<T>): T => values[index as 0 | 1];
    return {
      group: group.host,
      port: group.port,
      packetBytes: of(options.packetBytes),
      loss: of(options.loss),
      burst: of(options.burst),
      duplicate: of(options.duplicate),
      reorder: of(options.reorder),
      corrupt: of(options.corrupt),
      skewMicroseconds: of(options.skew),
      diesAtSeconds: of(options.diesAt).seconds,
      diesAtMessages: of(options.diesAt).messages,
    };
  });
}
