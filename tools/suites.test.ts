import { describe, expect, it } from 'vitest';
import { agreed, countIn, countLine, sum } from './suites.js';

describe('suites', () => {
  it('takes the last plain count line, not a labelled one', () => {
    expect(
      countIn('1 passed, 0 failed, 0 skipped\nnative 9 passed, 9 failed, 9 skipped\n2 passed, 1 failed, 3 skipped\n'),
    ).toEqual({
      passed: 2,
      failed: 1,
      skipped: 3,
    });
    expect(countIn('nothing here')).toBeUndefined();
  });

  it('counts a suite as failed when it did not report, ran nothing, or its status says so', () => {
    expect(agreed(undefined, 0).failed).toBe(1);
    expect(agreed({ passed: 0, failed: 0, skipped: 4 }, 0).failed).toBe(1);
    expect(agreed({ passed: 5, failed: 0, skipped: 0 }, 1).failed).toBe(1);
    expect(agreed({ passed: 5, failed: 0, skipped: 0 }, null).failed).toBe(1);
    expect(agreed({ passed: 5, failed: 2, skipped: 0 }, 1).failed).toBe(2);
    expect(agreed({ passed: 5, failed: 0, skipped: 1 }, 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  });

  it('adds up', () => {
    const total = sum([
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ]);
    expect(countLine(total)).toBe('11 passed, 22 failed, 33 skipped');
  });
});
