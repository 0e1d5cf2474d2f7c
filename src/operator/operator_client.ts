/**
 * An operator at a venue: logs on to a session that the venue's configuration makes an operator's, asks one thing after the other, and
 * gives back what the venue answered and what it told meanwhile. Owns the session. What can go wrong: the session is held by somebody
 * else; it is asked for again for a while, then SessionFailure says `refused`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderEntrySession, SessionFailure, type SessionOptions } from '../order_entry/session.js';
import { type AnyReport, type KillAnswer, type OperatorAnswer, type OperatorEvent, readReport } from './reports.js';
import { type OperatorRequest, type Query, queryFrame, requestFrame } from './requests.js';
import { type PageEnd, type QueryRow, readRow } from './rows.js';

const ANSWER_TIMEOUT_MILLISECONDS = 5_000;
const BUSY_SESSION_MILLISECONDS = 2_000;
const BUSY_SESSION_STEP_MILLISECONDS = 20;

export interface Outcome {
  readonly request: OperatorRequest;
  /** One, or one for each limit of a setLimits that was taken. */
  readonly answers: readonly (OperatorAnswer | KillAnswer)[];
  /** What the venue told before the answer came: what the request caused, and what happened anyway. */
  readonly events: readonly OperatorEvent[];
  readonly taken: boolean;
}

/** Each page is one moment. Between the first and the last of the sequence something may have changed; it was told meanwhile. */
export interface QueryResult {
  readonly rows: readonly QueryRow[];
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
  /** Asked for what the venue does not tell this session. */
  readonly refused?: OperatorAnswer;
}

export class OperatorClient {
  readonly #session: OrderEntrySession;
  #events: OperatorEvent[] = [];
  /** What came during a query, for who watches. */
  readonly #unseen: AnyReport[] = [];

  private constructor(session: OrderEntrySession) {
    this.#session = session;
  }

  static async open(options: SessionOptions): Promise<OperatorClient> {
    const deadline = performance.now() + BUSY_SESSION_MILLISECONDS;
    for (;;) {
      try {
        return new OperatorClient(await OrderEntrySession.open(options));
      } catch (error) {
        const isBusy = error instanceof SessionFailure && error.code === 'alreadyEstablished';
        if (!isBusy || performance.now() > deadline) throw error;
        await sleep(BUSY_SESSION_STEP_MILLISECONDS);
      }
    }
  }

  /** Asks and waits for the answer. */
  async ask(request: OperatorRequest): Promise<Outcome> {
    const clOrdId = this.#session.send((id, fillHeader) => requestFrame(request, id, fillHeader));
    const answers: (OperatorAnswer | KillAnswer)[] = [];
    const wanted = request.kind === 'setLimits' ? request.limits.length : 1;
    while (answers.length < wanted) {
      const report = await this.#next();
      if (isEvent(report)) this.#events.push(report);
      else if (report.clOrdId === clOrdId) {
        answers.push(report);
        if (isRefusal(report)) break;
      }
    }
    const events = this.#events;
    this.#events = [];
    return { request, answers, events, taken: !answers.some(isRefusal) };
  }

  /** Asks page after page. */
  async query(query: Query): Promise<QueryResult> {
    const rows: QueryRow[] = [];
    let [first, position]: [bigint | undefined, bigint] = [undefined, 0n];
    for (;;) {
      const end = await this.#page(query, position, rows);
      if (end.row === 'refused') return { rows, firstSequence: 0n, lastSequence: 0n, refused: end.answer };
      first ??= end.commandSequence;
      if (end.nextPosition === undefined) return { rows, firstSequence: first, lastSequence: end.commandSequence };
      position = end.nextPosition;
    }
  }

  async #page(
    query: Query,
    position: bigint,
    rows: QueryRow[],
  ): Promise<PageEnd | { readonly row: 'refused'; readonly answer: OperatorAnswer }> {
    const clOrdId = this.#session.send((id, fillHeader) => queryFrame(query, position, id, fillHeader));
    for (;;) {
      const message = await this.#session.next(ANSWER_TIMEOUT_MILLISECONDS);
      const row = readRow(message);
      if (row?.row === 'end') return row;
      if (row !== undefined) rows.push(row);
      const report = row === undefined ? readReport(message) : undefined;
      if (report?.report === 'OperatorReport' && report.clOrdId === clOrdId) return { row: 'refused', answer: report };
      if (report !== undefined) this.#unseen.push(report);
    }
  }

  /** The next event or copy of another operator's answer, for those who watch. */
  async watch(timeout_ms: number): Promise<AnyReport> {
    return this.#unseen.shift() ?? this.#events.shift() ?? (await this.#next(timeout_ms));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #next(timeout_ms = ANSWER_TIMEOUT_MILLISECONDS): Promise<AnyReport> {
    for (;;) {
      const report = readReport(await this.#session.next(timeout_ms));
      if (report !== undefined) return report;
    }
  }
}

function isEvent(report: AnyReport): report is OperatorEvent {
  return report.report !== 'OperatorReport' && report.report !== 'KillReport';
}

function isRefusal(answer: OperatorAnswer | KillAnswer): boolean {
  return answer.report === 'OperatorReport' && answer.reason !== undefined;
}
