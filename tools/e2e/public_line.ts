// The public line as a capture kept it, read by a third voice: pcap, Ethernet, IPv4, UDP and MoldUDP64 by hand, from their layouts alone.
// For tests; what is not as it should be throws.

const GLOBAL_HEADER = 24;
const RECORD_HEADER = 16;
const UDP_PAYLOAD = 14 + 20 + 8;
const MOLD_HEADER = 20;
const END_OF_SESSION = 0xffff;

/** The ITCH messages that left for this UDP port, in the order of their sequence numbers, none missing. */
export function publicMessages(capture: Buffer, port: number): Buffer[] {
  if (capture.readUInt32LE(0) !== 0xa1b23c4d) throw new Error('not a nanosecond pcap file');
  const bySequence = new Map<number, Buffer>();
  for (let at = GLOBAL_HEADER; at < capture.length; ) {
    const length = capture.readUInt32LE(at + 8);
    const frame = capture.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    at += RECORD_HEADER + length;
    const isUdp = frame.readUInt8(23) === 17;
    const isMulticast = (frame.readUInt8(30) & 0xf0) === 0xe0;
    if (isUdp && isMulticast && frame.readUInt16BE(36) === port) take(frame.subarray(UDP_PAYLOAD), bySequence);
  }
  return Array.from({ length: bySequence.size }, (_, index) => {
    const message = bySequence.get(index + 1);
    if (message === undefined) throw new Error(`the capture lacks message ${index + 1}`);
    return message;
  });
}

function take(packet: Buffer, bySequence: Map<number, Buffer>): void {
  const first = Number(packet.readBigUInt64BE(10));
  const count = packet.readUInt16BE(18);
  if (count === END_OF_SESSION) return;
  for (let index = 0, at = MOLD_HEADER; index < count; index++) {
    const length = packet.readUInt16BE(at);
    bySequence.set(first + index, packet.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
}

export function textOf(message: Buffer, at: number, length: number): string {
  return message.toString('latin1', at, at + length);
}

const isSystemEvent = (message: Buffer, code: string): boolean =>
  textOf(message, 0, 1) === 'S' && textOf(message, 11, 1) === code;

/** Count and FNV-1a 64 of the messages between the opening (to its S, Q) and the closing (S: M, E, C), each behind its length. */
export function linesOf(messages: readonly Buffer[]): { itch: number; itchHash: string } {
  const opened = messages.findIndex((message) => isSystemEvent(message, 'Q'));
  const closing = messages.slice(-3).map((message) => textOf(message, 11, 1));
  if (opened < 0 || closing.join('') !== 'MEC') throw new Error('the line was not opened or not closed');
  const between = messages.slice(opened + 1, -3);
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const message of between) {
    add(message.length >> 8);
    add(message.length & 0xff);
    for (const byte of message) add(byte);
  }
  return { itch: between.length, itchHash: hash.toString(16).padStart(16, '0') };
}
