// The orders file of the public matching-engine referee: reading it from a user's hand, refusing what is none, and writing one for tests.
//
// Layout: schemas/referee_orders.xml. A file may be zstd-compressed; the zstd program then unpacks it.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import {
  OrderRecordDecoder,
  OrderRecordEncoder,
  OrdersHeaderDecoder,
  OrdersHeaderEncoder,
} from '../generated/referee_orders.js';

export const refereeHeaderBytes = OrdersHeaderDecoder.blockLength;
export const refereeRecordBytes = OrderRecordDecoder.blockLength;
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
  const stated = new OrdersHeaderDecoder().wrap(viewOf(file), 0);
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

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
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
  const view = viewOf(file);
  const header = new OrdersHeaderEncoder().wrap(view, 0).version(version).records(orders.length);
  header.magic(magic.readBigUInt64LE());
  const record = new OrderRecordEncoder();
  orders.forEach((order, index) => {
    record.wrap(view, refereeHeaderBytes + index * refereeRecordBytes);
    record.orderType(['new', 'cancel', 'modify'].indexOf(order.type)).side(order.side === 'S' ? 1 : 0);
    record.immediateOrCancel(order.immediateOrCancel === true ? 1 : 0).quantity(order.quantity ?? 0);
    record
      .sequence(BigInt(order.sequence))
      .orderId(BigInt(order.id))
      .price(BigInt(order.price ?? 0));
  });
  return file;
}
