/** `hopwire trade`: one trader from its config, alone or as a child of the demo. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFailure } from '../cli/operator_failure.js';
import { printJson, printLine } from '../cli/output.js';
import { untilStopped } from '../cli/until_stopped.js';
import { instrumentsOf } from '../config/instruments.js';
import { secretOf } from '../config/load.js';
import type { TradeConfig } from '../config/schema.js';
import { type FinishedMessage, ParentLink } from '../demo/child_protocol.js';
import type { TraderConfig, TraderSummary } from '../native/trader_binding.js';
import { type HopRow, readHopRows, renderHopTable } from '../telemetry/hop_table.js';
import { Trader } from './trader.js';
import type { TraderWorkerData } from './worker.js';

const QUIESCE_TIMEOUT_MILLISECONDS = 3_000;
const END_OF_SESSION_TIMEOUT_MILLISECONDS = 10_000;
const SESSION_GRACE_MILLISECONDS = 3_000;
const MAXIMUM_ORDERS = 4_000_000;
const DEPTH = 10;

export interface TraderRoleOptions {
  seconds?: number;
  json?: boolean;
}

export function workerData(settings: TradeConfig): TraderWorkerData {
  const { feed, orderEntry, session, risk } = settings;
  const instruments = instrumentsOf(settings.instruments);
  const config: TraderConfig = {
    name: settings.name,
    feed: {
      group: feed.group,
      port: feed.port,
      lineB: feed.lineB,
      interface: feed.interface,
      rerequestHost: feed.rerequestHost,
      rerequestPort: feed.rerequestPort,
    },
    orderEntry,
    session: { id: session.id, accessKey: session.accessKey, secret: secretOf(session), account: session.account },
    instruments,
    depth: DEPTH,
    rows: settings.rows,
    maximumOrders: MAXIMUM_ORDERS,
    risk: {
      maxOrderQuantity: risk.maximumOrderQuantity,
      priceCollarBasisPoints: risk.priceCollar_bps,
      maxPosition: risk.maximumPosition,
      maxMessagesPerSecond: risk.ordersPerSecond,
    },
    idle: settings.idle,
    busyLoops: settings.busyLoops,
    core: settings.core ?? -1,
  };
  return { config, strategy: { name: settings.strategy.name, parameters: settings.strategy.parameters } };
}

export async function runTrader(settings: TradeConfig, options: TraderRoleOptions): Promise<void> {
  const trader = await Trader.start(workerData(settings));
  if (settings.risk.killSwitch) trader.kill();
  if (ParentLink.present()) await serveParent(trader);
  else await serveTerminal(trader, settings, options);
}

/** Pulls the quotes and waits until the venue has answered for every order, or says how many are left. */
async function quiesce(trader: Trader): Promise<number> {
  trader.kill();
  const deadline = Date.now() + QUIESCE_TIMEOUT_MILLISECONDS;
  while (trader.openOrders !== 0 && Date.now() < deadline) await Promise.race([sleep(2), trader.done]);
  return trader.openOrders;
}

async function serveParent(trader: Trader): Promise<void> {
  await new Promise<void>((resolve) => {
    const link = new ParentLink({
      async stop() {
        link.send({ type: 'finished', request: 'stop', openOrders: await quiesce(trader) });
      },
      async finish() {
        const deadline = Date.now() + END_OF_SESSION_TIMEOUT_MILLISECONDS;
        while (!trader.endOfSession && Date.now() < deadline) await Promise.race([sleep(2), trader.done]);
        trader.stop();
        link.send(finished(await trader.done));
      },
      async close() {
        trader.stop();
        await trader.done.catch(() => {});
        resolve();
      },
    });
    trader.done.catch((error: Error) => link.fail(error)).finally(resolve);
    link.send({ type: 'ready', ...trader.paths });
  });
}

function finished(summary: TraderSummary): FinishedMessage {
  return {
    type: 'finished',
    request: 'finish',
    marketDigest: summary.marketDigest,
    books: summary.books,
    nextSequence: String(summary.nextSequence),
    endOfSession: summary.endOfSession,
    openOrders: summary.openOrders,
    inconsistencies: summary.inconsistencies,
  };
}

/** The venue has closed its day and every message of it is in the books. */
async function endOfSession(trader: Trader): Promise<void> {
  while (!trader.endOfSession) await sleep(50, undefined, { ref: false });
}

/**
 * The order-entry session is gone and the day goes on. At the end of the day the venue closes sessions just before it ends the feed, so a
 * session that is down is only lost when the end does not follow.
 */
async function sessionLost(trader: Trader): Promise<'lost'> {
  let since = performance.now();
  for (;;) {
    await sleep(50, undefined, { ref: false });
    if (trader.sessionUp) since = performance.now();
    if (!trader.endOfSession && performance.now() - since > SESSION_GRACE_MILLISECONDS) return 'lost';
  }
}

function summaryJson(summary: TraderSummary, openOrders: number, hops: readonly HopRow[]): object {
  const { marketDigest, nextSequence, endOfSession: ended, inconsistencies, books } = summary;
  return {
    next_sequence: nextSequence,
    end_of_session: ended,
    market_digest: marketDigest,
    open_orders: openOrders,
    inconsistencies,
    books,
    hops,
  };
}

async function serveTerminal(trader: Trader, settings: TradeConfig, options: TraderRoleOptions): Promise<void> {
  process.stderr.write(
    `trader ${settings.name}: ${settings.strategy.name} on ${settings.feed.group}:${settings.feed.port}; ` +
      'Ctrl-C pulls the quotes and ends; so does the end of the session\n',
  );
  const end = await Promise.race([
    untilStopped(options.seconds),
    trader.done,
    endOfSession(trader),
    sessionLost(trader),
  ]);
  const open = end === 'lost' ? trader.openOrders : await quiesce(trader);
  trader.stop();
  const summary = await trader.done;
  const rows = readHopRows(trader.telemetry, 'tick_to_trade');
  if (options.json) printJson(summaryJson(summary, open, rows));
  else {
    printLine(renderHopTable('tick_to_trade', rows));
    printLine(`next sequence ${summary.nextSequence}  open orders ${open}  market digest ${summary.marketDigest}`);
  }
  if (end !== 'lost') return;
  const { host, port } = settings.orderEntry;
  const state = open === 0 ? 'no order was open' : `${open} orders were open when it was last heard of`;
  throw new OperatorFailure('sessionLost', `${host}:${port}`, state);
}
