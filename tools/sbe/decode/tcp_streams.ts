// TCP segments to streams of bytes, one for each direction of each connection: in order, without what was sent twice, and with every gap
// named. A segment from the future waits; when too many do, the segment before them was lost or not captured, and the stream goes on behind
// the gap. A capture may begin in the middle of a connection: its first segment then begins the stream.
//
// Memory has a limit whatever the capture holds: so many directions, so many bytes waiting in each.

import { type Datagram, tcpFlags } from './network.js';

export type StreamEvent =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** Bytes that are not there: never captured, or cut off. */
  | { readonly kind: 'gap'; readonly missing: number }
  | { readonly kind: 'end' };

const mostDirections = 4096;
const mostWaiting = 64;
const mostWaitingBytes = 1 << 20;
/** A segment this far from what is expected belongs to another connection between the same ports. */
const furthest = 1 << 24;

interface Waiting {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

interface Direction {
  expected: number;
  waiting: Waiting[];
  waitingBytes: number;
}

export class TcpStreams {
  readonly #directions = new Map<string, Direction>();
  /** Segments that brought nothing new. */
  retransmitted = 0;

  /** What a segment adds to its direction. Yielded bytes are valid until the next call. */
  *segment(segment: Datagram): Generator<StreamEvent> {
    const { direction: name, flags } = segment;
    let direction = this.#directions.get(name);
    const begins = (flags & tcpFlags.syn) !== 0;
    const far = direction !== undefined && Math.abs((segment.sequence - direction.expected) | 0) > furthest;
    if (direction !== undefined && (begins || far)) {
      yield* this.#finish(direction);
      direction = undefined;
    }
    if (direction === undefined) {
      direction = { expected: (segment.sequence + (begins ? 1 : 0)) >>> 0, waiting: [], waitingBytes: 0 };
    }
    // Set again, so that the direction heard of longest ago is the first of the map.
    this.#directions.delete(name);
    this.#directions.set(name, direction);
    const sequence = (segment.sequence + (begins ? 1 : 0)) >>> 0;
    yield* this.#take(direction, sequence, segment.bytes);
    if (segment.missing > 0) yield* this.#cut(direction, (sequence + segment.bytes.length) >>> 0, segment.missing);
    if ((flags & (tcpFlags.fin | tcpFlags.reset)) === 0) return;
    yield* this.#finish(direction);
    this.#directions.delete(name);
  }

  /** The direction heard of longest ago, when there are too many of them: its name and what is left of it. */
  forgotten(): { readonly name: string; readonly events: Generator<StreamEvent> } | undefined {
    if (this.#directions.size <= mostDirections) return undefined;
    const [name, direction] = this.#directions.entries().next().value as [string, Direction];
    this.#directions.delete(name);
    return { name, events: this.#finish(direction) };
  }

  /** The end of the capture: what is left of every direction. */
  *end(): Generator<{ readonly name: string; readonly events: Generator<StreamEvent> }> {
    for (const [name, direction] of this.#directions) yield { name, events: this.#finish(direction) };
    this.#directions.clear();
  }

  *#take(direction: Direction, sequence: number, bytes: Uint8Array): Generator<StreamEvent> {
    const ahead = (sequence - direction.expected) | 0;
    if (ahead > 0) {
      yield* this.#wait(direction, { sequence, bytes });
      return;
    }
    if (bytes.length === 0) return;
    if (-ahead >= bytes.length) {
      this.retransmitted += 1;
      return;
    }
    direction.expected = (sequence + bytes.length) >>> 0;
    yield { kind: 'data', bytes: bytes.subarray(-ahead) };
    yield* this.#drain(direction);
  }

  *#wait(direction: Direction, { sequence, bytes }: Waiting): Generator<StreamEvent> {
    if (bytes.length === 0) return;
    direction.waiting.push({ sequence, bytes: bytes.slice() });
    direction.waitingBytes += bytes.length;
    direction.waiting.sort((a, b) => ((a.sequence - direction.expected) | 0) - ((b.sequence - direction.expected) | 0));
    if (direction.waiting.length > mostWaiting || direction.waitingBytes > mostWaitingBytes)
      yield* this.#passGap(direction);
  }

  /** Gives up on what is missing in front of the segments that wait. */
  *#passGap(direction: Direction): Generator<StreamEvent> {
    const first = direction.waiting[0];
    if (first === undefined) return;
    const missing = (first.sequence - direction.expected) | 0;
    if (missing > 0) yield { kind: 'gap', missing };
    if (missing > 0) direction.expected = first.sequence;
    yield* this.#drain(direction);
  }

  *#drain(direction: Direction): Generator<StreamEvent> {
    for (;;) {
      const first = direction.waiting[0];
      if (first === undefined || ((first.sequence - direction.expected) | 0) > 0) return;
      direction.waiting.shift();
      direction.waitingBytes -= first.bytes.length;
      const known = (direction.expected - first.sequence) | 0;
      if (known >= first.bytes.length) {
        this.retransmitted += 1;
        continue;
      }
      direction.expected = (first.sequence + first.bytes.length) >>> 0;
      yield { kind: 'data', bytes: first.bytes.subarray(known) };
    }
  }

  /** The rest of a segment that the capture cut off. */
  *#cut(direction: Direction, sequence: number, missing: number): Generator<StreamEvent> {
    if (((sequence - direction.expected) | 0) !== 0) return;
    direction.expected = (sequence + missing) >>> 0;
    yield { kind: 'gap', missing };
    yield* this.#drain(direction);
  }

  *#finish(direction: Direction): Generator<StreamEvent> {
    while (direction.waiting.length > 0) yield* this.#passGap(direction);
    yield { kind: 'end' };
  }
}
