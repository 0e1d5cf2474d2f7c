// For tests: random commands of a market that opens, halts, calls auctions and closes, in between those of its clients.

import fc from 'fast-check';
import type { AdminCommand, TradingState } from '../reference/admin_commands.js';
import type { NewOrder, SequencedCommand } from '../reference/commands.js';
import { clientDraft, type Draft, listOf, price, request, who } from './random_commands.js';

const locate = fc.constantFrom(1, 1, 1, 2);

/** Where an instrument may go next, the ways to trading more often. */
const onwards: Readonly<Record<TradingState, readonly TradingState[]>> = {
  preOpen: ['openingAuction', 'openingAuction', 'openingAuction', 'halt', 'closed'],
  openingAuction: ['continuous', 'continuous', 'continuous', 'continuous', 'halt'],
  continuous: ['halt', 'halt', 'closingAuction', 'closed', 'continuous'],
  halt: ['reopeningAuction', 'reopeningAuction', 'reopeningAuction', 'closed', 'continuous'],
  reopeningAuction: ['continuous', 'continuous', 'continuous', 'halt', 'closed'],
  closingAuction: ['closed', 'closed', 'closed', 'halt', 'continuous'],
  closed: ['preOpen', 'preOpen', 'preOpen', 'preOpen', 'openingAuction'],
};
const state = fc.constantFrom<TradingState[]>('preOpen', 'openingAuction', 'continuous', 'halt', 'reopeningAuction');
/** Five states stand for five choices until the walk is known. */
const choiceOf: Partial<Record<TradingState, number>> = {
  preOpen: 0,
  openingAuction: 1,
  continuous: 2,
  halt: 3,
  reopeningAuction: 4,
};
const setTradingState = fc.record({ kind: fc.constant('setTradingState' as const), locate, state });

/** Makes the states at random a walk; what the venue itself changes in between is not foreseen. */
export function walkStates(list: readonly SequencedCommand[]): SequencedCommand[] {
  const now = new Map<number, TradingState>();
  return list.map((sequenced) => {
    const { command } = sequenced;
    if (command.kind !== 'setTradingState') return sequenced;
    const choices = onwards[now.get(command.locate) ?? 'continuous'];
    const next = choices[choiceOf[command.state] ?? 0] as TradingState;
    now.set(command.locate, next);
    return { ...sequenced, command: { ...command, state: next } };
  });
}

const basisPoints = fc.constantFrom(0, 10, 30, 50);
const aboutInstrument: fc.Arbitrary<AdminCommand> = fc.oneof(
  fc.record({ kind: fc.constant('setReferencePrice' as const), locate, price }),
  fc.record({ kind: fc.constant('publishImbalance' as const), locate }),
  fc.record({ kind: fc.constant('setPriceCollar' as const), locate, basisPoints }),
  fc.record({ kind: fc.constant('setPriceBand' as const), locate, referencePrice: price, basisPoints }),
  fc.record({
    kind: fc.constant('setCircuitBreaker' as const),
    locate,
    basisPoints,
    window: fc.constantFrom(16, 100, 1000),
  }),
  fc.record({
    kind: fc.constant('setReopening' as const),
    locate,
    haltTime: fc.integer({ min: 0, max: 20 }),
    callTime: fc.integer({ min: 0, max: 20 }),
  }),
  fc.record({
    kind: fc.constant('setTickBand' as const),
    locate,
    fromPrice: fc.constantFrom(0, 1000),
    tick: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({
    kind: fc.constant('setLotSize' as const),
    locate,
    lot: fc.constantFrom(1, 1, 2),
    minimumQuantity: fc.constantFrom(1, 2, 4),
  }),
);

const aboutMarket: fc.Arbitrary<AdminCommand> = fc.oneof(
  fc.record({ kind: fc.constant('breachMarketLevel' as const), level: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('rollDay' as const), day: fc.integer({ min: 1, max: 5 }) }),
);

const admin: fc.Arbitrary<AdminCommand> = fc.oneof(
  { weight: 30, arbitrary: setTradingState },
  { weight: 12, arbitrary: aboutInstrument },
  { weight: 1, arbitrary: aboutMarket },
);

/** Orders that auctions are made of. */
const auctionOrder = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    orderType: fc.constantFrom('limit' as const, 'limit' as const, 'market' as const),
    timeInForce: fc.constantFrom<NewOrder['timeInForce'][]>('day', 'atTheOpening', 'atTheOpening', 'atTheClose'),
    price,
    quantity: fc.integer({ min: 1, max: 50 }),
    wantsImbalance: fc.constantFrom(false, false, true),
  })
  .chain(({ wantsImbalance, ...fields }) =>
    who.map((from): Draft => {
      const imbalanceOnly = wantsImbalance && fields.orderType === 'limit' && fields.timeInForce !== 'day';
      return (id) => ({ kind: 'newOrder', ...request(from, id), ...fields, imbalanceOnly });
    }),
  );

export const marketDraft = fc.oneof(
  { weight: 50, arbitrary: clientDraft },
  { weight: 20, arbitrary: auctionOrder },
  {
    weight: 20,
    arbitrary: admin.map(
      (command): Draft =>
        () =>
          command,
    ),
  },
);

/** Now and then long enough for a limit state to end in a pause. */
const slowly = listOf(marketDraft).map((list) =>
  list.map(({ time, command }) => ({ time: time * 2_000_000_000, command })),
);

export const marketCommandList = fc.oneof(listOf(marketDraft), slowly).map(walkStates);
