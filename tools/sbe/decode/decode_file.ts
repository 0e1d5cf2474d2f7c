// A capture or a file of bare messages to decoded messages, one after another, in memory that does not grow with the file. The framing is
// the one asked for, or the first whose messages, over the first packets, are all of the schema.
//
// What is wrong becomes a line of its own and the reading goes on: a message that is none of the schemas, bytes that were not captured, a
// packet cut short. Behind a gap in a stream the next segment that begins with a message is where it goes on.

import type { MessageSchemaIr } from '../ir.js';
import type { ByteSource } from './byte_source.js';
import { isCapture } from './capture.js';
import { type Framing, framingNames, type MeasureMessage, type Piece, splitMessages } from './framing.js';
import { type DecodedMessage, type Header, type JsonObject, type JsonValue, MessageReader } from './message.js';
import { type Payload, payloadsOf, readFailure } from './payloads.js';

export interface DecodedLine {
  /** Number of the packet, from 1; 0 in a file of bare messages. */
  readonly packet: number;
  readonly time: bigint;
  readonly decoded: DecodedMessage | undefined;
  /** Why there is no decoded message. */
  readonly problem: string | undefined;
  /** Whether the problem is that bytes were not captured, and not what the bytes say. */
  readonly lost: boolean;
}

export interface Decoding {
  readonly framing: Framing;
  readonly lines: Generator<DecodedLine>;
}

export interface DecodeOptions {
  /** undefined = found by trying. */
  readonly framing?: Framing | undefined;
  /** Only what goes to or comes from one of these ports; empty = all. */
  readonly ports?: readonly number[];
}

/** The source is read as the lines are asked for. */
export function decodeFile(
  schemas: readonly MessageSchemaIr[],
  source: ByteSource,
  options: DecodeOptions = {},
): Decoding {
  const reader = new SchemaReaders(schemas);
  const bare = !isCapture(source.peek(24));
  const payloads = bare ? chunksOf(source) : payloadsOf(source, options.ports ?? []);
  if (options.framing !== undefined)
    return { framing: options.framing, lines: decode(reader, payloads, options.framing) };
  const sample = sampleOf(payloads, bare ? 2 : packetsLookedAt);
  const framing = detect(reader, sample);
  return { framing, lines: decode(reader, chain(sample, payloads), framing) };
}

/** Messages of several schemas that share a header: each goes to the schema its header names. */
class SchemaReaders {
  readonly #readers: readonly MessageReader[];

  constructor(schemas: readonly MessageSchemaIr[]) {
    this.#readers = schemas.map((schema) => new MessageReader(schema));
  }

  header(view: DataView, offset: number): Header | undefined {
    return this.#readers[0]?.header(view, offset);
  }

  read(view: DataView, offset: number): DecodedMessage {
    const [first] = this.#readers;
    if (first === undefined) throw new TypeError('no schema was given');
    if (this.#readers.length === 1) return first.read(view, offset);
    return (this.#readers.find((candidate) => candidate.knows(view, offset)) ?? first).read(view, offset);
  }

  /** What the header states as the length of its frame, else what the message takes. */
  measure(view: DataView, offset: number): ReturnType<MeasureMessage> {
    const stated = this.header(view, offset)?.frameLength;
    if (stated !== undefined && stated > 0) return { length: stated, decoded: undefined };
    const decoded = this.read(view, offset);
    return { length: decoded.end - offset, decoded };
  }
}

/** The message as one JSON object, the way `decode` prints it. */
export function lineObject(line: DecodedLine): JsonObject {
  const place: JsonObject = line.packet === 0 ? {} : { packet: line.packet, time: String(line.time) };
  if (line.decoded === undefined) return { ...place, problem: line.problem ?? '' };
  const { message, header, fields } = line.decoded;
  const object: Record<string, JsonValue> = { ...place, message: message.name };
  if (header !== undefined) object['version'] = header.version;
  if (header !== undefined && Object.keys(header.more).length > 0) object['header'] = header.more;
  object['fields'] = fields;
  return object;
}

const portion = 1 << 16;

/** A file of bare messages as a stream in portions. */
function* chunksOf(source: ByteSource): Generator<Payload> {
  const place = { packet: 0, time: 0n, stream: 'the file', missing: 0 };
  for (;;) {
    const bytes = source.peek(portion);
    if (bytes.length === 0) break;
    yield { ...place, kind: 'data', bytes };
    source.skip(bytes.length);
  }
  yield { ...place, kind: 'end', bytes: new Uint8Array(0) };
}

const packetsLookedAt = 20;

/** The first payloads, kept: they are decoded once more when the framing is known. */
function sampleOf(payloads: Generator<Payload>, most: number): Payload[] {
  const sample: Payload[] = [];
  while (sample.length < most) {
    const next = payloads.next();
    if (next.done === true) break;
    sample.push({ ...next.value, bytes: next.value.bytes.slice() });
  }
  return sample;
}

function* chain(first: readonly Payload[], rest: Generator<Payload>): Generator<Payload> {
  yield* first;
  yield* rest;
}

interface Stream {
  rest: Uint8Array;
  /** Bytes passed over since the stream lost its place; undefined while it has one. */
  lost: number | undefined;
}

/** More than any message takes: what grows beyond it is no message. */
const mostWaiting = 1 << 24;

function* decode(reader: SchemaReaders, payloads: Iterable<Payload>, framing: Framing): Generator<DecodedLine> {
  const streams = new Map<string, Stream>();
  try {
    for (const payload of payloads) {
      if (payload.stream === '') yield* decodeDatagram(reader, payload, framing);
      else yield* decodeStream(reader, payload, framing, streams);
    }
  } catch (error) {
    const problem = readFailure(error);
    yield { packet: 0, time: 0n, decoded: undefined, problem, lost: true };
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function told({ packet, time }: Payload, problem: string, lost = false): DecodedLine {
  return { packet, time, decoded: undefined, problem, lost };
}

function* decodeDatagram(reader: SchemaReaders, payload: Payload, framing: Framing): Generator<DecodedLine> {
  const view = viewOf(payload.bytes);
  const sent = payload.bytes.length + payload.missing;
  if (payload.missing > 0)
    yield told(payload, `the packet is cut short: ${payload.bytes.length} of ${sent} bytes`, true);
  try {
    const { pieces, used } = splitMessages(framing, view, (within, offset) => reader.measure(within, offset));
    for (const piece of pieces) yield one(reader, view, piece, payload);
    if (used < payload.bytes.length && payload.missing === 0)
      yield told(payload, `${payload.bytes.length - used} bytes at the end of the packet are no whole message`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    yield told(payload, error.message);
  }
}

function* decodeStream(
  reader: SchemaReaders,
  payload: Payload,
  framing: Framing,
  streams: Map<string, Stream>,
): Generator<DecodedLine> {
  const stream = streams.get(payload.stream) ?? { rest: new Uint8Array(0), lost: undefined };
  streams.set(payload.stream, stream);
  if (payload.kind === 'data') {
    yield* takeData(reader, payload, framing, stream);
    return;
  }
  const left = stream.rest.length + (stream.lost ?? 0);
  if (payload.kind === 'end') {
    if (left > 0) yield told(payload, `${left} bytes at the end of ${payload.stream} are no whole message`, true);
    streams.delete(payload.stream);
    return;
  }
  const unread = left > 0 ? `, and ${left} in front of them are no whole message` : '';
  yield told(payload, `${payload.missing} bytes of ${payload.stream} are missing${unread}`, true);
  stream.rest = new Uint8Array(0);
  stream.lost = 0;
}

function* takeData(reader: SchemaReaders, payload: Payload, framing: Framing, stream: Stream): Generator<DecodedLine> {
  if (stream.lost !== undefined) {
    if (!beginsWithMessage(reader, payload.bytes, framing)) {
      stream.lost += payload.bytes.length;
      return;
    }
    if (stream.lost > 0)
      yield told(payload, `${stream.lost} bytes of ${payload.stream} passed over up to a message`, true);
    stream.lost = undefined;
  }
  const all = stream.rest.length === 0 ? payload.bytes : Buffer.concat([stream.rest, payload.bytes]);
  const view = viewOf(all);
  let used = all.length;
  try {
    const split = splitMessages(framing, view, (within, offset) => reader.measure(within, offset));
    used = Math.min(split.used, all.length);
    for (const piece of split.pieces) yield one(reader, view, piece, payload);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    yield told(payload, error.message);
    stream.lost = 0;
  }
  stream.rest = all.slice(used);
  if (stream.rest.length <= mostWaiting) return;
  yield told(payload, `${stream.rest.length} bytes of ${payload.stream} are no whole message`);
  stream.rest = new Uint8Array(0);
  stream.lost = 0;
}

function beginsWithMessage(reader: SchemaReaders, bytes: Uint8Array, framing: Framing): boolean {
  const view = viewOf(bytes);
  try {
    const { pieces } = splitMessages(framing, view, (within, offset) => reader.measure(within, offset));
    const first = pieces[0];
    if (first === undefined) return false;
    reader.read(part(view, first.offset, first.length), 0);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function part(view: DataView, offset: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, length);
}

function one(reader: SchemaReaders, view: DataView, piece: Piece, { packet, time }: Payload): DecodedLine {
  try {
    const decoded = piece.decoded ?? reader.read(part(view, piece.offset, piece.length), 0);
    return { packet, time, decoded, problem: undefined, lost: false };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { packet, time, decoded: undefined, problem: error.message, lost: false };
  }
}

/** Packet headers seen in front of messages that have no framing of their own. */
const skips = [24, 16, 12, 8];

function detect(reader: SchemaReaders, sample: readonly Payload[]): Framing {
  const candidates = [
    ...framingNames.map((name) => ({ name, skip: 0 })),
    ...skips.map((skip) => ({ name: 'sbe', skip }) as const),
  ];
  let best: Framing = { name: 'sbe', skip: 0 };
  let bestScore = 0;
  for (const framing of candidates) {
    let right = 0;
    let wrong = 0;
    for (const line of decode(reader, sample, framing)) {
      if (line.decoded !== undefined) right += 1;
      else if (!line.lost) wrong += 1;
    }
    const score = right - 4 * wrong;
    if (score <= bestScore) continue;
    best = framing;
    bestScore = score;
  }
  return best;
}
