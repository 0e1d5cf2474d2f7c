// `hopwire book` as its own process, on a feed of this one and on one that is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BookSnapshot, BooksRegion } from '../../books/books_region.js';
import { FeedSession } from '../../feed/feed_session.js';
import { regionPath } from '../../native/region.js';
import { smallItchFile } from '../../test_support/itch_file_writer.js';
import { jsonOf, ladderText } from './follow.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const children: ChildProcess[] = [];
const names: string[] = [];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-book-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const name of names)
    for (const kind of ['books', 'trades', 'telemetry']) rmSync(regionPath(name, kind), { force: true });
  rmSync(folder, { recursive: true, force: true });
});

function freshName(): string {
  const name = `book-test-${process.pid}-${names.length}`;
  names.push(name);
  return name;
}

/** Orders over `seconds` at the recorded pace. */
function slowFile(orders: number, seconds: number): string {
  const path = join(folder, `slow-${orders}-${seconds}.itch50`);
  writeFileSync(path, smallItchFile(orders, (seconds * 1e9) / orders).bytes);
  return path;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, ...text }));
  return { child, ended };
}

const book: BookSnapshot = {
  locate: 7,
  stock: 'ACME',
  stale: true,
  halted: true,
  orders: 1234,
  updates: 99,
  updateTime: 34_200_000_000_001,
  lastTradePrice: 1_000_100,
  lastTradeQuantity: 5,
  bids: [{ price: 1_000_000, quantity: 12_000, orders: 3 }],
  asks: [],
};

describe('a book as text', () => {
  it('is a ladder with every alarm in its first line', () => {
    const text = ladderText(book, { state: 'dead', sinceBeat_ns: 5e9 });
    expect(text.split('\n')[0]).toMatch(/^ACME \(locate 7\) at 09:30:00\.000000001 .*STALE.*HALTED.*WRITER DEAD/);
    expect(text).toContain('12,000  100.0000');
    expect(text.split('\n').at(-1)).toBe('1,234 orders, 99 updates, last trade 5 at 100.0100');
    expect(ladderText(book, { state: 'stalled', sinceBeat_ns: 5e9 })).toContain('WRITER SILENT for 5.00 s');
  });

  it('is an object with the writer’s state', () => {
    expect(jsonOf(book, { state: 'live', sinceBeat_ns: 0 })).toMatchObject({
      writer: 'live',
      stale: true,
      bids: [{ price: '100.0000', quantity: 12_000, orders: 3 }],
      last_trade: { price: '100.0100', quantity: 5 },
    });
  });
});

describe('hopwire book', () => {
  it('follows a book of another process to the end of its feed', async () => {
    const name = freshName();
    const feed = new FeedSession({ name, file: slowFile(60_000, 120), speed: 1 });
    const region = new BooksRegion(name);
    try {
      const { child, ended } = start('book', '--name', name, '--stock', 'ACME', '--follow', '--json');
      let lines = 0;
      await new Promise<void>((resolve) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          lines += chunk.toString().split('\n').length - 1;
          if (lines > 5) resolve();
        });
      });
      feed.stop();
      await feed.finished();
      const last = region.snapshot(1) as BookSnapshot;
      const { status, stdout, stderr } = await ended;
      expect(stderr).toContain('the feed has ended');
      expect(status).toBe(0);
      const books = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { updates: number });
      for (let i = 1; i < books.length; i++)
        expect(books[i]?.updates).toBeGreaterThanOrEqual(books[i - 1]?.updates ?? 0);
      expect(books[0]).toMatchObject({ stock: 'ACME', writer: 'live', stale: false, halted: false });
      expect(books.at(-1)).toEqual(jsonOf(last, { state: 'closed', sinceBeat_ns: 0 }));
    } finally {
      region.close();
      feed.close();
    }
  }, 60_000);

  it('says that the writer is dead, with its last book, and fails', async () => {
    const name = freshName();
    const feed = start('feed', '--file', slowFile(60_000, 60), '--pace', 'recorded', '--name', name);
    let first: Ended | undefined;
    for (let attempt = 0; attempt < 60; attempt++) {
      first = await start('book', '--name', name, '--stock', 'BOLT', '--json').ended;
      if (first.status === 0) break;
    }
    expect(first?.status).toBe(0);
    const follow = start('book', '--name', name, '--stock', 'BOLT', '--follow', '--json');
    await once(follow.child.stdout as NonNullable<typeof follow.child.stdout>, 'data');
    feed.child.kill('SIGKILL');
    const { status, stdout, stderr } = await follow.ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/HW0402/);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) as string)).toMatchObject({ stock: 'BOLT', writer: 'dead' });
  }, 60_000);

  it('refuses what it cannot show in one line', async () => {
    const missing = await start('book', '--name', 'no-such-process', '--stock', 'ACME').ended;
    expect(missing.status).toBe(1);
    expect(missing.stderr).toMatch(/HW0201.*no such process/);
    const both = await start('book', '--stock', 'ACME', '--locate', '3').ended;
    expect(both.status).toBe(2);
    expect(both.stderr).toMatch(/HW0001.*name one instrument/);
    const name = freshName();
    const feed = new FeedSession({ name, file: slowFile(3_000, 30), speed: 1 });
    try {
      const unknown = await start('book', '--name', name, '--stock', 'NOPE').ended;
      expect(unknown.status).toBe(1);
      expect(unknown.stderr).toMatch(/HW0205.*NOPE/);
    } finally {
      feed.close();
    }
  }, 60_000);
});
