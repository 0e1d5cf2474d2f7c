import { describe, expect, it } from 'vitest';
import { type ClosingBooks, compareBooks } from './verdict.js';

const books = [
  { locate: 1, orders: 20, digest: 'aaaaaaaaaaaaaaaa' },
  { locate: 2, orders: 31, digest: 'bbbbbbbbbbbbbbbb' },
];
const venue: ClosingBooks = { books, marketDigest: '0123456789abcdef', nextSequence: '501' };
const trader: ClosingBooks = { ...venue, books: [...books].reverse(), endOfSession: true };

describe('compareBooks', () => {
  it('calls books equal whatever the order of the rows', () => {
    expect(compareBooks(venue, trader)).toEqual({
      equal: true,
      compared: 2,
      differences: [],
      marketDigest: '0123456789abcdef',
      reason: '',
    });
  });

  it('names every book that differs, and one that only one side has', () => {
    const other = [
      { locate: 2, orders: 30, digest: 'cccccccccccccccc' },
      { locate: 9, orders: 1, digest: 'dddddddddddddddd' },
    ];
    const verdict = compareBooks(venue, { ...trader, books: other });
    expect(verdict.equal).toBe(false);
    expect(verdict.compared).toBe(3);
    expect(verdict.differences).toEqual([
      { locate: 1, venue: books[0], trader: null },
      { locate: 2, venue: books[1], trader: other[0] },
      { locate: 9, venue: null, trader: other[1] },
    ]);
    expect(verdict.marketDigest).toBe('');
  });

  const refusals: [string, ClosingBooks | null, ClosingBooks | null, string][] = [
    ['a venue that gave nothing', null, trader, 'the venue gave no closing books'],
    ['a trader that gave nothing', venue, {}, 'the trader gave no closing books'],
    ['a feed cut short', venue, { ...trader, endOfSession: false }, 'the trader did not reach the end of the session'],
    ['empty books', { ...venue, books: [] }, { ...trader, books: [] }, 'no book had a live order'],
    [
      'another sequence',
      venue,
      { ...trader, nextSequence: '500' },
      'next sequence is 501 at the venue and 500 at the trader',
    ],
    ['another market digest', venue, { ...trader, marketDigest: 'f' }, 'market digests differ although no book does'],
  ];
  it.each(refusals)('is not satisfied by %s', (_name, left, right, reason) => {
    const verdict = compareBooks(left, right);
    expect(verdict.equal).toBe(false);
    expect(verdict.reason).toBe(reason);
  });
});
