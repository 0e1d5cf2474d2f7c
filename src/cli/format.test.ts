import { describe, expect, it } from 'vitest';
import { formatCount, formatNanoseconds, formatPrice, formatTimeOfDay, parsePrice, parseTimeOfDay } from './format.js';

describe('format', () => {
  it('writes prices by integer arithmetic', () => {
    expect(formatPrice(1_234_500)).toBe('123.4500');
    expect(formatPrice(1)).toBe('0.0001');
    expect(formatPrice(2_000_000_000)).toBe('200000.0000');
    expect(formatPrice(-5)).toBe('-0.0005');
  });

  it('reads the prices it writes and refuses finer ones', () => {
    for (const price of [0, 1, 99_999, 1_234_500, 2_000_000_000]) expect(parsePrice(formatPrice(price))).toBe(price);
    expect(parsePrice('1.5')).toBe(15_000);
    expect(parsePrice('1.00001')).toBeUndefined();
    expect(parsePrice('-1')).toBeUndefined();
    expect(parsePrice('')).toBeUndefined();
  });

  it('groups counts', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatCount(999)).toBe('999');
    expect(formatCount(12_345_678_901_234_567_890n)).toBe('12,345,678,901,234,567,890');
  });

  it('chooses a unit for durations', () => {
    expect(formatNanoseconds(950)).toBe('950 ns');
    expect(formatNanoseconds(12_340)).toBe('12.34 us');
    expect(formatNanoseconds(2_500_000_000)).toBe('2.50 s');
  });

  it('writes and reads times of day to the nanosecond', () => {
    const opening = 34_200_000_000_123;
    expect(formatTimeOfDay(opening)).toBe('09:30:00.000000123');
    expect(parseTimeOfDay('09:30:00.000000123')).toBe(opening);
    expect(parseTimeOfDay('9:30')).toBe(34_200_000_000_000);
    expect(parseTimeOfDay('09:30:00.5')).toBe(34_200_500_000_000);
    expect(parseTimeOfDay('24:00')).toBeUndefined();
    expect(parseTimeOfDay('09:61')).toBeUndefined();
  });
});
