// From a captured frame to the UDP datagram or TCP segment in it: Ethernet with VLAN tags, Linux cooked (both versions), raw IP, loopback;
// IPv4 and IPv6 with extension headers. Fragments of IP are not put together: the first one is a datagram that is cut short, the others
// are passed over. Anything else, and a frame cut off before its transport header, is none. Why offsets are typed in: capture.ts.

import type { Frame } from './capture.js';

export interface Datagram {
  readonly protocol: 'udp' | 'tcp';
  /** `10.1.2.3:4000 > 10.1.2.4:5000`: one direction between two ports. */
  readonly direction: string;
  readonly ports: readonly [source: number, destination: number];
  readonly bytes: Uint8Array;
  /** Bytes of the payload that were sent and are not in the frame. */
  readonly missing: number;
  /** Of TCP: number of the first byte, and the flags. */
  readonly sequence: number;
  readonly flags: number;
}

export const tcpFlags = { fin: 1, syn: 2, reset: 4 } as const;

export function datagramOf({ link, bytes }: Frame): Datagram | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return linkLayer(link, view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function linkLayer(link: number, view: DataView): Datagram | undefined {
  switch (link) {
    case 12: // raw IP, by its number on several systems
    case 14:
    case 101:
    case 228:
    case 229:
      return internet(view, 0);
    case 0: // loopback: a family in front
    case 108:
      return internet(view, 4);
    case 113: // Linux cooked
      return etherType(view, 14);
    case 276: // Linux cooked, version 2: the type stands first
      return isInternet(view.getUint16(0)) ? internet(view, 20) : undefined;
    case 1:
      return etherType(view, 12);
    default:
      return undefined;
  }
}

function isInternet(type: number): boolean {
  return type === 0x0800 || type === 0x86dd;
}

/** The Ethernet type at `at`, behind VLAN tags and MPLS labels. */
function etherType(view: DataView, start: number): Datagram | undefined {
  let at = start;
  while ([0x8100, 0x88a8, 0x9100].includes(view.getUint16(at))) at += 4;
  const type = view.getUint16(at);
  if (isInternet(type)) return internet(view, at + 2);
  if (type !== 0x8847) return undefined;
  at += 2;
  while ((view.getUint8(at + 2) & 1) === 0) at += 4;
  return internet(view, at + 4);
}

function internet(view: DataView, at: number): Datagram | undefined {
  const version = view.getUint8(at) >> 4;
  if (version === 6) return internet6(view, at);
  if (version !== 4 || (view.getUint16(at + 6) & 0x1fff) !== 0) return undefined;
  const total = view.getUint16(at + 2);
  // A total of 0 is left to the network card to fill in when the sender's kernel is what was captured.
  const end = total === 0 ? view.byteLength : at + total;
  const [source, destination] = [address4(view, at + 12), address4(view, at + 16)];
  return transport(view, at + (view.getUint8(at) & 15) * 4, end, view.getUint8(at + 9), source, destination);
}

/** Hop-by-hop and destination options, routing, and an atomic fragment. */
const extensions = [0, 43, 44, 60];

function internet6(view: DataView, start: number): Datagram | undefined {
  const end = start + 40 + view.getUint16(start + 4);
  const [source, destination] = [address6(view, start + 8), address6(view, start + 24)];
  let next = view.getUint8(start + 6);
  let at = start + 40;
  while (extensions.includes(next)) {
    if (next === 44 && (view.getUint16(at + 2) & 0xfff8) !== 0) return undefined;
    const size = next === 44 ? 8 : 8 + 8 * view.getUint8(at + 1);
    next = view.getUint8(at);
    at += size;
  }
  return transport(view, at, end, next, source, destination);
}

function address4(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((byte) => view.getUint8(at + byte)).join('.');
}

function address6(view: DataView, at: number): string {
  return `[${[0, 2, 4, 6, 8, 10, 12, 14].map((place) => view.getUint16(at + place).toString(16)).join(':')}]`;
}

function transport(
  view: DataView,
  at: number,
  networkEnd: number,
  number: number,
  source: string,
  destination: string,
): Datagram | undefined {
  if (number !== 17 && number !== 6) return undefined;
  const ports: [number, number] = [view.getUint16(at), view.getUint16(at + 2)];
  const direction = `${source}:${ports[0]} > ${destination}:${ports[1]}`;
  const tcp = number === 6;
  const length = tcp ? 0 : view.getUint16(at + 4);
  const start = at + (tcp ? (view.getUint8(at + 12) >> 4) * 4 : 8);
  const end = tcp || length < 8 ? networkEnd : at + length;
  const captured = Math.max(0, Math.min(end, view.byteLength) - start);
  return {
    protocol: tcp ? 'tcp' : 'udp',
    direction,
    ports,
    bytes: new Uint8Array(view.buffer, view.byteOffset + Math.min(start, view.byteLength), captured),
    missing: Math.max(0, end - start - captured),
    sequence: tcp ? view.getUint32(at + 4) : 0,
    flags: tcp ? view.getUint8(at + 13) : 0,
  };
}
