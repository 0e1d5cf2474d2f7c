// A replay seen from outside: a receiver written here from the MoldUDP64 page, over a plain UDP socket, must put the file's messages
// together again, byte for byte, although packets are withheld; and the product's own feed must end with the file's digest.

import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorFailureOf } from '../cli/operator_failure.js';
import type { ReplayConfig, ReplayLine } from '../native/replay_binding.js';
import { fixture } from '../test_support/fixtures.js';
import { isComplete } from './feed_channel.js';
import { FeedSession } from './feed_session.js';
import { NotItchError, scanItchFile } from './itch_file.js';
import { parsePace, ReplaySession } from './replay_session.js';

const host = '127.0.0.1';
const group = '239.255.92.1';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bound(socket: Socket, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, port === 0 ? host : group, resolve);
  });
  return socket.address().port;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const port = await bound(socket, 0);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function config(path: string, port: number, more: Partial<ReplayConfig> = {}): ReplayConfig {
  return {
    path,
    lines: [line(port)],
    interface: host,
    ttl: 1,
    session: 'TEST',
    newSessionAt: 0,
    secondSession: 'TEST2',
    rerequestHost: host,
    rerequestPort: 0,
    rerequestDiesAfter: 0,
    glimpseHost: '',
    glimpsePort: 0,
    speed: 0,
    lingerSeconds: 0.4,
    seed: 3,
    capturePath: '',
    ...more,
  };
}

function line(port: number, more: Partial<ReplayLine> = {}): ReplayLine {
  const faults = { loss: 0, burst: 1, duplicate: 0, reorder: 0, corrupt: 0, skewMicroseconds: 0 };
  return { group, port, packetBytes: 1400, ...faults, diesAtSeconds: 0, diesAtMessages: 0, ...more };
}

/** Add orders of one stock, a cancel of every third. */
function smallFile(orders: number): string {
  const frames: Buffer[] = [];
  for (let n = 1; n <= orders; ++n) {
    const add = Buffer.alloc(38);
    add.writeUInt16BE(36, 0);
    add.write('A', 2, 'latin1');
    add.writeUInt16BE(1 + (n % 5), 3);
    add.writeUIntBE(n * 1000, 7, 6);
    add.writeBigUInt64BE(BigInt(n), 13);
    add.write(n % 2 === 0 ? 'B' : 'S', 21, 'latin1');
    add.writeUInt32BE(100 + n, 22);
    add.write('ACME    ', 26, 'latin1');
    add.writeUInt32BE(100_000 + (n % 50) * 100, 34);
    frames.push(add);
    if (n % 3 !== 0) continue;
    const remove = Buffer.alloc(21);
    remove.writeUInt16BE(19, 0);
    remove.write('D', 2, 'latin1');
    remove.writeUIntBE(n * 1000, 7, 6);
    remove.writeBigUInt64BE(BigInt(n), 13);
    frames.push(remove);
  }
  const path = join(folder, `small-${orders}.itch50`);
  writeFileSync(path, Buffer.concat(frames));
  return path;
}

/** Keeps every message by its number and asks for what it lacks, as the MoldUDP64 page says. */
class PlainReceiver {
  readonly messages = new Map<number, Buffer>();
  readonly sessions = new Set<string>();
  end: number | undefined;
  requests = 0;
  readonly #line = createSocket({ type: 'udp4', reuseAddr: true });
  readonly #asking = createSocket('udp4');

  async open(port: number): Promise<void> {
    this.#line.on('message', (packet) => this.#take(packet));
    this.#asking.on('message', (packet) => this.#take(packet));
    await bound(this.#line, port);
    this.#line.addMembership(group, host);
    await bound(this.#asking, 0);
  }

  /** Asks until everything up to the end of session is there. */
  async complete(server: number): Promise<void> {
    for (let round = 0; round < 400 && !this.#isComplete(); ++round) {
      if (this.end !== undefined) this.#ask(server);
      await sleep(10);
    }
  }

  close(): void {
    this.#line.close();
    this.#asking.close();
  }

  #isComplete(): boolean {
    return this.end !== undefined && this.messages.size === this.end - 1;
  }

  #take(packet: Buffer): void {
    this.sessions.add(packet.toString('latin1', 0, 10));
    const first = Number(packet.readBigUInt64BE(10));
    const count = packet.readUInt16BE(18);
    if (count === 0xffff) this.end = first;
    if (count === 0 || count === 0xffff) return;
    let at = 20;
    for (let i = 0; i < count; ++i) {
      const length = packet.readUInt16BE(at);
      this.messages.set(first + i, packet.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    expect(at).toBe(packet.length);
    expect(packet.length).toBeLessThanOrEqual(1400);
  }

  #ask(server: number): void {
    for (let first = 1; first < (this.end as number); ++first) {
      if (this.messages.has(first)) continue;
      let count = 1;
      while (count < 30 && first + count < (this.end as number) && !this.messages.has(first + count)) count += 1;
      const request = Buffer.alloc(20);
      request.write('TEST      ', 0, 'latin1');
      request.writeBigUInt64BE(BigInt(first), 10);
      request.writeUInt16BE(count, 18);
      this.#asking.send(request, server, host);
      this.requests += 1;
      first += count;
    }
  }
}

async function replayToPlainReceiver(path: string, loss: number): Promise<PlainReceiver> {
  const port = await freePort();
  const receiver = new PlainReceiver();
  await receiver.open(port);
  const replay = new ReplaySession(config(path, port, { lines: [line(port, { loss })] }));
  try {
    const done = replay.finished();
    await receiver.complete(replay.rerequestPort);
    await done;
    expect(replay.progress().messages).toBe((receiver.end as number) - 1);
    if (loss > 0) expect(replay.progress().lines[0]?.lost).toBeGreaterThan(0);
  } finally {
    replay.close();
    receiver.close();
  }
  return receiver;
}

function putTogether(receiver: PlainReceiver): Buffer {
  const parts: Buffer[] = [];
  for (let sequence = 1; sequence < (receiver.end as number); ++sequence) {
    const message = receiver.messages.get(sequence) as Buffer;
    parts.push(Buffer.from([message.length >> 8, message.length & 0xff]), message);
  }
  return Buffer.concat(parts);
}

async function replayToFeed(path: string, loss: number, more: Partial<ReplayConfig> = {}, servers = true) {
  const port = await freePort();
  const lines = [line(port, { loss })];
  const replay = new ReplaySession(config(path, port, { lines, speed: 0.02, ...more, lingerSeconds: 1 }));
  const feed = new FeedSession({
    group,
    port,
    interface: host,
    rerequest: servers ? [{ host, port: replay.rerequestPort }] : [],
    seconds: 15,
    idle: 'yield',
  });
  try {
    const digest = await replay.finished();
    await feed.finished();
    const { channel } = feed;
    return {
      digest,
      result: channel.result(),
      books: channel.books(),
      hops: channel.hops(),
      stampSource: channel.stampSource,
    };
  } finally {
    feed.close();
    replay.close();
  }
}

describe('a replay as an independent receiver sees it', () => {
  it('is the file, message by message', async () => {
    const path = smallFile(900);
    const receiver = await replayToPlainReceiver(path, 0);
    expect([...receiver.sessions]).toEqual(['TEST      ']);
    expect(putTogether(receiver).equals(readFileSync(path))).toBe(true);
  });

  it('is the file even when a third of the packets is withheld', async () => {
    const path = smallFile(900);
    const receiver = await replayToPlainReceiver(path, 0.33);
    expect(receiver.requests).toBeGreaterThan(0);
    expect(putTogether(receiver).equals(readFileSync(path))).toBe(true);
  });
});

describe('replay and feed', () => {
  it('end with the digest of the file, loss healed', async () => {
    const path = smallFile(2000);
    const scan = await scanItchFile(path);
    const { digest, result, books, hops, stampSource } = await replayToFeed(path, 0.1);
    expect(isComplete(result)).toBe(true);
    expect(result.ended).toBe(true);
    expect(result.gaps).toBeGreaterThan(0);
    expect(result.heals).toBe(result.gaps);
    expect(digest).toBe(scan.result().digest);
    expect(result.digest).toBe(digest);
    expect(result.types).toEqual(scan.result().types);
    expect(books.map((book) => book.locate)).toEqual([1, 2, 3, 4, 5]);
    for (const book of books) expect(book.digest).toBe(scan.digest(book.locate));
    expect(hops.map((hop) => hop.hop)).toEqual(['1_wire_in', '2_decode', '3_book']);
    expect(hops[1]?.messages).toBe(result.messages);
    expect(stampSource).toBe('kernel_software');
  });

  it('agree on real order flow at the highest pace', async (context) => {
    const path = fixture('itch/aapl_20191230_restored.itch50');
    if (path === undefined) return context.skip('no fixtures folder');
    const { digest, result } = await replayToFeed(path, 0.03, { speed: 0 });
    expect(result.digest).toBe(digest);
    expect(result.messages).toBe(49_947);
  });

  it('are several channels in one feed: what one loses is its own affair', async () => {
    const paths = [smallFile(1500), smallFile(700), smallFile(1100)];
    const ports = [await freePort(), await freePort(), await freePort()];
    const servers = [await freePort(), await freePort(), await freePort()];
    const feed = new FeedSession({
      channels: ports.map((port, index) => ({
        channel: `c${index}`,
        group,
        port,
        // Nobody gives the last one what it loses.
        rerequest: index === 2 ? [] : [{ host, port: servers[index] as number }],
      })),
      interface: host,
      seconds: 15,
      idle: 'yield',
    });
    const replays = paths.map((path, index) => {
      const port = ports[index] as number;
      const lines = [line(port, { loss: index === 0 ? 0 : 0.2 })];
      const server = { rerequestPort: servers[index] as number, lingerSeconds: 1 };
      return new ReplaySession(config(path, port, { lines, speed: 0.02, session: `CH${index}`, ...server }));
    });
    try {
      const digests = await Promise.all(replays.map(async (replay) => await replay.finished()));
      await feed.finished();
      const results = feed.channels.map((channel) => channel.result());
      expect(feed.channels.map(({ name }) => name)).toEqual(['c0', 'c1', 'c2']);
      expect(results.map(({ session }) => session)).toEqual(['CH0', 'CH1', 'CH2']);
      expect(results.map((result) => isComplete(result))).toEqual([true, true, false]);
      expect(results.map(({ digest }, index) => digest === digests[index])).toEqual([true, true, false]);
      expect(results[1]?.gaps).toBeGreaterThan(0);
      expect(results[2]?.messagesLost).toBeGreaterThan(0);
    } finally {
      feed.close();
      for (const replay of replays) replay.close();
    }
  });

  it('never call books complete that lack messages', async () => {
    const { digest, result } = await replayToFeed(smallFile(2000), 0.3, {}, false);
    expect(isComplete(result)).toBe(false);
    expect(result.stale).toBe(true);
    expect(result.digest).not.toBe(digest);
  });

  it('stop when asked, and say that the file was not finished', async () => {
    const port = await freePort();
    const replay = new ReplaySession(config(smallFile(900), port, { speed: 0.0001 }));
    setTimeout(() => replay.stop(), 50);
    expect(await replay.finished()).toBeUndefined();
    expect(replay.progress().finished).toBe(true);
    replay.close();
  });
});

describe('set-up that cannot work', () => {
  function failure(make: () => unknown): string | undefined {
    try {
      make();
    } catch (error) {
      return operatorFailureOf(error)?.errorName;
    }
    return 'nothing was thrown';
  }

  it('is named for the operator', async () => {
    const path = smallFile(10);
    const port = await freePort();
    const holder = createSocket('udp4');
    const held = await bound(holder, 0);
    const feed = { group, port, interface: host, rerequest: [] };
    expect(failure(() => new ReplaySession(config(path, port, { rerequestPort: held })))).toBe('portInUse');
    expect(failure(() => new ReplaySession(config(path, port, { interface: '203.0.113.9' })))).toBe('noMulticastRoute');
    expect(failure(() => new ReplaySession(config(path, port, { lines: [line(port, { group: '10.0.0.1' })] })))).toBe(
      'badAddress',
    );
    expect(failure(() => new ReplaySession(config(join(folder, 'absent'), port)))).toBe('fileNotFound');
    expect(failure(() => new FeedSession({ ...feed, interface: '203.0.113.9' }))).toBe('noMulticastRoute');
    expect(failure(() => new FeedSession({ ...feed, group: '127.0.0.1' }))).toBe('badAddress');
    expect(failure(() => new FeedSession({ ...feed, group: 'example' }))).toBe('badAddress');
    holder.close();
    const text = join(folder, 'text');
    writeFileSync(text, 'not ITCH at all, but long enough to be looked at');
    expect(() => new ReplaySession(config(text, port))).toThrow(NotItchError);
  });
});

describe('the pace', () => {
  it.each([
    ['recorded', 1],
    ['max', 0],
    ['10x', 10],
    ['0.5x', 0.5],
    ['0x', undefined],
    ['x', undefined],
    ['10', undefined],
    ['-1x', undefined],
  ])('%s is %s', (text, speed) => {
    expect(parsePace(text)).toBe(speed);
  });
});
