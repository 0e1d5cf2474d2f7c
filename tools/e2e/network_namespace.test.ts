// Two hosts and a wire between them: a venue in one network namespace, a trader, participants and two watchers in another, joined by a veth
// pair. Two lines of multicast that lose packets, book digests, TCP, re-requests and snapshots cross a real network device; all books must
// equal the matcher's at the end of the day, those of a watcher who came in the middle and may ask for nothing again included, and those of
// one who came when the day was over already.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-namespace-'));
const [venueHost, traderHost] = ['10.77.0.1', '10.77.0.2'];
const [venueSpace, traderSpace] = [`hopwire-v-${process.pid}`, `hopwire-t-${process.pid}`];
const running: ChildProcess[] = [];

const ip = (...args: string[]): Buffer => execFileSync('ip', args, { stdio: 'pipe' });

/** Namespaces need root and a kernel that has them; without either the test cannot run and says so. */
function makeNamespaces(): string | null {
  try {
    ip('netns', 'add', venueSpace);
    ip('netns', 'add', traderSpace);
    ip('link', 'add', 'hwv0', 'netns', venueSpace, 'type', 'veth', 'peer', 'name', 'hwt0', 'netns', traderSpace);
    for (const [space, link, host] of [
      [venueSpace, 'hwv0', venueHost],
      [traderSpace, 'hwt0', traderHost],
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
  for (const space of [venueSpace, traderSpace]) {
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

function role(space: string, args: readonly string[], heard: (stderr: string) => void = () => {}): Promise<Ended> {
  return new Promise((done, refuse) => {
    const child = spawn('ip', ['netns', 'exec', space, process.execPath, command, ...args], { timeout: 60_000 });
    running.push(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      heard(stderr);
    });
    child.on('error', refuse);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
}

interface Closing {
  market_digest: string;
  books: { locate: number; orders: number; digest: string }[];
  next_sequence: number;
  end_of_session?: boolean;
}

interface Watched {
  complete: boolean;
  ended: boolean;
  digest: string;
  snapshots: number;
  next_sequence: number;
  lines: { line: string; packets: number; gaps: number; first_messages: number }[];
  digest_check: { compared: number; different: number; first_difference: unknown };
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('books rebuilt across a veth pair equal the books of the matcher, with packets lost on the way', async (context) => {
  if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
  const feed = { group: '239.255.77.1', port: 31_771, rerequestPort: 31_772 };
  const lineB = { group: '239.255.77.2', port: 31_771 };
  const services = {
    lineB: { ...lineB, packetBytes: 700 },
    digests: { group: '239.255.77.3', port: 31_774 },
    glimpse: { host: venueHost, port: 31_773, user: 'WATCH', password: 'secret' },
  };
  const orderEntry = { host: venueHost, port: 31_770 };
  const session = (id: number): object => ({ id, accessKey: `KEY${id}`, secret: `secret-of-${id}` });
  const config = join(folder, 'hopwire.yaml');
  const roles = {
    venue: {
      name: `ns-venue-${process.pid}`,
      instruments: 10,
      orderEntry,
      feed: { ...feed, ...services, interface: venueHost, ttl: 1, loss: 0.05 },
      sessions: [session(1), session(2)],
      busyLoops: 3,
    },
    trade: {
      name: `ns-trader-${process.pid}`,
      instruments: 10,
      rows: 11,
      orderEntry,
      session: session(1),
      feed: { ...feed, lineB, interface: traderHost, rerequestHost: venueHost },
      busyLoops: 3,
    },
    load: {
      name: `ns-flow-${process.pid}`,
      instruments: 10,
      orderEntry,
      session: session(2),
      ordersPerSecond: 1_000,
      seconds: 60,
    },
  };
  writeFileSync(config, JSON.stringify(roles)); // YAML reads JSON
  const watch = (...more: string[]): Promise<Ended> =>
    role(traderSpace, [
      ...['feed', '--group', feed.group, '--port', String(feed.port), '--line-b', `${lineB.group}:${lineB.port}`],
      ...['--interface', traderHost, '--digest-channel', '239.255.77.3:31774', '--seconds', '50', '--json', ...more],
    ]);
  let venue: Promise<Ended> | undefined;
  const dayOver = new Promise<void>((over, refuse) => {
    const hear = (stderr: string): void => (stderr.includes('the day is over') ? over() : undefined);
    venue = role(venueSpace, ['venue', '--config', config, '--seconds', '9', '--json'], hear);
    venue.then(({ stderr }) => refuse(new Error(stderr)), refuse);
  });
  await pause(1_500);
  const early = watch('--rerequest', `${venueHost}:${feed.rerequestPort}`);
  const trader = role(traderSpace, ['trade', '--config', config, '--json']);
  void role(traderSpace, ['load', '--config', config]);
  await pause(4_000);
  const snapshot = ['--snapshot', `${venueHost}:31773`, '--snapshot-user', 'WATCH', '--snapshot-password', 'secret'];
  const midday = watch('--no-rerequest', ...snapshot);
  await dayOver;
  const afterwards = watch('--no-rerequest', ...snapshot);
  const [venueEnd, traderEnd, late, ...watchers] = await Promise.all([venue, trader, afterwards, early, midday]);
  if (venueEnd === undefined) throw new Error('the venue was not started');
  expect(venueEnd.status, venueEnd.stderr).toBe(0);
  expect(traderEnd.status, traderEnd.stderr).toBe(0);
  const matcher = JSON.parse(venueEnd.stdout) as Closing;
  const rebuilt = JSON.parse(traderEnd.stdout) as Closing;
  expect(rebuilt.end_of_session).toBe(true);
  expect(rebuilt.next_sequence).toBe(matcher.next_sequence);
  expect(matcher.books.length).toBe(10);
  expect(rebuilt.books).toEqual(matcher.books);
  expect(rebuilt.market_digest).toBe(matcher.market_digest);
  expect(late.status, late.stderr).toBe(0);
  expect(JSON.parse(late.stdout)).toMatchObject({ complete: true, ended: true, digest: matcher.market_digest });
  for (const { status, stdout, stderr } of watchers) {
    expect(status, stderr).toBe(0);
    const watched = JSON.parse(stdout) as Watched;
    expect(watched).toMatchObject({ complete: true, ended: true, digest: matcher.market_digest });
    expect(watched.next_sequence).toBe(matcher.next_sequence);
    expect(watched.lines.map(({ line }) => line)).toEqual(['A', 'B']);
    for (const { packets, gaps } of watched.lines) {
      expect(packets).toBeGreaterThan(100);
      expect(gaps, 'packets were lost on each line').toBeGreaterThan(0);
    }
    expect(watched.digest_check).toMatchObject({ different: 0, first_difference: null });
    expect(watched.digest_check.compared, 'all books at the end, and some before').toBeGreaterThan(10);
  }
  const [first, second] = watchers.map(({ stdout }) => JSON.parse(stdout) as Watched);
  expect(first?.snapshots).toBe(0);
  expect(second?.snapshots).toBeGreaterThan(0);
});
