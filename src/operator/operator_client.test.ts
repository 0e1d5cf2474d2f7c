/** An operator's client against the native venue: what is asked, answered, refused and told, over TCP. */
import { afterEach, describe, expect, it } from 'vitest';
import { TradingState } from '../generated/order_entry.js';
import type { NativeVenue, VenueMarket } from '../native/venue_binding.js';
import { SessionFailure } from '../order_entry/session.js';
import { openVenue, SESSION } from '../test_support/order_entry_client.js';
import { OperatorClient } from './operator_client.js';
import type { OperatorAnswer, StateEvent } from './reports.js';
import { type OperatorRequest, requestFrame } from './requests.js';

const OPERATORS = [
  { ...SESSION, id: 90, accessKey: 'OPS1', operator: true },
  { ...SESSION, id: 91, accessKey: 'OPS2', operator: true },
];
const NANOSECONDS = 1_000_000n;

describe('an operator at a venue', () => {
  let venue: NativeVenue | undefined;
  const clients: OperatorClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    venue?.close();
    venue = undefined;
  });

  const open = (market: Partial<VenueMarket> = {}, symbols = ['AAPL', 'MSFT']): NativeVenue => {
    venue = openVenue('operator-client-test', [SESSION, ...OPERATORS], symbols, market);
    return venue;
  };
  const connect = async (
    at: NativeVenue,
    credentials = OPERATORS[0] as (typeof OPERATORS)[0],
  ): Promise<OperatorClient> => {
    const client = await OperatorClient.open({ host: '127.0.0.1', port: at.orderEntryPort, credentials });
    clients.push(client);
    return client;
  };
  const answerOf = async (client: OperatorClient, request: OperatorRequest): Promise<OperatorAnswer> => {
    const { answers } = await client.ask(request);
    expect(answers).toHaveLength(1);
    return answers[0] as OperatorAnswer;
  };

  it('is told what stood before, and in what place of the sequence it was put', async () => {
    const client = await connect(open());
    const first = await answerOf(client, { kind: 'setPriceCollar', instrumentId: 5001, basisPoints: 500 });
    expect(first).toMatchObject({
      request: 'setPriceCollar',
      instrumentId: 5001,
      value: 500,
      before: 0,
      operatorSession: 90,
    });
    const second = await answerOf(client, { kind: 'setPriceCollar', instrumentId: 5001, basisPoints: 0 });
    expect(second).toMatchObject({ value: 0, before: 500, stateBefore: 'continuous' });
    expect(second.commandSequence).toBe(first.commandSequence + 1n);
    expect(second.reason).toBeUndefined();
  });

  it('is refused with the reason and the number, and nothing changes', async () => {
    const client = await connect(open());
    const collar = { kind: 'setPriceCollar', instrumentId: 5001, basisPoints: 10_001 } as const;
    expect(await client.ask(collar)).toMatchObject({ taken: false });
    expect(await answerOf(client, collar)).toMatchObject({ reason: 'invalidValue', limitValue: 10_000, before: 0 });
    const elsewhere = await answerOf(client, { kind: 'publishImbalance', instrumentId: 77 });
    expect(elsewhere).toMatchObject({ reason: 'unknownInstrument', instrumentId: 77 });
    const nobody = await answerOf(client, { kind: 'kill', scope: { session: 12_345 } });
    expect(nobody).toMatchObject({ request: 'kill', reason: 'unknownSession', commandSequence: 0n });
  });

  it('sees the events of its request before the answer', async () => {
    const client = await connect(open());
    const halt = { kind: 'setTradingState', instrumentId: 5002, state: 'halt', haltReason: 'T1' } as const;
    const { events, answers } = await client.ask(halt);
    expect(events).toMatchObject([
      { report: 'TradingStateReport', instrumentId: 5002, state: 'halt', haltReason: 'T1' },
    ]);
    expect(answers).toMatchObject([{ state: 'halt', stateBefore: 'continuous' }]);
  });

  it('is answered limit by limit, with none where there were none', async () => {
    const client = await connect(open({ riskOn: true }));
    const row = { kind: 'setLimits', account: 7, instrumentId: 5001, severity: 'hard' } as const;
    const limits = [
      { limit: 'orderQuantity', value: 100 },
      { limit: 'openQuantity', value: Number.MAX_SAFE_INTEGER },
    ] as const;
    const { answers, taken } = await client.ask({ ...row, limits });
    expect(taken).toBe(true);
    expect(answers.map((answer) => (answer as OperatorAnswer).limit)).toEqual(['orderQuantity', 'openQuantity']);
    expect(answers).toMatchObject([{ value: 100, account: 7 }, { value: Number.MAX_SAFE_INTEGER }]);
    expect(answers.map((answer) => (answer as OperatorAnswer).before)).toEqual([undefined, undefined]);
    const bad = await client.ask({ ...row, limits: [limits[0], { limit: 'grossPosition', value: 1 }] });
    expect(bad).toMatchObject({ taken: false, answers: [{ reason: 'invalidValue' }] });
    const [last] = (await client.ask({ ...row, limits: [{ limit: 'orderQuantity', value: 5 }] })).answers;
    expect(last).toMatchObject({ value: 5, before: 100 });
  });

  it('tells the other operator, in a copy that is not its own', async () => {
    const at = open();
    const [one, other] = [await connect(at), await connect(at, OPERATORS[1])];
    await one.ask({ kind: 'rollDay', day: 7 });
    expect(await other.watch(5_000)).toMatchObject({ report: 'DayRolledReport', day: 7 });
    expect(await other.watch(5_000)).toMatchObject({ request: 'rollDay', clOrdId: 0n, operatorSession: 90, value: 7 });
  });

  it('refuses all of it to a session that is no operator', async () => {
    const client = await connect(open(), SESSION);
    for (const request of [
      { kind: 'setTradingState', instrumentId: 5001, state: 'halt' },
      { kind: 'setLimits', account: 1, severity: 'hard', limits: [{ limit: 'openValue', value: 1 }] },
      { kind: 'kill', scope: {} },
    ] as const)
      expect(await answerOf(client, request)).toMatchObject({ request: request.kind, reason: 'operatorsOnly' });
  });

  it('waits a while for a session that another process holds, and says so when it stays held', async () => {
    const at = open();
    const first = await connect(at);
    const second = OperatorClient.open({
      host: '127.0.0.1',
      port: at.orderEntryPort,
      credentials: OPERATORS[0] as never,
    });
    await first.ask({ kind: 'publishImbalance', instrumentId: 5001 });
    await first.close();
    const client = await second;
    clients.push(client);
    expect(await answerOf(client, { kind: 'publishImbalance', instrumentId: 5001 })).toMatchObject({
      request: 'publishImbalance',
    });
    const third = OperatorClient.open({
      host: '127.0.0.1',
      port: at.orderEntryPort,
      credentials: OPERATORS[0] as never,
    });
    await expect(third).rejects.toMatchObject({ kind: 'refused', code: 'alreadyEstablished' });
  });

  it('shows what stands: states, rules with ticks, limits with what is used, positions, kills', async () => {
    const client = await connect(open({ riskOn: true }));
    const sequenceOf = async (request: OperatorRequest): Promise<bigint> =>
      (await client.ask(request)).answers[0]?.commandSequence ?? 0n;
    await client.ask({ kind: 'setTickBand', instrumentId: 5001, fromPrice: 0, tick: 100 });
    await client.ask({ kind: 'setPriceCollar', instrumentId: 5001, basisPoints: 500 });
    await client.ask({ kind: 'setPosition', account: 7, instrumentId: 5002, position: -9 });
    await client.ask({
      kind: 'setLimits',
      account: 7,
      instrumentId: 5002,
      severity: 'soft',
      limits: [{ limit: 'shortPosition', value: 10 }],
    });
    await client.ask({ kind: 'setTradingState', instrumentId: 5002, state: 'halt', haltReason: 'T1' });
    const last = await sequenceOf({ kind: 'kill', scope: { account: 8 } });
    const state = await client.query({ kind: 'state' });
    expect(state).toMatchObject({ firstSequence: last + 1n, lastSequence: last + 1n });
    expect(state.rows).toMatchObject([
      { row: 'state', instrumentId: 5001, state: 'continuous', haltReason: '', orderCount: 0 },
      { row: 'state', instrumentId: 5002, state: 'halt', haltReason: 'T1' },
    ]);
    expect((await client.query({ kind: 'rules', instrumentId: 5001 })).rows).toMatchObject([
      { row: 'rules', instrumentId: 5001, lot: 1, collarBasisPoints: 500, haltTime: 0 },
      { row: 'tick', instrumentId: 5001, fromPrice: 0, tick: 100 },
    ]);
    expect((await client.query({ kind: 'limits', account: 7 })).rows).toEqual([
      { row: 'limit', account: 7, instrumentId: 5002, limit: 'shortPosition', soft: 10, used: 9 },
    ]);
    expect((await client.query({ kind: 'positions' })).rows).toMatchObject([
      { row: 'position', account: 7, instrumentId: 5002, position: -9, openBuys: 0, restricted: false },
    ]);
    expect((await client.query({ kind: 'locks' })).rows).toEqual([{ row: 'lock', lock: 'kill', account: 8 }]);
    expect((await client.query({ kind: 'locks', account: 7 })).rows).toEqual([]);
  });

  it('shows nothing to a session that is no operator, and says so of an instrument that is none', async () => {
    const at = open();
    const member = await connect(at, SESSION);
    expect((await member.query({ kind: 'positions' })).refused).toMatchObject({
      request: 'query',
      reason: 'operatorsOnly',
    });
    const client = await connect(at);
    expect((await client.query({ kind: 'state', instrumentId: 77 })).refused).toMatchObject({
      reason: 'unknownInstrument',
    });
  });

  it('asks page after page, and loses nothing of what is told meanwhile', async () => {
    const symbols = Array.from({ length: 150 }, (_, row) => `S${row}`);
    const at = open({}, symbols);
    const [one, other] = [await connect(at), await connect(at, OPERATORS[1])];
    await one.ask({ kind: 'setTradingState', instrumentId: 5002, state: 'halt' });
    const { rows, firstSequence, lastSequence } = await other.query({ kind: 'state' });
    expect(rows.map((row) => 'instrumentId' in row && row.instrumentId)).toEqual(symbols.map((_, row) => 5001 + row));
    expect(lastSequence - firstSequence).toBeGreaterThanOrEqual(2n);
    expect(await other.watch(5_000)).toMatchObject({ report: 'TradingStateReport', instrumentId: 5002 });
    expect(await other.watch(5_000)).toMatchObject({ request: 'setTradingState', operatorSession: 90 });
  });

  it('leaves its ports at once when it is closed', async () => {
    const at = open();
    const client = await connect(at);
    at.close();
    venue = undefined;
    await expect(client.ask({ kind: 'rollDay', day: 9 })).rejects.toBeInstanceOf(SessionFailure);
    const nobody = OperatorClient.open({
      host: '127.0.0.1',
      port: at.orderEntryPort,
      credentials: OPERATORS[1] as (typeof OPERATORS)[0],
    });
    await expect(nobody).rejects.toMatchObject({ kind: 'connect' });
  });

  it('is refused with a wrong secret, and finds nobody at a closed port', async () => {
    const at = open();
    const wrong = { ...(OPERATORS[0] as (typeof OPERATORS)[0]), secret: 'not the secret' };
    await expect(connect(at, wrong)).rejects.toMatchObject({ kind: 'refused', code: 'credentials' });
    const nobody = OperatorClient.open({ host: '127.0.0.1', port: 1, credentials: wrong });
    await expect(nobody).rejects.toBeInstanceOf(SessionFailure);
    await expect(nobody).rejects.toMatchObject({ kind: 'connect' });
  });

  it('finds the rules that the configuration began with, in the sequence before it', async () => {
    const requests: OperatorRequest[] = [
      { kind: 'setTickBand', instrumentId: 5001, fromPrice: 0, tick: 100 },
      { kind: 'setLotSize', instrumentId: 5001, lot: 10, minimumQuantity: 20 },
      {
        kind: 'setLimits',
        account: 7,
        severity: 'soft',
        limits: [
          { limit: 'openValue', value: 9 },
          { limit: 'grossPosition', value: 8 },
        ],
      },
    ];
    const openingRequests = Buffer.concat(requests.map((request) => requestFrame(request, 0n, () => {})));
    const client = await connect(open({ openingRequests, openingStates: [TradingState.preOpen, -1] }));
    const lot = await answerOf(client, { kind: 'setLotSize', instrumentId: 5001, lot: 1, minimumQuantity: 1 });
    expect(lot).toMatchObject({ before: 10, secondBefore: 20, stateBefore: 'preOpen', commandSequence: 7n });
    const off = await answerOf(client, { kind: 'setReferencePrice', instrumentId: 5001, price: 150 });
    expect(off).toMatchObject({ reason: 'invalidTick', limitValue: 100 });
  });

  it('does not begin with what the matcher refuses, and says which and why', () => {
    const bad = requestFrame({ kind: 'setLotSize', instrumentId: 5001, lot: 0, minimumQuantity: 0 }, 0n, () => {});
    expect(() => open({ openingRequests: bad })).toThrow('request 1 of the configuration, SetLotSize: invalidValue');
    expect(() => open({ openingRequests: bad.subarray(0, 20) })).toThrow('cut off');
  });

  it('is told when the timetable begins a new day, by its date', { timeout: 60_000 }, async () => {
    const now = Date.now();
    // Some seconds on, today; or tomorrow's first when that would be tomorrow.
    const timeOfDay_ms = ((now + 4_000) % 86_400_000) - ((now + 4_000) % 1_000);
    const client = await connect(open({ schedule: [{ timeOfDay_ms, state: 0, roll: 2 }] }));
    const date = new Date(now + 4_000 + 86_400_000);
    const day = Number(date.toISOString().slice(0, 10).replaceAll('-', ''));
    expect(await client.watch(30_000)).toMatchObject({ report: 'DayRolledReport', day });
    expect(await client.watch(5_000)).toMatchObject({ request: 'rollDay', value: day, before: 0, operatorSession: 0 });
  });

  /** A timetable repeats at midnight, which would come in the middle of this one. */
  const isNearMidnight = Date.now() % 86_400_000 > 86_400_000 - 150_000;
  it.skipIf(isNearMidnight)(
    'is told of the timetable, and of what an auction would do',
    { timeout: 90_000 },
    async () => {
      // A day of five states within five seconds, again and again, so that it does not matter how long it takes to get there.
      const day = ['preOpen', 'openingAuction', 'continuous', 'closingAuction', 'closed'] as const;
      const begin = Math.floor((Date.now() % 86_400_000) / 1_000) * 1_000;
      const schedule = Array.from({ length: 100 }, (_, second) => ({
        timeOfDay_ms: begin + second * 1_000,
        state: TradingState[day[second % day.length] as (typeof day)[number]],
        roll: 0,
      }));
      const client = await connect(open({ schedule, imbalanceInterval_ms: 100 }));
      const states: StateEvent[] = [];
      const others = new Set<string>();
      while (states.length < 8 || !others.has('ImbalanceReport') || !others.has('AuctionReport')) {
        const report = await client.watch(10_000);
        if (report.report === 'TradingStateReport') states.push(report);
        else others.add(report.report === 'OperatorReport' ? `by ${report.operatorSession}` : report.report);
      }
      const first = states.findIndex(({ instrumentId }) => instrumentId === 5001);
      const at = day.indexOf(states[first]?.state as (typeof day)[number]);
      const expected = states
        .slice(first)
        .map((_, index) => [5001 + (index % 2), day[(at + (index >> 1)) % day.length]]);
      expect(states.slice(first).map(({ instrumentId, state }) => [instrumentId, state])).toEqual(expected);
      // Each in its own second or later, never before it: the first is of the latest entry it can be, the next of the entries after that.
      const seconds = states
        .filter(({ instrumentId }) => instrumentId === 5001)
        .map(({ time }) => Math.floor((Number((time / NANOSECONDS) % 86_400_000n) - begin) / 1_000));
      const behind = (((seconds[0] ?? 0) - at) % day.length) + day.length;
      const entry = (seconds[0] ?? 0) - (behind % day.length);
      for (const [index, second] of seconds.entries()) expect(second).toBeGreaterThanOrEqual(entry + index);
      expect(others).toContain('by 0');
    },
  );
});
