/** For tests: an order-entry client written from the schema and the session rules alone, over node:net, and a venue for it to talk to. */
import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import * as wire from '../generated/order_entry.js';
import { loadAddon } from '../native/addon.js';
import { type NativeVenue, plainMarket, type VenueMarket, type VenueSession } from '../native/venue_binding.js';

const SOFH_LENGTH = 6;
export const SESSION: VenueSession = {
  id: 7,
  accessKey: 'MM01',
  secret: 'correct horse battery staple',
  firm: 1,
  accounts: [],
  operator: false,
};

export interface Message {
  templateId: number;
  view: DataView;
}

interface Encoder {
  wrapAndApplyHeader(view: DataView, offset: number): this;
}

export function frame<E extends Encoder>(
  type: { new (): E; readonly encodedLength: number },
  fill: (message: E) => void,
): Buffer {
  const bytes = Buffer.alloc(SOFH_LENGTH + type.encodedLength);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt16BE(0xeb50, 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  fill(new type().wrapAndApplyHeader(view, SOFH_LENGTH));
  return bytes;
}

export class Client {
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  readonly #messages: Message[] = [];
  readonly #session: VenueSession;
  #wake: () => void = () => {};
  ended = false;

  constructor(port: number, session = SESSION) {
    this.#session = session;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#take(bytes));
    const end = () => {
      this.ended = true;
      this.#wake();
    };
    this.#socket.on('close', end).on('error', end);
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  async next(): Promise<Message> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.ended || Date.now() > deadline) throw new Error('no message came');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    }
  }

  async logOn(version: bigint, secret = this.#session.secret): Promise<Message> {
    const timestamp = BigInt(Date.now()) * 1_000_000n;
    const text = `${timestamp}\n${version}\n${this.#session.id}\n${this.#session.accessKey}`;
    const sign = (what: string) => createHmac('sha256', secret).update(what).digest();
    this.send(
      frame(wire.NegotiateEncoder, (message) => {
        message
          .sessionVersion(version)
          .timestamp(timestamp)
          .sessionId(this.#session.id)
          .accessKey(this.#session.accessKey)
          .hmac(sign(text));
      }),
    );
    const answer = await this.next();
    if (answer.templateId !== wire.NegotiationResponseDecoder.templateId) return answer;
    this.send(
      frame(wire.EstablishEncoder, (message) => {
        message
          .sessionVersion(version)
          .timestamp(timestamp)
          .nextSequence(1n)
          .sessionId(this.#session.id)
          .keepAlive(2000)
          .graceWindow(0);
        message.cancelOnDisconnect(wire.CancelOnDisconnect.onDisconnect).hmac(sign(`${text}\n1\n2000\n0\n1`));
      }),
    );
    return this.next();
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= SOFH_LENGTH) {
      const length = this.#pending.readUInt32BE(0);
      if (this.#pending.length < length) break;
      expect(this.#pending.readUInt16BE(4)).toBe(0xeb50);
      const copy = Uint8Array.from(this.#pending.subarray(SOFH_LENGTH, length));
      const view = new DataView(copy.buffer);
      const header = new wire.MessageHeaderDecoder().wrap(view, 0);
      expect(header.schemaId).toBe(wire.schemaId);
      expect(header.blockLength).toBe(copy.length - 8);
      this.#messages.push({ templateId: header.templateId, view });
      this.#pending = this.#pending.subarray(length);
    }
    this.#wake();
  }
}

export function newOrder(
  sequence: bigint,
  clOrdId: bigint,
  side: wire.Side,
  quantity: number,
  price: number,
  terms: (message: wire.NewOrderEncoder) => void = () => {},
): Buffer {
  return frame(wire.NewOrderEncoder, (message) => {
    message
      .header()
      .sequenceNumber(sequence)
      .sendingTime(BigInt(Date.now()) * 1_000_000n);
    message.clOrdId(clOrdId).instrumentId(5001).price(price).quantity(quantity).side(side);
    message
      .orderType(wire.OrderType.limit)
      .timeInForce(wire.TimeInForce.day)
      .stopPrice(wire.NewOrderDecoder.stopPriceNullValue);
    terms(message);
  });
}

/** Instrument, bid price and quantity, ask price and quantity. */
export type QuoteEntry = readonly [number, number, number, number, number];

export function massQuote(sequence: bigint, clOrdId: bigint, account: number, entries: readonly QuoteEntry[]): Buffer {
  const bytes = Buffer.alloc(4096);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = new wire.MassQuoteEncoder().wrapAndApplyHeader(view, SOFH_LENGTH);
  message.header().sequenceNumber(sequence);
  message.clOrdId(clOrdId).account(account);
  const group = message.entries(entries.length);
  for (const [instrument, bid, bidQuantity, ask, askQuantity] of entries) {
    group.next().instrumentId(instrument).bidPrice(bid).bidQuantity(bidQuantity).askPrice(ask).askQuantity(askQuantity);
  }
  const length = message.finish();
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt16BE(0xeb50, 4);
  return bytes.subarray(0, length);
}

/** The next messages. */
export async function told(line: Client, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) messages.push(await line.next());
  return messages;
}

export function names(messages: readonly Message[]): string[] {
  return messages.map(({ templateId }) => wire.messageName(templateId) ?? '?');
}

export function openVenue(
  name: string,
  sessions: VenueSession[],
  symbols = ['AAPL'],
  market: Partial<VenueMarket> = {},
  keepDirectory = '',
): NativeVenue {
  return loadAddon().createVenue({
    ...plainMarket(),
    ...market,
    name: `${name}-${process.pid}`,
    instruments: symbols.map((symbol, index) => ({ id: 5001 + index, symbol })),
    sessions,
    orderEntry: { host: '127.0.0.1', port: 0 },
    feed: { group: '239.255.77.31', port: 31_977, interface: '127.0.0.1', ttl: 0, rerequestPort: 0, session: 'TEST' },
    journalBytes: 1 << 20,
    maximumOrders: 10_000,
    maximumOrderQuantity: 1_000_000,
    throttlePerSecond: 0,
    loss: 0,
    seed: 1,
    idle: 'yield',
    busyLoops: 1,
    core: -1,
    keepDirectory,
  });
}
