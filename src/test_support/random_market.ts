// For tests: random commands of a market that opens, halts, calls auctions and closes, in between those of its clients.

import fc from 'fast-check';
import type { AdminCommand, TradingState } from '../reference/admin_commands.js';
import type { NewOrder } from '../reference/commands.js';
import { clientDraft, type Draft, listOf, price, request, who } from './random_commands.js';

const locate = fc.constantFrom(1, 1, 1, 2);

/** Each state by itself is rarely a permitted one, so the ways back to trading come more often. */
const state = fc.constantFrom<TradingState[]>(
  ...([
    'preOpen',
    'preOpen',
    'openingAuction',
    'openingAuction',
    'openingAuction',
    'continuous',
    'continuous',
    'continuous',
  ] as const),
  ...(['halt', 'reopeningAuction', 'reopeningAuction', 'reopeningAuction', 'closingAuction', 'closed'] as const),
);

const setTradingState = fc.record({ kind: fc.constant('setTradingState' as const), locate, state });

const admin: fc.Arbitrary<AdminCommand> = fc.oneof(
  { weight: 30, arbitrary: setTradingState },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('setReferencePrice' as const), locate, price }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('publishImbalance' as const), locate }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('setTickBand' as const),
      locate,
      fromPrice: fc.constantFrom(0, 1000),
      tick: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('setLotSize' as const),
      locate,
      lot: fc.integer({ min: 1, max: 2 }),
      minimumQuantity: fc.constantFrom(1, 2, 4),
    }),
  },
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

export const marketCommandList = listOf(marketDraft);
