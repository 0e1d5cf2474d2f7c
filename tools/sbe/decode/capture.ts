// Files of captured packets (pcap and pcapng, both byte orders) to the payloads of UDP datagrams and TCP segments. Ethernet with VLAN tags,
// Linux cooked, raw IP and loopback; IPv4 and IPv6. TCP segments of one direction of one connection are put together in the order of the
// file, so a message may span segments; lost segments are not found out.

export interface Payload {
  /** Number of the packet in the file, from 1. */
  readonly packet: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** One direction of one TCP connection; empty for UDP, where each datagram stands alone. */
  readonly stream: string;
  readonly bytes: Uint8Array;
}

interface Frame {
  readonly time: bigint;
  readonly link: number;
  readonly bytes: Uint8Array;
}

export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 24) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, false);
  return [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a].includes(magic);
}

export function* payloadsOf(bytes: Uint8Array): Generator<Payload> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames = view.getUint32(0, false) === 0x0a0d0d0a ? ngFrames(view) : classicFrames(view);
  let packet = 0;
  for (const frame of frames) {
    packet += 1;
    const payload = networkPayload(frame);
    if (payload !== undefined && payload.bytes.length > 0) yield { packet, time: frame.time, ...payload };
  }
}

function part(view: DataView, offset: number, length: number): Uint8Array {
  const available = Math.max(0, Math.min(length, view.byteLength - offset));
  return new Uint8Array(view.buffer, view.byteOffset + offset, available);
}

function* classicFrames(view: DataView): Generator<Frame> {
  const big = view.getUint32(0, false);
  const little = big === 0xd4c3b2a1 || big === 0x4d3cb2a1;
  const unit = big === 0xa1b23c4d || big === 0x4d3cb2a1 ? 1n : 1000n;
  const link = view.getUint32(20, little) & 0xffff;
  for (let at = 24; at + 16 <= view.byteLength; ) {
    const time = BigInt(view.getUint32(at, little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, little)) * unit;
    const length = view.getUint32(at + 8, little);
    yield { time, link, bytes: part(view, at + 16, length) };
    at += 16 + length;
  }
}

function* ngFrames(view: DataView): Generator<Frame> {
  let little = true;
  let links: { readonly link: number; readonly perSecond: bigint }[] = [];
  for (let at = 0; at + 12 <= view.byteLength; ) {
    const type = view.getUint32(at, little);
    if (type === 0x0a0d0d0a) {
      little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
      links = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12) return;
    if (type === 1)
      links.push({ link: view.getUint16(at + 8, little), perSecond: resolutionOf(view, at, length, little) });
    if (type === 6 && at + 28 <= view.byteLength) {
      const from = links[view.getUint32(at + 8, little)] ?? { link: 1, perSecond: 1_000_000n };
      const ticks = (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
      const time = (ticks * 1_000_000_000n) / from.perSecond;
      yield { time, link: from.link, bytes: part(view, at + 28, view.getUint32(at + 20, little)) };
    }
    at += length;
  }
}

/** Ticks per second of an interface: option 9, else microseconds. */
function resolutionOf(view: DataView, block: number, length: number, little: boolean): bigint {
  for (let at = block + 16; at + 4 <= block + length - 4; ) {
    const code = view.getUint16(at, little);
    const size = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === 9) {
      const value = view.getUint8(at + 4);
      return value < 128 ? 10n ** BigInt(value) : 2n ** BigInt(value - 128);
    }
    at += 4 + ((size + 3) & ~3);
  }
  return 1_000_000n;
}

type Found = Pick<Payload, 'stream' | 'bytes'>;

function networkPayload({ link, bytes }: Frame): Found | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (link === 101 || link === 12 || link === 228 || link === 229) return internet(view, 0);
    if (link === 0 || link === 108) return internet(view, 4);
    if (link === 113) return internet(view, 16);
    if (link === 276) return internet(view, 20);
    let at = 12;
    while ([0x8100, 0x88a8, 0x9100].includes(view.getUint16(at))) at += 4;
    const type = view.getUint16(at);
    return type === 0x0800 || type === 0x86dd ? internet(view, at + 2) : undefined;
  } catch (error) {
    // A frame cut short by the capture has no payload to give.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function internet(view: DataView, at: number): Found | undefined {
  if (view.getUint8(at) >> 4 === 6) {
    const end = at + 40 + view.getUint16(at + 4);
    return transport(view, at + 40, end, view.getUint8(at + 6), hexOf(view, at + 8, 32));
  }
  if ((view.getUint16(at + 6) & 0x1fff) !== 0) return undefined;
  const header = (view.getUint8(at) & 15) * 4;
  const total = view.getUint16(at + 2);
  const end = total === 0 ? view.byteLength : at + total;
  return transport(view, at + header, end, view.getUint8(at + 9), hexOf(view, at + 12, 8));
}

function hexOf(view: DataView, offset: number, length: number): string {
  return Buffer.from(part(view, offset, length)).toString('hex');
}

function transport(view: DataView, at: number, end: number, protocol: number, addresses: string): Found | undefined {
  if (protocol === 17) return { stream: '', bytes: part(view, at + 8, end - at - 8) };
  if (protocol !== 6) return undefined;
  const header = (view.getUint8(at + 12) >> 4) * 4;
  return { stream: `${addresses}${hexOf(view, at, 4)}`, bytes: part(view, at + header, end - at - header) };
}
