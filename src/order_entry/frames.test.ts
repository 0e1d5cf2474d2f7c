import { describe, expect, it } from 'vitest';
import * as wire from '../generated/order_entry.js';
import { FrameError, FrameReader, frameOf, frameWithGroups, LARGEST_FRAME, type Message } from './frames.js';

const sequence = (next: bigint): Buffer => frameOf(wire.SequenceEncoder, (message) => message.nextSequence(next));
const numbers = (messages: readonly Message[]): bigint[] =>
  messages.map(({ view }) => new wire.SequenceDecoder().wrapWithHeader(view, 0).nextSequence);

describe('frames of order entry', () => {
  it('carries the SOFH that the wire has: big-endian length of all, encoding type 0xEB50', () => {
    const bytes = sequence(7n);
    expect([bytes.length, bytes.readUInt32BE(0), bytes.readUInt16BE(4)]).toEqual([30, 30, 0xeb50]);
    expect(numbers([...new FrameReader().take(bytes)])).toEqual([7n]);
  });

  it('cuts a stream into its messages, however it is torn', () => {
    const stream = Buffer.concat([1n, 2n, 3n, 4n, 5n].map(sequence));
    for (let piece = 1; piece <= stream.length; piece++) {
      const reader = new FrameReader();
      const seen: Message[] = [];
      for (let at = 0; at < stream.length; at += piece) seen.push(...reader.take(stream.subarray(at, at + piece)));
      expect(numbers(seen)).toEqual([1n, 2n, 3n, 4n, 5n]);
      expect(reader.pending).toBe(0);
    }
  });

  it('gives no message for any prefix of one', () => {
    const bytes = sequence(1n);
    for (let length = 0; length < bytes.length; length++) {
      const reader = new FrameReader();
      expect([...reader.take(bytes.subarray(0, length))]).toEqual([]);
      expect(reader.pending).toBe(length);
    }
  });

  it('keeps its messages apart from the buffer they came in, which may be used again', () => {
    const bytes = sequence(9n);
    const [message] = new FrameReader().take(bytes);
    bytes.fill(0);
    expect(numbers([message as Message])).toEqual([9n]);
  });

  it('refuses what is no order entry: another encoding, an impossible length, another schema, a block beyond its frame', () => {
    const changed = (at: number, value: number): Buffer => {
      const bytes = sequence(1n);
      bytes[at] = value;
      return bytes;
    };
    expect(() => [...new FrameReader().take(changed(5, 0x51))]).toThrow(FrameError);
    expect(() => [...new FrameReader().take(changed(3, 13))]).toThrow('a frame of 13 bytes');
    expect(() => [...new FrameReader().take(changed(0, 1))]).toThrow(FrameError);
    expect(() => [...new FrameReader().take(changed(10, 1))]).toThrow('schema');
    expect(() => [...new FrameReader().take(changed(6, 200))]).toThrow('a block longer than its frame');
  });

  it('frames a message with groups by where it ends', () => {
    const bytes = frameWithGroups((view, offset) => {
      const message = new wire.SetLimitsEncoder().wrapAndApplyHeader(view, offset);
      const group = message.account(7).limits(2);
      group.next().value(5n).riskLimit(wire.RiskLimit.openQuantity);
      group.next().value(6n).riskLimit(wire.RiskLimit.orderQuantity);
      return message.finish();
    });
    expect(bytes.length).toBe(6 + 8 + 48 + 4 + 2 * 9);
    expect(bytes.length).toBeLessThan(LARGEST_FRAME);
    const [message] = new FrameReader().take(bytes);
    const limits = new wire.SetLimitsDecoder().wrapWithHeader((message as Message).view, 0);
    expect(Array.from(limits.limits, ({ value, riskLimit }) => [value, riskLimit])).toEqual([
      [5n, 4],
      [6n, 0],
    ]);
  });
});
