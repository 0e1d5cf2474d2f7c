// A file of captured packets or of bare messages to decoded messages, one after another. The framing is the one asked for, or the first
// whose messages, over the first packets, are all of the schema.

import type { MessageSchemaIr } from '../ir.js';
import { isCapture, type Payload, payloadsOf } from './capture.js';
import { type Framing, framingNames, splitMessages } from './framing.js';
import { type DecodedMessage, type Header, type JsonObject, MessageReader } from './message.js';

export interface DecodedLine {
  /** Number of the packet, from 1; 0 in a file of bare messages. */
  readonly packet: number;
  readonly time: bigint;
  readonly decoded: DecodedMessage | undefined;
  /** Why there is no decoded message. */
  readonly problem: string | undefined;
}

export interface Decoding {
  readonly framing: Framing;
  readonly lines: Generator<DecodedLine>;
}

export function decodeFile(
  schemas: readonly MessageSchemaIr[],
  bytes: Uint8Array,
  wanted: Framing | undefined,
): Decoding {
  const payloads = (): Iterable<Payload> =>
    isCapture(bytes) ? payloadsOf(bytes) : [{ packet: 0, time: 0n, stream: 'file', bytes }];
  const framing = wanted ?? detect(schemas, payloads());
  return { framing, lines: decode(schemas, payloads(), framing) };
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
    const reader = this.#readers.find((candidate) => candidate.knows(view, offset)) ?? this.#readers[0];
    if (reader === undefined) throw new TypeError('no schema was given');
    return reader.read(view, offset);
  }
}

/** The message as one JSON object, the way `decode` prints it. */
export function lineObject(line: DecodedLine): JsonObject {
  const place: JsonObject = line.packet === 0 ? {} : { packet: line.packet, time: String(line.time) };
  if (line.decoded === undefined) return { ...place, problem: line.problem ?? '' };
  const { message, header, fields } = line.decoded;
  const version: JsonObject = header === undefined ? {} : { version: header.version };
  const more: JsonObject = header === undefined || Object.keys(header.more).length === 0 ? {} : { header: header.more };
  return { ...place, message: message.name, ...version, ...more, fields };
}

function* decode(
  schemas: readonly MessageSchemaIr[],
  payloads: Iterable<Payload>,
  framing: Framing,
): Generator<DecodedLine> {
  const reader = new SchemaReaders(schemas);
  const waiting = new Map<string, Uint8Array>();
  for (const { packet, time, stream, bytes } of payloads) {
    const rest = stream === '' ? undefined : waiting.get(stream);
    const all = rest === undefined || rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    let used = all.length;
    try {
      const split = splitMessages(framing, view, (within, offset) => lengthOf(reader, within, offset));
      used = split.used;
      for (const { offset, length } of split.pieces) yield one(reader, part(view, offset, length), packet, time);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      yield { packet, time, decoded: undefined, problem: error.message };
    }
    if (stream !== '') waiting.set(stream, all.subarray(Math.min(used, all.length)));
    if (stream === 'file' && used < all.length) {
      const problem = `${all.length - used} bytes at the end are no whole message`;
      yield { packet, time, decoded: undefined, problem };
    }
  }
}

function part(view: DataView, offset: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, length);
}

function one(reader: SchemaReaders, view: DataView, packet: number, time: bigint): DecodedLine {
  try {
    return { packet, time, decoded: reader.read(view, 0), problem: undefined };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { packet, time, decoded: undefined, problem: error.message };
  }
}

/** What the header states as the length of its frame, else what the message takes. */
function lengthOf(reader: SchemaReaders, view: DataView, offset: number): number {
  const stated = reader.header(view, offset)?.frameLength;
  return stated !== undefined && stated > 0 ? stated : reader.read(view, offset).end - offset;
}

const packetsLookedAt = 20;
/** Packet headers seen in front of messages that have no framing of their own. */
const skips = [0, 24, 16, 12, 8];

function detect(schemas: readonly MessageSchemaIr[], payloads: Iterable<Payload>): Framing {
  const sample: Payload[] = [];
  for (const payload of payloads) if (sample.push(payload) >= packetsLookedAt) break;
  const candidates = [
    ...framingNames.map((name) => ({ name, skip: 0 })),
    ...skips.slice(1).map((skip) => ({ name: 'sbe', skip }) as const),
  ];
  let best: Framing = { name: 'sbe', skip: 0 };
  let bestScore = 0;
  for (const framing of candidates) {
    let right = 0;
    let wrong = 0;
    for (const line of decode(schemas, sample, framing)) {
      if (line.decoded === undefined) wrong += 1;
      else right += 1;
    }
    const score = right - 4 * wrong;
    if (score <= bestScore) continue;
    best = framing;
    bestScore = score;
  }
  return best;
}
