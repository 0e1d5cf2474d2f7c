// The feed as a library: what hooks are told against the same file scanned, and the README's example run as it stands there, as its own
// process, on a real multicast replay.

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookSnapshot } from '../books/books_region.js';
import type { FullSide } from '../native/feed_binding.js';
import { frame, smallItchFile, testStocks } from '../test_support/itch_file_writer.js';
import { FeedHandler, type FeedTrade } from './feed_handler.js';
import { scanItchFile } from './itch_file.js';
import { ReplaySession } from './replay_session.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-handler-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(orders: number, spacing_ns?: number): { path: string; trades: number[] } {
  const { bytes, trades } = smallItchFile(orders, spacing_ns);
  const path = join(folder, `${orders}-${spacing_ns ?? 0}.itch50`);
  writeFileSync(path, bytes);
  return { path, trades };
}

describe('FeedHandler', () => {
  it('tells the books at the end and every trade, in order', async () => {
    const { path, trades } = written(5_000);
    const books = new Map<string, BookSnapshot>();
    const told: FeedTrade[] = [];
    const feed = new FeedHandler(
      { file: path },
      { onBook: (book) => books.set(book.stock, book), onTrade: (trade) => told.push(trade) },
    );
    try {
      const [result] = await feed.run();
      expect(result.messages).toBeGreaterThan(5_000);
      expect(feed.missedTrades).toBe(0);
    } finally {
      feed.close();
    }
    const scan = await scanItchFile(path);
    expect([...books.keys()].sort()).toEqual(testStocks);
    for (const [index, stock] of testStocks.entries()) {
      const book = books.get(stock) as BookSnapshot;
      const expected = scan.book(index + 1, 10);
      expect(book.bids).toEqual(expected.bids);
      expect(book.asks).toEqual(expected.asks);
      expect(book.orders).toBe(expected.orders);
      expect(book.stale).toBe(false);
    }
    expect(told.map((trade) => Number(trade.match - (1n << 40n)))).toEqual(trades);
    expect(told[0]).toMatchObject({ stock: 'ACME', locate: 1, quantity: 10, side: 'B', type: 'E' });
  });

  it('looks only at the stocks asked for, whenever they are named first', async () => {
    const { path } = written(400);
    const stocks = new Set<string>();
    const hooks = {
      onBook: (book: BookSnapshot) => stocks.add(book.stock),
      onTrade: (trade: FeedTrade) => stocks.add(trade.stock),
    };
    const feed = new FeedHandler({ file: path, stocks: ['BOLT'] }, hooks);
    try {
      await feed.run();
    } finally {
      feed.close();
    }
    expect([...stocks]).toEqual(['BOLT']);
  });
});

function messagesOf(feed: FeedHandler): number {
  const [progress] = feed.progress();
  return progress === undefined || progress.finished ? Number.POSITIVE_INFINITY : progress.messages;
}

describe('several channels', () => {
  it('have books, trades and sides of their own, though locates, references and stocks are the same', async () => {
    const [long, short] = [written(2_000), written(700)];
    const books = new Map<string, BookSnapshot>();
    const trades: Record<string, number[]> = { nasdaq: [], bx: [] };
    const feed = new FeedHandler(
      {
        channels: [
          { channel: 'nasdaq', file: long.path },
          { channel: 'bx', file: short.path, market: 'B' },
        ],
      },
      {
        onBook: (book) => books.set(`${book.channel} ${book.stock}`, book),
        onTrade: ({ channel, match }) => trades[channel]?.push(Number(match - (1n << 40n))),
      },
    );
    try {
      const results = await feed.run();
      for (const [index, { path }] of [long, short].entries()) {
        const scan = await scanItchFile(path);
        const channel = ['nasdaq', 'bx'][index] as string;
        expect(results[index]?.digest).toBe(scan.result().digest);
        for (const [at, stock] of testStocks.entries()) {
          const { bids, asks, orders } = scan.book(at + 1, 10);
          expect(books.get(`${channel} ${stock}`)).toMatchObject({ bids, asks, orders, stale: false });
        }
        const side = (await feed.side('ACME', 'B', channel)) as FullSide;
        const shown = books.get(`${channel} ACME`) as BookSnapshot;
        expect(side.prices[0]).toBe(shown.bids[0]?.price);
      }
      expect(trades).toEqual({ nasdaq: long.trades, bx: short.trades });
      const first = await feed.side('ACME', 'B');
      expect(first).toEqual(await feed.side('ACME', 'B', 'nasdaq'));
      expect(await feed.side('ACME', 'B', 'psx')).toBeUndefined();
    } finally {
      feed.close();
    }
  });
});

describe('an operational halt', () => {
  function halt(locate: number, market: string, action: string): Buffer {
    const message = frame('h', 21, locate, 10_000_000);
    message.write((testStocks[locate - 1] as string).padEnd(8), 13, 'latin1');
    message.write(market + action, 21, 'latin1');
    return message;
  }

  it.each([
    ['Q', [true, false]],
    ['B', [false, true]],
    ['X', [false, false]],
  ] as const)('of a market counts for a channel of that market: %s', async (market, halted) => {
    const path = join(folder, `halts-${market}.itch50`);
    const halts = [halt(1, 'Q', 'H'), halt(2, 'B', 'H'), halt(1, 'X', 'H'), halt(1, 'X', 'T')];
    writeFileSync(path, Buffer.concat([smallItchFile(40).bytes, ...halts]));
    const last = new Map<string, boolean>();
    const feed = new FeedHandler({ file: path, market }, { onBook: (book) => last.set(book.stock, book.halted) });
    try {
      await feed.run();
    } finally {
      feed.close();
    }
    expect(testStocks.map((stock) => last.get(stock))).toEqual(halted);
  });
});

/** FNV-1a 64 over 17 bytes an order: tools/adr/0001-book-digest.md. */
function digestOf(sides: readonly FullSide[]): string {
  let state = 0xcbf29ce484222325n;
  for (const { side, references, prices, shares } of sides) {
    for (const [index, reference] of references.entries()) {
      const bytes = Buffer.alloc(17);
      bytes.write(side);
      bytes.writeUInt32BE(prices[index] as number, 1);
      bytes.writeBigUInt64BE(reference, 5);
      bytes.writeUInt32BE(shares[index] as number, 13);
      for (const byte of bytes) state = ((state ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
  }
  return state.toString(16).padStart(16, '0');
}

describe('a full side', () => {
  it('has every order: both sides make the digest of the book', async () => {
    const { path } = written(3_000);
    const feed = new FeedHandler({ file: path }, {});
    try {
      await feed.run();
      const scan = await scanItchFile(path);
      for (const [index, stock] of testStocks.entries()) {
        const sides = [await feed.side(stock, 'B'), await feed.side(stock, 'S')] as [FullSide, FullSide];
        expect(sides.map(({ side, good }) => [side, good])).toEqual([
          ['B', true],
          ['S', true],
        ]);
        const book = scan.book(index + 1, 1);
        expect(sides[0].references.length + sides[1].references.length).toBe(book.orders);
        expect(book.orders).toBeGreaterThan(0);
        expect(digestOf(sides)).toBe(book.digest);
      }
      expect(await feed.side('NOBODY', 'B')).toBeUndefined();
    } finally {
      feed.close();
    }
  });

  it('is copied while the feed runs, several askers one after the other, each of a later moment', async () => {
    const { path } = written(60_000, 200_000); // twelve seconds
    const feed = new FeedHandler({ file: path, speed: 1 }, {});
    try {
      while (messagesOf(feed) < 2_000) await new Promise((resolve) => setTimeout(resolve, 2));
      const copies = await Promise.all([1, 2, 3].map(async () => (await feed.side('ACME', 'B')) as FullSide));
      expect(feed.progress()[0]?.finished).toBe(false);
      for (const copy of copies) {
        expect(copy.good).toBe(true);
        expect(copy.references.length).toBeGreaterThan(0);
        expect([...copy.prices]).toEqual([...copy.prices].sort((a, b) => b - a));
      }
      const [first, second, third] = copies.map(({ sequence }) => sequence) as [number, number, number];
      expect(first).toBeLessThanOrEqual(second);
      expect(second).toBeLessThanOrEqual(third);
    } finally {
      feed.close();
    }
  });
});

describe('the example in the README', () => {
  let child: ChildProcess | undefined;
  afterAll(() => child?.kill('SIGKILL'));

  function example(): string {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const block = /```ts\n(import \{ FeedHandler \} from 'hopwire';\n[\s\S]*?)```/.exec(readme)?.[1];
    if (block === undefined) throw new Error('README.md has no example of FeedHandler');
    return block;
  }

  async function freePort(): Promise<number> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return port;
  }

  it('is about ten lines, and prints books and trades of a replayed file', async () => {
    const lines = example().trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(14);
    // Inside the package, so that 'hopwire' is this one; as an ES module, which it is without its types, too.
    const script = join(root, 'build', `readme_feed_${process.pid}.mts`);
    writeFileSync(script, example());
    const { path, trades } = written(2_000, 200_000);
    const group = `239.255.${1 + Math.floor(Math.random() * 250)}.${1 + Math.floor(Math.random() * 250)}`;
    const port = await freePort();
    const faults = { loss: 0, burst: 1, duplicate: 0, reorder: 0, corrupt: 0, skewMicroseconds: 0 };
    child = spawn(process.execPath, ['--import', 'tsx', script, group, String(port)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const closed = once(child, 'close');
    const replay = new ReplaySession({
      path,
      lines: [{ group, port, packetBytes: 1400, ...faults, diesAtSeconds: 0, diesAtMessages: 0 }],
      interface: '127.0.0.1',
      ttl: 1,
      session: 'README',
      newSessionAt: 0,
      secondSession: 'README2',
      rerequestHost: '127.0.0.1',
      rerequestPort: port + 1,
      rerequestDiesAfter: 0,
      glimpseHost: '',
      glimpsePort: 0,
      speed: 1,
      lingerSeconds: 20,
      seed: 1,
      capturePath: '',
    });
    try {
      const sending = replay.finished();
      const [status] = (await closed) as [number | null];
      replay.stop();
      await sending;
      expect(status).toBe(0);
    } finally {
      replay.close();
      rmSync(script, { force: true });
    }
    expect(text).toMatch(/^ACME \d+ \d+/m);
    const acme = trades.filter((n) => 1 + (n % 2) === 1).length;
    expect(text.match(/^trade ACME 10 \d+/gm)?.length).toBe(acme);
    expect(text).not.toMatch(/BOLT/);
    expect(text.trim().split('\n').at(-1)).toMatch(/^\d+ messages, \d+ gaps$/);
  }, 60_000);
});
