// Values of hopwire admin as the operator types them, in the units of the wire; what makes no sense is refused by commander with its name.

import { type Command, InvalidArgumentError } from 'commander';
import { TradingState } from '../../generated/order_entry.js';
import { wholeInBasisPoints } from '../../generated/rules.js';
import type { TradingStateName } from '../../operator/requests.js';
import { parsePrice } from '../format.js';

/** "180.25" -> 1802500. */
export function price(text: string): number {
  const value = parsePrice(text);
  if (value === undefined) throw new InvalidArgumentError('Expected a price such as 180.25, at most four decimals.');
  return value;
}

/** Hundredths of a percent; off = 0. */
export function basisPoints(text: string): number {
  if (text === 'off') return 0;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= wholeInBasisPoints) return value;
  throw new InvalidArgumentError(`Expected hundredths of a percent from 0 to ${wholeInBasisPoints}, or off.`);
}

const units: Readonly<Record<string, number>> = {
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
};

/** "500ms", "30s", "5m", "1h" or 0 -> nanoseconds. */
export function duration(text: string): number {
  if (text === '0') return 0;
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) * (units[match[2] as string] as number);
  if (value <= 86_400_000_000_000) return value;
  throw new InvalidArgumentError('Expected a time up to a day, such as 500ms, 30s or 5m.');
}

export function haltReason(text: string): string {
  if (/^[A-Z0-9]{0,4}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected up to four capitals or digits, such as T1.');
}

function wholeUpTo(highest: number, lowest = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
  };
}

export const limit = wholeUpTo(Number.MAX_SAFE_INTEGER);
/** Whole currency units; the wire counts in 1e-4. */
export const money = wholeUpTo(Math.floor(Number.MAX_SAFE_INTEGER / 10_000));
export const signedNumber = wholeUpTo(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER);
export const dayNumber = wholeUpTo(0xffff_ffff, 1);

const states = Object.keys(TradingState) as TradingStateName[];

export function tradingState(text: string, command: Command): TradingStateName {
  const state = states.find((name) => name === text);
  return state ?? command.error(`error: no trading state ${text}: expected ${states.join(', ')}`);
}
