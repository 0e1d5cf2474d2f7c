// Auctions against a slow search: the price is compared with every price there is, and nobody who came first is passed over.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NewOrder } from './commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

interface Entry {
  readonly isBuy: boolean;
  readonly isMarket: boolean;
  readonly price: number;
  readonly quantity: number;
  readonly isReserve: boolean;
}

const entries = fc.array(
  fc.record({
    isBuy: fc.boolean(),
    isMarket: fc.constantFrom(false, false, false, true),
    price: fc.integer({ min: 95, max: 105 }),
    quantity: fc.integer({ min: 1, max: 20 }),
    isReserve: fc.constantFrom(false, false, true),
  }),
  { maxLength: 25, size: 'max' },
);
const reference = fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined });

function orderOf(entry: Entry, clOrdId: number): NewOrder {
  const { isBuy, isMarket, isReserve, price, quantity } = entry;
  return {
    kind: 'newOrder',
    ...{ session: 0, account: 0, firm: 0, locate: 1, clOrdId },
    side: isBuy ? 'buy' : 'sell',
    orderType: isMarket ? 'market' : 'limit',
    timeInForce: 'day',
    price,
    quantity,
    ...(isReserve && !isMarket ? { displayQuantity: Math.min(3, quantity) } : {}),
  };
}

/** What the auction of these orders gave. */
function uncross(list: readonly Entry[], referencePrice: number | undefined): readonly MatchEvent[] {
  const engine = new Engine(scenarioLimits);
  engine.addInstrument(1, 1001);
  const state = (to: 'halt' | 'reopeningAuction' | 'continuous') =>
    engine.apply({ time: 0, command: { kind: 'setTradingState', locate: 1, state: to } });
  if (referencePrice !== undefined) {
    engine.apply({ time: 0, command: { kind: 'setReferencePrice', locate: 1, price: referencePrice } });
  }
  state('halt');
  state('reopeningAuction');
  for (const [index, entry] of list.entries()) engine.apply({ time: 0, command: orderOf(entry, index + 1) });
  return state('continuous');
}

const canTrade = (entry: Entry, price: number): boolean =>
  entry.isMarket || (entry.isBuy ? entry.price >= price : entry.price <= price);

function quantitiesAt(list: readonly Entry[], price: number) {
  const sum = (isBuy: boolean) =>
    list
      .filter((entry) => entry.isBuy === isBuy && canTrade(entry, price))
      .reduce((all, { quantity }) => all + quantity, 0);
  const [demand, supply] = [sum(true), sum(false)];
  return { volume: Math.min(demand, supply), imbalance: Math.abs(demand - supply) };
}

/** Traded by order, counted from the events. */
function tradedOf(events: readonly MatchEvent[]): Map<number, number> {
  const traded = new Map<number, number>();
  for (const event of events) {
    if (event.kind !== 'crossed') continue;
    const id = event.clOrdId as number;
    traded.set(id, (traded.get(id) ?? 0) + (event.quantity as number));
  }
  return traded;
}

describe('auction', () => {
  test('no price trades more, and no limit price that trades as much leaves less', () => {
    fc.assert(
      fc.property(entries, reference, (list, referencePrice) => {
        const over = uncross(list, referencePrice).find(({ kind }) => kind === 'uncrossed');
        const chosen = quantitiesAt(list, over?.price as number);
        const limits = list.filter(({ isMarket }) => !isMarket).map(({ price }) => price);
        if (over?.quantity === 0) {
          for (const price of limits) expect(quantitiesAt(list, price).volume).toBe(0);
          return;
        }
        expect(over?.quantity).toBe(chosen.volume);
        for (let price = 90; price <= 110; price += 1) {
          if (limits.length > 0) expect(quantitiesAt(list, price).volume).toBeLessThanOrEqual(chosen.volume);
        }
        const distance = (price: number) => Math.abs(price - (referencePrice ?? price));
        for (const price of limits) {
          const other = quantitiesAt(list, price);
          if (other.volume < chosen.volume) continue;
          expect(other.imbalance).toBeGreaterThanOrEqual(chosen.imbalance);
          if (other.imbalance === chosen.imbalance) {
            expect(distance(price)).toBeGreaterThanOrEqual(distance(over?.price as number));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('whoever trades less than all stands behind all who traded', () => {
    fc.assert(
      fc.property(entries, reference, (list, referencePrice) => {
        const events = uncross(list, referencePrice);
        const price = events.find(({ kind }) => kind === 'uncrossed')?.price as number;
        const traded = tradedOf(events);
        const worth = (entry: Entry) =>
          entry.isMarket ? Number.MAX_SAFE_INTEGER : entry.isBuy ? entry.price : -entry.price;
        for (const isBuy of [true, false]) {
          const line = list
            .map((entry, index) => ({ entry, index, got: traded.get(index + 1) ?? 0 }))
            .filter(({ entry }) => entry.isBuy === isBuy);
          for (const ahead of line.filter(({ entry, got }) => got < entry.quantity)) {
            for (const behind of line.filter(({ entry }) => worth(entry) < worth(ahead.entry)))
              expect(behind.got).toBe(0);
            const isPlain = !ahead.entry.isReserve || ahead.entry.isMarket;
            const equals = line.filter(
              ({ entry, index }) => worth(entry) === worth(ahead.entry) && index > ahead.index,
            );
            if (isPlain) for (const behind of equals) expect(behind.got).toBe(0);
          }
          for (const { entry, got } of line) if (got > 0) expect(canTrade(entry, price)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
