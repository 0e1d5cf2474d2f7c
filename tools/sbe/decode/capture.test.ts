// What stands around messages: every kind of capture file and link, every framing, and what a capture does to a TCP connection. The packets
// are made here; captures of others are read in captures.test.ts.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { schemaOf } from '../test_support/generated.js';
import { type Link, type Packet, pcap, pcapng, tcp, udp } from '../test_support/packets.js';
import { vectorsOf } from '../vectors/vectors.js';
import { ByteSource } from './byte_source.js';
import { decodeFile, lineObject } from './decode_file.js';
import { type FramingName, framingNamed, framingNames } from './framing.js';

const schema = schemaOf(join(dirname(fileURLToPath(import.meta.url)), '..', 'test_schemas', 'order_v2.xml'));
/** Twenty messages with groups and data, and what they say. */
const vectors = vectorsOf(schema, 20, 7);
const messages = vectors.map(({ hex }) => Buffer.from(hex, 'hex'));
const ids = vectors.map(({ fields }) => fields['id']);

function u16(value: number, little = true): Buffer {
  const out = Buffer.alloc(2);
  if (little) out.writeUInt16LE(value);
  else out.writeUInt16BE(value);
  return out;
}

function u32(value: number, little = true): Buffer {
  const out = Buffer.alloc(4);
  if (little) out.writeUInt32LE(value);
  else out.writeUInt32BE(value);
  return out;
}

/** A packet's worth of messages as each venue sends it. */
const framed: Readonly<Record<FramingName, (messages: readonly Buffer[]) => Buffer>> = {
  sbe: (list) => Buffer.concat(list),
  sofh: (list) => Buffer.concat(list.flatMap((one) => [u32(one.length + 6, false), Buffer.from('eb50', 'hex'), one])),
  'sofh-le': (list) => Buffer.concat(list.flatMap((one) => [u32(one.length + 6), Buffer.from('50eb', 'hex'), one])),
  simple: (list) => Buffer.concat(list.flatMap((one) => [u16(one.length + 4), Buffer.from('feca', 'hex'), one])),
  'cme-udp': (list) => Buffer.concat([Buffer.alloc(12, 1), ...list.flatMap((one) => [u16(one.length + 2), one])]),
  'cme-tcp': (list) =>
    Buffer.concat([
      Buffer.from('feca', 'hex'),
      Buffer.alloc(12, 1),
      ...list.flatMap((one) => [u16(one.length + 2), one]),
    ]),
  'b3-udp': (list) =>
    Buffer.concat([
      Buffer.alloc(16, 1),
      ...list.flatMap((one) => [u16(one.length + 4), Buffer.from('50eb', 'hex'), one]),
    ]),
  'optiq-tcp': (list) => Buffer.concat(list.flatMap((one) => [u16(one.length + 2), one])),
  'optiq-udp': (list) => Buffer.concat([Buffer.alloc(16), ...list.flatMap((one) => [u16(one.length + 2), one])]),
  'memx-udp': (list) =>
    Buffer.concat([
      Buffer.of(2, 18),
      Buffer.alloc(16),
      u16(list.length, false),
      ...list.flatMap((one) => [u16(one.length, false), one]),
    ]),
  moldudp64: (list) =>
    Buffer.concat([
      Buffer.alloc(18, 0x20),
      u16(list.length, false),
      ...list.flatMap((one) => [u16(one.length, false), one]),
    ]),
  soupbintcp: (list) =>
    Buffer.concat([
      Buffer.from('000148', 'hex'),
      ...list.flatMap((one) => [u16(one.length + 1, false), Buffer.from('S'), one]),
    ]),
  length16: (list) => Buffer.concat(list.flatMap((one) => [u16(one.length, false), one])),
};

interface Decoded {
  readonly ids: unknown[];
  readonly problems: unknown[];
}

function decoded(
  file: Uint8Array,
  framing?: string,
  ports: readonly number[] = [],
): Decoded & { readonly framing: string } {
  const wanted = framing === undefined ? undefined : framingNamed(framing);
  const decoding = decodeFile([schema], ByteSource.of(file), { framing: wanted, ports });
  const lines = [...decoding.lines].map(lineObject) as { fields?: { id: unknown }; problem?: string }[];
  return {
    framing: decoding.framing.name,
    ids: lines.flatMap((line) => (line.fields === undefined ? [] : [line.fields.id])),
    problems: lines.flatMap((line) => line.problem ?? []),
  };
}

const all = { ids, problems: [] };

describe('framings', () => {
  for (const name of framingNames) {
    it(`${name}: named, and found by trying`, () => {
      const overTcp = ['simple', 'sofh', 'sofh-le', 'cme-tcp', 'optiq-tcp', 'soupbintcp'].includes(name);
      const [first, second] = [framed[name](messages.slice(0, 7)), framed[name](messages.slice(7))];
      const packets = overTcp
        ? [tcp({ sequence: 9, payload: first }), tcp({ sequence: 9 + first.length, payload: second })]
        : [udp(first), udp(second)];
      expect(decoded(pcap(packets), name)).toMatchObject(all);
      expect(decoded(pcap(packets))).toMatchObject({ ...all, framing: name });
    });
  }

  it('every prefix of a datagram decodes its whole messages and names the rest', () => {
    for (const name of framingNames) {
      const packet = framed[name](messages.slice(0, 3));
      const whole = decoded(pcap([udp(packet)]), name).ids;
      expect(whole, name).toEqual(ids.slice(0, 3));
      for (let length = 1; length < packet.length; length++) {
        const cut = decoded(pcap([udp(packet.subarray(0, length))]), name);
        expect(cut.ids, `${name}, ${length} bytes`).toEqual(ids.slice(0, cut.ids.length));
        expect(cut.ids.length, `${name}, ${length} bytes`).toBeLessThan(3);
      }
    }
  });

  it('a compressed packet of Optiq is named', () => {
    const packet = framed['optiq-udp'](messages.slice(0, 1));
    packet.writeUInt8(1, 12);
    expect(decoded(pcap([udp(packet)]), 'optiq-udp').problems).toEqual([
      'the packet is compressed: bit 0 of its flags is set',
    ]);
  });
});

describe('files and links', () => {
  const packets = (link: Link): Packet[] => messages.map((message) => udp(message, link));

  it.each(['ethernet', 'vlan', 'ethernet6', 'cooked', 'cooked2', 'raw'] as const)('%s, pcap and pcapng', (link) => {
    for (const file of [pcap(packets(link), link), pcap(packets(link), link, 'big'), pcapng(packets(link), link)])
      expect(decoded(file, 'sbe')).toMatchObject(all);
  });

  it('stamps in micro- and nanoseconds, resolution and offset of an interface', () => {
    const timeOf = (file: Uint8Array): unknown => decodeFile([schema], ByteSource.of(file)).lines.next().value?.time;
    expect(timeOf(pcap(packets('raw'), 'raw'))).toBe(1_000_001_000n);
    expect(timeOf(pcap(packets('raw'), 'raw', 'ns'))).toBe(1_000_000_001n);
    expect(timeOf(pcapng(packets('raw'), 'raw'))).toBe(3_000_000_001n);
  });

  it('a packet the capture cut short, other protocols, other ports', () => {
    const [short] = [udp(messages[0] as Buffer)];
    const kept = short.bytes.length - 3;
    const sent = (messages[0] as Buffer).length;
    expect(decoded(pcap([{ ...short, kept }]), 'sbe').problems[0]).toBe(
      `the packet is cut short: ${sent - 3} of ${sent} bytes`,
    );
    expect(decoded(pcap([{ bytes: Buffer.alloc(60) }, udp(messages[0] as Buffer)]), 'sbe').ids).toEqual([ids[0]]);
    const mixed = pcap([udp(messages[0] as Buffer), udp(Buffer.from('not a message at all'), 'ethernet', 53)]);
    expect(decoded(mixed, 'sbe').problems).toHaveLength(1);
    expect(decoded(mixed, 'sbe', [5000])).toMatchObject({ ids: [ids[0]], problems: [] });
  });

  it('a damaged record is named with its place', () => {
    const file = pcap([udp(messages[0] as Buffer), udp(messages[1] as Buffer)]);
    const second = 24 + 16 + (udp(messages[0] as Buffer).bytes.length as number);
    file.writeUInt32LE(0x7fffffff, second + 8);
    expect(decoded(file, 'sbe')).toMatchObject({
      ids: [ids[0]],
      problems: [`the record at byte ${second} of the file states 2147483647 bytes: the file is damaged`],
    });
  });

  it('every prefix of a file is read without a fault', () => {
    for (const file of [pcap(packets('ethernet').slice(0, 2)), pcapng(packets('ethernet').slice(0, 2))])
      for (let length = 0; length < file.length; length++)
        expect(decoded(file.subarray(0, length), 'sbe').ids.length).toBeLessThan(3);
  });
});

describe('TCP', () => {
  const stream = framed['simple'](messages);
  const start = 0xfffffff0; // the numbers wrap inside the stream
  const cut = (from: number, to: number): Packet =>
    tcp({ sequence: start + 1 + from, payload: stream.subarray(from, to) });
  const syn = tcp({ sequence: start, flags: 2 });
  const fin = tcp({ sequence: start + 1 + stream.length, flags: 1 });
  const of = (...packets: Packet[]): Decoded => decoded(pcap(packets), 'simple');

  it('one byte at a time', () => {
    expect(of(syn, ...Array.from(stream, (_, at) => cut(at, at + 1)), fin)).toMatchObject(all);
  });

  it('out of order, sent twice, overlapping, kept alive', () => {
    expect(
      of(syn, cut(50, 90), cut(0, 30), cut(0, 30), cut(29, 30), cut(20, 60), cut(90, stream.length), fin),
    ).toMatchObject(all);
  });

  it('a gap is named, and reading goes on with the next segment that begins with a message', () => {
    const first = framed['simple'](messages.slice(0, 3)).length;
    const second = framed['simple'](messages.slice(0, 5)).length;
    const missing = 10;
    const lost = of(syn, cut(0, first + 5), cut(first + 5 + missing, second), cut(second, stream.length), fin);
    expect(lost.ids).toEqual([...ids.slice(0, 3), ...ids.slice(5)]);
    expect(lost.problems).toEqual([
      `${missing} bytes of 10.0.0.1:4000 > 10.0.0.2:5000 are missing, and 5 in front of them are no whole message`,
      `${second - first - 5 - missing} bytes of 10.0.0.1:4000 > 10.0.0.2:5000 passed over up to a message`,
    ]);
  });

  it('a capture that begins in the middle, and one that ends in the middle', () => {
    const first = framed['simple'](messages.slice(0, 3)).length;
    const part = of(cut(first, stream.length - 1));
    expect(part.ids).toEqual(ids.slice(3, -1));
    expect(part.problems).toEqual([expect.stringMatching(/^\d+ bytes at the end of .* are no whole message$/)]);
  });

  it('two connections at once, and the same ports again', () => {
    const other = (from: number, to: number): Packet =>
      tcp({ sequence: from, payload: stream.subarray(from, to), port: 6000 });
    const both = of(
      syn,
      cut(0, 40),
      other(0, 33),
      cut(40, stream.length),
      other(33, stream.length),
      fin,
      syn,
      cut(0, stream.length),
    );
    expect([...both.ids].sort()).toEqual([...ids, ...ids, ...ids].sort());
    expect(both.problems).toEqual([]);
  });

  it('a segment the capture cut short is a gap', () => {
    const long = cut(0, stream.length);
    const { problems } = of(syn, { ...long, kept: long.bytes.length - 100 }, fin);
    expect(problems[0]).toMatch(/^100 bytes of .* are missing/);
  });

  it('however the stream is cut, shuffled and repeated', () => {
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 60; round++) {
      const segments: Packet[] = [];
      for (let at = 0; at < stream.length; ) {
        const to = Math.min(stream.length, at + 1 + random(200));
        segments.push(cut(at, to));
        if (random(4) === 0) segments.push(cut(Math.max(0, at - random(50)), to));
        at = to;
      }
      for (let at = segments.length - 1; at > 0; at--) {
        const with_ = Math.max(0, at - random(6));
        [segments[at], segments[with_]] = [segments[with_] as Packet, segments[at] as Packet];
      }
      expect(of(syn, ...segments, fin), `round ${round}`).toMatchObject(all);
    }
  });
});

describe('damage', () => {
  it('whatever bytes are changed, the file is read to an end', () => {
    let seed = 99;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    const packets = messages.map((message, at) => tcp({ sequence: 100 * at, payload: framed['simple']([message]) }));
    const files = [pcap([...packets, udp(messages[0] as Buffer)]), pcapng(packets), framed['soupbintcp'](messages)];
    for (let round = 0; round < 400; round++) {
      const file = Buffer.from(files[round % files.length] as Buffer);
      for (let changes = 1 + random(6); changes > 0; changes--) file.writeUInt8(random(256), random(file.length));
      expect(decoded(file, framingNames[random(framingNames.length)]).ids.length).toBeLessThan(200);
    }
  });
});

describe('a source', () => {
  it('hands out the same bytes in whatever portions they come', () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => at & 0xff));
    let at = 0;
    let portion = 0;
    const source = new ByteSource((target) => {
      portion = (portion % 7) + 1;
      const count = Math.min(portion, target.length, bytes.length - at);
      target.set(bytes.subarray(at, at + count));
      at += count;
      return count;
    });
    const taken: Buffer[] = [];
    for (let size = 1; source.peek(1).length > 0; size = (size % 600) + 1) {
      taken.push(Buffer.from(source.peek(size)));
      source.skip(size);
    }
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    expect(source.position).toBe(5000);
  });
});
