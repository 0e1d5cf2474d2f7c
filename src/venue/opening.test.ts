import { describe, expect, it } from 'vitest';
import { venueSchema } from '../config/schema.js';
import { TradingState } from '../generated/order_entry.js';
import { FrameReader } from '../order_entry/frames.js';
import { marketOf, openingRequests } from './opening.js';

const instruments = [
  { id: 11, symbol: 'AAPL' },
  { id: 12, symbol: 'MSFT' },
];
const session = { id: 1, accessKey: 'KEY', secret: 'long enough', firm: 1, accounts: [8, 7] };
const settings = (more: object) => venueSchema.parse({ instruments, sessions: [session], ...more });

describe('what a venue begins with', () => {
  it('is nothing at all when the configuration says nothing', () => {
    const market = marketOf(settings({}));
    expect(market).toMatchObject({ riskOn: false, openingStates: [], schedule: [], imbalanceInterval_ms: 0 });
    expect(market.openingRequests.length).toBe(0);
  });

  it('is every rule in the units of the wire, an instrument after the other, ticks first, own keys before the default', () => {
    const rules = {
      default: { ticks: [{ from: 0, tick: 0.01 }], lot: 10, priceCollar_bps: 500 },
      instruments: {
        MSFT: {
          lot: 1,
          referencePrice: 180.25,
          priceBand: { referencePrice: 180, width_bps: 1_000 },
          circuitBreaker: { move_bps: 700, window_ms: 300_000 },
          reopening: { halt_ms: 1, call_ms: 2 },
        },
      },
      marketLevels: [4_650.5, 4_350, 4_000],
    };
    expect(openingRequests(settings({ rules }))).toEqual([
      { kind: 'setTickBand', instrumentId: 11, fromPrice: 0, tick: 100 },
      { kind: 'setLotSize', instrumentId: 11, lot: 10, minimumQuantity: 10 },
      { kind: 'setPriceCollar', instrumentId: 11, basisPoints: 500 },
      { kind: 'setTickBand', instrumentId: 12, fromPrice: 0, tick: 100 },
      { kind: 'setLotSize', instrumentId: 12, lot: 1, minimumQuantity: 1 },
      { kind: 'setReferencePrice', instrumentId: 12, price: 1_802_500 },
      { kind: 'setPriceCollar', instrumentId: 12, basisPoints: 500 },
      { kind: 'setPriceBand', instrumentId: 12, referencePrice: 1_800_000, basisPoints: 1_000 },
      { kind: 'setCircuitBreaker', instrumentId: 12, basisPoints: 700, window: 300_000_000_000 },
      { kind: 'setReopening', instrumentId: 12, haltTime: 1_000_000, callTime: 2_000_000 },
      { kind: 'setMarketLevels', levels: [465_050_000_000, 435_000_000_000, 400_000_000_000] },
    ]);
  });

  it('is risk with limits row by row, restrictions and positions; `all` means listed accounts and instruments', () => {
    const risk = {
      maximumAccounts: 5,
      accountLimits: [{ accounts: 'all', hard: { openValue: 1_000, messageRate: 9, duplicateWindow_ms: 5 } }],
      instrumentLimits: [
        { accounts: [7], instruments: 'all', hard: { orderQuantity: 100 }, soft: { orderQuantity: 50, orderValue: 2 } },
      ],
      positions: [{ account: 9, instrument: 'MSFT', position: -3 }],
      restricted: [{ account: 8, instruments: ['AAPL'] }],
      shortSaleRestricted: ['MSFT'],
    };
    const ofAccount = [
      { limit: 'openValue', value: 10_000_000 },
      { limit: 'messageRate', value: 9 },
      { limit: 'duplicateWindow', value: 5_000_000 },
    ];
    const soft = [
      { limit: 'orderQuantity', value: 50 },
      { limit: 'orderValue', value: 20_000 },
    ];
    const hard = [{ limit: 'orderQuantity', value: 100 }];
    const checked = settings({ risk });
    expect(openingRequests(checked)).toEqual([
      { kind: 'setLimits', account: 7, severity: 'hard', limits: ofAccount },
      { kind: 'setLimits', account: 8, severity: 'hard', limits: ofAccount },
      { kind: 'setLimits', account: 7, instrumentId: 11, severity: 'hard', limits: hard },
      { kind: 'setLimits', account: 7, instrumentId: 11, severity: 'soft', limits: soft },
      { kind: 'setLimits', account: 7, instrumentId: 12, severity: 'hard', limits: hard },
      { kind: 'setLimits', account: 7, instrumentId: 12, severity: 'soft', limits: soft },
      { kind: 'setPosition', account: 9, instrumentId: 12, position: -3 },
      { kind: 'restrictInstrument', account: 8, instrumentId: 11, restricted: true },
      { kind: 'restrictShortSales', instrumentId: 12, restricted: true },
    ]);
    const market = marketOf(checked);
    expect(market).toMatchObject({ riskOn: true, maximumAccounts: 5 });
    expect([...new FrameReader().take(market.openingRequests)]).toHaveLength(9);
  });

  it('is the timetable in order of time, and the states that instruments have of their own', () => {
    const schedule = [
      { at: '14:30:00', state: 'continuous' },
      { at: '08:00:00', state: 'preOpen' },
      { at: '23:00:00', rollDay: 'next' },
    ];
    const rules = { instruments: { MSFT: { tradingState: 'closed' } } };
    expect(marketOf(settings({ schedule, rules, imbalanceInterval_ms: 500 }))).toMatchObject({
      schedule: [
        { timeOfDay_ms: 28_800_000, state: TradingState.preOpen, roll: 0 },
        { timeOfDay_ms: 52_200_000, state: TradingState.continuous, roll: 0 },
        { timeOfDay_ms: 82_800_000, state: TradingState.continuous, roll: 2 },
      ],
      openingStates: [-1, TradingState.closed],
      imbalanceInterval_ms: 500,
    });
  });
});
