import { describe, expect, it } from 'vitest';
import { styled, table, toJson, wantsColour } from './output.js';

describe('output', () => {
  it('aligns columns without trailing space', () => {
    const text = table(
      [{ title: 'hop' }, { title: 'p99', align: 'right' }],
      [
        ['2_decode', '950'],
        ['3_book', '12'],
      ],
    );
    expect(text).toBe('hop       p99\n2_decode  950\n3_book     12');
  });

  it('does not count colour as width', () => {
    const text = table([{ title: 'a' }, { title: 'b' }], [[styled('red', 'x', true), 'y']]);
    expect(text.split('\n')[1]).toBe('\x1b[31mx\x1b[0m  y');
  });

  it('follows NO_COLOR, FORCE_COLOR and TERM=dumb', () => {
    const terminal = { isTTY: true };
    expect(wantsColour(terminal, {})).toBe(true);
    expect(wantsColour(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(terminal, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColour({}, {})).toBe(false);
  });

  it('writes 64-bit integers as numbers only where a double holds them', () => {
    expect(toJson({ small: 5n, large: 18_446_744_073_709_551_615n }, 0)).toBe(
      '{"small":5,"large":"18446744073709551615"}',
    );
  });
});
