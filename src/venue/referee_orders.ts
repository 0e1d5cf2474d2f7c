// The orders file of the public matching-engine referee: reading it from a user's hand, refusing what is none, and writing one for tests.
//
// Layout, little-endian: magic u64, version u32, record count u32, then 40-byte records (see
// native/order_to_publish/4_match/referee.hpp). A file may be zstd-compressed; the zstd program then unpacks it.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export const refereeHeaderBytes = 16;
export const refereeRecordBytes = 40;
/** The magic number's bytes as they stand in the file. */
const magic = Buffer.from('100_WBEM', 'latin1');
const version = 1;
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The file is there but is no whole, right orders file. `found` says what stands where. */
export class NotOrdersFileError extends Error {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path}: ${found}`);
    this.name = 'NotOrdersFileError';
    this.path = path;
    this.found = found;
  }
}

/** The records of a file, its header checked. System errors (no such file) pass through. */
export async function readRefereeOrders(path: string): Promise<Uint8Array> {
  const stored = await readFile(path);
  const file = stored.subarray(0, 4).equals(zstdMagic) ? await unpack(path) : stored;
  if (file.length < refereeHeaderBytes) {
    throw new NotOrdersFileError(path, `${file.length} bytes, shorter than the header of ${refereeHeaderBytes}`);
  }
  if (!file.subarray(0, 8).equals(magic)) {
    throw new NotOrdersFileError(
      path,
      `at byte 0 stands ${file.subarray(0, 8).toString('hex')}, not ${magic.toString('hex')}`,
    );
  }
  const stated = { version: file.readUInt32LE(8), records: file.readUInt32LE(12) };
  if (stated.version !== version)
    throw new NotOrdersFileError(path, `at byte 8 stands version ${stated.version}, not ${version}`);
  const records = file.subarray(refereeHeaderBytes);
  if (records.length !== stated.records * refereeRecordBytes) {
    const whole = Math.floor(records.length / refereeRecordBytes);
    const cut = Math.min(whole, stated.records) * refereeRecordBytes + refereeHeaderBytes;
    const what = whole < stated.records ? 'it ends in or before the record' : 'there is more';
    throw new NotOrdersFileError(path, `the header says ${stated.records} records; ${what} at byte ${cut}`);
  }
  return records;
}

function unpack(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const zstd = spawn('zstd', ['-dcq', '--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let complaint = '';
    zstd.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    zstd.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    zstd.on('error', (error: NodeJS.ErrnoException) => {
      const missing =
        error.code === 'ENOENT' ? 'the zstd program is not installed: unpack the file elsewhere' : error.message;
      reject(new NotOrdersFileError(path, `it is zstd-compressed, and ${missing}`));
    });
    zstd.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(chunks));
      else reject(new NotOrdersFileError(path, `it is zstd-compressed but damaged: ${complaint.trim()}`));
    });
  });
}

export interface RefereeOrder {
  readonly type: 'new' | 'cancel' | 'modify';
  readonly side?: 'B' | 'S';
  readonly immediateOrCancel?: boolean;
  readonly quantity?: number;
  readonly sequence: number;
  readonly id: number | bigint;
  readonly price?: number;
}

/** A whole file, header included. */
export function encodeRefereeOrders(orders: readonly RefereeOrder[]): Buffer {
  const file = Buffer.alloc(refereeHeaderBytes + orders.length * refereeRecordBytes);
  magic.copy(file);
  file.writeUInt32LE(version, 8);
  file.writeUInt32LE(orders.length, 12);
  orders.forEach((order, index) => {
    const at = refereeHeaderBytes + index * refereeRecordBytes;
    file.writeUInt8(['new', 'cancel', 'modify'].indexOf(order.type), at);
    file.writeUInt8(order.side === 'S' ? 1 : 0, at + 1);
    file.writeUInt8(order.immediateOrCancel === true ? 1 : 0, at + 2);
    file.writeUInt32LE(order.quantity ?? 0, at + 4);
    file.writeBigUInt64LE(BigInt(order.sequence), at + 8);
    file.writeBigUInt64LE(BigInt(order.id), at + 16);
    file.writeBigInt64LE(BigInt(order.price ?? 0), at + 24);
  });
  return file;
}
