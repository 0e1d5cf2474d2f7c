// A whole real day with the best prices somebody else made of it: LOBSTER's GOOG sample of one level, some 50 thousand rows. Message row i
// applied to the level of row i - 1 gives the level of row i, for every row.
//
// Each row is a book of its own in one ITCH file: seeded with the row before, then the message. Never carried on: a file of one level
// leaves out what happens below it. What the level is made of is not in the rows; it stands here as one order. Ten levels of AAPL:
// lobster_rows.test.cpp.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fixture } from '../test_support/fixtures.js';
import { frame } from '../test_support/itch_file_writer.js';
import { unzip } from '../test_support/zip_file.js';
import { scanItchFile } from './itch_file.js';

const folder = mkdtempSync(join(tmpdir(), 'hopwire-lobster-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Level {
  readonly price: number;
  readonly quantity: number;
}
interface Row {
  readonly type: number;
  readonly size: number;
  readonly price: number;
  readonly side: 'B' | 'S';
  readonly bid: Level | undefined;
  readonly ask: Level | undefined;
}

function rowsOf(messages: string, books: string): Row[] {
  const numbers = (text: string): number[][] =>
    text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(',').map(Number));
  const bookRows = numbers(books);
  return numbers(messages).map(([, type, , size, price, direction], index) => {
    const [askPrice, askSize, bidPrice, bidSize] = bookRows[index] as [number, number, number, number];
    const level = (at: number, quantity: number) => (quantity === 0 ? undefined : { price: at, quantity });
    return {
      type: type as number,
      size: size as number,
      price: price as number,
      side: direction === 1 ? 'B' : 'S',
      bid: level(bidPrice, bidSize),
      ask: level(askPrice, askSize),
    };
  });
}

function add(locate: number, reference: number, side: string, { price, quantity }: Level): Buffer {
  const message = frame('A', 36, locate, locate);
  message.writeBigUInt64BE(BigInt(reference), 13);
  message.write(side, 21, 'latin1');
  message.writeUInt32BE(quantity, 22);
  message.write('GOOG    ', 26, 'latin1');
  message.writeUInt32BE(price, 34);
  return message;
}

function less(type: 'X' | 'E', locate: number, reference: number, shares: number): Buffer {
  const message = frame(type, type === 'X' ? 23 : 31, locate, locate);
  message.writeBigUInt64BE(BigInt(reference), 13);
  message.writeUInt32BE(shares, 21);
  return message;
}

/** The row before as two orders, then this row's message. */
function framesOf(row: Row, before: Row, locate: number): Buffer[] {
  const [bidOrder, askOrder, newOrder] = [locate * 4, locate * 4 + 1, locate * 4 + 2];
  const seeds = [
    ...(before.bid === undefined ? [] : [add(locate, bidOrder, 'B', before.bid)]),
    ...(before.ask === undefined ? [] : [add(locate, askOrder, 'S', before.ask)]),
  ];
  const resting = row.side === 'B' ? bidOrder : askOrder;
  switch (row.type) {
    case 1:
      return [...seeds, add(locate, newOrder, row.side, { price: row.price, quantity: row.size })];
    case 2:
    case 3:
      return [...seeds, less('X', locate, resting, row.size)];
    case 4:
      return [...seeds, less('E', locate, resting, row.size)];
    case 5:
      return seeds; // against a hidden order: no book changes
    default:
      throw new Error(`a row of type ${row.type}`);
  }
}

it('LOBSTER: every row of a day of GOOG follows from the row before', async (context) => {
  const path = fixture('lobster/LOBSTER_SampleFile_GOOG_2012-06-21_1.zip');
  if (path === undefined) return context.skip('no fixtures folder');
  const members = [...unzip(readFileSync(path))];
  const text = (kind: string) => members.find(([name]) => name.includes(kind))?.[1].toString('latin1') as string;
  const rows = rowsOf(text('_message_'), text('_orderbook_'));
  expect(rows.length).toBeGreaterThan(45_000);
  expect(rows.length).toBeLessThan(65_536); // a locate each
  const frames = rows.slice(1).flatMap((row, index) => framesOf(row, rows[index] as Row, index + 1));
  const file = join(folder, 'goog.itch50');
  writeFileSync(file, Buffer.concat(frames));
  const scan = await scanItchFile(file);
  expect(scan.result().orphans).toEqual({});
  expect(scan.result().overReductions).toBe(0);
  let uncovered = 0;
  const differing: number[] = [];
  for (let index = 1; index < rows.length; index++) {
    const { bid, ask } = rows[index] as Row;
    const book = scan.book(index, 1);
    for (const [ours, theirs] of [
      [book.bids[0], bid],
      [book.asks[0], ask],
    ] as const) {
      // A level that went uncovers one that the row before did not show.
      if (ours === undefined && theirs !== undefined) uncovered++;
      else if (ours?.price !== theirs?.price || ours?.quantity !== theirs?.quantity) differing.push(index);
    }
  }
  expect(differing).toEqual([]);
  expect(uncovered).toBeGreaterThan(0);
  expect(uncovered).toBeLessThan(rows.length / 2);
}, 60_000);
