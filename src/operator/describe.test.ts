import { describe, expect, it } from 'vitest';
import { describeAnswer, describeEvent } from './describe.js';
import type { OperatorAnswer, OperatorEvent } from './reports.js';

const symbolOf = (id: number): string => (id === 1 ? 'AAPL' : `instrument ${id}`);
const answer = (more: Partial<OperatorAnswer>): string =>
  describeAnswer(
    {
      report: 'OperatorReport',
      time: 0n,
      clOrdId: 1n,
      commandSequence: 1n,
      operatorSession: 9,
      request: '',
      value: 0,
      secondValue: 0,
      ...more,
    },
    symbolOf,
  );
const kill = (more: object): string =>
  describeAnswer(
    {
      report: 'KillReport',
      time: 0n,
      clOrdId: 1n,
      commandSequence: 1n,
      operatorSession: 9,
      request: 'kill',
      canceledCount: 0,
      scope: {},
      wasKilled: false,
      ...more,
    },
    symbolOf,
  );
const event = (more: object): string => describeEvent({ time: 0n, ...more } as OperatorEvent, symbolOf);

describe('what an operator reads', () => {
  it.each([
    [
      { request: 'setTickBand', instrumentId: 1, value: 10_000, secondValue: 100, secondBefore: 1 },
      'AAPL: tick 0.0100 from 1.0000 (was 0.0001)',
    ],
    [
      { request: 'setTickBand', instrumentId: 1, value: 10_000, secondBefore: 100 },
      'AAPL: no tick band from 1.0000 (the tick there was 0.0100)',
    ],
    [
      { request: 'setPriceBand', instrumentId: 1, value: 1_000_000, secondValue: 500 },
      'AAPL: price band 5% around 100.0000 (was none)',
    ],
    [
      { request: 'setPriceBand', instrumentId: 1, before: 10_000, secondBefore: 20_000 },
      'AAPL: no price band (was 1.0000 to 2.0000)',
    ],
    [
      { request: 'setLimits', account: 7, limit: 'openValue', value: 50_000, before: Number.MAX_SAFE_INTEGER },
      'account 7: openValue 5 (was none)',
    ],
    [
      {
        request: 'setLimits',
        account: 7,
        instrumentId: 1,
        limit: 'orderQuantity',
        severity: 'soft',
        value: 1_000,
        before: 9,
      },
      'AAPL account 7: soft orderQuantity 1,000 (was 9)',
    ],
    [
      { request: 'setLimits', account: 7, limit: 'duplicateWindow', value: 5_000_000 },
      'account 7: duplicateWindow 5.00 ms (was none)',
    ],
    [
      { request: 'publishImbalance', instrumentId: 2, stateBefore: 'halt' },
      'instrument 2: no auction is called (halt)',
    ],
    [{ request: 'rollDay', value: 8, before: 7 }, 'rollDay: day 8 (was 7)'],
    [
      { request: 'rollDay', reason: 'invalidValue', limitValue: 20_261_130 },
      'rollDay: refused: invalidValue (20,261,130)',
    ],
    [
      { request: 'setReferencePrice', instrumentId: 1, reason: 'invalidTick', limitValue: 100 },
      'AAPL: refused: invalidTick (0.0100)',
    ],
    [
      { request: 'setTradingState', instrumentId: 1, reason: 'invalidTransition', stateBefore: 'halt' },
      'AAPL: refused: invalidTransition (the state is halt)',
    ],
    [{ request: 'aNewRequest', instrumentId: 1 }, 'AAPL: taken'],
  ])('answers: %j', (more, text) => {
    expect(answer(more)).toBe(text);
  });

  it('kills', () => {
    expect(kill({ canceledCount: 1, scope: { session: 2 } })).toBe('session 2: killed, 1 order cancelled');
    expect(kill({ canceledCount: 1_234, wasKilled: true })).toBe(
      'venue: killed (it was already), 1,234 orders cancelled',
    );
    expect(kill({ request: 'unkill', scope: { firm: 3 } })).toBe('firm 3: was not killed');
    expect(kill({ request: 'unkill', scope: { account: 3 }, wasKilled: true })).toBe('account 3: may trade again');
  });

  it.each([
    [{ report: 'TradingStateReport', instrumentId: 1, state: 'halt', haltReason: 'T1' }, 'AAPL is in halt T1'],
    [
      { report: 'AuctionReport', instrumentId: 1, crossType: 'opening', quantity: 1_200, price: 1_802_500 },
      'AAPL opening auction traded 1,200 at 180.2500',
    ],
    [
      {
        report: 'ImbalanceReport',
        instrumentId: 1,
        crossType: 'closing',
        pairedQuantity: 10,
        imbalanceQuantity: 5,
        side: 'buy',
        nearPrice: 10_000,
      },
      'AAPL closing auction: 10 would trade at 1.0000, 5 to buy left over',
    ],
    [
      { report: 'AuctionCollarReport', instrumentId: 1, lowerPrice: 10_000, upperPrice: 20_000, extension: 2 },
      'AAPL reopens between 1.0000 and 2.0000, widened 2 times',
    ],
    [
      { report: 'LimitStateReport', instrumentId: 1, isOn: true, side: 'sell', price: 10_000 },
      'AAPL best sell stands at the band, 1.0000',
    ],
    [{ report: 'LimitStateReport', instrumentId: 1, isOn: false }, 'AAPL left the limit state'],
    [{ report: 'MarketBreachReport', level: 2 }, 'market-wide circuit breaker: level 2 is breached'],
    [
      {
        report: 'RiskWarning',
        session: 2,
        account: 7,
        reason: 'openQuantityLimit',
        limitValue: 1_000,
        instrumentId: 1,
      },
      'warning: account 7 of session 2 passed its soft openQuantityLimit (1,000) in AAPL',
    ],
  ])('events: %j', (more, text) => {
    expect(event(more)).toBe(text);
  });
});
