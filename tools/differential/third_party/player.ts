// Someone else's commands on our engine: plays our command lines on the reference, remembers them for the matcher, and answers in terms
// that every matching engine knows: trades, and price levels with their orders in line.

import type { MatchEvent } from '../../../src/reference/events.js';
import type { Order } from '../../../src/reference/order.js';
import { Stage } from '../../../src/reference/scenario_file.js';
import type { Script } from '../script.js';

export class Player {
  readonly script: Script & { readonly steps: string[] };
  /** Of the last command. */
  events: readonly MatchEvent[] = [];
  /** "maker x taker: quantity @ price", of all commands. */
  readonly trades: string[] = [];
  private readonly stage = new Stage();

  constructor(name: string) {
    this.script = { name, setup: [], steps: [] };
  }

  run(line: string) {
    this.script.steps.push(`> ${line}`);
    this.events = this.stage.apply(line);
    for (const { kind, clOrdId, takerClOrdId, quantity, price } of this.events) {
      if (kind === 'executed') this.trades.push(`${clOrdId} x ${takerClOrdId}: ${quantity} @ ${price}`);
    }
  }

  find(session: number, id: number): Order | undefined {
    return this.stage.engine.venue.find(session, id);
  }

  ordersOf(session: number): Order[] {
    return [...this.stage.engine.venue.orders].filter((order) => order.session === session);
  }

  /** "ask 60: 30, 20, 10" from the highest price down, then bids. */
  levels(locate = 1): string[] {
    const book = this.stage.engine.venue.book(locate);
    const line = (side: string) => (level: { price: number; orders: readonly Order[] }) =>
      `${side} ${level.price}: ${level.orders.map(({ leaves }) => leaves).join(', ')}`;
    return [...book.sell.map(line('ask')).reverse(), ...book.buy.map(line('bid'))];
  }
}
