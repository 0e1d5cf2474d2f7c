// A feed under fire, with real processes: `hopwire replay` in one network namespace sends both lines over a veth pair with seeded faults,
// `hopwire feed` in another must end with the books of the file, and a third process that does nothing but read the Books region must never
// have seen a row that called itself good and was not a book of the file.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const observer = join(process.cwd(), 'tools', 'e2e', 'feed_observer.mjs');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-feed-'));
const [senderHost, feedHost] = ['10.78.0.1', '10.78.0.2'];
const [senderSpace, feedSpace] = [`hopwire-s-${process.pid}`, `hopwire-f-${process.pid}`];
const running: ChildProcess[] = [];

const ip = (...args: string[]): Buffer => execFileSync('ip', args, { stdio: 'pipe' });

/** Namespaces need root and a kernel that has them; without either the tests cannot run and say so. */
function makeNamespaces(): string | null {
  try {
    ip('netns', 'add', senderSpace);
    ip('netns', 'add', feedSpace);
    ip('link', 'add', 'hws0', 'netns', senderSpace, 'type', 'veth', 'peer', 'name', 'hwf0', 'netns', feedSpace);
    for (const [space, link, host] of [
      [senderSpace, 'hws0', senderHost],
      [feedSpace, 'hwf0', feedHost],
    ] as const) {
      ip('-n', space, 'addr', 'add', `${host}/24`, 'dev', link);
      ip('-n', space, 'link', 'set', link, 'up');
      ip('-n', space, 'link', 'set', 'lo', 'up');
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let refused: string | null = null;
beforeAll(() => {
  refused = makeNamespaces();
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const space of [senderSpace, feedSpace]) {
    try {
      ip('netns', 'del', space);
    } catch {
      // it was never made
    }
  }
  rmSync(folder, { recursive: true });
});

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function start(words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(words[0] as string, words.slice(1), { timeout: 100_000 });
  running.push(child);
  const ended = new Promise<Ended>((done, refuse) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => (stdout += chunk));
    child.stderr?.on('data', (chunk) => (stderr += chunk));
    child.on('error', refuse);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
  return { child, ended };
}

const inSpace = (space: string, ...words: string[]): string[] => [
  'ip',
  'netns',
  'exec',
  space,
  process.execPath,
  ...words,
];

/** Orders come, trade, shrink and go in many books. */
function generatedDay(messages: number, instruments: number): string {
  const parts: Buffer[] = [];
  const live: { reference: number; shares: number; locate: number }[] = [];
  let state = 12_345;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const frame = (type: string, length: number, locate: number, at: number): Buffer => {
    const bytes = Buffer.alloc(2 + length);
    bytes.writeUInt16BE(length, 0);
    bytes.write(type, 2, 'latin1');
    bytes.writeUInt16BE(locate, 3);
    bytes.writeUIntBE(34_200_000_000_000 + at * 50_000, 7, 6);
    parts.push(bytes);
    return bytes;
  };
  for (let at = 1; at <= messages; at++) {
    const draw = below(100);
    if (live.length < 200 || draw < 50) {
      const order = { reference: at, shares: 100 * (1 + below(9)), locate: 1 + below(instruments) };
      const add = frame('A', 36, order.locate, at);
      add.writeBigUInt64BE(BigInt(order.reference), 13);
      add.write(below(2) === 0 ? 'B' : 'S', 21, 'latin1');
      add.writeUInt32BE(order.shares, 22);
      add.write(`T${order.locate}`.padEnd(8), 26, 'latin1');
      add.writeUInt32BE(1_000_000 + below(80) * 100, 34);
      live.push(order);
      continue;
    }
    const index = below(live.length);
    const order = live[index] as (typeof live)[number];
    const part = draw < 70 ? Math.min(order.shares, 1 + below(order.shares)) : order.shares;
    const message =
      draw < 60
        ? frame('E', 31, order.locate, at)
        : draw < 70
          ? frame('X', 23, order.locate, at)
          : frame('D', 19, order.locate, at);
    message.writeBigUInt64BE(BigInt(order.reference), 13);
    if (draw < 70) message.writeUInt32BE(part, 21);
    order.shares -= part;
    if (order.shares > 0) continue;
    live[index] = live[live.length - 1] as (typeof live)[number];
    live.pop();
  }
  const path = join(folder, 'day.itch50');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

interface Closing {
  complete: boolean;
  ended: boolean;
  digest: string;
  messages: number;
  messages_lost: number;
  gaps: number;
  heals: number;
  gaps_bridged: number;
  rerequests: number;
  snapshots: number;
  delayed_count: number;
  stale_count: number;
  malformed_packets: number;
  lines: { packets: number; first_messages: number; gaps: number; later_by: { count: number; p99_ns: number } }[];
  books: { locate: number; digest: string }[];
}

interface Storm {
  readonly file: string;
  readonly replay: string[];
  readonly feed: string[];
  /** While both run. */
  readonly meanwhile?: (feed: ChildProcess) => Promise<void>;
  readonly feedLater_ms?: number;
}

let port = 31_800;

async function storm({ file, replay, feed, meanwhile, feedLater_ms = 0 }: Storm) {
  port += 4;
  const name = `e2e-feed-${process.pid}-${port}`;
  const groups = [`239.255.78.1`, `239.255.78.2:${port}`] as const;
  const lines = ['--group', groups[0], '--port', String(port), '--line-b', groups[1]];
  const region = `/dev/shm/hopwire-${name}.books`;
  const watching = start([process.execPath, observer, file, region]);
  const watchingReady = new Promise<void>((ready) => watching.child.stdout?.once('data', () => ready()));
  await watchingReady;
  const begin = (): ReturnType<typeof start> =>
    start(
      inSpace(
        feedSpace,
        command,
        'feed',
        ...lines,
        '--interface',
        feedHost,
        '--rerequest',
        `${senderHost}:${port + 1}`,
        '--name',
        name,
        '--seconds',
        '60',
        '--digests',
        '--json',
        ...feed,
      ),
    );
  let feeding = feedLater_ms === 0 ? begin() : undefined;
  for (let wait = 0; feeding !== undefined && wait < 500 && !existsSync(region); wait++) await sleep(20);
  const sending = start(
    inSpace(
      senderSpace,
      command,
      'replay',
      file,
      ...lines,
      '--interface',
      senderHost,
      '--session',
      'STORM',
      '--linger',
      '2',
      '--json',
      ...replay,
    ),
  );
  if (feeding === undefined) {
    await sleep(feedLater_ms);
    feeding = begin();
  }
  await meanwhile?.(feeding.child);
  const [sent, fed, watched] = await Promise.all([sending.ended, feeding.ended, watching.ended]);
  expect(sent.status, sent.stderr).toBe(0);
  expect(fed.status, fed.stderr + fed.stdout.slice(0, 2_000)).toBe(0);
  expect(watched.status, watched.stderr).toBe(0);
  const truth = JSON.parse(sent.stdout) as { digest: string; messages: number };
  const closing = JSON.parse(fed.stdout) as Closing;
  const seen = JSON.parse(watched.stdout.replace('ready\n', '')) as {
    good: number;
    stale: number;
    wrong: number;
    first_wrong: string;
    states: number;
  };
  expect(closing.digest).toBe(truth.digest);
  expect(closing.ended && closing.complete).toBe(true);
  expect(closing.messages_lost).toBe(0);
  expect(seen.wrong, seen.first_wrong).toBe(0);
  expect(seen.good).toBeGreaterThan(100);
  expect(seen.states).toBeGreaterThan(20);
  return { closing, seen, truth };
}

const faults = [
  '--loss',
  '0.05,0.05',
  '--burst',
  '3',
  '--duplicate',
  '0.01',
  '--reorder',
  '0.03',
  '--corrupt',
  '0.01',
  '--skew',
  '0,150',
];

describe('over a veth pair, a reader in a third process', () => {
  test('a generated day through loss on both lines, bursts, reordering, duplicates and damage', async (context) => {
    if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
    const file = generatedDay(120_000, 60);
    const { closing, seen } = await storm({ file, replay: ['--pace', '1x', ...faults, '--seed', '11'], feed: [] });
    expect(closing.gaps).toBeGreaterThan(10);
    expect(closing.heals).toBe(closing.gaps);
    expect(closing.malformed_packets).toBeGreaterThan(0);
    expect(closing.delayed_count).toBeGreaterThan(10);
    expect(closing.stale_count).toBeGreaterThan(0);
    expect(seen.stale).toBeGreaterThan(0);
    for (const line of closing.lines) expect(line.first_messages).toBeGreaterThan(0);
    expect((closing.lines[1] as Closing['lines'][0]).later_by.count).toBeGreaterThan(100);
  });

  test('real order flow, line A dying in the middle and the re-request server too, healed by snapshots', async (context) => {
    if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
    const file = fixture('itch/aapl_20191230_restored.itch50');
    if (file === undefined) return context.skip('no fixtures folder');
    const glimpse = `${senderHost}:${port + 400}`;
    const { closing } = await storm({
      file,
      replay: [
        '--pace',
        '40x',
        ...faults,
        '--seed',
        '12',
        '--dies-at',
        '25000,-',
        '--rerequest-dies-after',
        '40',
        '--glimpse',
        glimpse,
      ],
      feed: ['--snapshot', glimpse],
    });
    expect(closing.snapshots).toBeGreaterThan(0);
    expect(closing.gaps_bridged).toBeGreaterThan(0);
    expect(closing.heals + closing.gaps_bridged).toBe(closing.gaps);
  });

  test('a receiver stopped for a second, with a small day in between', async (context) => {
    if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
    const file = generatedDay(120_000, 60);
    const { closing } = await storm({
      file,
      replay: ['--pace', '1x', '--loss', '0.02,0.02', '--seed', '13'],
      feed: [],
      meanwhile: async (feed) => {
        await sleep(2_500);
        feed.kill('SIGSTOP');
        await sleep(1_000);
        feed.kill('SIGCONT');
      },
    });
    expect(closing.heals).toBe(closing.gaps);
  });

  test('joining in the middle of the day by a snapshot', async (context) => {
    if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
    const file = generatedDay(120_000, 60);
    const glimpse = `${senderHost}:${port + 400}`;
    const { closing } = await storm({
      file,
      replay: ['--pace', '0.5x', '--loss', '0.02,0.02', '--seed', '14', '--glimpse', glimpse],
      feed: ['--snapshot', glimpse, '--no-rerequest'],
      feedLater_ms: 2_000,
    });
    expect(closing.snapshots).toBeGreaterThan(0);
    expect(closing.messages).toBeLessThan(120_000);
  });
});
