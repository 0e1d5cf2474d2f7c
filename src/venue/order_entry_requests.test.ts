/** What concerns many orders at once, spoken over TCP to the native venue: mass cancel, mass quote, market-maker protection, purge. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as wire from '../generated/order_entry.js';
import type { NativeVenue, VenueSession } from '../native/venue_binding.js';
import {
  Client,
  frame,
  massQuote,
  names,
  newOrder,
  openVenue,
  type QuoteEntry,
  SESSION,
  told,
} from '../test_support/order_entry_client.js';

const ACCOUNT = 3;
const MAKER: VenueSession = { ...SESSION, accounts: [ACCOUNT] };
const DESK: VenueSession = { ...MAKER, id: 9, accessKey: 'MM01-DESK' };
const TAKER: VenueSession = { ...SESSION, id: 8, accessKey: 'TAKER', firm: 2 };

const { Side, RejectReason, CancelReason, ScopeFields } = wire;

describe('order entry, requests about many orders', () => {
  let venue: NativeVenue;
  const clients: Client[] = [];
  const loggedOn = async (session: VenueSession): Promise<Client> => {
    const made = new Client(venue.orderEntryPort, session);
    clients.push(made);
    expect(wire.messageName((await made.logOn(1n)).templateId)).toBe('EstablishmentAck');
    return made;
  };
  const own = (sequence: bigint, side: wire.Side, quantity: number, price: number): Buffer =>
    newOrder(sequence, sequence, side, quantity, price, (message) => message.account(ACCOUNT));
  const massCancel = (sequence: bigint, scope: number, side: wire.Side = Side.buy): Buffer =>
    frame(wire.MassCancelEncoder, (message) => {
      message.header().sequenceNumber(sequence);
      message.clOrdId(sequence).scope(scope).account(ACCOUNT).side(side);
    });
  const lastReport = async (line: Client, count: number): Promise<DataView> => {
    const messages = await told(line, count);
    const last = messages[count - 1];
    if (last === undefined) throw new Error('no report');
    return last.view;
  };
  const nextCancel = async (line: Client) => new wire.OrderCanceledDecoder().wrap((await line.next()).view, 8);
  const nextQuoteReport = async (line: Client) => new wire.MassQuoteReportDecoder().wrap((await line.next()).view, 8);
  const nextReject = async (line: Client) => new wire.OrderRejectedDecoder().wrap((await line.next()).view, 8);

  beforeEach(() => {
    venue = openVenue('order-entry-requests-test', [MAKER, TAKER, DESK], ['AAPL', 'MSFT']);
  });
  afterEach(() => {
    for (const made of clients.splice(0)) made.close();
    venue.close();
  });

  it('cancels one side of what a session has, and tells the scope', async () => {
    const maker = await loggedOn(MAKER);
    maker.send(Buffer.concat([own(1n, Side.buy, 5, 990), own(2n, Side.sell, 6, 1010), own(3n, Side.buy, 7, 980)]));
    await told(maker, 3);
    maker.send(massCancel(4n, ScopeFields.session | ScopeFields.side, Side.sell));
    const canceled = await nextCancel(maker);
    expect([canceled.clOrdId, canceled.origClOrdId, canceled.reason]).toEqual([4n, 2n, CancelReason.massCancel]);
    const report = new wire.MassCancelReportDecoder().wrap((await maker.next()).view, 8);
    expect([report.clOrdId, report.canceledCount, report.scope, report.side]).toEqual([
      4n,
      1,
      ScopeFields.session | ScopeFields.side,
      Side.sell,
    ]);
  });

  it('cancels all of an account, whichever session entered it, and nothing that is not the sender’s', async () => {
    const maker = await loggedOn(MAKER);
    const desk = await loggedOn(DESK);
    const stranger = await loggedOn(TAKER);
    desk.send(own(1n, Side.buy, 5, 990));
    await told(desk, 1);
    stranger.send(
      Buffer.concat([own(1n, Side.buy, 5, 990), massCancel(2n, ScopeFields.account), massCancel(3n, ScopeFields.firm)]),
    );
    expect((await nextReject(stranger)).reason).toBe(RejectReason.notItsAccount);
    for (const reason of [RejectReason.notItsAccount, RejectReason.operatorsOnly]) {
      expect(new wire.CancelRejectedDecoder().wrap((await stranger.next()).view, 8).reason).toBe(reason);
    }
    maker.send(massCancel(1n, ScopeFields.account));
    const report = new wire.MassCancelReportDecoder().wrap((await maker.next()).view, 8);
    expect([report.canceledCount, report.account]).toEqual([1, ACCOUNT]);
    const canceled = await nextCancel(desk);
    expect([canceled.clOrdId, canceled.reason]).toEqual([1n, CancelReason.massCancel]);
  });

  it('takes a two-sided mass quote that trades', async () => {
    const maker = await loggedOn(MAKER);
    const taker = await loggedOn(TAKER);
    maker.send(massQuote(1n, 40n, ACCOUNT, [[5001, 990, 10, 1010, 10]]));
    const messages = await told(maker, 3);
    expect(names(messages)).toEqual(['OrderAccepted', 'OrderAccepted', 'MassQuoteReport']);
    taker.send(newOrder(1n, 1n, Side.buy, 4, 1010));
    taker.send(newOrder(2n, 2n, Side.sell, 3, 990));
    for (const [side, leaves] of [
      [Side.sell, 6],
      [Side.buy, 7],
    ]) {
      const fill = new wire.OrderExecutedDecoder().wrap((await maker.next()).view, 8);
      expect([fill.clOrdId, fill.side, fill.leavesQuantity]).toEqual([40n, side, leaves]);
    }
    maker.send(massQuote(2n, 41n, ACCOUNT, [[5001, 0, 0, 1010, 10]]));
    const pulled = await nextCancel(maker);
    expect([pulled.clOrdId, pulled.origClOrdId, pulled.canceledQuantity, pulled.reason]).toEqual([
      41n,
      40n,
      7,
      CancelReason.quotePulled,
    ]);
    const replaced = new wire.OrderReplacedDecoder().wrap((await maker.next()).view, 8);
    expect([replaced.clOrdId, replaced.origClOrdId, replaced.leavesQuantity]).toEqual([41n, 40n, 10]);
    const report = await nextQuoteReport(maker);
    expect([report.clOrdId, report.entriesTaken, report.reason]).toEqual([41n, 1, RejectReason.none]);
  });

  it('refuses a mass quote whole, with the entry at fault and the number exceeded', async () => {
    const maker = await loggedOn(MAKER);
    const taker = await loggedOn(TAKER);
    const crossed = massQuote(1n, 40n, ACCOUNT, [
      [5001, 990, 10, 1010, 10],
      [5002, 1000, 10, 1000, 10],
    ]);
    maker.send(crossed);
    const report = await nextQuoteReport(maker);
    expect([report.entriesTaken, report.reason, report.entryIndex, report.limitValue]).toEqual([
      0,
      RejectReason.quoteCrossed,
      1,
      1000n,
    ]);
    taker.send(
      newOrder(1n, 1n, Side.buy, 4, 1010, (message) => message.timeInForce(wire.TimeInForce.immediateOrCancel)),
    );
    expect(names(await told(taker, 2))).toEqual(['OrderAccepted', 'OrderCanceled']);
    maker.send(massQuote(2n, 41n, ACCOUNT, []));
    const empty = await nextQuoteReport(maker);
    expect([empty.reason, empty.entryIndex, empty.limitValue]).toEqual([
      RejectReason.invalidEntryCount,
      wire.MassQuoteReportDecoder.entryIndexNullValue,
      1n,
    ]);
  });

  it('takes a mass quote of a hundred entries in one message, and ends a session whose group claims more than it has', async () => {
    const maker = await loggedOn(MAKER);
    maker.send(massQuote(1n, 40n, ACCOUNT, Array<QuoteEntry>(100).fill([5001, 0, 0, 0, 0])));
    const repeated = await nextQuoteReport(maker);
    expect([repeated.reason, repeated.entryIndex]).toEqual([RejectReason.repeatedInstrument, 1]);
    const lying = massQuote(2n, 41n, ACCOUNT, [[5001, 990, 10, 1010, 10]]);
    lying.writeUInt16LE(2, 14 + wire.MassQuoteDecoder.blockLength + 2);
    maker.send(lying);
    const end = new wire.TerminateDecoder().wrap((await maker.next()).view, 8);
    expect(end.code).toBe(wire.TerminationCode.decodingError);
  });

  it('pulls the rest of the quotes when protection trips, until it is reset', async () => {
    const maker = await loggedOn(MAKER);
    const desk = await loggedOn(DESK);
    const taker = await loggedOn(TAKER);
    maker.send(
      frame(wire.SetProtectionEncoder, (message) => {
        message.header().sequenceNumber(1n);
        message.clOrdId(1n).window(60_000_000_000n).quantity(4n).trades(1000).account(ACCOUNT);
        message.group(wire.ProtectionGroup.account);
      }),
    );
    const both: QuoteEntry[] = [
      [5001, 990, 10, 1010, 10],
      [5002, 990, 10, 1010, 10],
    ];
    maker.send(massQuote(2n, 2n, ACCOUNT, both));
    expect(names(await told(maker, 6))[0]).toBe('ProtectionReport');
    taker.send(newOrder(1n, 1n, Side.buy, 4, 1010));
    expect(names(await told(maker, 1))).toEqual(['OrderExecuted']);
    for (const line of [maker, desk]) {
      const tripped = new wire.ProtectionReportDecoder().wrap((await line.next()).view, 8);
      expect([tripped.clOrdId, tripped.change, tripped.reason, tripped.limitValue, tripped.account]).toEqual([
        0n,
        wire.ProtectionChange.tripped,
        wire.ProtectionReason.quantityThreshold,
        4n,
        ACCOUNT,
      ]);
    }
    for (const open of [10, 6, 10, 10]) {
      const pulled = await nextCancel(maker);
      expect([pulled.clOrdId, pulled.canceledQuantity, pulled.reason]).toEqual([2n, open, CancelReason.protection]);
    }
    maker.send(massQuote(3n, 3n, ACCOUNT, both));
    expect((await nextQuoteReport(maker)).reason).toBe(RejectReason.protectionTripped);
    maker.send(
      frame(wire.ResetProtectionEncoder, (message) => {
        message.header().sequenceNumber(4n);
        message.clOrdId(4n).account(ACCOUNT).group(wire.ProtectionGroup.account);
      }),
    );
    const reset = new wire.ProtectionReportDecoder().wrap((await maker.next()).view, 8);
    expect([reset.clOrdId, reset.change, reset.wasTripped]).toEqual([
      4n,
      wire.ProtectionChange.reset,
      wire.BooleanType.yes,
    ]);
    maker.send(massQuote(5n, 5n, ACCOUNT, both));
    expect(new wire.MassQuoteReportDecoder().wrap(await lastReport(maker, 5), 8).entriesTaken).toBe(2);
  });

  it('locks a purged session out until it is unlocked', async () => {
    const maker = await loggedOn(MAKER);
    maker.send(own(1n, Side.buy, 5, 990));
    await told(maker, 1);
    maker.send(
      frame(wire.PurgeEncoder, (message) => {
        message.header().sequenceNumber(2n);
        message.clOrdId(2n).scope(ScopeFields.session);
      }),
    );
    expect((await nextCancel(maker)).reason).toBe(CancelReason.purge);
    const purged = new wire.PurgeReportDecoder().wrap((await maker.next()).view, 8);
    expect([purged.clOrdId, purged.canceledCount, purged.scope]).toEqual([2n, 1, ScopeFields.session]);
    maker.send(Buffer.concat([own(3n, Side.buy, 5, 990), massQuote(4n, 4n, ACCOUNT, [[5001, 990, 1, 0, 0]])]));
    expect((await nextReject(maker)).reason).toBe(RejectReason.sessionLocked);
    expect((await nextQuoteReport(maker)).reason).toBe(RejectReason.sessionLocked);
    const unlock = (sequence: bigint): Buffer =>
      frame(wire.UnlockEncoder, (message) => {
        message.header().sequenceNumber(sequence);
        message.clOrdId(sequence).scope(ScopeFields.session);
      });
    for (const [sequence, wasLocked] of [
      [5n, wire.BooleanType.yes],
      [6n, wire.BooleanType.no],
    ] as const) {
      maker.send(unlock(sequence));
      const report = new wire.UnlockReportDecoder().wrap((await maker.next()).view, 8);
      expect([report.clOrdId, report.wasLocked, report.scope]).toEqual([sequence, wasLocked, ScopeFields.session]);
    }
    maker.send(own(7n, Side.buy, 5, 990));
    expect(names(await told(maker, 1))).toEqual(['OrderAccepted']);
  });
});
