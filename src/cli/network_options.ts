// Option values that several network verbs share, refused by commander with the option's name when they are wrong.

import { InvalidArgumentError } from 'commander';

export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port from 1 to 65535.');
}

export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 1_000_000) return value;
  throw new InvalidArgumentError('Expected a number of seconds.');
}

/** MoldUDP64 session names have ten characters. */
export function sessionName(text: string): string {
  if (/^[A-Za-z0-9]{1,10}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected one to ten letters or digits.');
}

export function ipv4Address(text: string): string {
  const bytes = text.split('.');
  const good = bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) <= 255);
  if (good) return text;
  throw new InvalidArgumentError('Expected an IPv4 address.');
}

export interface HostAndPort {
  host: string;
  port: number;
}

export function hostAndPort(text: string): HostAndPort {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Expected an IPv4 address and a port, such as 127.0.0.1:31002.');
  return { host: match[1] as string, port: port(match[2] as string) };
}

/** May be given several times. */
export function hostsAndPorts(text: string, before: HostAndPort[] | undefined): HostAndPort[] {
  return [...(Array.isArray(before) ? before : []), hostAndPort(text)];
}

/**
 * What receivers and re-request servers on this machine agree on when nobody says otherwise: the interface's address, the port after the
 * group's.
 */
export function defaultRerequest(interfaceName: string, groupPort: number): HostAndPort | undefined {
  const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(interfaceName);
  return isAddress && groupPort < 65_535 ? { host: interfaceName, port: groupPort + 1 } : undefined;
}
