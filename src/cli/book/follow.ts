// What `hopwire book` shows: one book of a running process, once or as it changes; a ladder for people, one JSON object a line for
// machines.
//
// It looks a hundred times a second and shows what it sees, never every change. What can go wrong: no such process or stock, a writer that
// died (what it left is shown, then the verb fails with HW0402), a row that is written faster than it can be read (tried again next time).

import { setTimeout as sleep } from 'node:timers/promises';
import { type BookLevel, type BookSnapshot, BooksRegion, booksRegionNames } from '../../books/books_region.js';
import { RegionError } from '../../generated/regions.js';
import { type RegionHealth, RegionOpenError, regionPath } from '../../native/region.js';
import { formatCount, formatNanoseconds, formatPrice, formatTimeOfDay } from '../format.js';
import { OperatorFailure } from '../operator_failure.js';
import { note, printLine, styled, table } from '../output.js';
import { onStopSignal } from '../stop_signal.js';

export interface BookVerbOptions {
  readonly name?: string;
  readonly stock?: string;
  readonly locate?: number;
  readonly depth: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

const lookEvery_ms = 10;
const redrawEvery_ms = 50;
const healthEvery_ms = 200;

export async function runBook(options: BookVerbOptions): Promise<void> {
  if ((options.stock === undefined) === (options.locate === undefined)) {
    throw new OperatorFailure(
      'usage',
      'book',
      'name one instrument, by --stock or by --locate',
      'see hopwire book --help',
    );
  }
  const region = open(options.name ?? onlyRegion());
  let stopped = false;
  const restore = onStopSignal(() => {
    stopped = true;
  });
  try {
    const locate = await locateIn(region, options, () => stopped);
    if (locate !== undefined) await show(region, locate, options, () => stopped);
  } finally {
    restore();
    region.close();
  }
}

/** Without a name, the one there is. */
function onlyRegion(): string {
  const names = booksRegionNames();
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  if (name === undefined) {
    throw new OperatorFailure(
      'fileNotFound',
      '/dev/shm',
      'no process keeps books here',
      'start one: hopwire feed --name REGION',
    );
  }
  throw new OperatorFailure('usage', 'book', 'several processes keep books here', `name one: ${names.join(', ')}`);
}

function open(nameOrPath: string): BooksRegion {
  try {
    return new BooksRegion(nameOrPath);
  } catch (error) {
    const path = nameOrPath.includes('/') ? nameOrPath : regionPath(nameOrPath, 'books');
    if (error instanceof RegionError) throw new OperatorFailure('regionMismatch', path, error.message);
    if (!(error instanceof RegionOpenError)) throw error;
    if (!error.missing) throw new OperatorFailure('regionMismatch', path, error.message.split(': ').at(-1));
    const names = booksRegionNames();
    const hint = names.length === 0 ? 'start one: hopwire feed --name REGION' : `there are: ${names.join(', ')}`;
    throw new OperatorFailure('fileNotFound', path, 'no such process', hint);
  }
}

/** Who follows waits for a stock that no message has named yet. undefined when stopped first. */
async function locateIn(
  region: BooksRegion,
  options: BookVerbOptions,
  stopped: () => boolean,
): Promise<number | undefined> {
  const { stock, locate } = options;
  if (stock === undefined) {
    const { instruments } = region.views.columns.dimensions;
    if ((locate as number) < instruments) return locate;
    const found = `no locate ${locate}: its rows end at ${instruments - 1}`;
    throw new OperatorFailure('unknownInstrument', region.path, found, 'give a smaller --locate');
  }
  for (let waited = false; !stopped(); waited = true) {
    const found = region.locateOf(stock);
    if (found !== undefined) return found;
    const { state } = region.health();
    if (options.follow !== true || state === 'closed' || state === 'dead') {
      const hint = 'give the symbol as the directory has it; --follow waits for it';
      throw new OperatorFailure('unknownInstrument', region.path, `no message has named ${stock}`, hint);
    }
    if (!waited) note(`waiting for a message that names ${stock}`);
    await sleep(redrawEvery_ms);
  }
  return undefined;
}

async function show(
  region: BooksRegion,
  locate: number,
  options: BookVerbOptions,
  stopped: () => boolean,
): Promise<void> {
  const screen = options.json === true ? new JsonLines() : new Ladder(options.follow === true);
  const every_ms = options.json === true ? lookEvery_ms : redrawEvery_ms;
  let health = region.health();
  let healthAt = performance.now();
  while (!stopped()) {
    const now = performance.now();
    const checks = now - healthAt >= healthEvery_ms;
    if (checks) {
      health = region.health();
      healthAt = now;
    }
    const book = region.snapshot(locate, options.depth);
    if (book === 'dead') health = region.health();
    if (typeof book === 'object') screen.show(book, health);
    const over = health.state === 'closed' || health.state === 'dead';
    if (over || (options.follow !== true && typeof book === 'object')) break;
    await sleep(every_ms);
  }
  if (health.state === 'dead') {
    throw new OperatorFailure(
      'regionStale',
      region.path,
      'its process ended without closing it; this is its last state',
    );
  }
  if (health.state === 'closed' && options.follow === true) note('the feed has ended; this is its last state');
}

interface Screen {
  show(book: BookSnapshot, health: RegionHealth): void;
}

/** One line whenever the book, or its writer's state, is another than before. */
class JsonLines implements Screen {
  #last = '';

  show(book: BookSnapshot, health: RegionHealth): void {
    const line = JSON.stringify(jsonOf(book, health));
    if (line === this.#last) return;
    this.#last = line;
    printLine(line);
  }
}

export function jsonOf(book: BookSnapshot, health: RegionHealth): object {
  const side = (levels: readonly BookLevel[]): object[] =>
    levels.map(({ price, quantity, orders }) => ({ price: formatPrice(price), quantity, orders }));
  return {
    locate: book.locate,
    stock: book.stock,
    writer: health.state,
    stale: book.stale,
    halted: book.halted,
    update_ns: book.updateTime,
    updates: book.updates,
    orders: book.orders,
    last_trade:
      book.lastTradePrice === 0 ? null : { price: formatPrice(book.lastTradePrice), quantity: book.lastTradeQuantity },
    bids: side(book.bids),
    asks: side(book.asks),
  };
}

/** Drawn again in place on a terminal; printed once elsewhere, and again when it has changed. */
class Ladder implements Screen {
  readonly #redraws: boolean;
  #last = '';
  #rows = 0;

  constructor(follows: boolean) {
    this.#redraws = follows && process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  show(book: BookSnapshot, health: RegionHealth): void {
    const text = ladderText(book, health);
    if (text === this.#last) return;
    this.#last = text;
    if (this.#redraws && this.#rows > 0) process.stdout.write(`\x1b[${this.#rows}F\x1b[J`);
    printLine(text);
    this.#rows = text.split('\n').length;
  }
}

export function ladderText(book: BookSnapshot, health: RegionHealth): string {
  const name = book.stock === '' ? 'stock not named' : book.stock;
  const cells = (level: BookLevel | undefined): [string, string, string] =>
    level === undefined
      ? ['', '', '']
      : [formatCount(level.orders), formatCount(level.quantity), formatPrice(level.price)];
  const rows = Array.from({ length: Math.max(book.bids.length, book.asks.length) }, (_, index) => {
    const ask = cells(book.asks[index]);
    return [...cells(book.bids[index]), ask[2], ask[1], ask[0]];
  });
  const titles = ['orders', 'quantity', 'bid', 'ask', 'quantity', 'orders'];
  const last =
    book.lastTradePrice === 0
      ? 'no trade yet'
      : `last trade ${formatCount(book.lastTradeQuantity)} at ${formatPrice(book.lastTradePrice)}`;
  return [
    `${name} (locate ${book.locate}) at ${formatTimeOfDay(book.updateTime)}${alarms(book, health)}`,
    '',
    table(
      titles.map((title) => ({ title, align: 'right' as const })),
      rows,
    ),
    '',
    `${formatCount(book.orders)} orders, ${formatCount(book.updates)} updates, ${last}`,
  ].join('\n');
}

function alarms(book: BookSnapshot, health: RegionHealth): string {
  const words: string[] = [];
  if (book.stale) words.push('STALE');
  if (book.halted) words.push('HALTED');
  if (health.state === 'dead') words.push('WRITER DEAD');
  if (health.state === 'stalled') words.push(`WRITER SILENT for ${formatNanoseconds(health.sinceBeat_ns)}`);
  if (health.state === 'closed') words.push('feed ended');
  return words.map((word) => `  ${styled('red', word)}`).join('');
}
