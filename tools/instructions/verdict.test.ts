import { expect, test } from 'vitest';
import { figures } from './figures.js';
import { tolerance, verdictOf } from './verdict.js';

test('a count near its figure passes, one above or below it does not and says what to do', () => {
  expect(verdictOf('one', 300, 300).isWrong).toBe(false);
  expect(verdictOf('one', 300 * (1 + tolerance * 0.99), 300).isWrong).toBe(false);
  expect(verdictOf('one', 300 * (1 - tolerance * 0.99), 300).isWrong).toBe(false);
  const grown = verdictOf('one', 310, 300);
  expect(grown.isWrong).toBe(true);
  expect(grown.text).toBe(
    'one      310.0 instructions a command, figure 300.0 (+3.3 %): make it shorter, or say why with --write',
  );
  const shrunk = verdictOf('one', 290, 300);
  expect(shrunk.isWrong).toBe(true);
  expect(shrunk.text).toContain('--write');
});

test('a figure that is none lets nothing through', () => {
  expect(verdictOf('one', 300, 0).isWrong).toBe(true);
  expect(verdictOf('one', Number.NaN, 300).isWrong).toBe(true);
});

test('every flow has a figure', () => {
  expect(Object.keys(figures.perCommand)).toEqual(['one', 'hundred', 'risk']);
  for (const perCommand of Object.values(figures.perCommand)) expect(perCommand).toBeGreaterThan(50);
});
