// hopwire itch book: one rebuilt book, at the end of the file or at a time of day.

import type { ItchBook, ItchLevel, NativeItchScan } from '../../native/itch_file_binding.js';
import { formatCount, formatPrice, formatTimeOfDay } from '../format.js';
import { OperatorFailure } from '../operator_failure.js';
import { printJson, printLine, table } from '../output.js';
import { refuseDamage, scanForOperator } from './scan.js';

export interface BookOptions {
  readonly stock?: string;
  readonly locate?: number;
  readonly depth: number;
  readonly at?: number;
  readonly json?: boolean;
}

export async function runBook(file: string, options: BookOptions): Promise<void> {
  if ((options.stock === undefined) === (options.locate === undefined)) {
    throw new OperatorFailure(
      'usage',
      'itch book',
      'name one instrument, by --stock or by --locate',
      'see hopwire itch book --help',
    );
  }
  const scan = await scanForOperator(file, options.at);
  const result = scan.result();
  const book = scan.book(locateOf(scan, file, options), options.depth);
  const lastTime = result.messages === 0 ? null : result.lastTime;
  if (options.json === true) printJson(jsonOf(book, lastTime));
  else printForPeople(book, lastTime);
  refuseDamage(file, result);
}

function locateOf(scan: NativeItchScan, file: string, options: BookOptions): number {
  const instruments = scan.instruments();
  const stock = options.stock?.trim();
  const found =
    stock === undefined
      ? instruments.find((row) => row.locate === options.locate)
      : (instruments.find((row) => row.stock === stock) ??
        instruments.find((row) => row.stock === stock.toUpperCase()));
  if (found !== undefined) return found.locate;
  const wanted = stock ?? `locate ${options.locate}`;
  const until = options.at === undefined ? '' : ` up to ${formatTimeOfDay(options.at)}`;
  throw new OperatorFailure('unknownInstrument', file, `no message${until} names ${wanted}`);
}

function jsonOf(book: ItchBook, lastTime: number | null): object {
  const side = (levels: ItchLevel[]): object[] =>
    levels.map(({ price, quantity, orders }) => ({ price: formatPrice(price), quantity, orders }));
  return {
    locate: book.locate,
    stock: book.stock,
    at_ns: lastTime,
    orders: book.orders,
    halted: book.halted,
    bids: side(book.bids),
    asks: side(book.asks),
    digest: book.digest,
  };
}

function printForPeople(book: ItchBook, lastTime: number | null): void {
  const when = lastTime === null ? 'no message' : `after the message of ${formatTimeOfDay(lastTime)}`;
  const name = book.stock === '' ? 'stock not named' : book.stock;
  printLine(`${name} (locate ${book.locate}), ${when}${book.halted ? ', halted' : ''}`);
  printLine();
  const cells = (level: ItchLevel | undefined): [string, string, string] =>
    level === undefined
      ? ['', '', '']
      : [formatCount(level.orders), formatCount(level.quantity), formatPrice(level.price)];
  const rows = Array.from({ length: Math.max(book.bids.length, book.asks.length) }, (_, index) => {
    const ask = cells(book.asks[index]);
    return [...cells(book.bids[index]), ask[2], ask[1], ask[0]];
  });
  const titles = ['orders', 'quantity', 'bid', 'ask', 'quantity', 'orders'];
  printLine(
    table(
      titles.map((title) => ({ title, align: 'right' as const })),
      rows,
    ),
  );
  printLine();
  printLine(`${formatCount(book.orders)} orders, digest ${book.digest}`);
}
