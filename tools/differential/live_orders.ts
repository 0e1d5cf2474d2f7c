// The orders that are alive, as the events tell them: what a client knows, and what a generator needs to name orders that exist. Removal
// moves the last order into the gap, so a pick is one step whatever came before.

import type { MatchEvent } from '../../src/reference/events.js';

export interface LiveOrder {
  readonly session: number;
  clOrdId: number;
  readonly locate: number;
  price: number;
  leaves: number;
  readonly isStop: boolean;
  readonly isBuy: boolean;
  index: number;
}

export class LiveOrders {
  private readonly byName = new Map<string, LiveOrder>();
  private readonly all: LiveOrder[] = [];
  private readonly quoted = new Set<string>();

  get count(): number {
    return this.all.length;
  }

  at(index: number): LiveOrder {
    return this.all[index] as LiveOrder;
  }

  /** What a mass quote of that id puts in the book: no client's id names it. */
  quotesUnder(session: number, clOrdId: number) {
    this.quoted.add(`${session}/${clOrdId}`);
  }

  observe(event: MatchEvent) {
    switch (event.kind) {
      case 'rested':
      case 'parked':
      case 'queued':
        this.add(event, event.kind === 'parked');
        break;
      case 'replaced':
        this.rename(event);
        break;
      case 'canceled':
        if (event.leaves === 0) this.remove(event.session as number, event.originalClOrdId as number);
        break;
      case 'crossed':
        if (event.leaves === 0) this.remove(event.session as number, event.clOrdId as number);
        break;
      case 'executed':
        if (event.leaves === 0) this.remove(event.session as number, event.clOrdId as number);
        if (event.takerLeaves === 0) this.remove(event.takerSession as number, event.takerClOrdId as number);
        break;
      default:
        break;
    }
  }

  private add(event: MatchEvent, isStop: boolean) {
    if (this.quoted.has(`${event.session}/${event.clOrdId}`)) return;
    this.remove(event.session as number, event.clOrdId as number); // a stop that comes in rests under its old name
    const order: LiveOrder = {
      session: event.session as number,
      clOrdId: event.clOrdId as number,
      locate: event.locate as number,
      price: event.price ?? 0,
      leaves: event.leaves as number,
      isStop,
      isBuy: event.side !== 'sell',
      index: this.all.length,
    };
    this.all.push(order);
    this.byName.set(`${order.session}/${order.clOrdId}`, order);
  }

  private rename(event: MatchEvent) {
    const order = this.byName.get(`${event.session}/${event.originalClOrdId}`);
    if (order === undefined) return;
    this.byName.delete(`${event.session}/${event.originalClOrdId}`);
    order.clOrdId = event.clOrdId as number;
    order.price = event.price ?? 0;
    order.leaves = event.leaves as number;
    this.byName.set(`${event.session}/${order.clOrdId}`, order);
  }

  private remove(session: number, clOrdId: number) {
    const name = `${session}/${clOrdId}`;
    const order = this.byName.get(name);
    if (order === undefined) return;
    this.byName.delete(name);
    const last = this.all.pop() as LiveOrder;
    if (last === order) return;
    this.all[order.index] = last;
    last.index = order.index;
  }
}
