// Everything the engine remembers, and the few things every rule does with it: find an order, take it in, let it go, say what happened.
// The rules themselves stand one family a file; engine.ts calls them.

import { Book } from './book.js';
import type { CancelReason, ClientRequest, RejectReason, ReplaceProfile, RequestKind } from './commands.js';
import type { EventKind, MatchEvent } from './events.js';
import type { Order } from './order.js';
import type { Protection } from './protection.js';
import { RiskBook } from './risk_limits.js';

export interface EngineLimits {
  readonly maximumOrders: number;
  readonly maximumLevels: number;
  readonly maximumOrderQuantity: number;
  /** Sessions are numbered from 0. */
  readonly maximumSessions: number;
  /** Pre-trade risk; absent = off. */
  readonly isRiskOn?: boolean;
}

export interface Refusal {
  readonly reason: RejectReason;
  /** The number that was exceeded; absent when the reason has none. */
  readonly limitValue?: number;
  /** Of a mass quote. */
  readonly entryIndex?: number;
  readonly retryAfter?: number;
}

type QuoteOwner = Pick<Order, 'session' | 'account' | 'locate' | 'side'>;
const quoteName = ({ session, account, locate, side }: QuoteOwner): string => `${session}/${account}/${locate}/${side}`;

export class Venue {
  readonly limits: EngineLimits;
  readonly profile: ReplaceProfile;
  /** By row. */
  readonly books = new Map<number, Book>();
  /** The same, ascending. */
  rows: readonly Book[] = [];
  /** All orders the engine holds, in the order they were entered; a replace keeps its order's place here. */
  readonly orders = new Set<Order>();
  now = 0;
  /** Number of the trading day. */
  day = 0;
  /** Of the market-wide circuit breaker, this day; 0 = none. */
  breachedLevel = 0;
  lastReference = 0;
  lastMatchNumber = 0;
  events: MatchEvent[] = [];
  /** Stops that a trade has reached, in the order in which they will come in. */
  readonly elected: Order[] = [];
  /** By session or account. */
  readonly protections = new Map<string, Protection>();
  /** Scopes that nothing may come in from (lockouts.ts). */
  readonly locked = new Set<string>();
  readonly killed = new Set<string>();
  readonly risk = new RiskBook();
  private readonly named = new Map<string, Order>();
  private readonly quotes = new Map<string, Order>();

  constructor(limits: EngineLimits, profile: ReplaceProfile) {
    this.limits = limits;
    this.profile = profile;
  }

  addInstrument(locate: number, instrumentId: number) {
    this.books.set(locate, new Book(locate, instrumentId));
    this.rows = [...this.books.values()].sort((a, b) => a.locate - b.locate);
  }

  book(locate: number): Book {
    const book = this.books.get(locate);
    if (book === undefined) throw new Error(`no instrument ${locate}`);
    return book;
  }

  // ---- orders ----

  find(session: number, clOrdId: number): Order | undefined {
    return this.named.get(`${session}/${clOrdId}`);
  }

  /** The quote that this session and account have standing there. */
  quote(whose: QuoteOwner): Order | undefined {
    return this.quotes.get(quoteName(whose));
  }

  get isFull(): boolean {
    return this.orders.size >= this.limits.maximumOrders;
  }

  /** Can an order rest at this price as far as levels go? */
  hasLevelFor(order: Pick<Order, 'locate' | 'side'>, price: number): boolean {
    if (this.book(order.locate).level(order.side, price) !== undefined) return true;
    let count = 0;
    for (const book of this.books.values()) count += book.levelCount;
    return count < this.limits.maximumLevels;
  }

  remember(order: Order) {
    this.orders.add(order);
    if (order.isQuote) this.quotes.set(quoteName(order), order);
    else this.named.set(`${order.session}/${order.clOrdId}`, order);
  }

  /** The order is over: its client id may be used again. */
  forget(order: Order) {
    if (!this.orders.delete(order)) return; // never rested
    if (order.isQuote) this.quotes.delete(quoteName(order));
    else this.named.delete(`${order.session}/${order.clOrdId}`);
  }

  rename(order: Order, clOrdId: number) {
    if (!order.isQuote) {
      this.named.delete(`${order.session}/${order.clOrdId}`);
      this.named.set(`${order.session}/${clOrdId}`, order);
    }
    order.clOrdId = clOrdId;
  }

  // ---- events ----

  emit(event: MatchEvent) {
    this.events.push(event);
  }

  /** An event about an order, with what is known of it; `more` adds and overrides. */
  tell(order: Order, kind: EventKind, more: Partial<MatchEvent>) {
    this.emit({
      kind,
      publicEffect: 'none',
      clOrdId: order.clOrdId,
      reference: order.reference,
      session: order.session,
      account: order.account,
      locate: order.locate,
      instrumentId: this.book(order.locate).instrumentId,
      side: order.side,
      ...(order.price === undefined ? {} : { price: order.price }),
      leaves: order.leaves,
      ...more,
    });
  }

  refuse(command: ClientRequest, refusal: Refusal) {
    this.emit({
      kind: command.kind === 'newOrder' || command.kind === 'massQuote' ? 'rejected' : 'cancelRejected',
      publicEffect: 'none',
      request: command.kind,
      clOrdId: command.clOrdId,
      ...('originalClOrdId' in command ? { originalClOrdId: command.originalClOrdId } : {}),
      session: command.session,
      account: command.account,
      ...('locate' in command ? { locate: command.locate } : {}),
      ...refusal,
    });
  }

  private takeOut(order: Order) {
    const book = this.book(order.locate);
    if (order.place === 'book') book.remove(order);
    for (const list of [book.parked, book.queued, this.elected])
      if (list.includes(order)) list.splice(list.indexOf(order), 1);
    order.place = 'taker';
  }

  /** Takes an order out, wherever it is. `clOrdId`: of the request that asked, else the order's own. */
  cancel(order: Order, reason: CancelReason, request?: { readonly kind: RequestKind; readonly clOrdId: number }) {
    const wasInBook = order.place === 'book';
    this.takeOut(order);
    this.forget(order);
    const quantity = order.leaves;
    order.leaves = 0;
    this.tell(order, 'canceled', {
      publicEffect: wasInBook ? 'remove' : 'none',
      clOrdId: request?.clOrdId ?? order.clOrdId,
      originalClOrdId: order.clOrdId,
      quantity,
      reason,
      ...(request === undefined ? {} : { request: request.kind }),
    });
  }
}
