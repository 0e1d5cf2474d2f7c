/**
 * The reader's half of the torn-read test: reads rows of a Books region that native code rewrites at full speed, and checks that every word
 * of a row follows from its write number (native/addon/testing_binding.cpp has the formula). Runs in this thread, in a Worker, or as a
 * process of its own.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type BookView, BookViews } from '../books/book_view.js';
import { openRegion } from '../native/region.js';

export interface ReaderTask {
  readonly path: string;
  readonly milliseconds: number;
}

export interface ReaderResult {
  reads: number;
  torn: number;
  contended: number;
  dead: number;
  /** Different write numbers seen: proof that the writer was at work. */
  distinct: number;
}

/** Takes a row into plain memory; what it took is judged afterwards, by `whole`. */
class RowCopy {
  readonly words: Float64Array;

  constructor(depth: number) {
    this.words = new Float64Array(3 + depth * 6);
  }

  readonly take = (book: BookView): void => {
    const { words } = this;
    const { bid, ask } = book;
    words[0] = book.updates;
    words[1] = book.bidLevels;
    words[2] = book.askLevels;
    let at = 3;
    for (let level = 0; level < bid.price.length; level++) {
      words[at++] = bid.price[level] as number;
      words[at++] = bid.quantity[level] as number;
      words[at++] = bid.orders[level] as number;
      words[at++] = ask.price[level] as number;
      words[at++] = ask.quantity[level] as number;
      words[at++] = ask.orders[level] as number;
    }
  };

  whole(): boolean {
    const { words } = this;
    const depth = (words.length - 3) / 6;
    const number = words[0] as number;
    if (number === 0) return words.every((word) => word === 0);
    const low = number % 1_000_000;
    const expected = [number, depth, depth];
    for (let level = 0; level < depth; level++) {
      const quantity = number * (level + 1);
      expected.push(low + 1000 - level, quantity, low + level, low + 2000 + level, quantity, low + level);
    }
    return expected.every((word, at) => words[at] === word);
  }
}

export function readRows(task: ReaderTask): ReaderResult {
  const region = openRegion(task.path);
  const views = new BookViews(region.buffer);
  const { instruments, depth } = views.columns.dimensions;
  const row = new RowCopy(depth);
  const result: ReaderResult = { reads: 0, torn: 0, contended: 0, dead: 0, distinct: 0 };
  let before = -1;
  const until = performance.now() + task.milliseconds;
  for (let turn = 0; performance.now() < until; turn++) {
    const outcome = views.read(1 + (turn % (instruments - 1)), row.take);
    if (outcome === 'contended') result.contended++;
    if (outcome === 'dead') result.dead++;
    if (outcome !== 'ok') continue;
    result.reads++;
    if (!row.whole()) result.torn++;
    if (row.words[0] !== before) result.distinct++;
    before = row.words[0] as number;
  }
  region.close();
  return result;
}

if (parentPort !== null && (workerData as { rowChecker?: ReaderTask } | null)?.rowChecker !== undefined) {
  parentPort.postMessage(readRows((workerData as { rowChecker: ReaderTask }).rowChecker));
} else if (process.argv[2] === 'row-checker') {
  process.stdout.write(
    JSON.stringify(readRows({ path: process.argv[3] ?? '', milliseconds: Number(process.argv[4]) })),
  );
}
