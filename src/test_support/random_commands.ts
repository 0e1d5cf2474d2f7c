// For tests: commands at random that meet each other, from fast-check so that what fails shrinks. Few prices, few ids, few sessions.

import fc from 'fast-check';
import type { NewOrder, Request, SelfTradeInstruction, SequencedCommand } from '../reference/commands.js';

/** What a command is made from; ids are numbered when the list is known, so that they rise. */
export type Draft = (clOrdId: number, earlier: number) => SequencedCommand['command'];

export const who = fc.record({
  session: fc.integer({ min: 0, max: 2 }),
  locate: fc.constantFrom(1, 1, 1, 2),
});
export type Who = { session: number; locate: number };

/** Ids belong to sessions in turn, so that a later command can name an order that its session may have. */
export function request({ locate }: Who, clOrdId: number, owner = clOrdId): Request {
  const session = owner % 3;
  return { locate, session, account: 10 + (session % 2), firm: 100 + (session >> 1), clOrdId };
}

export const price = fc.integer({ min: 995, max: 1005 });
export const quantity = fc.integer({ min: 1, max: 50 });

const terms = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  orderType: fc.constantFrom<NewOrder['orderType'][]>(
    ...(['limit', 'limit', 'limit', 'limit', 'limit', 'market', 'stop', 'stopLimit'] as const),
  ),
  timeInForce: fc.constantFrom<NewOrder['timeInForce'][]>(
    ...(['day', 'day', 'day', 'day', 'day', 'day', 'immediateOrCancel', 'fillOrKill'] as const),
    ...(['goodTillTime', 'goodTillTime'] as const),
  ),
  price,
  quantity,
  keepOnDisconnect: fc.boolean(),
});

export const selfTrade: fc.Arbitrary<SelfTradeInstruction> = fc.record({
  scope: fc.constantFrom('account' as const, 'firm' as const),
  action: fc.constantFrom(
    'cancelNewest' as const,
    'cancelOldest' as const,
    'cancelBoth' as const,
    'decrement' as const,
  ),
});
/** Mostly none. */
const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const extras = fc
  .record({
    minQuantity: rarely(fc.integer({ min: 1, max: 30 })),
    displayQuantity: rarely(fc.integer({ min: 1, max: 10 })),
    postOnly: rarely(fc.constant(true)),
    expireTime: fc.integer({ min: 1, max: 400 }),
    stopPrice: price,
    selfTrade: rarely(selfTrade),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const newOrder = fc.tuple(who, terms, extras).map(
  ([from, fields, more]): Draft =>
    (id) => ({ kind: 'newOrder', ...request(from, id), ...fields, ...more }),
);
const replaceOrder = fc.tuple(who, price, quantity).map(
  ([from, newPrice, newQuantity]): Draft =>
    (id, earlier) => ({
      kind: 'replaceOrder',
      ...request(from, id, earlier),
      originalClOrdId: earlier,
      price: newPrice,
      quantity: newQuantity,
    }),
);
const cancelOrder = who.map(
  (from): Draft =>
    (id, earlier) => ({ kind: 'cancelOrder', ...request(from, id, earlier), originalClOrdId: earlier }),
);
const massCancel = fc.tuple(who, fc.constantFrom('session' as const, 'instrument' as const)).map(
  ([from, scope]): Draft =>
    (id) => ({
      kind: 'massCancel',
      ...request(from, id),
      scope: { session: from.session, ...(scope === 'session' ? {} : { locate: from.locate }) },
    }),
);
const sessionCancel = who.map(
  ({ session }): Draft =>
    () => ({ kind: 'sessionCancel', session }),
);

/** What clients send, and lost sessions. */
export const clientDraft = fc.oneof(
  { weight: 60, arbitrary: newOrder },
  { weight: 25, arbitrary: replaceOrder },
  { weight: 15, arbitrary: cancelOrder },
  { weight: 1, arbitrary: massCancel },
  { weight: 1, arbitrary: sessionCancel },
);

/** Commands with rising ids and times; `earlier` names one of the last ids. */
export function listOf(draft: fc.Arbitrary<Draft>): fc.Arbitrary<SequencedCommand[]> {
  const timed = fc.tuple(draft, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 5 }));
  // Without a size, fast-check keeps lists below a dozen.
  return fc.array(timed, { maxLength: 120, size: 'max' }).map((drafts) => {
    let time = 0;
    return drafts.map(([make, back, later], index) => {
      time += later;
      return { time, command: make(index + 1, Math.max(1, index + 1 - back)) };
    });
  });
}

export const commandList = listOf(clientDraft);
