import { describe, expect, it } from 'vitest';
import { positive, share, wholeNumber } from './number_options.js';

describe('numbers in options', () => {
  it.each(['0', '-1', 'NaN', 'Infinity', '1e3', '0x10', '', ' 1', '1 ', 'abc', '10001'])(
    'positive refuses %j',
    (text) => {
      expect(() => positive(10_000)(text)).toThrow('Expected a number above 0, at most 10000.');
    },
  );
  it.each(['1', '0.5', '.5', '10000'])('positive takes %j', (text) => {
    expect(positive(10_000)(text)).toBe(Number(text));
  });
  it.each(['0', '1.5', '-1', '11', '1e1', ''])('whole number refuses %j', (text) => {
    expect(() => wholeNumber(1, 10)(text)).toThrow('Expected a whole number from 1 to 10.');
  });
  it.each(['-0.1', '0.6', 'x', '1%'])('share refuses %j', (text) => {
    expect(() => share(0.5)(text)).toThrow('Expected a share from 0 to 0.5');
  });
  it('share takes its bounds', () => {
    expect([share(0.5)('0'), share(0.5)('0.5')]).toEqual([0, 0.5]);
  });
});
