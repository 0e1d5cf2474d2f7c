// For tests: the book that ITCH alone tells, kept from the public effects of events by someone who never sees the engine.

import { Book } from '../reference/book.js';
import { bookDigest } from '../reference/book_digest.js';
import type { Side } from '../reference/commands.js';
import type { MatchEvent } from '../reference/events.js';
import { type Order, orderOf } from '../reference/order.js';

/** A book as ITCH tells it, order by order: cheaper to compare than digests. */
export function textOfBook(orders: Iterable<Order>): string {
  return [...orders]
    .map(({ side, price, reference, displayed }) => `${side} ${displayed} @ ${price} ${reference}`)
    .join('\n');
}

export class PublicBooks {
  readonly wrong: string[] = [];
  private readonly books = new Map<number, Book>();
  private readonly orders = new Map<number, Order>();

  digest(locate: number): bigint {
    return bookDigest(this.books.get(locate) ?? new Book(locate, 0));
  }

  text(locate: number): string {
    return textOfBook(this.books.get(locate)?.walk() ?? []);
  }

  /** Shares shown at a price, but for those of one reference. */
  displayedAt(locate: number, side: Side, price: number, without?: number): number {
    const level = this.books.get(locate)?.level(side, price);
    const others = (level?.orders ?? []).filter(({ reference }) => reference !== without);
    return others.reduce((sum, { displayed }) => sum + displayed, 0);
  }

  record(events: readonly MatchEvent[]) {
    for (const event of events) this.recordOne(event);
  }

  private recordOne(event: MatchEvent) {
    const reference = event.reference as number;
    const quantity = event.quantity as number;
    switch (event.publicEffect) {
      case 'add':
        return this.add(event, event.side as Side, event.locate as number);
      case 'execute':
      case 'executeAtPrice':
      case 'reduce':
        return this.reduce(reference, quantity);
      case 'remove':
        return this.remove(event.kind === 'replaced' ? (event.originalReference as number) : reference);
      case 'replace': {
        const original = this.orders.get(event.originalReference as number);
        if (original === undefined) return this.complain(`U of ${event.originalReference}`);
        this.remove(original.reference);
        return this.add(event, original.side, original.locate);
      }
      case 'newDay':
        this.books.clear();
        return this.orders.clear();
      default:
        return;
    }
  }

  private complain(what: string) {
    this.wrong.push(what);
  }

  private add(event: MatchEvent, side: Side, locate: number) {
    const reference = event.reference as number;
    if (this.orders.has(reference)) return this.complain(`A of ${reference} again`);
    const price = event.price as number;
    const who = { session: 0, account: 0, firm: 0, clOrdId: 0, locate };
    const shares = event.displayed ?? (event.leaves as number);
    const order = orderOf(
      { kind: 'newOrder', ...who, side, orderType: 'limit', timeInForce: 'day', price, quantity: shares },
      reference,
    );
    const book = this.books.get(locate) ?? new Book(locate, 0);
    this.books.set(locate, book);
    this.orders.set(reference, order);
    book.append(order, price);
  }

  private reduce(reference: number, quantity: number) {
    const order = this.orders.get(reference);
    if (order === undefined || quantity < 1 || quantity > order.leaves)
      return this.complain(`${quantity} of ${reference}`);
    order.leaves -= quantity;
    order.displayed -= quantity;
    if (order.leaves === 0) this.remove(reference);
  }

  private remove(reference: number) {
    const order = this.orders.get(reference);
    if (order === undefined) return this.complain(`D of ${reference}`);
    this.orders.delete(reference);
    this.books.get(order.locate)?.remove(order);
  }
}
