/**
 * A session of order entry in TypeScript, for people, tools and slow strategies; the hot path has its own (native/tick_to_trade/
 * 7_wire_out). Connects, negotiates a new version, establishes it, numbers what is sent, checks the numbers of what comes, keeps the
 * connection alive, and says Terminate at the end. Each opening begins a new version: both flows start at 1, nothing earlier comes.
 *
 * Owns one socket and one timer. What can go wrong, each a SessionFailure with its kind: nobody listens (`connect`), the venue refuses the
 * logon (`refused`, with its code), the venue or the network ends the session (`ended`), no answer in time (`silent`).
 */
import { connect, type Socket } from 'node:net';
import {
  CancelOnDisconnect,
  EstablishmentAckDecoder,
  EstablishmentRejectDecoder,
  NegotiationRejectDecoder,
  NegotiationResponseDecoder,
  NotAppliedDecoder,
  OutboundHeaderDecoder,
  SequenceDecoder,
  SequenceEncoder,
  sessionRejectCodeName,
  TerminateDecoder,
  TerminateEncoder,
  TerminationCode,
  terminationCodeName,
} from '../generated/order_entry.js';
import { FrameReader, frameOf, type Message } from './frames.js';
import { type Credentials, establishFrame, negotiateFrame } from './logon.js';

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly cancelOnDisconnect?: boolean;
  readonly keepAlive_ms?: number;
  readonly graceWindow_ms?: number;
  /** For each answer of the logon. */
  readonly timeout_ms?: number;
}

export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';
  readonly kind: 'connect' | 'refused' | 'ended' | 'silent';
  /** The venue's word, of a refused logon or a Terminate. */
  readonly code: string | undefined;
  constructor(kind: SessionFailure['kind'], message: string, code?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

const BLOCK_OFFSET = 8;
/** Templates from here on carry the venue's business header and a number. */
const FIRST_REPORT = 200;

/** What the header of every request takes. */
export interface RequestHeader {
  sequenceNumber(value: bigint): RequestHeader;
  lastProcessed(value: bigint): RequestHeader;
  sendingTime(value: bigint): RequestHeader;
}

export function nanosecondsNow(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1_000)) * 1_000n;
}

export class OrderEntrySession {
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #inbox: Message[] = [];
  readonly #reportHeader = new OutboundHeaderDecoder();
  #wake: () => void = () => {};
  #failure: SessionFailure | undefined;
  #timer: NodeJS.Timeout | undefined;
  #version = 0n;
  #nextSequence = 1n;
  #nextExpected = 1n;
  #lastClOrdId = 0n;
  #isOver = false;

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#socket = connect(options.port, options.host);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#end(new SessionFailure(this.#version === 0n ? 'connect' : 'ended', error.message, error.code)),
    );
    this.#socket.on('close', () => this.#end(new SessionFailure('ended', 'the venue closed the connection')));
  }

  /** Logged on, or a SessionFailure. */
  static async open(options: SessionOptions): Promise<OrderEntrySession> {
    const session = new OrderEntrySession(options);
    try {
      await session.#logOn();
    } catch (error) {
      session.destroy();
      throw error;
    }
    return session;
  }

  /** Rises over all versions of the session; the venue says where it stands. */
  nextClOrdId(): bigint {
    this.#lastClOrdId += 1n;
    return this.#lastClOrdId;
  }

  /**
   * Sends one request: `frame` gets the next ClOrdID and a function that fills in the request's header, and gives its bytes. Returns the
   * ClOrdID, under which the answer comes.
   */
  send(frame: (clOrdId: bigint, fillHeader: (header: RequestHeader) => void) => Buffer): bigint {
    if (this.#failure !== undefined) throw this.#failure;
    const clOrdId = this.nextClOrdId();
    const bytes = frame(clOrdId, (header) =>
      header
        .sequenceNumber(this.#nextSequence)
        .lastProcessed(this.#nextExpected - 1n)
        .sendingTime(nanosecondsNow()),
    );
    this.#nextSequence += 1n;
    this.#socket.write(bytes);
    return clOrdId;
  }

  /** The next report; waits for it, and fails when the session ends or nothing comes within the time. */
  async next(timeout_ms: number): Promise<Message> {
    const deadline = performance.now() + timeout_ms;
    for (;;) {
      const message = this.#inbox.shift();
      if (message !== undefined) return message;
      if (this.#failure !== undefined) throw this.#failure;
      const left = deadline - performance.now();
      if (left <= 0) throw new SessionFailure('silent', `no answer within ${timeout_ms} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Says Terminate and waits a moment for the venue's. */
  async close(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#socket.write(
        frameOf(TerminateEncoder, (message) =>
          message.sessionVersion(this.#version).sessionId(this.#options.credentials.id).code(TerminationCode.finished),
        ),
      );
      const deadline = performance.now() + 1_000;
      while (this.#failure === undefined && performance.now() < deadline) {
        await this.next(deadline - performance.now()).catch(() => {});
      }
    }
    this.destroy();
  }

  destroy(): void {
    clearInterval(this.#timer);
    this.#isOver = true;
    this.#socket.destroy();
  }

  async #logOn(): Promise<void> {
    const { credentials, timeout_ms = 5_000, keepAlive_ms = 2_000, graceWindow_ms = 0 } = this.#options;
    const timestamp = nanosecondsNow();
    this.#socket.write(negotiateFrame(credentials, { version: timestamp / 1_000n, timestamp }));
    const negotiated = await this.next(timeout_ms);
    this.#refuseUnless(negotiated, NegotiationResponseDecoder.templateId, NegotiationRejectDecoder);
    this.#version = timestamp / 1_000n;
    const cancels = this.#options.cancelOnDisconnect ?? false;
    const terms = {
      nextSequence: 1n,
      keepAlive_ms,
      graceWindow_ms,
      cancelOnDisconnect: cancels ? CancelOnDisconnect.onDisconnect : CancelOnDisconnect.never,
    };
    const logon = { version: this.#version, timestamp: nanosecondsNow() };
    this.#socket.write(establishFrame(credentials, logon, terms));
    const established = await this.next(timeout_ms);
    this.#refuseUnless(established, EstablishmentAckDecoder.templateId, EstablishmentRejectDecoder);
    const ack = new EstablishmentAckDecoder().wrapWithHeader(established.view, 0);
    this.#lastClOrdId = ack.lastClOrdId;
    this.#timer = setInterval(() => this.#heartbeat(), keepAlive_ms / 3);
    this.#timer.unref();
  }

  #refuseUnless(
    message: Message,
    wanted: number,
    reject: typeof NegotiationRejectDecoder | typeof EstablishmentRejectDecoder,
  ): void {
    if (message.templateId === wanted) return;
    if (message.templateId !== reject.templateId) throw new SessionFailure('ended', `template ${message.templateId}`);
    const { code } = new reject().wrapWithHeader(message.view, 0);
    const name = sessionRejectCodeName(code) ?? String(code);
    throw new SessionFailure('refused', `the venue refused the logon: ${name}`, name);
  }

  #heartbeat(): void {
    this.#socket.write(
      frameOf(SequenceEncoder, (message) =>
        message.nextSequence(this.#nextSequence).lastProcessed(this.#nextExpected - 1n),
      ),
    );
  }

  #take(bytes: Buffer): void {
    try {
      for (const message of this.#reader.take(bytes)) this.#receive(message);
    } catch (error) {
      this.#end(new SessionFailure('ended', error instanceof Error ? error.message : String(error)));
      this.#socket.destroy();
    }
    this.#wake();
  }

  #receive(message: Message): void {
    switch (message.templateId) {
      case SequenceDecoder.templateId:
        return;
      case TerminateDecoder.templateId: {
        const { code } = new TerminateDecoder().wrapWithHeader(message.view, 0);
        const name = terminationCodeName(code) ?? String(code);
        this.#end(new SessionFailure('ended', `the venue ended the session: ${name}`, name));
        return;
      }
      case NotAppliedDecoder.templateId:
        throw new SessionFailure('ended', 'the venue missed messages of a stream that loses none');
      case EstablishmentAckDecoder.templateId:
        // Here and not where it is waited for: reports may stand behind it in the same bytes.
        this.#nextExpected = new EstablishmentAckDecoder().wrapWithHeader(message.view, 0).nextSequence;
        this.#inbox.push(message);
        return;
      default:
        if (message.templateId >= FIRST_REPORT) this.#count(message);
        this.#inbox.push(message);
    }
  }

  /** Over TCP within one version nothing is lost or doubled; a number out of turn means that one side has lost count. */
  #count(message: Message): void {
    const number = this.#reportHeader.wrap(message.view, BLOCK_OFFSET).sequenceNumber;
    if (number !== this.#nextExpected)
      throw new SessionFailure('ended', `report ${number} came where ${this.#nextExpected} was due`);
    this.#nextExpected += 1n;
  }

  #end(failure: SessionFailure): void {
    this.#failure ??= failure;
    clearInterval(this.#timer);
    this.#wake();
  }
}
