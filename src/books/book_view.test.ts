import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAddon } from '../native/addon.js';
import { openRegion, regionHealth, regionPath } from '../native/region.js';
import { type ReaderResult, readRows } from '../test_support/row_checker.js';
import { BookViews } from './book_view.js';

const rowChecker = fileURLToPath(new URL('../test_support/row_checker.ts', import.meta.url));
const booksWriter = fileURLToPath(new URL('../test_support/books_writer.ts', import.meta.url));
const paths: string[] = [];
const children: ChildProcess[] = [];

function freshPath(kind: string): string {
  const path = regionPath(`test-${process.pid}-${paths.length}`, kind);
  paths.push(path);
  return path;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const path of paths) rmSync(path, { force: true });
});

function startScript(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function readInWorker(path: string, milliseconds: number): Promise<ReaderResult> {
  // A Worker does not inherit the loader this file runs under, so it registers it itself.
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(rowChecker)}); });`;
  const worker = new Worker(start, { eval: true, workerData: { rowChecker: { path, milliseconds } } });
  const [result] = (await once(worker, 'message')) as [ReaderResult];
  await worker.terminate();
  return result;
}

async function readInProcess(path: string, milliseconds: number): Promise<ReaderResult> {
  const child = startScript(rowChecker, 'row-checker', path, String(milliseconds));
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return JSON.parse(text) as ReaderResult;
}

/** A writer process that has made its region, and perhaps left a row open. */
async function startWriter(path: string, openRow?: number): Promise<ChildProcess> {
  const child = startScript(booksWriter, path, ...(openRow === undefined ? [] : [String(openRow)]));
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

describe('reading books that native code rewrites at full speed', () => {
  it('sees no torn row from this thread, another thread and another process', { timeout: 30_000 }, async () => {
    const path = freshPath('books');
    const writer = loadAddon().startBooksWriter(path, 4, 10);
    try {
      const apart = Promise.all([readInWorker(path, 1_000), readInProcess(path, 1_000)]);
      const here = readRows({ path, milliseconds: 300 });
      for (const result of [here, ...(await apart)]) {
        expect(result).toMatchObject({ torn: 0, dead: 0 });
        expect(result.reads).toBeGreaterThan(100);
        expect(result.distinct).toBeGreaterThan(10);
      }
      expect(writer.writes()).toBeGreaterThan(10_000);
    } finally {
      writer.stop();
    }
  });

  it('would notice a torn row: the same check without the seqlock finds some', { timeout: 30_000 }, async () => {
    const path = freshPath('books');
    const writer = loadAddon().startBooksWriter(path, 2, 20);
    try {
      const { columns } = new BookViews(openRegion(path).buffer);
      const until = performance.now() + 5_000;
      let torn = 0;
      while (torn === 0 && performance.now() < until) {
        const first = columns.bidQuantity[20] as number;
        const last = columns.askQuantity[39] as number;
        if (last !== first * 20) torn++;
      }
      expect(torn).toBeGreaterThan(0);
    } finally {
      writer.stop();
    }
  });

  it('shows the columns themselves: a view made once follows the writer', async () => {
    const path = freshPath('books');
    const writer = loadAddon().startBooksWriter(path, 3, 5);
    const views = new BookViews(openRegion(path).buffer);
    const book = views.row(2);
    expect(views.row(2)).toBe(book);
    const before = book.updates;
    // Bounded, and no shorter than a busy machine may take to run the writer's thread.
    for (let turn = 0; turn < 1_000 && book.updates === before; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(book.updates).toBeGreaterThan(before);
    writer.stop();
    expect(book.known).toBe(true);
    expect(book.stale).toBe(false);
    expect([book.bidLevels, book.askLevels]).toEqual([5, 5]);
    expect((book.bid.price[0] as number) - (book.bid.price[4] as number)).toBe(4);
    expect(book.ask.quantity[4]).toBe(book.updates * 5);
    expect(() => views.row(3)).toThrow('no row 3: the region holds locates below 3');
    expect(() => views.row(-1)).toThrow(RangeError);
    expect(views.health().state).toBe('closed');
    expect(views.read(2, () => {})).toBe('ok');
  });

  it('reports a writer killed inside a row instead of spinning on it', { timeout: 30_000 }, async () => {
    const path = freshPath('books');
    const child = await startWriter(path, 7);
    const views = new BookViews(openRegion(path).buffer);
    expect(views.read(7, () => {})).toBe('contended'); // alive, and inside the row
    await kill(child);
    expect(views.read(7, () => {})).toBe('dead'); // it came back: a reader that spins would never
    expect(views.read(8, () => {})).toBe('ok'); // whole rows stay readable
    expect(views.health()).toMatchObject({ state: 'dead' });
  });

  it('tells a live writer from a silent one and a killed one, and the next writer takes over', {
    timeout: 30_000,
  }, async () => {
    const path = freshPath('books');
    const child = await startWriter(path);
    const region = openRegion(path);
    expect(regionHealth(region.header)).toMatchObject({ state: 'live' });
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(regionHealth(region.header, 100_000_000)).toMatchObject({ state: 'stalled' });
    expect(() => loadAddon().startBooksWriter(path, 64, 5)).toThrow(`its writer, process ${child.pid}, is alive`);
    await kill(child);
    expect(regionHealth(region.header)).toMatchObject({ state: 'dead' });
    expect(region.header.generation).toBe(1);
    const next = loadAddon().startBooksWriter(path, 64, 5);
    expect(region.header.generation).toBe(2);
    expect(regionHealth(region.header)).toMatchObject({ state: 'live' });
    next.stop();
    expect(regionHealth(region.header)).toMatchObject({ state: 'closed' });
  });
});
