/**
 * What a demo run consists of: one config file with a section per role, free ports, fresh secrets. The same file runs each role by hand.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder } from '../cli/folder.js';

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
  /** Where the venue's multicast goes: what `hopwire feed` needs to watch along. */
  feed: {
    group: string;
    port: number;
    lineB: { group: string; port: number };
    interface: string;
    rerequestPort: number;
  };
  /** Where the venue proves its books and gives snapshots of them. */
  services: { digests: { group: string; port: number }; glimpse: { host: string; port: number } };
}

const GROUP = '239.255.10.1';
const GROUP_B = '239.255.10.2';
const GROUP_DIGESTS = '239.255.10.3';
/** Of this run's processes; their regions carry it. */
const NAME = `demo-${process.pid}`;
const LOOPBACK = '127.0.0.1';
const TRADER_SESSION = 1;
const FLOW_SESSION = 2;
/** The venue's thread, the trader's Worker and the order flow's thread. */
const BUSY_LOOPS = 3;

export async function makePlan(options: DemoOptions): Promise<DemoPlan> {
  const temporary = options.keep === undefined;
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'hopwire-demo-'));
  if (!temporary) makeFolder(folder);
  const feedPort = await freeFeedPort();
  const orderEntry = { host: LOOPBACK, port: await freeTcpPort() };
  const lineB = { group: GROUP_B, port: feedPort };
  const feed = { group: GROUP, port: feedPort, lineB, interface: LOOPBACK, rerequestPort: feedPort + 1 };
  const services = {
    digests: { group: GROUP_DIGESTS, port: feedPort },
    glimpse: { host: LOOPBACK, port: await freeTcpPort() },
  };
  const traderSession = { id: TRADER_SESSION, accessKey: 'TRADER', secret: randomBytes(24).toString('base64url') };
  const flowSession = { id: FLOW_SESSION, accessKey: 'PARTICIPANTS', secret: randomBytes(24).toString('base64url') };
  const config = {
    venue: {
      name: `${NAME}-venue`,
      instruments: options.instruments,
      orderEntry,
      feed: { ...feed, ...services, loss: options.loss, lossSeed: options.seed },
      sessions: [traderSession, flowSession],
      busyLoops: BUSY_LOOPS,
    },
    trade: {
      name: `${NAME}-trader`,
      instruments: options.instruments,
      rows: options.instruments + 1,
      orderEntry,
      session: traderSession,
      feed: { ...feed, rerequestHost: LOOPBACK },
      busyLoops: BUSY_LOOPS,
    },
    load: {
      name: `${NAME}-flow`,
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
  return { folder, temporary, configFile, feed, services };
}

/** Takes away what processes of this run that were killed left under /dev/shm; those that left by themselves left nothing. */
export function removeRegions(folder = '/dev/shm'): void {
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`hopwire-${NAME}-`)) rmSync(join(folder, file), { force: true });
  }
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

/** A free UDP port with a free one after it: re-requests go there by default. */
async function freeFeedPort(): Promise<number> {
  for (;;) {
    const first = await boundUdp(0);
    if (first === undefined) continue;
    const { port } = first.address();
    const second = port < 65_535 ? await boundUdp(port + 1) : undefined;
    first.close();
    second?.close();
    if (second !== undefined) return port;
  }
}

/** undefined when the port is taken. */
function boundUdp(port: number): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    socket.bind(port, () => resolve(socket));
  });
}
