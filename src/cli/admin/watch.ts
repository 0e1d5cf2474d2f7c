// watch: what stands, then a line for everything that operators are told and for each limit whose use passes the mark, as it happens.

import { describeAnswer, describeEvent } from '../../operator/describe.js';
import { limitNumber, tablesOf, usedShare } from '../../operator/describe_rows.js';
import type { OperatorClient } from '../../operator/operator_client.js';
import type { AnyReport } from '../../operator/reports.js';
import type { LimitRow, QueryRow } from '../../operator/rows.js';
import { SessionFailure } from '../../order_entry/session.js';
import { formatTimeOfDay } from '../format.js';
import { printLine, table, toJson } from '../output.js';
import { onStopSignal } from '../stop_signal.js';
import type { InstrumentNames } from './instrument_names.js';
import { type AdminFlags, asOperator } from './run.js';

export interface WatchFlags extends AdminFlags {
  /** Percent of a limit from which on it is shown. */
  readonly used: number;
  /** Between two looks at the limits. */
  readonly interval: number;
  readonly seconds?: number;
}

const LONGEST_WAIT_MILLISECONDS = 200;
const DAY_NANOSECONDS = 86_400_000_000_000n;

export async function runWatch(flags: WatchFlags): Promise<number> {
  return asOperator(flags, async (client, names) => {
    let isStopped = false;
    const release = onStopSignal(() => {
      isStopped = true;
    });
    const watch = new Watch(client, names, flags);
    const end = performance.now() + (flags.seconds ?? Number.POSITIVE_INFINITY) * 1000;
    try {
      await watch.begin();
      while (!isStopped && performance.now() < end) await watch.step();
    } finally {
      release();
    }
    return 0;
  });
}

class Watch {
  readonly #client: OperatorClient;
  readonly #names: InstrumentNames;
  readonly #flags: WatchFlags;
  /** Beyond the mark, by account, instrument and limit. */
  #high = new Map<string, LimitRow>();
  #nextLook = 0;

  constructor(client: OperatorClient, names: InstrumentNames, flags: WatchFlags) {
    this.#client = client;
    this.#names = names;
    this.#flags = flags;
  }

  async begin(): Promise<void> {
    const state = (await this.#client.query({ kind: 'state' })).rows;
    const unusual = state.filter((row) => row.row === 'state' && (row.state !== 'continuous' || row.isInLimitState));
    const locks = (await this.#client.query({ kind: 'locks' })).rows;
    const isNow = locks.filter((row) => row.row !== 'protection' || row.isTripped);
    if (this.#flags.json === true) return this.#line({ stands: [...unusual, ...isNow] }, '');
    printLine(`${state.length} instruments, ${state.length - unusual.length} in continuous trading`);
    this.#tables('state', unusual);
    this.#tables('locks', isNow);
  }

  /** What was told since, and the limits when it is time. */
  async step(): Promise<void> {
    if (performance.now() >= this.#nextLook) {
      this.#nextLook = performance.now() + this.#flags.interval * 1000;
      await this.#look();
    }
    const wait = Math.max(1, Math.min(this.#nextLook - performance.now(), LONGEST_WAIT_MILLISECONDS));
    try {
      this.#tell(await this.#client.watch(wait));
    } catch (error) {
      if (!(error instanceof SessionFailure && error.kind === 'silent')) throw error;
    }
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query({ kind: 'limits' });
    const mark = this.#flags.used / 100;
    const limits = rows.filter((row) => row.row === 'limit');
    const high = new Map(limits.filter((row) => (usedShare(row) ?? -1) >= mark).map((row) => [keyOf(row), row]));
    for (const [key, row] of high) if (!this.#high.has(key)) this.#passed(row, 'is at');
    for (const key of this.#high.keys()) {
      const row = limits.find((one) => keyOf(one) === key);
      if (row !== undefined && !high.has(key)) this.#passed(row, 'is back at');
    }
    this.#high = high;
  }

  #passed(row: LimitRow, words: string): void {
    const where = row.instrumentId === undefined ? '' : ` in ${this.#names.symbolOf(row.instrumentId)}`;
    const most = limitNumber(row, Math.min(row.hard ?? row.soft ?? 0, row.soft ?? row.hard ?? 0));
    const share = `${Math.floor((usedShare(row) ?? 0) * 100)}%`;
    this.#line(
      { limit: row },
      `account ${row.account}${where}: ${row.limit} ${words} ${share}, ${limitNumber(row, row.used)} of ${most}`,
    );
  }

  #tell(report: AnyReport): void {
    const symbolOf = (id: number): string => this.#names.symbolOf(id);
    const time = formatTimeOfDay(Number(report.time % DAY_NANOSECONDS)).slice(0, 12);
    if (report.report === 'OperatorReport' || report.report === 'KillReport') {
      const who = report.operatorSession === 0 ? 'the venue' : `operator ${report.operatorSession}`;
      this.#line({ answer: report }, `${time} ${describeAnswer(report, symbolOf)} by ${who}`);
    } else {
      this.#line({ event: report }, `${time} ${describeEvent(report, symbolOf)}`);
    }
  }

  #tables(kind: 'state' | 'locks', rows: readonly QueryRow[]): void {
    for (const { columns, cells } of tablesOf(kind, rows, (id) => this.#names.symbolOf(id)))
      if (cells.length > 0) printLine(`\n${table(columns, cells)}`);
  }

  #line(object: unknown, text: string): void {
    printLine(this.#flags.json === true ? toJson(object, 0) : text);
  }
}

function keyOf({ account, instrumentId, limit }: LimitRow): string {
  return `${account}/${instrumentId ?? 0}/${limit}`;
}
