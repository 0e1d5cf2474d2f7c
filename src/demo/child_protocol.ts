/**
 * What the demo's parent and its role processes (venue, trade, load) say to each other over Node's IPC channel. Cold words only: everything
 * that moves fast is read from the regions whose paths come with `ready`.
 *
 * One life of a child:   ready -> stats ... -> (stop) -> finished -> (finish) -> finished -> (exit)
 *   parent  stop    load: send nothing new; its orders stay, so that there are books to compare. trade: stop quoting. venue: nothing.
 *   parent  finish  venue: end-of-day messages and end of session, then `finished`. trade: `finished` once the end of session is reached.
 *   parent  exit    close and leave with status 0.
 * `finished` names the request it answers. A child that cannot go on says `failed` and leaves with status 1.
 *
 * What can go wrong: the parent dies (the channel closes: the child closes and leaves), a child dies early (the parent's waits reject with
 * what is known of it). Ctrl-C is the parent's to judge: children run in process groups of their own, and ignore it all the same.
 */
import type { ChildProcess } from 'node:child_process';

/** Set for children: an IPC channel alone does not make one (script runners open channels of their own). */
export const CHILD_ENVIRONMENT = 'HOPWIRE_CHILD';

export type ChildRole = 'venue' | 'trade' | 'load';

export interface BookDigestRow {
  locate: number;
  orders: number;
  digest: string;
}

export interface ReadyMessage {
  type: 'ready';
  telemetryPath: string;
  booksPath?: string;
  controlPath?: string;
  hotLoopPath?: string;
  journalPath?: string;
  orderEntryPort?: number;
}

/** Figures that are not in the telemetry region. Names carry their unit. */
export interface StatsMessage {
  type: 'stats';
  values: Record<string, number>;
}

export interface FinishedMessage {
  type: 'finished';
  request: 'stop' | 'finish';
  marketDigest?: string;
  books?: BookDigestRow[];
  /** Decimal: sequence numbers may exceed what a double holds. */
  nextSequence?: string;
  endOfSession?: boolean;
  openOrders?: number;
  inconsistencies?: number;
  violations?: string[];
  values?: Record<string, number>;
}

export interface FailedMessage {
  type: 'failed';
  message: string;
}

export type ChildMessage = ReadyMessage | StatsMessage | FinishedMessage | FailedMessage;

export type ParentRequest = 'stop' | 'finish' | 'exit';
export interface ParentMessage {
  type: ParentRequest;
}

export interface ParentHandlers {
  stop(): void | Promise<void>;
  finish?(): void | Promise<void>;
  /** Closes what is open. Called once, for `exit` and for a parent that is gone; the process leaves afterwards. */
  close(): void | Promise<void>;
}

/** The child's end of the channel. */
export class ParentLink {
  readonly #handlers: ParentHandlers;
  #leaving = false;

  constructor(handlers: ParentHandlers) {
    this.#handlers = handlers;
    process.on('SIGINT', ignore);
    process.on('message', (message: ParentMessage) => void this.#obey(message));
    process.on('disconnect', () => void this.#leave(1));
    if (!process.connected) queueMicrotask(() => void this.#leave(1)); // the parent died while this process was starting
  }

  /** True when this process was started as a child of the demo. */
  static present(): boolean {
    return process.env[CHILD_ENVIRONMENT] === '1' && typeof process.send === 'function';
  }

  send(message: ChildMessage): void {
    if (process.connected) process.send?.(message, undefined, undefined, ignore);
  }

  /** Says why, closes and leaves with status 1. */
  async fail(error: unknown): Promise<void> {
    this.send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    await this.#leave(1);
  }

  async #obey(message: ParentMessage): Promise<void> {
    try {
      if (message.type === 'stop') await this.#handlers.stop();
      else if (message.type === 'finish') await this.#handlers.finish?.();
      else if (message.type === 'exit') await this.#leave(0);
    } catch (error) {
      await this.fail(error);
    }
  }

  async #leave(status: number): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    try {
      await this.#handlers.close();
    } finally {
      if (process.connected) process.disconnect();
      process.exit(status);
    }
  }
}

interface Waiting {
  matches(message: ChildMessage): boolean;
  resolve(message: ChildMessage): void;
  reject(error: Error): void;
}

/** The parent's end: one per child. */
export class ChildLink {
  readonly role: ChildRole;
  readonly child: ChildProcess;
  /** Newest figures. */
  stats: Record<string, number> = {};
  /** Why the child is of no more use; null while it runs or after an exit that was asked for. */
  failure: string | null = null;
  readonly #waiting: Waiting[] = [];
  #ready: ReadyMessage | null = null;
  #exitAsked = false;
  #gone = false;
  readonly #exited: Promise<void>;

  /** `onDeath` is called once if the child fails or ends before it was asked to. */
  constructor(role: ChildRole, child: ChildProcess, onDeath: (failure: string) => void) {
    this.role = role;
    this.child = child;
    const died = (failure: string): void => {
      if (this.failure !== null || this.#exitAsked) return;
      this.failure = failure;
      onDeath(failure);
    };
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'stats') this.stats = message.values;
      if (message.type === 'ready') this.#ready = message;
      if (message.type === 'failed') died(`${role}: ${message.message}`);
      this.#deliver(message);
    });
    this.#exited = new Promise((resolve) => {
      const over = (reason: string): void => {
        if (this.#gone) return;
        this.#gone = true;
        died(`${role} ended early (${reason})`);
        const error = new Error(this.failure ?? `${role} has ended`);
        for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
        resolve();
      };
      child.on('error', (error) => over(error.message));
      child.on('exit', (code, signal) => over(signal === null ? `exit status ${code}` : `signal ${signal}`));
    });
  }

  get running(): boolean {
    return !this.#gone;
  }

  ready(timeoutMilliseconds: number): Promise<ReadyMessage> {
    if (this.#ready !== null) return Promise.resolve(this.#ready);
    return this.#await('ready', timeoutMilliseconds, (message): message is ReadyMessage => message.type === 'ready');
  }

  /** Asks, and waits for the `finished` that answers. */
  ask(request: 'stop' | 'finish', timeoutMilliseconds: number): Promise<FinishedMessage> {
    const answer = this.#await(
      request,
      timeoutMilliseconds,
      (message): message is FinishedMessage => message.type === 'finished' && message.request === request,
    );
    this.#send(request);
    return answer;
  }

  /** Asks the child to leave; kills it when it has not left in time. */
  async exit(timeoutMilliseconds: number): Promise<void> {
    this.#exitAsked = true;
    if (this.#gone) return;
    this.#send('exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMilliseconds);
    await this.#exited;
    clearTimeout(timer);
  }

  #send(type: ParentRequest): void {
    if (this.child.connected) this.child.send({ type } satisfies ParentMessage, ignore);
  }

  #await<M extends ChildMessage>(
    what: string,
    timeoutMilliseconds: number,
    matches: (message: ChildMessage) => message is M,
  ): Promise<M> {
    if (this.#gone || this.failure !== null) return Promise.reject(new Error(this.failure ?? `${this.role} has ended`));
    return new Promise<M>((resolve, reject) => {
      const entry = {
        matches,
        resolve: (message: ChildMessage): void => {
          clearTimeout(timer);
          resolve(message as M);
        },
        reject: (error: Error): void => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(new Error(`${this.role} did not answer '${what}' within ${timeoutMilliseconds} ms`));
      }, timeoutMilliseconds);
      this.#waiting.push(entry);
    });
  }

  #deliver(message: ChildMessage): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const waiting = this.#waiting[at];
      if (waiting === undefined) continue;
      if (waiting.matches(message)) {
        this.#waiting.splice(at, 1);
        waiting.resolve(message);
      } else if (message.type === 'failed') {
        this.#waiting.splice(at, 1);
        waiting.reject(new Error(`${this.role}: ${message.message}`));
      }
    }
  }
}

function ignore(): void {}
