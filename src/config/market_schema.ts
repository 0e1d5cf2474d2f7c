// What the venue section says of the market: rules of instruments, pre-trade risk, the trading day. Each value with its bounds, which are
// those of schemas/rules.xml where the engine has them too; what one value makes of another (a price on its tick, a symbol that is listed)
// is checked in market_checks.ts. Prices are decimals in currency units, money in whole currency units, times in milliseconds.
import { z } from 'zod';
import { TradingState } from '../generated/order_entry.js';
import { largestPrice, limitsOfRowMax, messageRateMax, tickBandsMax, wholeInBasisPoints } from '../generated/rules.js';
import type { TradingStateName } from '../operator/requests.js';

/** What both engines hold exactly: 2^53 - 1. */
const LARGEST_LIMIT = Number.MAX_SAFE_INTEGER;
const DAY_MILLISECONDS = 86_400_000;
const PRICE_UNITS = 10_000;
const INDEX_UNITS = 100_000_000;

/** 123.45 -> 1234500. */
export function priceUnits(price: number): number {
  return Math.round(price * PRICE_UNITS);
}

/** 4800.5 -> 480050000000. */
export function indexUnits(level: number): number {
  return Math.round(level * INDEX_UNITS);
}

const hasFourDecimals = (price: number): boolean => Math.abs(price * PRICE_UNITS - priceUnits(price)) < 1e-4;
const decimals = 'expected at most four decimals';
const price = z
  .number()
  .min(1 / PRICE_UNITS)
  .max(largestPrice / PRICE_UNITS)
  .refine(hasFourDecimals, decimals);
const priceFrom = z
  .number()
  .min(0)
  .max(largestPrice / PRICE_UNITS)
  .refine(hasFourDecimals, decimals);
const basisPoints = z.int().min(0).max(Number(wholeInBasisPoints));
const quantity = z.int().min(1).max(0xffff_ffff);
const milliseconds = z.int().min(0).max(DAY_MILLISECONDS);
const account = z.int().min(0).max(0xffff_ffff);
const symbol = z.string().min(1);
const tradingState = z.enum(Object.keys(TradingState) as [TradingStateName, ...TradingStateName[]]);

const instrumentRules = z.strictObject({
  /** In which it begins; without it, as the schedule has it, else continuous. */
  tradingState: tradingState.optional(),
  referencePrice: price.optional(),
  /** From each price up, to where the next begins. */
  ticks: z
    .array(z.strictObject({ from: priceFrom, tick: price }))
    .max(tickBandsMax)
    .optional(),
  lot: quantity.optional(),
  minimumQuantity: quantity.optional(),
  /** How far from the reference price an order may reach; 0 = any distance. */
  priceCollar_bps: basisPoints.optional(),
  /** Limit up, limit down. */
  priceBand: z.strictObject({ referencePrice: price, width_bps: basisPoints }).optional(),
  /** Halts on a move of more than this within the window. */
  circuitBreaker: z.strictObject({ move_bps: basisPoints, window_ms: z.int().min(1).max(DAY_MILLISECONDS) }).optional(),
  /** How long what the venue itself halted stays halted, then in its reopening auction; 0 = until an operator says so. */
  reopening: z.strictObject({ halt_ms: milliseconds, call_ms: milliseconds }).optional(),
});

export const rulesSchema = z.strictObject({
  /** Of every instrument, key by key, unless it has its own. */
  default: instrumentRules.prefault({}),
  /** By symbol. */
  instruments: z.record(symbol, instrumentRules).default({}),
  /** Index levels of the market-wide circuit breaker, each below the one before. */
  marketLevels: z.array(z.number().positive().max(10_000_000)).length(3).optional(),
});

const limit = z.int().min(0).max(LARGEST_LIMIT);
/** Whole currency units; the venue counts in 1e-4. */
const money = z
  .int()
  .min(0)
  .max(Math.floor(LARGEST_LIMIT / PRICE_UNITS));
const ofInstrument = {
  orderQuantity: limit.optional(),
  orderValue: money.optional(),
  longPosition: limit.optional(),
  shortPosition: limit.optional(),
  openQuantity: limit.optional(),
};
const ofAccount = { grossPosition: limit.optional(), openValue: money.optional() };
const rate = z.int().min(0).max(Number(messageRateMax));
const accountHard = z.strictObject({
  ...ofAccount,
  /** New orders, replaces and mass quotes a second; 0 = any number. */
  messageRate: rate.optional(),
  messageBurst: z.int().min(1).max(Number(messageRateMax)).optional(),
  /** An equal order within it is refused; 0 = none. */
  duplicateWindow_ms: milliseconds.optional(),
});

/** A list, or `all`: every account that a session of this venue lists. */
const accounts = z.union([z.literal('all'), z.array(account).min(1).max(65_534)]);
/** A list of symbols, or `all`. */
const symbols = z.union([z.literal('all'), z.array(symbol).min(1)]);
const someLimits = 'name at least one limit, hard or soft';
const namesOne = ({ hard, soft }: { hard?: object | undefined; soft?: object | undefined }): boolean =>
  Object.keys(hard ?? {}).length + Object.keys(soft ?? {}).length > 0;

export const riskSchema = z.strictObject({
  /** How many accounts can have limits. */
  maximumAccounts: z.int().min(1).max(65_534).default(1024),
  /** Later entries overrule earlier ones, limit by limit. An account may trade an instrument once both it and the pair have a limit. */
  accountLimits: z
    .array(
      z
        .strictObject({ accounts, hard: accountHard.optional(), soft: z.strictObject(ofAccount).optional() })
        .refine(namesOne, someLimits),
    )
    .default([]),
  instrumentLimits: z
    .array(
      z
        .strictObject({
          accounts,
          instruments: symbols,
          hard: z.strictObject(ofInstrument).optional(),
          soft: z.strictObject(ofInstrument).optional(),
        })
        .refine(namesOne, someLimits),
    )
    .default([]),
  /** What accounts hold when the day begins; negative = short. */
  positions: z
    .array(z.strictObject({ account, instrument: symbol, position: z.int().min(-LARGEST_LIMIT).max(LARGEST_LIMIT) }))
    .default([]),
  /** What an account may not trade. */
  restricted: z.array(z.strictObject({ account, instruments: symbols })).default([]),
  /** Short sales only above the best bid, for everybody. */
  shortSaleRestricted: symbols.optional(),
});

const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'expected a time of day in UTC such as "13:30:00"');

/** "13:30:00" -> 48600000. */
export function timeOfDayMilliseconds(text: string): number {
  const [hours, minutes, seconds] = text.split(':').map(Number) as [number, number, number];
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

/** How the new day is called: by the date at that time, or by the one after. */
const dayName = z.enum(['today', 'next']);

export const scheduleSchema = z
  .array(
    z
      .strictObject({ at: timeOfDay, state: tradingState.optional(), rollDay: dayName.optional() })
      .refine(({ state, rollDay }) => (state === undefined) !== (rollDay === undefined), {
        error: 'expected a state or rollDay: today or next',
      }),
  )
  .max(100)
  .superRefine((entries, context) => {
    for (const [index, { at }] of entries.entries()) {
      const isKnown = entries.findIndex((entry) => entry.at === at) < index;
      if (isKnown) context.addIssue({ code: 'custom', path: [index, 'at'], message: `${at} stands there twice` });
    }
  });

export type InstrumentRules = z.output<typeof instrumentRules>;
export type MarketRules = z.output<typeof rulesSchema>;
export type MarketRisk = z.output<typeof riskSchema>;
export type Schedule = z.output<typeof scheduleSchema>;
/** Limits of one row are one request. */
export const LIMITS_OF_ROW = limitsOfRowMax;
