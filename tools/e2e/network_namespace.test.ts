// Two hosts and a wire between them: a venue in one network namespace, a trader and participants in another, joined by a veth pair.
// Multicast, TCP and re-requests cross a real network device; the trader's books must equal the matcher's at the end of the day.
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

function role(space: string, ...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((done, refuse) => {
    const child = spawn('ip', ['netns', 'exec', space, process.execPath, command, ...args], { timeout: 60_000 });
    running.push(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
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

test('books rebuilt across a veth pair equal the books of the matcher, with packets lost on the way', async (context) => {
  if (refused !== null) context.skip(`no network namespaces here: ${refused}`);
  const feed = { group: '239.255.77.1', port: 31_771, rerequestPort: 31_772 };
  const orderEntry = { host: venueHost, port: 31_770 };
  const session = (id: number): object => ({ id, accessKey: `KEY${id}`, secret: `secret-of-${id}` });
  const config = join(folder, 'hopwire.yaml');
  const roles = {
    venue: {
      name: `ns-venue-${process.pid}`,
      instruments: 10,
      orderEntry,
      feed: { ...feed, interface: venueHost, ttl: 1, loss: 0.01 },
      sessions: [session(1), session(2)],
      busyLoops: 3,
    },
    trade: {
      name: `ns-trader-${process.pid}`,
      instruments: 10,
      rows: 11,
      orderEntry,
      session: session(1),
      feed: { ...feed, interface: traderHost, rerequestHost: venueHost },
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
  const venue = role(venueSpace, 'venue', '--config', config, '--seconds', '6', '--json');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const trader = role(traderSpace, 'trade', '--config', config, '--json');
  void role(traderSpace, 'load', '--config', config);
  const [venueEnd, traderEnd] = await Promise.all([venue, trader]);
  expect(venueEnd.status, venueEnd.stderr).toBe(0);
  expect(traderEnd.status, traderEnd.stderr).toBe(0);
  const matcher = JSON.parse(venueEnd.stdout) as Closing;
  const rebuilt = JSON.parse(traderEnd.stdout) as Closing;
  expect(rebuilt.end_of_session).toBe(true);
  expect(rebuilt.next_sequence).toBe(matcher.next_sequence);
  expect(matcher.books.length).toBe(10);
  expect(rebuilt.books).toEqual(matcher.books);
  expect(rebuilt.market_digest).toBe(matcher.market_digest);
});
