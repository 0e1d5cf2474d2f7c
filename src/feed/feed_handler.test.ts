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
import { smallItchFile, testStocks } from '../test_support/itch_file_writer.js';
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
      const result = await feed.run();
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
