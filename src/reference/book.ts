// One instrument's resting orders, what waits unseen beside them, and the state it trades in. Per side a list of price levels, best first;
// per level the orders in time priority. Lists and no more: the plainest thing that is right. The engine in C++ has the ladders.

import type { TradingState } from './admin_commands.js';
import type { Breaker } from './circuit_breaker.js';
import type { Side } from './commands.js';
import { type Order, ranksBefore, toDisplay } from './order.js';
import type { LimitState, PriceBand } from './price_band.js';
import type { AuctionCollar } from './reopening.js';
import type { TickBand } from './tick_table.js';

export interface Level {
  readonly price: number;
  readonly orders: Order[];
}

export class Book {
  readonly locate: number;
  readonly instrumentId: number;
  readonly buy: Level[] = [];
  readonly sell: Level[] = [];
  /** Stops that wait, in the order in which they came to wait. */
  readonly parked: Order[] = [];
  /** Orders that wait unseen for an auction, in time priority. */
  readonly queued: Order[] = [];
  /** Of the last trade. */
  lastPrice: number | undefined;
  /** What auctions lean to and the collar stands around: the last trade, or what the operator said since. */
  referencePrice: number | undefined;
  state: TradingState = 'continuous';
  /** ITCH code of the last change of state. */
  haltReason = '';
  /** Ascending. */
  tickBands: readonly TickBand[] = [];
  lot = 1;
  minimumQuantity = 1;
  /** 0 = no collar. */
  collarBasisPoints = 0;
  band: PriceBand | undefined;
  limitState: LimitState | undefined;
  breaker: Breaker | undefined;
  /** How long what the venue halted stays halted, then in its call; 0 = until the operator says so. */
  haltTime = 0;
  callTime = 0;
  /** When the venue's own timetable changes the state next. */
  due: number | undefined;
  /** For the call after a pause, and of the call that is on. */
  pauseCollar: AuctionCollar | undefined;
  auctionCollar: AuctionCollar | undefined;
  isShortRestricted = false;
  private lastTurn = 0;

  constructor(locate: number, instrumentId: number) {
    this.locate = locate;
    this.instrumentId = instrumentId;
  }

  best(side: Side): Level | undefined {
    return this[side][0];
  }

  level(side: Side, price: number): Level | undefined {
    return this[side].find((level) => level.price === price);
  }

  /** Displayed quantity at a price. */
  displayedAt(side: Side, price: number): number {
    return (this.level(side, price)?.orders ?? []).reduce((sum, order) => sum + order.displayed, 0);
  }

  get levelCount(): number {
    return this.buy.length + this.sell.length;
  }

  get orderCount(): number {
    return [...this.buy, ...this.sell].reduce((sum, level) => sum + level.orders.length, 0);
  }

  get isTrading(): boolean {
    return this.state === 'continuous';
  }

  /** Of a trade; elects no stops. */
  noteTrade(price: number, now: number) {
    this.lastPrice = price;
    this.referencePrice = price;
    this.breaker?.note(price, now);
  }

  /** To the end of the line of those that wait unseen. */
  queue(order: Order) {
    this.takeTurn(order);
    this.queued.push(order);
    order.place = 'queued';
  }

  private takeTurn(order: Order) {
    this.lastTurn += 1;
    order.turn = this.lastTurn;
  }

  /** Behind all others of its price. */
  append(order: Order, price: number) {
    const levels = this[order.side];
    let level = this.level(order.side, price);
    if (level === undefined) {
      level = { price, orders: [] };
      const behind = levels.findIndex((other) => ranksBefore(order.side, price, other.price));
      levels.splice(behind < 0 ? levels.length : behind, 0, level);
    }
    this.takeTurn(order);
    order.displayed = toDisplay(order);
    level.orders.push(order);
    order.place = 'book';
  }

  remove(order: Order) {
    const levels = this[order.side];
    const at = levels.findIndex((level) => level.orders.includes(order));
    const level = levels[at];
    if (level === undefined) throw new Error(`order ${order.reference} is not in the book of ${this.locate}`);
    level.orders.splice(level.orders.indexOf(order), 1);
    if (level.orders.length === 0) levels.splice(at, 1);
    order.place = 'taker';
  }

  /** Bids from the best down in time priority, then asks from the best up. */
  *walk(): Generator<Order> {
    for (const side of [this.buy, this.sell]) for (const level of side) yield* level.orders;
  }
}
