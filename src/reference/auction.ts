// Auctions: everything that a call collected trades at one price.
//
// Who takes part. The book, hidden reserve included; queued market orders (day or good till time); queued orders for this auction only.
// Imbalance-only orders come in after the price is found. Self trades are not prevented.
//
// The price. Candidates are the limit prices of the orders that take part, and the reference price (the last trade, or what the operator
// said since) where it lies between the lowest and the highest of them and on the tick; where market orders meet market orders alone, the
// reference price. Of the candidates: those at which most trades; of these, those that leave the smallest imbalance; of these, those
// nearest the reference price; of two that are equally near, or without a reference price, the highest. Market orders and limits at least
// as good as the price can trade; the imbalance is what the larger side has more. Nothing to trade at any candidate: no price.
//
// Imbalance-only orders move neither price nor imbalance: those of the smaller side whose limit is at least as good as the price trade
// with the imbalance, after all others of their side, in order of price, then time.
//
// Priority of a side (Nasdaq's): market orders by time; then limits by price; at one price what the book displays and what waits for this
// auction only, by time; then hidden reserve, by time; then imbalance-only.
//
// Events. Buyers and sellers pair off from the front: each pair has a match number and gives `crossed` for the buyer, then for the
// seller. Public: C, not printable, where it takes displayed quantity; nothing for hidden quantity and queued orders. Then, bids before
// asks in canonical walk, reserve orders whose slice is gone show the next one (`refreshed`, reserve.ts). Then `uncrossed` (public: Q with
// the whole quantity and a match number of its own, also when it is 0): a feed-side book is now equal to the engine's, and the volume of
// the tape is Q's. The price is the last trade's from now on; it elects stops when continuous trading begins.
//
// Indication. While a call is on, `publishImbalance` gives `imbalance` (public: I); in other states nothing. Near price: the price the
// auction would have now. Far price: the price if queued orders alone took part. Paired: what would trade at the near price; imbalance:
// what would then be left over (Nasdaq counts both at a reference price inside the quote; a call has no quote). Direction B, S, N for
// none, O when there is no near price. Variation: by how many percent the near price is off the reference price, in ITCH's letters (L below
// 1, 1 to 9, A from 10, B from 20, C from 30), a space when one of the two is missing.

import type { PublishImbalance } from './admin_commands.js';
import type { Book } from './book.js';
import type { Side } from './commands.js';
import type { CrossType } from './events.js';
import { accepts, type Order, opposite, ranksBefore } from './order.js';
import { moveBand } from './price_band.js';
import { refresh } from './reserve.js';
import { isOnTick } from './tick_table.js';
import { callOf } from './trading_state.js';
import type { Venue } from './venue.js';

/** Quantity of one order that stands in line as one piece. */
interface Piece {
  readonly order: Order;
  readonly isDisplayed: boolean;
  open: number;
}

interface Cross {
  readonly price: number;
  /** What trades. */
  readonly quantity: number;
  /** What the larger side keeps. */
  readonly left: number;
  readonly leftSide: Side | undefined;
  readonly buys: Piece[];
  readonly sells: Piece[];
}

const sides = ['buy', 'sell'] as const;
const total = (orders: readonly Order[]): number => orders.reduce((sum, order) => sum + order.leaves, 0);
const totalOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + piece.open, 0);

function isFor(order: Order, crossType: CrossType): boolean {
  if (order.timeInForce === 'atTheOpening') return crossType === 'opening';
  if (order.timeInForce === 'atTheClose') return crossType === 'closing';
  return true;
}

function canTrade(order: Order, price: number): boolean {
  return order.price === undefined || accepts(order.side, order.price, price);
}

function candidates(book: Book, orders: readonly Order[]): number[] {
  const limits = orders.flatMap(({ price }) => (price === undefined ? [] : [price]));
  const reference = book.referencePrice;
  if (reference === undefined) return limits;
  const isBetween = limits.length === 0 || (Math.min(...limits) <= reference && reference <= Math.max(...limits));
  return isBetween && isOnTick(book, reference) ? [...limits, reference] : limits;
}

/** The auction price of these orders. */
function findPrice(book: Book, orders: readonly Order[]): number | undefined {
  let best: { price: number; rank: readonly [number, number, number, number] } | undefined;
  for (const price of candidates(book, orders)) {
    const able = orders.filter((order) => canTrade(order, price));
    const demand = total(able.filter(({ side }) => side === 'buy'));
    const supply = total(able) - demand;
    const volume = Math.min(demand, supply);
    const distance = Math.abs(price - (book.referencePrice ?? price));
    const rank = [volume, -Math.abs(demand - supply), -distance, price] as const;
    if (volume > 0 && (best === undefined || isHigher(rank, best.rank))) best = { price, rank };
  }
  return best?.price;
}

/** By the first number that differs. */
function isHigher(rank: readonly number[], than: readonly number[]): boolean {
  const at = rank.findIndex((value, index) => value !== than[index]);
  return at >= 0 && (rank[at] as number) > (than[at] as number);
}

/** By price, market first; then as `rank` says; then by time. */
function inLine(pieces: Piece[], rank: (piece: Piece) => number): Piece[] {
  return pieces.sort((a, b) => {
    const { side, price } = a.order;
    const other = b.order.price;
    if (price !== other) {
      if (price === undefined || other === undefined) return price === undefined ? -1 : 1;
      return ranksBefore(side, price, other) ? -1 : 1;
    }
    return rank(a) - rank(b) || a.order.turn - b.order.turn;
  });
}

function piecesOf(orders: readonly Order[]): Piece[] {
  return orders.flatMap((order) => {
    const shown = order.place === 'book' ? order.displayed : order.leaves;
    const pieces = [{ order, isDisplayed: order.place === 'book', open: shown }];
    if (order.leaves > shown) pieces.push({ order, isDisplayed: false, open: order.leaves - shown });
    return pieces;
  });
}

const isReserve = ({ order, isDisplayed }: Piece): number => (order.place === 'book' && !isDisplayed ? 1 : 0);

/** Who would trade now, in line, and at which price; undefined when nothing would. */
function findCross(book: Book, crossType: CrossType): Cross | undefined {
  const all = [...book.walk(), ...book.queued].filter((order) => isFor(order, crossType));
  const ordinary = all.filter(({ imbalanceOnly }) => !imbalanceOnly);
  const price = findPrice(book, ordinary);
  if (price === undefined) return undefined;
  const lineOf = (side: Side) =>
    inLine(piecesOf(ordinary.filter((order) => order.side === side && canTrade(order, price))), isReserve);
  const lines = { buy: lineOf('buy'), sell: lineOf('sell') };
  const larger = sides.find((side) => totalOf(lines[side]) > totalOf(lines[opposite(side)]));
  if (larger !== undefined) {
    const side = opposite(larger);
    const late = all.filter((order) => order.imbalanceOnly && order.side === side && canTrade(order, price));
    lines[side].push(...inLine(piecesOf(late), () => 0));
  }
  const quantity = Math.min(totalOf(lines.buy), totalOf(lines.sell));
  const left = larger === undefined ? 0 : totalOf(lines[larger]) - quantity;
  return { price, quantity, left, leftSide: left === 0 ? undefined : larger, buys: lines.buy, sells: lines.sell };
}

/** The price of the auction that is called, if it ended now. */
export function indicativePrice(book: Book): number | undefined {
  const crossType = callOf(book.state);
  return crossType === undefined ? undefined : findCross(book, crossType)?.price;
}

/** Nothing of the call is left to trade afterwards; who is to go then, trading_state.ts says. */
export function uncross(venue: Venue, book: Book, crossType: CrossType) {
  const cross = findCross(book, crossType);
  book.breaker?.forget();
  if (cross !== undefined) {
    pairOff(venue, book, cross);
    for (const order of [...book.walk()]) if (order.displayed === 0) refresh(venue, book, order);
    book.noteTrade(cross.price, venue.now);
    moveBand(book, cross.price);
  }
  venue.lastMatchNumber += 1;
  venue.emit({
    kind: 'uncrossed',
    publicEffect: 'crossTrade',
    locate: book.locate,
    instrumentId: book.instrumentId,
    matchNumber: venue.lastMatchNumber,
    quantity: cross?.quantity ?? 0,
    price: cross?.price ?? 0,
    crossType,
  });
}

function pairOff(venue: Venue, book: Book, { price, buys, sells }: Cross) {
  let left = [buys.shift(), sells.shift()] as const;
  for (let [buy, sell] = left; buy !== undefined && sell !== undefined; [buy, sell] = left) {
    const quantity = Math.min(buy.open, sell.open);
    venue.lastMatchNumber += 1;
    for (const piece of [buy, sell]) fill(venue, book, piece, quantity, price);
    left = [buy.open > 0 ? buy : buys.shift(), sell.open > 0 ? sell : sells.shift()];
  }
}

function fill(venue: Venue, book: Book, piece: Piece, quantity: number, price: number) {
  const { order } = piece;
  piece.open -= quantity;
  order.leaves -= quantity;
  order.executed += quantity;
  venue.risk.trade(order, quantity);
  if (piece.isDisplayed) order.displayed -= quantity;
  venue.tell(order, 'crossed', {
    publicEffect: piece.isDisplayed ? 'executeAtPrice' : 'none',
    matchNumber: venue.lastMatchNumber,
    quantity,
    price,
  });
  if (order.leaves > 0) return;
  if (order.place === 'book') book.remove(order);
  else book.queued.splice(book.queued.indexOf(order), 1);
  venue.forget(order);
}

export function publishImbalance(venue: Venue, command: PublishImbalance): undefined {
  const book = venue.book(command.locate);
  const crossType = callOf(book.state);
  if (crossType === undefined) return;
  const cross = findCross(book, crossType);
  const queued = book.queued.filter((order) => isFor(order, crossType) && !order.imbalanceOnly);
  const farPrice = findPrice(book, queued);
  const { referencePrice } = book;
  venue.emit({
    kind: 'imbalance',
    publicEffect: 'imbalance',
    locate: book.locate,
    instrumentId: book.instrumentId,
    crossType,
    pairedQuantity: cross?.quantity ?? 0,
    quantity: cross?.left ?? 0,
    ...(cross?.leftSide === undefined ? {} : { side: cross.leftSide }),
    ...(farPrice === undefined ? {} : { farPrice }),
    ...(cross === undefined ? {} : { nearPrice: cross.price }),
    ...(referencePrice === undefined ? {} : { referencePrice }),
    variation: variationOf(cross?.price, referencePrice),
  });
}

function variationOf(price: number | undefined, reference: number | undefined): string {
  if (price === undefined || reference === undefined) return ' ';
  const percent = Math.floor((Math.abs(price - reference) * 100) / reference);
  if (percent < 1) return 'L';
  if (percent < 10) return String(percent);
  if (percent < 20) return 'A';
  return percent < 30 ? 'B' : 'C';
}
