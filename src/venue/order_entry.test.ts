/**
 * A client written from the schema and the session rules alone, in TypeScript over node:net, against the native venue:
 * another voice than the native client, which shares framing and signing code with the gateway.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as wire from '../generated/order_entry.js';
import type { NativeVenue } from '../native/venue_binding.js';
import { Client, type Message, names, newOrder, openVenue, SESSION, told } from '../test_support/order_entry_client.js';

describe('order entry, spoken by another implementation', () => {
  let venue: NativeVenue;
  const clients: Client[] = [];
  const client = (): Client => {
    const made = new Client(venue.orderEntryPort);
    clients.push(made);
    return made;
  };

  /** A client that is logged on, on a session that another connection may have held a moment ago: it asks until the venue has noticed. */
  const established = async (version: bigint): Promise<Client> => {
    for (let attempt = 0n; attempt < 50n; attempt++) {
      const line = client();
      const answer = await line.logOn(version + attempt);
      if (answer.templateId === wire.EstablishmentAckDecoder.templateId) return line;
      line.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the session never became free');
  };

  beforeEach(() => {
    venue = openVenue('order-entry-test', [SESSION]);
  });
  afterEach(() => {
    for (const made of clients.splice(0)) made.close();
    venue.close();
  });

  it('logs on, trades with itself, and is told both sides of it', async () => {
    const line = client();
    const ack = await line.logOn(1n);
    expect(wire.messageName(ack.templateId)).toBe('EstablishmentAck');
    const terms = new wire.EstablishmentAckDecoder().wrap(ack.view, 8);
    expect([terms.nextSequence, terms.lastIncomingSequence, terms.lastClOrdId, terms.keepAlive]).toEqual([
      1n,
      0n,
      0n,
      2000,
    ]);

    line.send(newOrder(1n, 10n, wire.Side.sell, 100, 1_000_000));
    const accepted = new wire.OrderAcceptedDecoder().wrap((await line.next()).view, 8);
    expect([
      accepted.header.sequenceNumber,
      accepted.header.lastProcessed,
      accepted.clOrdId,
      accepted.leavesQuantity,
    ]).toEqual([1n, 1n, 10n, 100]);
    expect(accepted.state).toBe(wire.OrderState.live);

    line.send(newOrder(2n, 11n, wire.Side.buy, 40, 1_000_100));
    const taker = new wire.OrderAcceptedDecoder().wrap((await line.next()).view, 8);
    expect([taker.clOrdId, taker.state]).toEqual([11n, wire.OrderState.dead]);
    const fills = [await line.next(), await line.next()].map(({ view }) =>
      new wire.OrderExecutedDecoder().wrap(view, 8),
    );
    expect(
      fills.map((fill) => [fill.clOrdId, fill.lastPrice, fill.lastQuantity, fill.leavesQuantity, fill.liquidity]),
    ).toEqual([
      [10n, 1_000_000, 40, 60, wire.Liquidity.added],
      [11n, 1_000_000, 40, 0, wire.Liquidity.removed],
    ]);
  });

  it('takes messages torn apart and glued together', async () => {
    const line = client();
    await line.logOn(1n);
    const orders = Buffer.concat([1n, 2n, 3n, 4n].map((id) => newOrder(id, id, wire.Side.buy, 1, 100)));
    for (let at = 0; at < orders.length; at += 37) {
      line.send(orders.subarray(at, at + 37));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const id of [1n, 2n, 3n, 4n]) {
      expect(new wire.OrderAcceptedDecoder().wrap((await line.next()).view, 8).clOrdId).toBe(id);
    }
  });

  it('shows a reserve order slice by slice, each under a reference of its own', async () => {
    const line = await established(1n);
    line.send(newOrder(1n, 10n, wire.Side.sell, 100, 1000, (message) => message.displayQuantity(10)));
    line.send(newOrder(2n, 11n, wire.Side.buy, 15, 1000));
    const messages = await told(line, 7);
    expect(names(messages)).toEqual([
      'OrderAccepted',
      'OrderAccepted',
      'OrderExecuted',
      'OrderExecuted',
      'OrderRefreshed',
      'OrderExecuted',
      'OrderExecuted',
    ]);
    const slice = new wire.OrderRefreshedDecoder().wrap((messages[4] as Message).view, 8);
    expect([slice.clOrdId, slice.leavesQuantity, slice.displayedQuantity]).toEqual([10n, 90, 10]);
    expect(slice.orderReference).toBeGreaterThan(slice.origOrderReference);
  });

  it('holds a stop until a trade reaches its price', async () => {
    const line = await established(1n);
    const stop = (message: wire.NewOrderEncoder) =>
      message.orderType(wire.OrderType.stop).price(wire.NewOrderDecoder.priceNullValue).stopPrice(1000);
    line.send(newOrder(1n, 10n, wire.Side.buy, 5, 0, stop));
    const waiting = new wire.OrderAcceptedDecoder().wrap((await line.next()).view, 8);
    expect([waiting.state, waiting.stopPrice]).toEqual([wire.OrderState.waiting, 1000]);
    line.send(newOrder(2n, 11n, wire.Side.sell, 8, 1000));
    line.send(newOrder(3n, 12n, wire.Side.buy, 1, 1000));
    const messages = await told(line, 7);
    expect(names(messages).slice(2)).toEqual([
      'OrderExecuted',
      'OrderExecuted',
      'OrderTriggered',
      'OrderExecuted',
      'OrderExecuted',
    ]);
    const triggered = new wire.OrderTriggeredDecoder().wrap((messages[4] as Message).view, 8);
    expect([triggered.clOrdId, triggered.orderType, triggered.state]).toEqual([
      10n,
      wire.OrderType.market,
      wire.OrderState.dead,
    ]);
  });

  it('tells both sides of a prevented self trade, and what is left', async () => {
    const line = await established(1n);
    line.send(newOrder(1n, 10n, wire.Side.sell, 100, 1000));
    const decrement = (message: wire.NewOrderEncoder) =>
      message.selfTradeScope(wire.SelfTradeScope.firm).selfTradeAction(wire.SelfTradeAction.decrement);
    line.send(newOrder(2n, 11n, wire.Side.buy, 30, 1000, decrement));
    const messages = await told(line, 6);
    expect(names(messages).slice(2)).toEqual([
      'SelfTradePrevented',
      'SelfTradePrevented',
      'OrderCanceled',
      'OrderCanceled',
    ]);
    expect(
      messages.slice(4).map(({ view }) => {
        const of = new wire.OrderCanceledDecoder().wrap(view, 8);
        return [of.clOrdId, of.canceledQuantity, of.leavesQuantity, of.reason];
      }),
    ).toEqual([
      [10n, 30, 70, wire.CancelReason.selfTrade],
      [11n, 30, 0, wire.CancelReason.selfTrade],
    ]);
  });

  it('takes an order off at its time although nobody asks for anything', async () => {
    const line = await established(1n);
    const until = BigInt(Date.now() + 150) * 1_000_000n;
    line.send(
      newOrder(1n, 10n, wire.Side.sell, 100, 1000, (message) =>
        message.timeInForce(wire.TimeInForce.goodTillTime).expireTime(until),
      ),
    );
    const messages = await told(line, 2);
    expect(names(messages)).toEqual(['OrderAccepted', 'OrderCanceled']);
    const expired = new wire.OrderCanceledDecoder().wrap((messages[1] as Message).view, 8);
    expect([expired.clOrdId, expired.reason]).toEqual([10n, wire.CancelReason.expired]);
    expect(expired.header.transactTime).toBeGreaterThanOrEqual(until);
  });

  it('refuses a post-only order that would trade, with the price it would have traded at', async () => {
    const line = await established(1n);
    line.send(newOrder(1n, 10n, wire.Side.sell, 100, 1000));
    const flags = wire.OrderFlags.postOnly;
    line.send(newOrder(2n, 11n, wire.Side.buy, 30, 1001, (message) => message.flags(flags)));
    const messages = await told(line, 2);
    const refused = new wire.OrderRejectedDecoder().wrap((messages[1] as Message).view, 8);
    expect([refused.clOrdId, refused.reason, refused.limitValue]).toEqual([
      11n,
      wire.RejectReason.postOnlyWouldTrade,
      1000n,
    ]);
  });

  it('refuses a wrong secret and tells a gap', async () => {
    const refused = await client().logOn(1n, 'guess');
    expect(wire.messageName(refused.templateId)).toBe('NegotiationReject');
    expect(new wire.NegotiationRejectDecoder().wrap(refused.view, 8).code).toBe(wire.SessionRejectCode.credentials);

    const line = client();
    await line.logOn(1n);
    line.send(newOrder(5n, 10n, wire.Side.buy, 1, 100));
    const gapTold = await line.next();
    expect(wire.messageName(gapTold.templateId)).toBe('NotApplied');
    const gap = new wire.NotAppliedDecoder().wrap(gapTold.view, 8);
    expect([gap.fromSequence, gap.count]).toEqual([1n, 4]);
    expect(wire.messageName((await line.next()).templateId)).toBe('OrderAccepted');
  });

  it('refuses every truncation of a message that claims to be whole', async () => {
    const whole = newOrder(1n, 10n, wire.Side.buy, 1, 100);
    for (let length = 14; length < whole.length; length += 11) {
      const line = await established(BigInt(length) * 1000n);
      const cut = Buffer.from(whole.subarray(0, length));
      cut.writeUInt32BE(length, 0);
      line.send(cut);
      const end = await line.next();
      expect(wire.messageName(end.templateId)).toBe('Terminate');
      expect(new wire.TerminateDecoder().wrap(end.view, 8).code).toBe(wire.TerminationCode.decodingError);
      line.close();
    }
  });
});
