/**
 * The books a feed, trader or demo keeps, from outside: finds the region by the process's name or its file, a stock's row in it, and copies
 * one row at a time as a plain object. For screens and tools; a hot reader uses BookViews.
 *
 * The writer notices nothing. What can go wrong: no such region, no region of this version, a writer that is gone (its last state stays
 * readable for as long as this is open, and says so).
 */
import { readdirSync } from 'node:fs';
import { openRegion, type Region, type RegionHealth, regionPath } from '../native/region.js';
import { type BookView, BookViews, type ReadOutcome, type SideView } from './book_view.js';

export interface BookLevel {
  /** 1e-4 */
  readonly price: number;
  readonly quantity: number;
  readonly orders: number;
}

export interface BookSnapshot {
  readonly locate: number;
  readonly stock: string;
  /** A gap is open, or orders are missing: not to be traded on. */
  readonly stale: boolean;
  readonly halted: boolean;
  /** Live orders, both sides, all levels. */
  readonly orders: number;
  /** Messages that touched this book. */
  readonly updates: number;
  /** ITCH time of the last change, ns since midnight. */
  readonly updateTime: number;
  /** 1e-4; 0 = none yet. */
  readonly lastTradePrice: number;
  readonly lastTradeQuantity: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

const FOLDER = '/dev/shm';
const FILE_NAME = /^hopwire-(.+)\.books$/;

/** Names of the processes that keep a Books region on this machine, living or not. */
export function booksRegionNames(): string[] {
  return readdirSync(FOLDER)
    .flatMap((file) => FILE_NAME.exec(file)?.[1] ?? [])
    .sort();
}

export class BooksRegion {
  readonly views: BookViews;
  readonly #region: Region;

  /** @param nameOrPath a process's name, or the path of its region. Throws RegionOpenError or RegionError. */
  constructor(nameOrPath: string) {
    this.#region = openRegion(nameOrPath.includes('/') ? nameOrPath : regionPath(nameOrPath, 'books'));
    try {
      this.views = new BookViews(this.#region.buffer);
    } catch (error) {
      this.#region.close();
      throw error;
    }
  }

  get path(): string {
    return this.#region.path;
  }

  /** Levels a side that the writer keeps. */
  get depth(): number {
    return this.views.columns.dimensions.depth;
  }

  health(): RegionHealth {
    return this.views.health();
  }

  /** The row of a stock, as it is spelled or in capitals; undefined when no message has named it. Reads all rows: not for the hot path. */
  locateOf(stock: string): number | undefined {
    return this.#find(stock) ?? this.#find(stock.toUpperCase());
  }

  /** What a row says, at one moment of it; how reading went when it did not succeed. */
  snapshot(locate: number, depth = this.depth): BookSnapshot | Exclude<ReadOutcome, 'ok'> {
    let copied: BookSnapshot | undefined;
    const outcome = this.views.read(locate, (book) => {
      copied = copyOf(book, depth);
    });
    return outcome === 'ok' && copied !== undefined ? copied : (outcome as Exclude<ReadOutcome, 'ok'>);
  }

  close(): void {
    this.#region.close();
  }

  #find(stock: string): number | undefined {
    const { symbol, dimensions, state } = this.views.columns;
    const wanted = Buffer.from(stock.trim().padEnd(8), 'latin1');
    if (wanted.length !== 8) return undefined;
    const all = Buffer.from(symbol.buffer, symbol.byteOffset, symbol.byteLength);
    for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
      const locate = at / 8;
      if (at % 8 === 0 && locate < dimensions.instruments && state[locate] !== 0) return locate;
    }
    return undefined;
  }
}

function copyOf(book: BookView, depth: number): BookSnapshot {
  return {
    locate: book.locate,
    stock: book.symbol,
    stale: book.stale,
    halted: book.halted,
    orders: book.orderCount,
    updates: book.updates,
    updateTime: book.updateTime,
    lastTradePrice: book.lastTradePrice,
    lastTradeQuantity: book.lastTradeQuantity,
    bids: levelsOf(book.bid, Math.min(book.bidLevels, depth)),
    asks: levelsOf(book.ask, Math.min(book.askLevels, depth)),
  };
}

function levelsOf(side: SideView, count: number): BookLevel[] {
  // A row read while it is written may state any count.
  return Array.from({ length: Math.min(count, side.price.length) }, (_, index) => ({
    price: side.price[index] as number,
    quantity: side.quantity[index] as number,
    orders: side.orders[index] as number,
  }));
}
