// Numbers in option values: what the operator typed, refused by commander with the option's name when it is not one or out of bounds.

import { InvalidArgumentError } from 'commander';

/** A decimal number above 0: no hexadecimal, no exponent, no Infinity. */
export function positive(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number above 0, at most ${most}.`);
  };
}

export function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
  };
}

/** A share, such as 0.01 for one in a hundred. */
export function share(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`Expected a share from 0 to ${most}, such as 0.01.`);
  };
}

/** The longest run the configs allow. */
export const DAY_SECONDS = 86_400;
/** Orders a second the configs allow. */
export const RATE_LIMIT = 10_000_000;
