/**
 * `hopwire demo`: a venue, a trader and simulated participants as real processes on this machine, joined only by loopback multicast and
 * TCP. Start in dependency order, watch, then end in the order that leaves something to compare: flow stops, quotes are pulled, the venue
 * closes its day, the trader reaches the end of the session, and both sides' books are held against each other.
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFailure } from '../cli/operator_failure.js';
import { note, printJson, printLine } from '../cli/output.js';
import { Counter } from '../generated/counters.js';
import { TelemetryWord } from '../generated/words.js';
import { tableWidth } from '../telemetry/hop_table.js';
import type { ChildLink, FinishedMessage } from './child_protocol.js';
import { KeptHistograms } from './keep.js';
import { launch } from './launch.js';
import { LiveScreen } from './live_screen.js';
import { frame } from './live_view.js';
import { type DemoOptions, type DemoPlan, makePlan, removeRegions } from './plan.js';
import { type ReportModel, reportJson, reportText } from './report.js';
import { compareBooks } from './verdict.js';
import { count, Watch } from './watch.js';

const READY_MILLISECONDS = 20_000;
const ANSWER_MILLISECONDS = 15_000;
const EXIT_MILLISECONDS = 3_000;
const FRAME_MILLISECONDS = 200;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Roles {
  venue: ChildLink;
  trade: ChildLink;
  load: ChildLink;
}

interface Closing {
  venue: FinishedMessage | null;
  trader: FinishedMessage | null;
}

/** Runs the whole loop; the exit status of the verb. */
export async function runDemo(options: DemoOptions): Promise<number> {
  // From the first moment on: whenever Ctrl-C comes, what was started is ended in order and what was made is taken away. A second one
  // changes nothing, because `npm start` passes on the one that the terminal has already sent.
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let plan: DemoPlan | undefined;
  try {
    plan = await makePlan(options);
    return await new DemoRun(options, plan, interrupt.signal).run();
  } finally {
    removeRegions();
    if (plan?.temporary === true) rmSync(plan.folder, { recursive: true, force: true });
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

class DemoRun {
  readonly #options: DemoOptions;
  readonly #plan: DemoPlan;
  readonly #children: ChildLink[] = [];
  readonly #violations: string[] = [];
  /** What the roles said on stderr, shown when the terminal is free again. */
  #words = '';
  readonly #interrupt: AbortSignal;

  constructor(options: DemoOptions, plan: DemoPlan, interrupt: AbortSignal) {
    this.#options = options;
    this.#plan = plan;
    this.#interrupt = interrupt;
  }

  async run(): Promise<number> {
    if (process.stderr.isTTY === true) note('starting the venue, the trader and the participants');
    try {
      const { watch, roles } = await this.#start().catch((error: Error) => {
        throw new OperatorFailure('processDied', this.#violations[0] ?? error.message);
      });
      const kept = this.#plan.temporary ? undefined : new KeptHistograms(this.#plan.folder, watch);
      await this.#watch(watch);
      const seconds = watch.elapsedSeconds;
      const closing = await this.#close(roles);
      kept?.close();
      return this.#report(watch, closing, seconds);
    } finally {
      await Promise.all(this.#children.map((child) => child.exit(EXIT_MILLISECONDS)));
      process.stderr.write(this.#words);
    }
  }

  async #start(): Promise<{ watch: Watch; roles: Roles }> {
    const config = ['--config', this.#plan.configFile];
    const keep = this.#plan.temporary ? [] : ['--keep', this.#plan.folder];
    const venue = this.#launch('venue', [...config, ...keep]);
    const venueReady = await venue.ready(READY_MILLISECONDS);
    const trade = this.#launch('trade', config);
    const traderReady = await trade.ready(READY_MILLISECONDS);
    const load = this.#launch('load', config);
    const flowReady = await load.ready(READY_MILLISECONDS);
    const watch = new Watch({ venue: venueReady, trader: traderReady, flow: flowReady });
    return { watch, roles: { venue, trade, load } };
  }

  #launch(role: 'venue' | 'trade' | 'load', flags: string[]): ChildLink {
    const died = (failure: string): void => void this.#violations.push(failure);
    const child = launch(role, flags, died, (words) => {
      this.#words += words;
    });
    this.#children.push(child);
    return child;
  }

  /** Until the time is up, Ctrl-C, or a role died. */
  async #watch(watch: Watch): Promise<void> {
    const { seconds, instruments, json } = this.#options;
    const screen = !json && LiveScreen.possible(process.stdout) ? new LiveScreen(process.stdout) : null;
    screen?.open();
    try {
      while (watch.elapsedSeconds < seconds && !this.#interrupt.aborted && this.#violations.length === 0) {
        if (screen !== null) {
          const model = watch.model(seconds, instruments, this.#footer());
          screen.show(frame(model, screen.columns, screen.rows));
        }
        await sleep(Math.min(FRAME_MILLISECONDS, Math.max(1, (seconds - watch.elapsedSeconds) * 1000)));
      }
    } finally {
      screen?.close();
    }
  }

  #footer(): string {
    const { group, port, lineB } = this.#plan.feed;
    return `Ctrl-C ends the run; to watch: hopwire feed --group ${group} --port ${port} --line-b ${lineB.group}:${port}`;
  }

  async #close({ venue, trade, load }: Roles): Promise<Closing> {
    const closing: Closing = { venue: null, trader: null };
    try {
      await load.ask('stop', ANSWER_MILLISECONDS);
      const stopped = await trade.ask('stop', ANSWER_MILLISECONDS);
      if ((stopped.openOrders ?? 0) !== 0)
        note(`${stopped.openOrders} own orders were still open when the venue closed`);
      closing.venue = await venue.ask('finish', ANSWER_MILLISECONDS);
      closing.trader = await trade.ask('finish', ANSWER_MILLISECONDS);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.#violations.includes(reason)) this.#violations.push(reason);
    }
    return closing;
  }

  #report(watch: Watch, closing: Closing, seconds: number): number {
    const model = this.#model(watch, closing, seconds);
    if (this.#options.json) printJson(reportJson(model));
    else printLine(reportText(model, tableWidth()));
    return model.verdict.equal && model.violations.length === 0 ? 0 : 1;
  }

  #model(watch: Watch, closing: Closing, seconds: number): ReportModel {
    const { mode, reason, busyLoops, cores } = watch.idle();
    const inconsistencies = closing.trader?.inconsistencies ?? 0;
    return {
      seconds,
      instruments: this.#options.instruments,
      orders: count(watch.venue, Counter.commandsSequenced),
      trades: count(watch.venue, Counter.trades),
      messages: count(watch.venue, Counter.messagesPublished),
      fills: count(watch.trader, Counter.fills),
      gaps: count(watch.trader, Counter.gapsOpened),
      heals: count(watch.trader, Counter.gapsHealed),
      messagesMissed: count(watch.trader, Counter.messagesMissed),
      stampSource: watch.stampSource(),
      stampErrorBound_ns: watch.trader.word[TelemetryWord.stampErrorBound] as number,
      idleMode: mode,
      idleReason: reason,
      busyLoops,
      cores,
      intendedSends: count(watch.flow, Counter.intendedSends),
      lateSends: count(watch.flow, Counter.lateSends),
      flows: [
        { name: 'tick_to_trade', rows: watch.hopRows('tick_to_trade') },
        { name: 'order_to_publish', rows: watch.hopRows('order_to_publish') },
        { name: 'sender', rows: watch.hopRows('sender') },
      ],
      verdict: compareBooks(closing.venue, closing.trader),
      violations: [
        ...this.#violations,
        ...(closing.venue?.violations ?? []),
        ...(inconsistencies > 0 ? [`the feed side saw ${inconsistencies} inconsistent messages`] : []),
      ],
      feed: this.#plan.feed,
      keptIn: this.#plan.temporary ? '' : this.#plan.folder,
    };
  }
}
