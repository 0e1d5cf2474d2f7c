// What stands between a packet and its messages: framing headers, packet headers, sequence headers. A framing says where the messages of a
// run of bytes begin and end, and how many bytes at the end are the start of one that is not complete yet.
//
//   sbe           messages one behind the other; the header may state the length of its frame
//   sofh          6 bytes in front of each message, big-endian: length (with these 6) u32, encoding u16
//   sofh-le       the same in little-endian (Binance)
//   simple        4 bytes, little-endian: length (with these 4) u16, encoding u16 (CME iLink 3, B3)
//   cme-udp       packet: sequence u32, time u64; each message: length (with these 2) u16
//   cme-tcp       packets of cme-udp one behind the other, 0xCAFE in front of each
//   b3-udp        packet: channel u8, u8, version u16, sequence u32, time u64; then as simple
//   optiq-tcp     each message: length (with these 2) u16, little-endian (Euronext)
//   optiq-udp     packet: time u64, sequence u32, flags u16, channel u16; then as optiq-tcp
//   memx-udp      packet: type u8, header length u8, session u64, sequence u64; type 2: count u16; each message: length u16, big-endian
//   moldudp64     packet: session 10, sequence u64, count u16; each message: length u16, big-endian
//   soupbintcp    each packet: length u16, big-endian, type; S and U carry a message
//   length16      each message: length u16, big-endian (files of ITCH)
//   skip:N+NAME   N bytes of packet header, then one of the above

import { type DecodedMessage, ShortBytes } from './message.js';

export interface Piece {
  readonly offset: number;
  readonly length: number;
  /** The message, where it had to be read to know how long it is. */
  readonly decoded?: DecodedMessage | undefined;
}

export interface Split {
  readonly pieces: readonly Piece[];
  /** Bytes used up; the rest waits for more. */
  readonly used: number;
}

export const framingNames = [
  'sbe',
  'sofh',
  'sofh-le',
  'simple',
  'cme-udp',
  'b3-udp',
  'optiq-tcp',
  'optiq-udp',
  'cme-tcp',
  'memx-udp',
  'moldudp64',
  'soupbintcp',
  'length16',
] as const;
export type FramingName = (typeof framingNames)[number];

export interface Framing {
  readonly name: FramingName;
  /** Bytes of a packet header in front of everything. */
  readonly skip: number;
}

/** `skip:24+sbe`, `moldudp64`; undefined for a text that is no framing. */
export function framingNamed(text: string): Framing | undefined {
  const match = /^(?:skip:(\d+)\+)?([a-z0-9-]+)$/.exec(text);
  const name = framingNames.find((candidate) => candidate === match?.[2]);
  return name === undefined ? undefined : { name, skip: Number(match?.[1] ?? 0) };
}

/** Length of the message at an offset, where only its own header and content tell, and the message if it was read for that. */
export type MeasureMessage = (
  view: DataView,
  offset: number,
) => { readonly length: number; readonly decoded: DecodedMessage | undefined };

/** The messages in `view`. */
export function splitMessages(framing: Framing, view: DataView, measure: MeasureMessage): Split {
  const start = Math.min(framing.skip, view.byteLength);
  switch (framing.name) {
    case 'sbe':
      return measured(view, start, measure);
    case 'sofh':
      return counted(view, start, { size: 6, length: (at) => view.getUint32(at), within: true });
    case 'sofh-le':
      return counted(view, start, { size: 6, length: (at) => view.getUint32(at, true), within: true });
    case 'simple':
      return counted(view, start, { size: 4, length: (at) => view.getUint16(at, true), within: true });
    case 'cme-udp':
      return counted(view, start + 12, { size: 2, length: (at) => view.getUint16(at, true), within: true });
    case 'cme-tcp':
      return cmePackets(view, start);
    case 'optiq-tcp':
      return counted(view, start, { size: 2, length: (at) => view.getUint16(at, true), within: true });
    case 'optiq-udp':
      return optiqPacket(view, start);
    case 'b3-udp':
      return counted(view, start + 16, { size: 4, length: (at) => view.getUint16(at, true), within: true });
    case 'memx-udp':
      return memx(view, start);
    case 'moldudp64':
      return counted(
        view,
        start + 20,
        { size: 2, length: (at) => view.getUint16(at), within: false },
        moldCount(view, start),
      );
    case 'length16':
      return counted(view, start, { size: 2, length: (at) => view.getUint16(at), within: false });
    case 'soupbintcp':
      return soup(view, start);
  }
}

function measured(view: DataView, start: number, measure: MeasureMessage): Split {
  const pieces: Piece[] = [];
  let at = start;
  while (at < view.byteLength) {
    let found: ReturnType<MeasureMessage>;
    try {
      found = measure(view, at);
    } catch (error) {
      // The end of the message may still be to come; what else is wrong with it is told once the messages before it are taken.
      if (error instanceof ShortBytes || (error instanceof RangeError && at > start)) break;
      throw error;
    }
    if (at + found.length > view.byteLength) break;
    pieces.push({ offset: at, ...found });
    at += found.length;
  }
  return { pieces, used: at };
}

interface Frames {
  readonly size: number;
  length(at: number): number;
  /** Whether the length counts the frame header too. */
  readonly within: boolean;
}

function counted(view: DataView, start: number, frames: Frames, limit = Number.POSITIVE_INFINITY): Split {
  const pieces: Piece[] = [];
  let at = start;
  while (pieces.length < limit && at + frames.size <= view.byteLength) {
    const length = frames.length(at) - (frames.within ? frames.size : 0);
    if (length < 0)
      throw new RangeError(`the frame at byte ${at} states ${frames.length(at)} bytes, fewer than its own header`);
    if (at + frames.size + length > view.byteLength) break;
    if (length > 0) pieces.push({ offset: at + frames.size, length });
    at += frames.size + length;
  }
  return { pieces, used: at };
}

const cmeMark = 0xcafe;
const cmePacketHeader = 14;

function cmePackets(view: DataView, start: number): Split {
  const pieces: Piece[] = [];
  let at = start;
  while (at + 2 <= view.byteLength) {
    const length = view.getUint16(at, true);
    if (length === cmeMark) {
      if (at + cmePacketHeader > view.byteLength) break;
      at += cmePacketHeader;
      continue;
    }
    if (length < 2) throw new RangeError(`the frame at byte ${at} states ${length} bytes, fewer than its own header`);
    if (at + length > view.byteLength) break;
    if (length > 2) pieces.push({ offset: at + 2, length: length - 2 });
    at += length;
  }
  return { pieces, used: at };
}

function optiqPacket(view: DataView, start: number): Split {
  if (start + 16 <= view.byteLength && (view.getUint16(start + 12, true) & 1) === 1)
    throw new RangeError('the packet is compressed: bit 0 of its flags is set');
  return counted(view, start + 16, { size: 2, length: (at) => view.getUint16(at, true), within: true });
}

function moldCount(view: DataView, start: number): number {
  if (start + 20 > view.byteLength) return 0;
  const count = view.getUint16(start + 18);
  return count === 0xffff ? 0 : count;
}

function memx(view: DataView, start: number): Split {
  if (start + 18 > view.byteLength || view.getUint8(start) !== 2) return { pieces: [], used: view.byteLength };
  const at = start + view.getUint8(start + 1);
  if (at + 2 > view.byteLength) return { pieces: [], used: view.byteLength };
  const frames = { size: 2, length: (place: number) => view.getUint16(place), within: false };
  return counted(view, at + 2, frames, view.getUint16(at));
}

function soup(view: DataView, start: number): Split {
  const all = counted(view, start, { size: 2, length: (at) => view.getUint16(at), within: false });
  const carries = (piece: Piece): boolean => ['S', 'U'].includes(String.fromCharCode(view.getUint8(piece.offset)));
  const pieces = all.pieces.filter(carries).map(({ offset, length }) => ({ offset: offset + 1, length: length - 1 }));
  return { pieces, used: all.used };
}
