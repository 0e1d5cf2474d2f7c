// The others of the SBE benchmark: code a person would write by hand over a DataView (the bound of what is possible), protobufjs with its
// runtime-compiled codec, flatbuffers with accessors as its compiler writes them, and JSON.

import type { Peer } from './peer.js';
import { entryCount } from './peer.js';

/** As much of the two libraries as is used here: they are looked up when the benchmark runs, so nothing else needs them installed. */
interface ProtobufType {
  add(field: unknown): ProtobufType;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}
interface ProtobufSpace {
  add(type: ProtobufType): ProtobufSpace;
}
export interface Protobuf {
  readonly Type: new (name: string) => ProtobufType;
  readonly Field: new (name: string, id: number, type: string, rule?: string) => unknown;
  readonly Root: new () => { define(name: string): ProtobufSpace };
}
interface FlatBuilder {
  clear(): void;
  startObject(fields: number): void;
  addFieldFloat64(slot: number, value: number, otherwise: number): void;
  addFieldInt32(slot: number, value: number, otherwise: number): void;
  addFieldInt8(slot: number, value: number, otherwise: number): void;
  addFieldOffset(slot: number, value: number, otherwise: number): void;
  endObject(): number;
  startVector(size: number, count: number, alignment: number): void;
  addOffset(offset: number): void;
  endVector(): number;
  finish(root: number): void;
  asUint8Array(): Uint8Array;
}
interface FlatBuffer {
  position(): number;
  readInt8(at: number): number;
  readInt32(at: number): number;
  readFloat64(at: number): number;
  __offset(table: number, slot: number): number;
  __vector(at: number): number;
  __vector_len(at: number): number;
  __indirect(at: number): number;
}
interface Flatbuffers {
  readonly Builder: new (size: number) => FlatBuilder;
  readonly ByteBuffer: new (bytes: Uint8Array) => FlatBuffer;
}

export async function library<T>(name: string): Promise<T> {
  const module = (await import(name)) as { default?: T };
  return module.default ?? (module as T);
}

const high = 0x100000000;

/** The layout of market_data.xml, typed in: the view is asked for its size once, every bound held against it, nothing cleared. */
export function dataViewPeer(): Peer {
  return {
    name: 'DataView by hand',
    encode(values, at, { view, offset }) {
      if (offset + 20 + entryCount * 27 > view.byteLength) throw new RangeError('no room');
      view.setUint16(offset, 9, true);
      view.setUint16(offset + 2, 46, true);
      view.setUint16(offset + 4, 77, true);
      view.setUint16(offset + 6, 0, true);
      const time = values.time + at;
      view.setUint32(offset + 8, time >>> 0, true);
      view.setUint32(offset + 12, Math.floor(time / high), true);
      view.setUint8(offset + 16, at & 0x7f);
      view.setUint16(offset + 17, 27, true);
      view.setUint8(offset + 19, entryCount);
      let to = offset + 20;
      for (let index = 0; index < entryCount; index++, to += 27) {
        const from = (at + index) & values.mask;
        const price = values.price[from] as number;
        view.setUint32(to, price >>> 0, true);
        view.setInt32(to + 4, Math.floor(price / high), true);
        view.setInt32(to + 8, values.size[from] as number, true);
        view.setInt32(to + 12, index, true);
        view.setUint32(to + 16, at, true);
        view.setInt32(to + 20, index + 1, true);
        view.setUint8(to + 24, index);
        view.setUint8(to + 25, at & 3);
        view.setUint8(to + 26, index & 1);
      }
      return to - offset;
    },
    decode({ view, offset }) {
      const size = view.byteLength;
      const block = offset + 8;
      if (block > size) throw new RangeError('truncated');
      if (view.getUint16(offset + 2, true) !== 46 || view.getUint16(offset + 4, true) !== 77)
        throw new RangeError('another message');
      const blockLength = view.getUint16(offset, true);
      let from = block + blockLength;
      if (blockLength < 9 || from + 3 > size) throw new RangeError('truncated');
      let sum = view.getUint32(block + 4, true) * high + view.getUint32(block, true) + view.getUint8(block + 8);
      const length = view.getUint16(from, true);
      const count = view.getUint8(from + 2);
      from += 3;
      if (from + count * length > size || (length < 27 && count > 0)) throw new RangeError('truncated');
      for (let index = 0; index < count; index++, from += length) {
        sum += view.getInt32(from + 4, true) * high + view.getUint32(from, true) + view.getInt32(from + 8, true);
        sum += view.getInt32(from + 12, true) + view.getUint32(from + 16, true) + view.getInt32(from + 20, true);
        sum += view.getUint8(from + 24) + view.getUint8(from + 25) + view.getUint8(from + 26);
      }
      return sum;
    },
  };
}

interface PlainEntry {
  price: number;
  size: number;
  securityId: number;
  sequence: number;
  orders: number;
  level: number;
  action: number;
  kind: number;
}
interface PlainMessage {
  transactTime: number;
  matchEventIndicator: number;
  entries: PlainEntry[];
}

function plainMessage(values: Parameters<Peer['encode']>[0], at: number): PlainMessage {
  const entries = Array.from({ length: entryCount }, (_, index) => {
    const from = (at + index) & values.mask;
    const [price, size] = [values.price[from] as number, values.size[from] as number];
    return {
      price,
      size,
      securityId: index,
      sequence: at,
      orders: index + 1,
      level: index,
      action: at & 3,
      kind: index & 1,
    };
  });
  return { transactTime: values.time + at, matchEventIndicator: at & 0x7f, entries };
}

function sumOf(message: PlainMessage): number {
  let sum = message.transactTime + message.matchEventIndicator;
  for (const entry of message.entries) {
    sum += entry.price + entry.size + entry.securityId + entry.sequence + entry.orders + entry.level;
    sum += entry.action + entry.kind;
  }
  return sum;
}

export async function protobufPeer(): Promise<Peer> {
  const protobuf = await library<Protobuf>('protobufjs');
  const numbers = ['size', 'securityId', 'sequence', 'orders', 'level', 'action', 'kind'];
  const entry = new protobuf.Type('Entry').add(new protobuf.Field('price', 1, 'double'));
  for (const [at, name] of numbers.entries()) entry.add(new protobuf.Field(name, 2 + at, 'int32'));
  const refresh = new protobuf.Type('Refresh')
    .add(new protobuf.Field('transactTime', 1, 'double'))
    .add(new protobuf.Field('matchEventIndicator', 2, 'uint32'))
    .add(new protobuf.Field('entries', 3, 'Entry', 'repeated'));
  new protobuf.Root().define('bench').add(entry).add(refresh);
  return {
    name: 'protobufjs',
    encode(values, at, target) {
      target.bytes = refresh.encode(plainMessage(values, at)).finish();
      return target.bytes.length;
    },
    decode: ({ bytes }) => sumOf(refresh.decode(bytes) as PlainMessage),
  };
}

export async function flatbuffersPeer(): Promise<Peer> {
  const flatbuffers = await library<Flatbuffers>('flatbuffers');
  const builder = new flatbuffers.Builder(1024);
  const entries = new Array<number>(entryCount).fill(0);
  return {
    name: 'flatbuffers',
    encode(values, at, target) {
      builder.clear();
      for (let index = 0; index < entryCount; index++) {
        const from = (at + index) & values.mask;
        builder.startObject(8);
        builder.addFieldFloat64(0, values.price[from] as number, 0);
        builder.addFieldInt32(1, values.size[from] as number, 0);
        builder.addFieldInt32(2, index, 0);
        builder.addFieldInt32(3, at, 0);
        builder.addFieldInt32(4, index + 1, 0);
        builder.addFieldInt8(5, index, 0);
        builder.addFieldInt8(6, at & 3, 0);
        builder.addFieldInt8(7, index & 1, 0);
        entries[index] = builder.endObject();
      }
      builder.startVector(4, entryCount, 4);
      for (let index = entryCount - 1; index >= 0; index--) builder.addOffset(entries[index] as number);
      const vector = builder.endVector();
      builder.startObject(3);
      builder.addFieldFloat64(0, values.time + at, 0);
      builder.addFieldInt8(1, at & 0x7f, 0);
      builder.addFieldOffset(2, vector, 0);
      builder.finish(builder.endObject());
      target.bytes = builder.asUint8Array();
      return target.bytes.length;
    },
    decode: ({ bytes }) => flatbuffersSum(new flatbuffers.ByteBuffer(bytes)),
  };
}

function flatbuffersSum(buffer: FlatBuffer): number {
  const root = buffer.readInt32(buffer.position()) + buffer.position();
  const field = (table: number, slot: number): number => table + buffer.__offset(table, 4 + 2 * slot);
  const present = (table: number, slot: number): boolean => buffer.__offset(table, 4 + 2 * slot) !== 0;
  const int32 = (table: number, slot: number): number =>
    present(table, slot) ? buffer.readInt32(field(table, slot)) : 0;
  const int8 = (table: number, slot: number): number =>
    present(table, slot) ? buffer.readInt8(field(table, slot)) : 0;
  let sum = buffer.readFloat64(field(root, 0)) + int8(root, 1);
  const vector = buffer.__vector(field(root, 2));
  const count = buffer.__vector_len(field(root, 2));
  for (let index = 0; index < count; index++) {
    const entry = buffer.__indirect(vector + index * 4);
    sum += buffer.readFloat64(field(entry, 0)) + int32(entry, 1) + int32(entry, 2) + int32(entry, 3) + int32(entry, 4);
    sum += int8(entry, 5) + int8(entry, 6) + int8(entry, 7);
  }
  return sum;
}

export function jsonPeer(): Peer {
  return {
    name: 'JSON',
    encode(values, at, target) {
      target.text = JSON.stringify(plainMessage(values, at));
      return target.text.length;
    },
    decode: ({ text }) => sumOf(JSON.parse(text) as PlainMessage),
  };
}
