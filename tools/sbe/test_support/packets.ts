// Captures made in memory: pcap and pcapng around frames around UDP and TCP, for tests of what reads them. Checksums are left at zero, as a
// capture of a sending machine has them.

export type Link = 'ethernet' | 'vlan' | 'cooked' | 'cooked2' | 'raw' | 'ethernet6';
const linkTypes: Readonly<Record<Link, number>> = {
  ethernet: 1,
  vlan: 1,
  ethernet6: 1,
  cooked: 113,
  cooked2: 276,
  raw: 101,
};

export interface Packet {
  readonly bytes: Buffer;
  /** Bytes of it that the capture keeps. */
  readonly kept?: number;
}

function numbers(...parts: readonly (readonly [value: number, size: 1 | 2 | 4])[]): Buffer {
  const out = Buffer.alloc(parts.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of parts) at = out.writeUIntBE(value, at, size);
  return out;
}

function internet(protocol: number, payload: Buffer, link: Link): Buffer {
  const [source, destination] =
    link === 'ethernet6'
      ? [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
      : [Buffer.of(10, 0, 0, 1), Buffer.of(10, 0, 0, 2)];
  const head =
    link === 'ethernet6'
      ? numbers([0x60000000, 4], [payload.length, 2], [protocol, 1], [64, 1])
      : numbers([0x4500, 2], [20 + payload.length, 2], [0, 4], [64, 1], [protocol, 1], [0, 2]);
  return Buffer.concat([head, source, destination, payload]);
}

function frame(link: Link, protocol: number, payload: Buffer): Packet {
  const inner = internet(protocol, payload, link);
  const type = link === 'ethernet6' ? 0x86dd : 0x0800;
  const heads: Readonly<Record<Link, Buffer>> = {
    raw: Buffer.alloc(0),
    ethernet: Buffer.concat([Buffer.alloc(12), numbers([type, 2])]),
    ethernet6: Buffer.concat([Buffer.alloc(12), numbers([type, 2])]),
    vlan: Buffer.concat([Buffer.alloc(12), numbers([0x88a8, 2], [7, 2], [0x8100, 2], [9, 2], [type, 2])]),
    cooked: Buffer.concat([Buffer.alloc(14), numbers([type, 2])]),
    cooked2: Buffer.concat([numbers([type, 2]), Buffer.alloc(18)]),
  };
  return { bytes: Buffer.concat([heads[link], inner]) };
}

export function udp(payload: Uint8Array, link: Link = 'ethernet', port = 5000): Packet {
  return frame(link, 17, Buffer.concat([numbers([4000, 2], [port, 2], [8 + payload.length, 2], [0, 2]), payload]));
}

export interface Segment {
  readonly sequence: number;
  readonly payload?: Uint8Array;
  /** 1 = FIN, 2 = SYN, 4 = RST. */
  readonly flags?: number;
  readonly port?: number;
}

export function tcp(
  { sequence, payload = new Uint8Array(0), flags = 0, port = 5000 }: Segment,
  link: Link = 'ethernet',
): Packet {
  const header = numbers(
    [4000, 2],
    [port, 2],
    [sequence >>> 0, 4],
    [0, 4],
    [0x50, 1],
    [0x10 | flags, 1],
    [512, 2],
    [0, 4],
  );
  return frame(link, 6, Buffer.concat([header, payload]));
}

/** The first packet is stamped 1 s and 1 unit after 1970. */
export function pcap(packets: readonly Packet[], link: Link = 'ethernet', kind: 'us' | 'ns' | 'big' = 'us'): Buffer {
  const big = kind === 'big';
  const fields = (...values: number[]): Buffer => {
    const out = Buffer.alloc(4 * values.length);
    for (const [at, value] of values.entries()) {
      if (big) out.writeUInt32BE(value, 4 * at);
      else out.writeUInt32LE(value, 4 * at);
    }
    return out;
  };
  const head = fields(
    kind === 'ns' ? 0xa1b23c4d : 0xa1b2c3d4,
    big ? 0x00020004 : 0x00040002,
    0,
    0,
    65535,
    linkTypes[link],
  );
  const records = packets.map(({ bytes, kept = bytes.length }, at) =>
    Buffer.concat([fields(1, at + 1, kept, bytes.length), bytes.subarray(0, kept)]),
  );
  return Buffer.concat([head, ...records]);
}

/** With nanosecond resolution, an offset of 2 s and a block nobody knows. */
export function pcapng(packets: readonly Packet[], link: Link = 'ethernet'): Buffer {
  const block = (type: number, body: Buffer): Buffer => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
    head.writeUInt32LE(type, 0);
    head.writeUInt32LE(padded.length + 12, 4);
    tail.writeUInt32LE(padded.length + 12);
    return Buffer.concat([head, padded, tail]);
  };
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex');
  const options = Buffer.from('0900010009000000' + '0e0008000200000000000000' + '00000000', 'hex');
  const description = Buffer.concat([
    Buffer.of(linkTypes[link] & 0xff, linkTypes[link] >> 8, 0, 0, 0, 0, 0, 0),
    options,
  ]);
  const records = packets.map(({ bytes, kept = bytes.length }, at) => {
    const head = Buffer.alloc(20);
    head.writeUInt32LE(1_000_000_001 + at, 8);
    head.writeUInt32LE(kept, 12);
    head.writeUInt32LE(bytes.length, 16);
    return block(6, Buffer.concat([head, bytes.subarray(0, kept)]));
  });
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, description), block(0xbad, Buffer.alloc(5)), ...records]);
}
