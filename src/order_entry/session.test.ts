/** The session against a venue that the test plays itself, byte by byte: what the native one does only now and then. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as wire from '../generated/order_entry.js';
import { FrameReader, frameOf, type Message } from './frames.js';
import { OrderEntrySession, type SessionOptions } from './session.js';

const credentials = { id: 7, accessKey: 'KEY', secret: 'a secret' };
const response = () => frameOf(wire.NegotiationResponseEncoder, (m) => m.sessionId(7));
const ack = (nextSequence: bigint, lastClOrdId = 0n) =>
  frameOf(wire.EstablishmentAckEncoder, (m) => m.sessionId(7).nextSequence(nextSequence).lastClOrdId(lastClOrdId));
const report = (sequence: bigint) =>
  frameOf(wire.DayRolledReportEncoder, (m) => {
    m.header().sequenceNumber(sequence);
    m.day(Number(sequence));
  });
const dayOf = (message: Message) => new wire.DayRolledReportDecoder().wrapWithHeader(message.view, 0).day;

describe('a session of order entry', () => {
  let server: Server;
  let options: SessionOptions;
  /** What the venue has taken, as names. */
  let taken: string[];
  let messages: Message[];
  let answer: (name: string, socket: Socket) => void;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    taken = [];
    messages = [];
    server = createServer((socket) => {
      sockets.push(socket);
      const reader = new FrameReader();
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        for (const message of reader.take(bytes)) {
          const name = wire.messageName(message.templateId) ?? '?';
          taken.push(name);
          messages.push(message);
          answer(name, socket);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    options = { host: '127.0.0.1', port, credentials, timeout_ms: 2_000 };
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  /** A venue that lets everybody in, and sends `more` in the same bytes as its EstablishmentAck. */
  const willing = (next: bigint, more: readonly Buffer[] = [], lastClOrdId = 0n) => {
    answer = (name, socket) => {
      if (name === 'Negotiate') socket.write(response());
      if (name === 'Establish') socket.write(Buffer.concat([ack(next, lastClOrdId), ...more]));
      if (name === 'Terminate')
        socket.end(frameOf(wire.TerminateEncoder, (m) => m.code(wire.TerminationCode.finished)));
    };
  };

  it('counts from the number that the venue says, also when reports stand behind it in the same bytes', async () => {
    willing(5n, [report(5n), report(6n)]);
    const session = await OrderEntrySession.open(options);
    expect([dayOf(await session.next(2_000)), dayOf(await session.next(2_000))]).toEqual([5, 6]);
    await session.close();
    expect(taken).toEqual(['Negotiate', 'Establish', 'Terminate']);
  });

  it('numbers its requests from 1 and its ClOrdIDs from where the session stands', async () => {
    willing(1n, [], 41n);
    const session = await OrderEntrySession.open(options);
    const ids = [1, 2].map((day) =>
      session.send((clOrdId, fillHeader) =>
        frameOf(wire.RollDayEncoder, (m) => {
          fillHeader(m.header());
          m.clOrdId(clOrdId).day(BigInt(day));
        }),
      ),
    );
    expect(ids).toEqual([42n, 43n]);
    await session.close();
    const requests = messages.filter(({ templateId }) => templateId === wire.RollDayDecoder.templateId);
    const seen = requests.map(({ view }) => new wire.RollDayDecoder().wrapWithHeader(view, 0));
    expect(seen.map(({ header, clOrdId }) => [header.sequenceNumber, clOrdId])).toEqual([
      [1n, 42n],
      [2n, 43n],
    ]);
  });

  it('ends when a report is lost or doubled, when the bytes are no order entry, and when the venue says so', async () => {
    const endings: [Buffer, string][] = [
      [report(3n), 'report 3 came where 2 was due'],
      [report(1n), 'report 1 came where 2 was due'],
      [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'the encoding type is not SBE 1.0'],
      [frameOf(wire.NotAppliedEncoder, (m) => m.count(1)), 'the venue missed messages'],
      [frameOf(wire.TerminateEncoder, (m) => m.code(wire.TerminationCode.slowConsumer)), 'slowConsumer'],
    ];
    for (const [bytes, text] of endings) {
      willing(1n, [report(1n), bytes]);
      const session = await OrderEntrySession.open(options);
      expect(dayOf(await session.next(2_000))).toBe(1);
      await expect(session.next(2_000)).rejects.toMatchObject({
        kind: 'ended',
        message: expect.stringContaining(text),
      });
      expect(() => session.send(() => Buffer.alloc(0))).toThrow(text);
      session.destroy();
    }
  });

  it('says what a refused logon was refused for, and that nobody answered', async () => {
    answer = (name, socket) => {
      if (name !== 'Negotiate') return;
      socket.write(frameOf(wire.NegotiationRejectEncoder, (m) => m.code(wire.SessionRejectCode.unknownSession)));
    };
    await expect(OrderEntrySession.open(options)).rejects.toMatchObject({ kind: 'refused', code: 'unknownSession' });
    answer = () => {};
    await expect(OrderEntrySession.open({ ...options, timeout_ms: 50 })).rejects.toMatchObject({ kind: 'silent' });
    answer = (_, socket) => socket.destroy();
    await expect(OrderEntrySession.open(options)).rejects.toMatchObject({ kind: 'ended' });
  });

  it('speaks often enough to be kept', async () => {
    willing(1n);
    const session = await OrderEntrySession.open({ ...options, keepAlive_ms: 60 });
    while (taken.filter((name) => name === 'Sequence').length < 3) await new Promise((later) => setTimeout(later, 10));
    await session.close();
    expect(taken.at(-1)).toBe('Terminate');
  });
});
