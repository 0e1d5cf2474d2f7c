// For tests: the open orders as the events alone tell them, kept by someone who never sees the engine. Whoever reads the reports must come
// to the same orders and the same sums: entered = executed + cancelled + open, and every trade has two sides.

import type { MatchEvent } from '../reference/events.js';
import type { Venue } from '../reference/venue.js';

export class Ledger {
  entered = 0;
  /** Both sides of every trade. */
  executed = 0;
  canceled = 0;
  readonly wrong: string[] = [];
  private halfTrade: MatchEvent | undefined;
  /** Open quantity by reference. */
  private readonly open = new Map<number, number>();

  record(events: readonly MatchEvent[]) {
    for (const event of events) this.recordOne(event);
  }

  /** Empty when the engine holds what the events say. */
  compare(venue: Venue): string[] {
    const wrong = [...this.wrong];
    let resting = 0;
    for (const order of venue.orders) {
      resting += order.leaves;
      const told = this.open.get(order.reference);
      if (told !== order.leaves) wrong.push(`order ${order.reference} has ${order.leaves}, told ${told}`);
    }
    if (this.open.size !== venue.orders.size) wrong.push(`${venue.orders.size} orders, told ${this.open.size}`);
    const accounted = this.executed + this.canceled + resting;
    if (this.halfTrade !== undefined) wrong.push(`match ${this.halfTrade.matchNumber} has one side`);
    if (this.entered !== accounted) wrong.push(`entered ${this.entered}, accounted for ${accounted}`);
    return wrong;
  }

  private recordOne(event: MatchEvent) {
    const reference = event.reference as number;
    const quantity = event.quantity as number;
    switch (event.kind) {
      case 'accepted':
        this.entered += quantity;
        this.open.set(reference, quantity);
        break;
      case 'executed':
        this.executed += 2 * quantity;
        this.take(reference, quantity, event.leaves as number);
        this.take(event.takerReference as number, quantity, event.takerLeaves as number);
        break;
      case 'crossed':
        this.executed += quantity;
        this.take(reference, quantity, event.leaves as number);
        this.pair(event);
        break;
      case 'canceled':
        this.canceled += quantity;
        this.take(reference, quantity, event.leaves as number);
        break;
      case 'replaced': {
        const original = event.originalReference as number;
        this.entered += (event.leaves as number) - (this.open.get(original) ?? Number.NaN);
        this.open.delete(original);
        this.open.set(reference, event.leaves as number);
        break;
      }
      case 'refreshed': {
        const original = event.originalReference as number;
        this.open.set(reference, this.open.get(original) ?? Number.NaN);
        this.open.delete(original);
        break;
      }
      case 'parked':
      case 'queued':
      case 'triggered':
      case 'rested':
        if (this.open.get(reference) !== event.leaves) this.wrong.push(`order ${reference} rests with ${event.leaves}`);
        break;
      default:
        break;
    }
  }

  /** A match number of an auction comes twice: its buyer, then its seller. */
  private pair(event: MatchEvent) {
    const first = this.halfTrade;
    this.halfTrade = first === undefined ? event : undefined;
    if (first === undefined) return;
    const isTrade =
      first.matchNumber === event.matchNumber &&
      first.quantity === event.quantity &&
      first.price === event.price &&
      first.side === 'buy' &&
      event.side === 'sell';
    if (!isTrade) this.wrong.push(`match ${first.matchNumber} has no two sides`);
  }

  private take(reference: number, quantity: number, leaves: number) {
    const left = (this.open.get(reference) ?? Number.NaN) - quantity;
    if (left !== leaves) this.wrong.push(`order ${reference}: leaves ${leaves}, by the events ${left}`);
    if (left === 0) this.open.delete(reference);
    else this.open.set(reference, left);
  }
}
