// What the packets of a capture carry, in the order of the file: UDP datagrams as they are, TCP put together to streams (tcp_streams.ts).

import type { ByteSource } from './byte_source.js';
import { framesOf } from './capture.js';
import { datagramOf } from './network.js';
import { type StreamEvent, TcpStreams } from './tcp_streams.js';

export interface Payload {
  /** Number of the packet in the file, from 1. */
  readonly packet: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** One direction of one TCP connection; empty for UDP, where each datagram stands alone. */
  readonly stream: string;
  /** Of a stream: its bytes, bytes of it that are not there, its end. A datagram is always data. */
  readonly kind: 'data' | 'gap' | 'end';
  /** Valid until the next payload is asked for. */
  readonly bytes: Uint8Array;
  /** Bytes that were sent and are not there: the length of a gap, the rest of a datagram that was cut short. */
  readonly missing: number;
}

const nothing = new Uint8Array(0);

/** `ports`: only what goes to or comes from one of them; empty = all. */
export function* payloadsOf(source: ByteSource, ports: readonly number[] = []): Generator<Payload> {
  const wanted = new Set(ports);
  const streams = new TcpStreams();
  let packet = 0;
  let time = 0n;
  const of = (stream: string, event: StreamEvent): Payload => ({
    packet,
    time,
    stream,
    kind: event.kind,
    bytes: event.kind === 'data' ? event.bytes : nothing,
    missing: event.kind === 'gap' ? event.missing : 0,
  });
  for (const frame of framesOf(source)) {
    packet += 1;
    time = frame.time;
    const datagram = datagramOf(frame);
    if (datagram === undefined) continue;
    if (wanted.size > 0 && !datagram.ports.some((port) => wanted.has(port))) continue;
    if (datagram.protocol === 'udp') {
      const { bytes, missing } = datagram;
      if (bytes.length > 0) yield { packet, time, stream: '', kind: 'data', bytes, missing };
      continue;
    }
    for (const event of streams.segment(datagram)) yield of(datagram.direction, event);
    const forgotten = streams.forgotten();
    if (forgotten !== undefined) for (const event of forgotten.events) yield of(forgotten.name, event);
  }
  for (const { name, events } of streams.end()) for (const event of events) yield of(name, event);
}

/** What a person is told when a file cannot be read on; any other error is thrown again. */
export function readFailure(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  throw error;
}
