// Packet captures from a user's hand: what is no capture at all is refused here with what it is instead; the native side reads the rest.

import { firstBytesOf } from './first_bytes.js';

/** The file is there but is neither pcap nor pcapng. */
export class NotCaptureError extends Error {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path}: ${found}`);
    this.name = 'NotCaptureError';
    this.path = path;
    this.found = found;
  }
}

const captures: readonly (readonly number[])[] = [
  [0x0a, 0x0d, 0x0d, 0x0a],
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0x4d, 0x3c, 0xb2, 0xa1],
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0xa1, 0xb2, 0x3c, 0x4d],
];
const packed: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'it is gzip: decompress it first (gzip -d)' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'it is zstd: decompress it first (zstd -d)' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], what: 'it is xz: decompress it first (xz -d)' },
];

/** Throws NotCaptureError, or the system's error when it cannot be opened. */
export function checkCaptureFile(path: string): void {
  const first = firstBytesOf(path);
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, index) => first[index] === byte);
  if (captures.some(begins)) return;
  const known = packed.find(({ bytes }) => begins(bytes));
  const shown = first.length === 0 ? 'it is empty' : `it begins with ${first.toString('hex')}, which no capture does`;
  throw new NotCaptureError(path, known?.what ?? shown);
}
