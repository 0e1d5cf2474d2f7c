/**
 * What a demo run consists of: one config file with a section per role, free ports, fresh secrets. The same file runs each role by hand.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface DemoOptions {
  seconds: number;
  /** Orders a second of the simulated participants. */
  rate: number;
  instruments: number;
  seed: number;
  /** Share of multicast packets withheld at the sender. */
  loss: number;
  json: boolean;
  keep?: string;
}

export interface DemoPlan {
  folder: string;
  /** True when the folder is ours to remove. */
  temporary: boolean;
  configFile: string;
  busyLoops: number;
}

const GROUP = '239.255.10.1';
const LOOPBACK = '127.0.0.1';
const TRADER_SESSION = 1;
const FLOW_SESSION = 2;
/** The venue's thread, the trader's Worker and the order flow's thread. */
const BUSY_LOOPS = 3;

export async function makePlan(options: DemoOptions): Promise<DemoPlan> {
  const temporary = options.keep === undefined;
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'hopwire-demo-'));
  mkdirSync(folder, { recursive: true });
  const [orderEntryPort, feedPort, rerequestPort] = [await freeTcpPort(), await freeUdpPort(), await freeUdpPort()];
  const orderEntry = { host: LOOPBACK, port: orderEntryPort };
  const feed = { group: GROUP, port: feedPort, interface: LOOPBACK, rerequestPort };
  const traderSession = { id: TRADER_SESSION, accessKey: 'TRADER', secret: randomBytes(24).toString('base64url') };
  const flowSession = { id: FLOW_SESSION, accessKey: 'PARTICIPANTS', secret: randomBytes(24).toString('base64url') };
  const config = {
    venue: {
      name: `demo-${process.pid}-venue`,
      instruments: options.instruments,
      orderEntry,
      feed: { ...feed, loss: options.loss, lossSeed: options.seed },
      sessions: [traderSession, flowSession],
      busyLoops: BUSY_LOOPS,
    },
    trade: {
      name: `demo-${process.pid}-trader`,
      instruments: options.instruments,
      rows: options.instruments + 1,
      orderEntry,
      session: traderSession,
      feed: { ...feed, rerequestHost: LOOPBACK },
      busyLoops: BUSY_LOOPS,
    },
    load: {
      name: `demo-${process.pid}-flow`,
      instruments: options.instruments,
      orderEntry,
      session: flowSession,
      ordersPerSecond: options.rate,
      seconds: options.seconds,
      seed: options.seed,
      busyLoops: BUSY_LOOPS,
    },
  };
  const configFile = join(folder, 'hopwire.yaml');
  writeFileSync(configFile, stringify(config), { mode: 0o600 });
  return { folder, temporary, configFile, busyLoops: BUSY_LOOPS };
}

/** Busy loops spin only when each has a core; the demo says so before it starts. */
export function idleNote(): string {
  const cores = availableParallelism();
  return cores > BUSY_LOOPS
    ? `${cores} cores: busy loops spin`
    : `${BUSY_LOOPS} busy loops on ${cores} cores: they yield`;
}

function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', reject);
    socket.bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
