// Short sales, with pre-trade risk on.
//
// Marking. A sell order that is not marked short may not sell more than the account holds in that instrument less what its other open
// unmarked sells may sell; else it is refused with shortSaleNotMarked and what could be sold. Marking short what is held is allowed: the
// stricter mark. A replace keeps the mark and is asked for its new open quantity. Asks of mass quotes count as marked.
//
// Price test, in the manner of Regulation SHO's Rule 201. While an instrument is restricted (`restrictShortSales`;
// `shortSaleRestrictionSet`, public: Y) a marked sale must be priced above the best bid of the book: shortSaleRestricted, with the best
// bid. Without a bid any price will do. A marked sale without a limit is refused, bid or not. Asked of new orders, of replaces that move
// and of quotes that move, as they come; what stands, and a waiting stop-limit when it is triggered, is not asked again. Marked or not is
// the account's word here: what it sells unmarked it holds.

import type { RestrictShortSales } from './control_commands.js';
import type { Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

/** What the rules here ask of an order. */
export type Sale = Pick<Order, 'account' | 'locate' | 'side' | 'price' | 'leaves' | 'shortSale'>;

/** `others`: the account's open orders besides this one. */
export function checkShortSale(venue: Venue, sale: Sale, others: readonly Sale[]): Refusal | undefined {
  if (sale.side !== 'sell') return undefined;
  return sale.shortSale ? checkPriceTest(venue, sale) : checkMark(venue, sale, others);
}

function checkMark(venue: Venue, sale: Sale, others: readonly Sale[]): Refusal | undefined {
  let held = venue.risk.account(sale.account).instrument(sale.locate).position;
  for (const other of others) {
    if (other.side === 'sell' && other.locate === sale.locate && !other.shortSale) held -= other.leaves;
  }
  const limitValue = Math.max(0, held);
  return sale.leaves > limitValue ? { reason: 'shortSaleNotMarked', limitValue } : undefined;
}

function checkPriceTest(venue: Venue, { locate, price }: Sale): Refusal | undefined {
  const book = venue.book(locate);
  if (!book.isShortRestricted) return undefined;
  const bid = book.best('buy')?.price;
  if (price !== undefined && (bid === undefined || price > bid)) return undefined;
  return { reason: 'shortSaleRestricted', ...(bid === undefined ? {} : { limitValue: bid }) };
}

export function restrictShortSales(venue: Venue, { locate, isRestricted }: RestrictShortSales): undefined {
  const book = venue.book(locate);
  book.isShortRestricted = isRestricted;
  venue.emit({
    kind: 'shortSaleRestrictionSet',
    publicEffect: 'shortSaleRestriction',
    locate,
    instrumentId: book.instrumentId,
    quantity: isRestricted ? 1 : 0,
  });
}
