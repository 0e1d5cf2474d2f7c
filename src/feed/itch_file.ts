// ITCH files from a user's hand: opening with a clear refusal, scanning in steps so that the process stays responsive, damage in words.
//
// The native scan does the work (src/native/itch_file_binding.ts); this decides what is no ITCH file at all and says what it is instead.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { loadAddon } from '../native/addon.js';
import type { ItchDamage, NativeItchScan } from '../native/itch_file_binding.js';
import { firstBytesOf } from './first_bytes.js';

/** The file is there but holds no framed ITCH 5.0 messages. */
export class NotItchError extends Error {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path}: ${found}`);
    this.name = 'NotItchError';
    this.path = path;
    this.found = found;
  }
}

const stepBytes = 16 * 1024 * 1024;

export interface ItchScanOptions {
  /** Nanoseconds since midnight: messages up to and including this time are applied. */
  readonly lastTime?: number | undefined;
  readonly onProgress?: (offset: number, size: number) => void;
}

/** The file, nothing of it scanned yet. Throws NotItchError, or the system's error when it cannot be opened. */
export function openItchFile(path: string, lastTime?: number): NativeItchScan {
  const first = firstBytesOf(path);
  // A capture of an ITCH feed is full of good messages between headers: it must not pass for a damaged file.
  const known = knownFormat(first);
  if (known !== undefined) throw new NotItchError(path, known);
  const scan = loadAddon().openItch(path, lastTime);
  if (!scan.looksLikeItch) throw new NotItchError(path, describe(first));
  return scan;
}

/** Throws as openItchFile does. */
export async function scanItchFile(path: string, options: ItchScanOptions = {}): Promise<NativeItchScan> {
  const scan = openItchFile(path, options.lastTime);
  while (!scan.step(stepBytes)) {
    options.onProgress?.(scan.offset(), scan.size);
    await nextTurn();
  }
  return scan;
}

const capture = 'it is a packet capture: take the messages out of its UDP payloads first';
const magics: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'it is gzip: decompress it first (gzip -d)' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'it is zstd: decompress it first (zstd -d)' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], what: 'it is xz: decompress it first (xz -d)' },
  { bytes: [0x42, 0x5a, 0x68], what: 'it is bzip2: decompress it first (bzip2 -d)' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'it is a zip archive: unpack it first' },
  { bytes: [0x0a, 0x0d, 0x0d, 0x0a], what: capture },
  { bytes: [0xd4, 0xc3, 0xb2, 0xa1], what: capture },
  { bytes: [0x4d, 0x3c, 0xb2, 0xa1], what: capture },
  { bytes: [0xa1, 0xb2, 0xc3, 0xd4], what: capture },
  { bytes: [0xa1, 0xb2, 0x3c, 0x4d], what: capture },
];

function knownFormat(first: Buffer): string | undefined {
  return magics.find(({ bytes }) => bytes.every((byte, index) => first[index] === byte))?.what;
}

function describe(first: Buffer): string {
  if (first.length === 0) return 'it is empty';
  if (first.length < 3) return `at byte 0 there are only ${first.length} bytes`;
  const header = `length ${first.readUInt16BE(0)} with type ${typeText(first[2] as number)}`;
  return `at byte 0 stands ${header}, and no message follows in the first 64 KiB`;
}

export function typeText(type: number): string {
  return type > 0x20 && type < 0x7f ? `'${String.fromCharCode(type)}'` : `0x${type.toString(16).padStart(2, '0')}`;
}

/** "byte 1234: wrong length 35 for type 'A', which has 36" */
export function damageText(damage: ItchDamage): string {
  const { offset, reason, type, length, expected } = damage;
  const at = `byte ${offset}: ${reason}`;
  switch (reason) {
    case 'wrong length':
      return `${at} ${length} for type ${typeText(type)}, which has ${expected}`;
    case 'unknown type':
      return `${at} ${typeText(type)} of length ${length}`;
    case 'truncated':
      return length === 0 ? `${at} inside a length` : `${at}: the message needs ${length} bytes`;
    case 'framing lost':
      return `${at}: no two messages follow each other in the ${damage.skipped} bytes left`;
    case 'empty message':
      return at;
    default:
      return `${at} in a message of type ${typeText(type)}`;
  }
}
