// Files of captured packets, pcap and pcapng, in both byte orders, with micro- and nanosecond stamps: one frame after another, out of a
// source that is read from front to back. What is in a frame: network.ts. A record no packet can have (a damaged file) ends the reading
// with a RangeError that says where.
//
// Offsets here and in network.ts and framing.ts are typed in: this tool is what makes code from schemas and must build without any. The
// same layouts stand in hopwire's schemas/capture.xml and schemas/network.xml, and the tests hold both readers against the same files.

import type { ByteSource } from './byte_source.js';

export interface Frame {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Link type, as registered for pcap. */
  readonly link: number;
  /** The captured bytes; valid until the next frame is asked for. */
  readonly bytes: Uint8Array;
}

const sectionHeader = 0x0a0d0d0a;
const classicMagics = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1];
/** The largest packet snapshot any tool writes, with room to spare. */
const largestRecord = 1 << 24;

export function isCapture(head: Uint8Array): boolean {
  if (head.length < 24) return false;
  const magic = viewOf(head).getUint32(0, false);
  return magic === sectionHeader || classicMagics.includes(magic);
}

export function framesOf(source: ByteSource): Generator<Frame> {
  return viewOf(source.peek(4)).getUint32(0, false) === sectionHeader ? ngFrames(source) : classicFrames(source);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(source: ByteSource, length: number): RangeError {
  return new RangeError(
    `the record at byte ${source.position} of the file states ${length} bytes: the file is damaged`,
  );
}

function* classicFrames(source: ByteSource): Generator<Frame> {
  const header = viewOf(source.peek(24));
  const magic = header.getUint32(0, false);
  const little = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1;
  const unit = magic === 0xa1b23c4d || magic === 0x4d3cb2a1 ? 1n : 1000n;
  const link = header.getUint32(20, little) & 0xffff;
  source.skip(24);
  for (;;) {
    const record = source.peek(16);
    if (record.length < 16) break;
    const view = viewOf(record);
    const time = BigInt(view.getUint32(0, little)) * 1_000_000_000n + BigInt(view.getUint32(4, little)) * unit;
    const length = view.getUint32(8, little);
    if (length > largestRecord) throw damaged(source, length);
    yield { time, link, bytes: source.peek(16 + length).subarray(16) };
    source.skip(16 + length);
  }
}

interface Interface {
  readonly link: number;
  readonly ticksPerSecond: bigint;
  /** Nanoseconds to be added to every stamp. */
  readonly offset: bigint;
}

const unknownInterface: Interface = { link: 1, ticksPerSecond: 1_000_000n, offset: 0n };

function* ngFrames(source: ByteSource): Generator<Frame> {
  let little = true;
  let interfaces: Interface[] = [];
  for (;;) {
    const head = source.peek(12);
    if (head.length < 12) return;
    const type = viewOf(head).getUint32(0, little);
    if (type === sectionHeader) {
      little = viewOf(head).getUint32(8, true) === 0x1a2b3c4d;
      interfaces = [];
    }
    const length = viewOf(head).getUint32(4, little);
    if (length < 12 || length > largestRecord) throw damaged(source, length);
    const block = source.peek(length);
    const view = viewOf(block);
    if (type === 1 && block.length >= 20) interfaces.push(interfaceOf(view, little));
    const frame = block.length < 16 ? undefined : packetOf(type, view, little, interfaces);
    if (frame !== undefined) yield frame;
    source.skip(length);
  }
}

/** Enhanced packet block (6), simple packet block (3), and the packet block (2) of old files. */
function packetOf(type: number, view: DataView, little: boolean, interfaces: readonly Interface[]): Frame | undefined {
  if (type === 3) {
    const captured = Math.min(view.getUint32(8, little), view.byteLength - 16);
    return { time: 0n, link: (interfaces[0] ?? unknownInterface).link, bytes: part(view, 12, captured) };
  }
  if ((type !== 6 && type !== 2) || view.byteLength < 32) return undefined;
  const number = type === 6 ? view.getUint32(8, little) : view.getUint16(8, little);
  const from = interfaces[number] ?? unknownInterface;
  const ticks = (BigInt(view.getUint32(12, little)) << 32n) | BigInt(view.getUint32(16, little));
  const time = (ticks * 1_000_000_000n) / from.ticksPerSecond + from.offset;
  return { time, link: from.link, bytes: part(view, 28, view.getUint32(20, little)) };
}

function part(view: DataView, offset: number, length: number): Uint8Array {
  const available = Math.max(0, Math.min(length, view.byteLength - offset));
  return new Uint8Array(view.buffer, view.byteOffset + offset, available);
}

/** Options 9 (resolution) and 14 (offset in seconds) of an interface description. */
function interfaceOf(view: DataView, little: boolean): Interface {
  let { ticksPerSecond, offset } = unknownInterface;
  for (let at = 16; at + 4 <= view.byteLength - 4; ) {
    const code = view.getUint16(at, little);
    const size = view.getUint16(at + 2, little);
    if (code === 0 || at + 4 + size > view.byteLength) break;
    if (code === 9 && size >= 1) {
      const value = view.getUint8(at + 4);
      ticksPerSecond = value < 128 ? 10n ** BigInt(value) : 2n ** BigInt(value - 128);
    }
    if (code === 14 && size >= 8) offset = view.getBigInt64(at + 4, little) * 1_000_000_000n;
    at += 4 + ((size + 3) & ~3);
  }
  return { link: view.getUint16(8, little), ticksPerSecond, offset };
}
