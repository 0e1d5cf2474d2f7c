import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeItchScan } from '../native/itch_file_binding.js';
import { fixture } from '../test_support/fixtures.js';
import { readSlowly } from '../test_support/slow_itch.js';
import { damageText, NotItchError, scanItchFile } from './itch_file.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-itch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scanBytes(bytes: Buffer, lastTime?: number): Promise<NativeItchScan> {
  const path = join(folder, 'file.itch50');
  writeFileSync(path, bytes);
  return scanItchFile(path, { lastTime });
}

function framed(messages: readonly Buffer[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [Buffer.from([message.length >> 8, message.length & 0xff]), message]),
  );
}

/** Where the message after the first `count` begins. */
function offsetAfter(file: Buffer, count: number): number {
  let at = 0;
  for (let i = 0; i < count; ++i) at += 2 + file.readUInt16BE(at);
  return at;
}

interface Expected {
  total: number;
  types: Record<string, number>;
  mods_unknown_ref: Record<string, number>;
  'book_snapshots_top5_price1e-4'?: {
    after_messages: number;
    live_orders: number;
    bids: number[][];
    asks: number[][];
  }[];
}

const expectedPath = fixture('itch/EXPECTED.json');
const expected =
  expectedPath === undefined ? {} : (JSON.parse(readFileSync(expectedPath, 'utf8')) as Record<string, Expected>);
const files = Object.keys(expected).filter((name) => name.endsWith('.itch50'));

describe('real and third-party files', () => {
  it.skipIf(expectedPath === undefined)('are there', () => expect(files).toHaveLength(4));

  it.each(files)('%s: the figures of the independent checker and the digests of the slow reader', async (name) => {
    const path = fixture(`itch/${name}`) as string;
    const figures = expected[name] as Expected;
    const scan = await scanItchFile(path);
    const result = scan.result();
    expect(result.messages).toBe(figures.total);
    expect(result.types).toEqual(figures.types);
    expect(result.orphans).toEqual(figures.mods_unknown_ref);
    expect(result.malformed).toBe(0);
    const slow = readSlowly(readFileSync(path));
    expect(result.orphans).toEqual(slow.orphans);
    expect(result.liveOrders).toBe(slow.liveOrders);
    expect(result.digest).toBe(slow.marketDigest);
    for (const [locate, digest] of slow.digests) {
      expect(scan.digest(locate)).toBe(digest);
      const book = scan.book(locate, 1_000_000);
      expect(book.bids).toEqual(slow.levels(locate, 'B'));
      expect(book.asks).toEqual(slow.levels(locate, 'S'));
    }
  });

  const aapl = fixture('itch/aapl_20191230_restored.itch50');
  it.skipIf(aapl === undefined)('the AAPL slice shows the known books on the way', async () => {
    const file = readFileSync(aapl as string);
    const snapshots = expected['aapl_20191230_restored.itch50']?.['book_snapshots_top5_price1e-4'] ?? [];
    expect(snapshots.length).toBeGreaterThan(0);
    for (const snapshot of snapshots) {
      const scan = await scanBytes(file.subarray(0, offsetAfter(file, snapshot.after_messages)));
      expect(scan.result().liveOrders).toBe(snapshot.live_orders);
      const book = scan.book(13, 5);
      expect(book.bids.map(({ price, quantity }) => [price, quantity])).toEqual(snapshot.bids);
      expect(book.asks.map(({ price, quantity }) => [price, quantity])).toEqual(snapshot.asks);
    }
  });

  it.skipIf(aapl === undefined)('a last time gives the book of the messages up to it', async () => {
    const file = readFileSync(aapl as string);
    const times: number[] = [];
    for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at)) times.push(file.readUIntBE(at + 7, 6));
    const lastTime = times[25_000] as number;
    const count = times.filter((time) => time <= lastTime).length;
    const scan = await scanItchFile(aapl as string, { lastTime });
    expect(scan.result().messages).toBe(count);
    expect(scan.result().digest).toBe(readSlowly(file, count).marketDigest);
  });
});

describe('one hand-made message of each type', () => {
  const where = 'itch/feedforge-fixtures/tests/fixtures/itch50';
  const path = fixture(where);
  const vectors = path === undefined ? [] : readdirSync(path).filter((name) => name.endsWith('.toml'));

  it.skipIf(path === undefined)('there are 23', () => expect(vectors).toHaveLength(23));

  it.each(vectors)('%s is taken whole and refused one byte short or long', async (name) => {
    const text = readFileSync(fixture(`${where}/${name}`) as string, 'utf8');
    const type = /message_type = "(.)"/.exec(text)?.[1] as string;
    const message = Buffer.from(String(/raw_hex = "([^"]*)"/.exec(text)?.[1]).replaceAll(' ', ''), 'hex');
    const whole = (await scanBytes(framed([message]))).result();
    expect(whole.malformed).toBe(0);
    expect(whole.types).toEqual({ [type]: 1 });
    expect(whole.firstTime).toBe(84_281_096);
    expect(whole.instruments).toBe(message.readUInt16BE(1) === 0 ? 0 : 1);
    const ok = Buffer.from('440001000000000000000100000000000000ff', 'hex'); // a delete
    for (const wrong of [message.subarray(0, -1), Buffer.concat([message, Buffer.alloc(1)])]) {
      const result = (await scanBytes(framed([ok, wrong, ok, ok]))).result();
      expect(result.messages).toBe(3);
      expect(result.damages).toEqual([
        {
          offset: 21,
          skipped: 2 + wrong.length,
          reason: 'wrong length',
          type: type.charCodeAt(0),
          length: wrong.length,
          expected: message.length,
        },
      ]);
    }
  });
});

describe('captured exchange packets', () => {
  const editions = ['Nasdaq', 'Bx', 'Psx'].map((name) => `pcap/${name}.Equities.TotalView.Itch.v5.0.20230822`);
  const captures = editions.flatMap((edition) => {
    const path = fixture(edition);
    return path === undefined ? [] : readdirSync(path).map((name) => `${edition}/${name}`);
  });

  it.skipIf(captures.length === 0)('bring only well-formed messages', async () => {
    const seen = new Set<string>();
    for (const capture of captures) {
      const messages = moldMessages(readFileSync(fixture(capture) as string));
      expect(messages.length, capture).toBeGreaterThan(0);
      const result = (await scanBytes(framed(messages))).result();
      expect(result.malformed, capture).toBe(0);
      expect(result.messages, capture).toBe(messages.length);
      for (const type of Object.keys(result.types)) seen.add(type);
    }
    expect(seen.size).toBe(16);
  });
});

/** Message blocks of every MoldUDP64 packet in a little-endian pcap of Ethernet (one VLAN tag or none), IPv4 and UDP. */
function moldMessages(pcap: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 24; at < pcap.length; at += 16 + pcap.readUInt32LE(at + 8)) {
    const packet = pcap.subarray(at + 16, at + 16 + pcap.readUInt32LE(at + 8));
    const network = packet.readUInt16BE(12) === 0x8100 ? 18 : 14;
    const headers = network + ((packet[network] as number) & 15) * 4 + 8;
    const mold = packet.subarray(headers);
    let block = 20;
    for (let left = mold.readUInt16BE(18); left > 0; --left) {
      messages.push(mold.subarray(block + 2, block + 2 + mold.readUInt16BE(block)));
      block += 2 + mold.readUInt16BE(block);
    }
  }
  return messages;
}

describe('what is no ITCH file', () => {
  it.each([
    ['', 'it is empty'],
    ['1f8b0800', 'it is gzip: decompress it first (gzip -d)'],
    ['0a0d0d0a', 'it is a packet capture: take the messages out of its UDP payloads first'],
    [
      '48656c6c6f20776f726c64',
      "at byte 0 stands length 18533 with type 'l', and no message follows in the first 64 KiB",
    ],
  ])('%s', async (bytes, found) => {
    await expect(scanBytes(Buffer.from(bytes, 'hex'))).rejects.toMatchObject({ name: 'NotItchError', found });
    await expect(scanBytes(Buffer.from(bytes, 'hex'))).rejects.toBeInstanceOf(NotItchError);
  });

  it('an absent file and a folder keep the system error', async () => {
    await expect(scanItchFile(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(scanItchFile(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

it('damage reads as a sentence with its offset', async () => {
  const ok = Buffer.from('440001000000000000000100000000000000ff', 'hex');
  const file = framed([ok, Buffer.concat([ok, Buffer.alloc(1)]), Buffer.from('z2345678901'), ok, ok]);
  const scan = await scanBytes(Buffer.concat([file, Buffer.from('001344', 'hex')]));
  expect(scan.result().damages.map(damageText)).toEqual([
    "byte 21: wrong length 20 for type 'D', which has 19",
    "byte 43: unknown type 'z' of length 11",
    'byte 98: truncated: the message needs 19 bytes',
  ]);
});
