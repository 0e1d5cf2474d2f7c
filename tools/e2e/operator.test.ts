// A venue as its operator runs it: real processes, order flow on the wire, halts, auctions, limits and kills from the command line, and a
// journal that says every byte of the public line again.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as wire from '../../src/generated/order_entry.js';
import { frameOf, type Message } from '../../src/order_entry/frames.js';
import { OrderEntrySession } from '../../src/order_entry/session.js';
import { replayJournal } from '../native/journal_replay.js';
import { linesOf, publicMessages, textOf } from './public_line.js';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-operator-'));
const name = `operator-${process.pid}`;
const INSTRUMENTS = 4;
const [FLOW, MEMBER, OPERATOR, WATCHER] = [
  { id: 2, accessKey: 'FLOW', secret: 'secret of the flow' },
  { id: 3, accessKey: 'MEMBER', secret: 'secret of the member' },
  { id: 9, accessKey: 'OPS', secret: 'secret of the operator' },
  { id: 10, accessKey: 'WATCH', secret: 'secret of the watcher' },
] as const;
const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  for (const file of readdirSync('/dev/shm')) {
    if (file.startsWith(`hopwire-${name}-`)) rmSync(join('/dev/shm', file));
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function hopwire(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [command, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** What a venue of this test says at its end. */
interface Summary {
  readonly commands: number;
  readonly market_digest: string;
  readonly violations: string[];
}

describe('a venue and its operator', () => {
  let port = 0;
  let feedPort = 0;
  let config = '';
  let venue: ChildProcess;
  let venueEnded: Promise<Ended>;
  let member: OrderEntrySession;

  const admin = async (...args: string[]): Promise<Ended> => hopwire('admin', ...args, '--config', config);
  /** Taken, and what it printed. */
  const taken = async (...args: string[]): Promise<string[]> => {
    const { status, stdout, stderr } = await admin(...args);
    expect(stderr).toBe('');
    expect(status, stdout).toBe(0);
    return stdout.trimEnd().split('\n');
  };

  /** Sends one order of the member and gives what it is told first. */
  const order = async (
    instrumentId: number,
    side: wire.Side,
    price: number,
    quantity: number,
    account = 30,
  ): Promise<Message> => {
    member.send((clOrdId, fillHeader) =>
      frameOf(wire.NewOrderEncoder, (m) => {
        fillHeader(m.header());
        m.clOrdId(clOrdId).instrumentId(instrumentId).price(price).quantity(quantity).side(side).account(account);
        m.triggerSequence(wire.NewOrderDecoder.triggerSequenceNullValue);
        m.stopPrice(wire.NewOrderDecoder.stopPriceNullValue);
      }),
    );
    return member.next(10_000);
  };
  const rejection = (message: Message): [string | undefined, bigint] => {
    expect(wire.messageName(message.templateId)).toBe('OrderRejected');
    const { reason, limitValue } = new wire.OrderRejectedDecoder().wrapWithHeader(message.view, 0);
    return [wire.rejectReasonName(reason), limitValue];
  };
  const isAccepted = (message: Message): void => expect(wire.messageName(message.templateId)).toBe('OrderAccepted');

  beforeAll(async () => {
    port = await freePort();
    feedPort = port < 65_000 ? port + 1 : port - 2;
    const orderEntry = { port };
    const group = `239.255.${1 + (process.pid % 200)}.77`;
    const accounts = [1, 2, 3, 4];
    const positions = accounts.flatMap((account) =>
      Array.from({ length: INSTRUMENTS }, (_, row) => ({
        account,
        instrument: `HW000${row + 1}`,
        position: 10_000_000,
      })),
    );
    config = join(folder, 'hopwire.yaml');
    writeFileSync(
      config,
      JSON.stringify({
        venue: {
          name: `${name}-venue`,
          instruments: INSTRUMENTS,
          orderEntry,
          feed: { group, port: feedPort, rerequestPort: feedPort + 1, endOfSessionSeconds: 0 },
          sessions: [
            { ...FLOW, firm: 1, accounts },
            { ...MEMBER, firm: 2, accounts: [30, 31] },
            { ...OPERATOR, operator: true },
            { ...WATCHER, operator: true },
          ],
          rules: {
            default: { lot: 1 },
            instruments: { HW0003: { ticks: [{ from: 0, tick: 0.05 }] }, HW0004: { tradingState: 'preOpen' } },
          },
          risk: {
            accountLimits: [{ accounts: 'all', hard: { grossPosition: 1_000_000_000 } }],
            instrumentLimits: [{ accounts: 'all', instruments: 'all', hard: { orderQuantity: 100_000 } }],
            positions: [
              ...positions,
              { account: 31, instrument: 'HW0001', position: 1_000 },
              { account: 31, instrument: 'HW0004', position: 1_000 },
            ],
          },
        },
        load: { name: `${name}-load`, instruments: INSTRUMENTS, orderEntry, session: FLOW, ordersPerSecond: 200 },
        operator: { instruments: INSTRUMENTS, orderEntry, session: OPERATOR },
      }),
    );
    venue = spawn(process.execPath, [command, 'venue', '--config', config, '--keep', join(folder, 'run'), '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(venue);
    let [stdout, stderr] = ['', ''];
    venue.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    venueEnded = new Promise((done) => venue.on('close', (status) => done({ status: status ?? -1, stdout, stderr })));
    await new Promise<void>((ready, refuse) => {
      venue.stderr?.on('data', (chunk) => {
        stderr += chunk;
        if (stderr.includes('\n')) ready();
      });
      venue.on('close', () => refuse(new Error(`the venue ended: ${stderr}`)));
    });
    member = await OrderEntrySession.open({ host: '127.0.0.1', port, credentials: MEMBER });
  });

  it('halts, collects, uncrosses; limits; kills; rolls the day; and the journal says it all again', {
    timeout: 300_000,
  }, async () => {
    const flow = spawn(process.execPath, [command, 'load', '--config', config, '--seconds', '600'], {
      stdio: 'ignore',
    });
    running.push(flow);

    // Somebody watches, beside the operator and as one.
    const watchConfig = join(folder, 'watch.json');
    writeFileSync(
      watchConfig,
      JSON.stringify({ operator: { instruments: INSTRUMENTS, orderEntry: { port }, session: WATCHER } }),
    );
    const watch = spawn(
      process.execPath,
      [command, 'admin', 'watch', '--used', '0', '--json', '--config', watchConfig],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    running.push(watch);
    let watched = '';
    await new Promise<void>((begun) => {
      watch.stdout?.on('data', (chunk) => {
        watched += chunk;
        begun();
      });
    });

    // Who is no operator changes nothing.
    writeFileSync(join(folder, 'member.secret'), MEMBER.secret);
    await member.close();
    const asMember = ['--as', '3', '--access-key', MEMBER.accessKey, '--secret-file', join(folder, 'member.secret')];
    const noSecret = join(folder, 'no_secret.yaml');
    writeFileSync(
      noSecret,
      JSON.stringify({
        operator: {
          instruments: INSTRUMENTS,
          orderEntry: { port },
          session: { id: 1, accessKey: 'X', secretFile: 'y' },
        },
      }),
    );
    const refused = await hopwire('admin', 'halt', 'HW0001', ...asMember, '--config', noSecret);
    expect([refused.status, refused.stdout]).toEqual([1, 'HW0001: refused: operatorsOnly\n']);
    member = await OrderEntrySession.open({ host: '127.0.0.1', port, credentials: MEMBER });

    // A halt: orders are refused, on the wire of the member and of everybody.
    expect(await taken('halt', 'HW0001', '--reason', 'T1')).toEqual([
      'HW0001 is in halt T1',
      'HW0001: halt (was continuous)',
    ]);
    await taken('limits', '--account', '30', '--order-quantity', '1000', '--gross-position', '1000000');
    await taken('limits', '--account', '31', '--order-quantity', '1000', '--gross-position', '1000000');
    expect(rejection(await order(1001, wire.Side.buy, 3_000_000, 10))).toEqual(['tradingHalted', 0n]);
    const again = await admin('halt', 'HW0001');
    expect([again.status, again.stdout]).toEqual([1, 'HW0001: refused: invalidTransition (the state is halt)\n']);

    // An auction of what is there: the flow's orders and a pair of the member's that meets whatever else does.
    await taken('resume', 'HW0001', '--auction');
    isAccepted(await order(1001, wire.Side.buy, 9_000_000, 700));
    isAccepted(await order(1001, wire.Side.sell, 10_000, 700, 31));
    const imbalance = await taken('imbalance', 'HW0001');
    expect(imbalance[0]).toMatch(/^HW0001 reopening auction: [\d,]+ would trade at \d+\.\d{4}/);
    const uncrossed = await taken('resume', 'HW0001');
    const traded = /^HW0001 reopening auction traded ([\d,]+) at (\d+\.\d{4})$/.exec(uncrossed[0] ?? '');
    expect(uncrossed.slice(1)).toEqual(['HW0001 is in continuous', 'HW0001: continuous (was reopeningAuction)']);
    const quantity = Number(traded?.[1]?.replaceAll(',', ''));
    expect(quantity).toBeGreaterThanOrEqual(700);
    for (let left = 1_400; left > 0; ) {
      const told = await member.next(10_000);
      expect(wire.messageName(told.templateId)).toBe('OrderExecuted');
      const fill = new wire.OrderExecutedDecoder().wrapWithHeader(told.view, 0);
      expect(fill.liquidity).toBe(wire.Liquidity.auction);
      left -= fill.lastQuantity;
    }

    // An opening: the instrument began in pre-open, collects in its call, and opens at one price.
    expect(await taken('state', 'HW0004', 'openingAuction')).toEqual([
      'HW0004 is in openingAuction',
      'HW0004: openingAuction (was preOpen)',
    ]);
    isAccepted(await order(1004, wire.Side.buy, 9_000_000, 300));
    isAccepted(await order(1004, wire.Side.sell, 10_000, 300, 31));
    const opened = await taken('state', 'HW0004', 'continuous');
    const openingTrade = /^HW0004 opening auction traded ([\d,]+) at (\d+\.\d{4})$/.exec(opened[0] ?? '');
    const openingQuantity = Number(openingTrade?.[1]?.replaceAll(',', ''));
    expect(openingQuantity).toBeGreaterThanOrEqual(300);
    expect(opened.slice(1)).toEqual(['HW0004 is in continuous', 'HW0004: continuous (was openingAuction)']);
    for (let left = 600; left > 0; ) {
      const told = await member.next(10_000);
      left -= new wire.OrderExecutedDecoder().wrapWithHeader(told.view, 0).lastQuantity;
    }

    // Limits refuse with their number, soft ones warn; ticks of the configuration hold.
    expect(await taken('limits', '--account', '30', '--instrument', 'HW0002', '--order-quantity', '10')).toEqual([
      'HW0002 account 30: orderQuantity 10 (was 1,000)',
    ]);
    expect(rejection(await order(1002, wire.Side.buy, 10_000, 11))).toEqual(['orderQuantityLimit', 10n]);
    isAccepted(await order(1002, wire.Side.buy, 10_000, 10));
    expect(rejection(await order(1003, wire.Side.buy, 10_001, 1))).toEqual(['invalidTick', 500n]);
    await taken('restrict', 'HW0004', '--account', '30');
    expect(rejection(await order(1004, wire.Side.buy, 10_000, 1))).toEqual(['instrumentRestricted', 0n]);

    // A kill takes the order away, and says so to its owner; then nothing comes in.
    expect(await taken('kill', '--account', '30')).toEqual(['account 30: killed, 1 order cancelled']);
    const canceled = await member.next(10_000);
    expect(wire.messageName(canceled.templateId)).toBe('OrderCanceled');
    const { reason } = new wire.OrderCanceledDecoder().wrapWithHeader(canceled.view, 0);
    expect(reason).toBe(wire.CancelReason.kill);
    expect(rejection(await order(1002, wire.Side.buy, 10_000, 1))).toEqual(['accountKilled', 0n]);
    expect(await taken('unkill', '--account', '30')).toEqual(['account 30: may trade again']);
    isAccepted(await order(1002, wire.Side.buy, 10_000, 1));

    // What stands, as it was set and is used.
    const show = async (...what: string[]) =>
      (JSON.parse((await taken('show', ...what, '--json')).join('\n')) as { rows: Record<string, unknown>[] }).rows;
    expect((await show('state')).map(({ state }) => state)).toEqual(
      Array.from({ length: INSTRUMENTS }, () => 'continuous'),
    );
    expect(await show('rules', '--instrument', 'HW0003')).toMatchObject([
      { row: 'rules', lot: 1 },
      { row: 'tick', fromPrice: 0, tick: 500 },
    ]);
    expect(await show('limits', '--account', '30', '--instrument', 'HW0002')).toMatchObject([
      { limit: 'orderQuantity', hard: 10 },
    ]);
    expect(await show('positions', '--account', '30')).toMatchObject([
      { instrumentId: 1001, position: 700 },
      { instrumentId: 1002, position: 0, openBuys: 1 },
      { instrumentId: 1004, position: 300, restricted: true },
    ]);
    expect(await taken('show', 'locks')).toEqual(['no locks']);

    // The whole flow, then the day.
    const [killed] = await taken('kill', '--session', '2');
    expect(killed).toMatch(/^session 2: killed, [1-9][\d,]* orders cancelled$/);
    expect(await taken('roll-day', '20300101')).toEqual(['the day is 20300101', 'rollDay: day 20300101 (was 0)']);
    expect(await show('locks')).toEqual([{ row: 'lock', lock: 'kill', session: 2 }]);
    flow.kill('SIGKILL');
    await member.close();

    // The watcher was told of all of it, in order, under the operator's name.
    watch.kill('SIGINT');
    expect(await new Promise((ended) => watch.on('close', ended))).toBe(0);
    const lines = watched
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    expect(lines[0]).toMatchObject({ stands: [{ row: 'state', instrumentId: 1004, state: 'preOpen' }] });
    const watchedStates = lines.flatMap(({ event }) =>
      event?.['report'] === 'TradingStateReport' ? [event['state']] : [],
    );
    expect(watchedStates).toEqual(['halt', 'reopeningAuction', 'continuous', 'openingAuction', 'continuous']);
    const asked = lines.flatMap(({ answer }) =>
      answer === undefined ? [] : [[answer['request'], answer['operatorSession']]],
    );
    expect(asked).toContainEqual(['restrictInstrument', 9]);
    expect(asked.slice(-2)).toEqual([
      ['kill', 9],
      ['rollDay', 9],
    ]);
    expect(lines.some(({ limit }) => limit?.['limit'] === 'grossPosition' && limit['account'] === 30)).toBe(true);

    venue.kill('SIGINT');
    const ended = await venueEnded;
    expect(ended.status, ended.stderr).toBe(0);
    const summary = JSON.parse(ended.stdout) as Summary;
    expect(summary.violations).toEqual([]);

    // The public line said it: halted with its reason, quoting, one cross of the quantity that the operator read, trading.
    const messages = publicMessages(readFileSync(join(folder, 'run', 'wires.pcap')), feedPort);
    const states = messages
      .filter((message) => textOf(message, 0, 1) === 'H' && message.readUInt16BE(1) === 1)
      .map((message) => textOf(message, 19, 1) + textOf(message, 21, 4));
    expect(states).toEqual(['T    ', 'HT1  ', 'Q    ', 'T    ', 'T    ']);
    const crosses = messages.filter((message) => textOf(message, 0, 1) === 'Q' && message.readBigUInt64BE(11) !== 0n);
    expect(crosses.map((message) => [message.readUInt16BE(1), Number(message.readBigUInt64BE(11))])).toEqual([
      [1, quantity],
      [4, openingQuantity],
    ]);
    expect(messages.filter((message) => textOf(message, 0, 1) === 'I').length).toBe(1);

    // The journal alone, through a fresh matcher: the same books, and every byte of the public line but its opening and closing.
    const setUp = ['--instruments', String(INSTRUMENTS), '--sessions', '4', '--risk'];
    const replayed = await replayJournal(join(folder, 'run', 'journal.hwj'), setUp);
    expect(replayed.commands).toBe(summary.commands);
    // Every logon of these sessions is noted, twice each (negotiated, established), and its end; so is the halt that was refused.
    expect(replayed.notes).toBeGreaterThan(3 * 20);
    expect(replayed.marketDigest).toBe(summary.market_digest);
    expect({ itch: replayed.itch, itchHash: replayed.itchHash }).toEqual(linesOf(messages));
    expect(await replayJournal(join(folder, 'run', 'journal.hwj'), setUp)).toEqual(replayed);
    // Without the limits it was made under, it is another day.
    expect((await replayJournal(join(folder, 'run', 'journal.hwj'), setUp.slice(0, -1))).eventHash).not.toBe(
      replayed.eventHash,
    );
  });
});
