// Market-maker protection: when too much of a maker's quotes trades within a window, the rest of them goes before anybody can have it.
//
// A protection watches one session's or one account's quotes (quotes.ts; ordinary orders neither count nor go). It has a window of
// sequencer time and thresholds: trades (1 to 1000, always: it bounds what is remembered), quantity, value (price x quantity); 0 = none of
// the last two. `setProtection` begins with an empty window and leaves a tripped protection tripped.
//
// After every execution in continuous trading, when both orders and the line of makers are as the execution left them, each quote in it is
// counted, the maker before the taker, in its session's protection before its account's. Executions count while they are younger than the
// window. When quantity, value or trades (asked in this order) reaches its threshold the protection trips:
//   `protectionTripped` with the first threshold reached; then every quote it watches is cancelled, in the order in which they were
//   entered, under its own id, reason protection (public: D), the quote that is trading as taker last if it never rested.
// Nothing else happens in between: the execution that trips stands in full, however far past the threshold it goes, and no other quote of
// the group trades after it - not with the rest of the same taker's walk, not with stops that the walk elected. A taker goes on to the next
// maker. A quote that trips its own protection while it comes in loses its rest. Auctions neither count nor trip: all of an auction trades
// at one price, at once.
//
// While a protection is tripped, mass quotes of its session or account are refused (protectionTripped), except those that only pull.
// `resetProtection` opens it with an empty window: `protectionReset` with 1, or 0 when it had not tripped. A new trading day resets
// nothing. Refused: a window outside 1 ns to a day, trades outside 1 to 1000, a threshold below 0 or above 2^53 - 1, a reset of what was
// never set.
//
// Arithmetic. Sums are below their thresholds before an execution is added and thresholds are safe integers, so a sum that a double cannot
// hold exactly is past every threshold, rounded or not; a trip empties the window, so no such sum is kept.

import { protectionTradesMax, protectionWindowMax } from '../generated/rules.js';
import type { Requester } from './commands.js';
import type { ProtectionGroup, ProtectionReason, ResetProtection, SetProtection } from './control_commands.js';
import type { Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

interface Execution {
  readonly time: number;
  readonly quantity: number;
  readonly value: number;
}

export interface Protection {
  readonly group: ProtectionGroup;
  readonly window: number;
  readonly trades: number;
  readonly quantity: number;
  readonly value: number;
  executions: Execution[];
  isTripped: boolean;
}

const nameOf = (group: ProtectionGroup): string =>
  'session' in group ? `session ${group.session}` : `account ${group.account}`;

/** That watch this one's quotes: its session's, then its account's. */
function protectionsOf(venue: Venue, { session, account }: Pick<Requester, 'session' | 'account'>): Protection[] {
  const names = [nameOf({ session }), nameOf({ account })];
  return names.map((name) => venue.protections.get(name)).filter((found) => found !== undefined);
}

export function isTripped(venue: Venue, who: Pick<Requester, 'session' | 'account'>): boolean {
  return protectionsOf(venue, who).some((protection) => protection.isTripped);
}

function checkRange(value: number, smallest: number, largest: number, reason: Refusal['reason']): Refusal | undefined {
  if (value < smallest) return { reason, limitValue: smallest };
  return value > largest ? { reason, limitValue: largest } : undefined;
}

export function setProtection(venue: Venue, command: SetProtection) {
  const { group, window, trades, quantity, value } = command;
  const refusal =
    checkRange(window, 1, protectionWindowMax, 'invalidWindow') ??
    checkRange(trades, 1, protectionTradesMax, 'invalidThreshold') ??
    checkRange(quantity, 0, Number.MAX_SAFE_INTEGER, 'invalidThreshold') ??
    checkRange(value, 0, Number.MAX_SAFE_INTEGER, 'invalidThreshold');
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const wasTripped = venue.protections.get(nameOf(group))?.isTripped === true;
  venue.protections.set(nameOf(group), {
    group,
    window,
    trades,
    quantity,
    value,
    executions: [],
    isTripped: wasTripped,
  });
  venue.emit({ kind: 'protectionSet', publicEffect: 'none', ...answered(command) });
}

export function resetProtection(venue: Venue, command: ResetProtection) {
  const protection = venue.protections.get(nameOf(command.group));
  if (protection === undefined) return venue.refuse(command, { reason: 'unknownProtection' });
  const quantity = protection.isTripped ? 1 : 0;
  protection.isTripped = false;
  protection.executions = [];
  venue.emit({ kind: 'protectionReset', publicEffect: 'none', ...answered(command), quantity });
}

function answered({ kind, clOrdId, session, account, group }: SetProtection | ResetProtection) {
  return { request: kind, clOrdId, session, account, scope: group };
}

/** Counts an execution for the quotes in it, and pulls what must go. */
export function protect(venue: Venue, maker: Order, taker: Order, quantity: number) {
  for (const order of [maker, taker]) {
    if (!order.isQuote) continue;
    for (const protection of protectionsOf(venue, order)) {
      count(venue, protection, { time: venue.now, quantity, value: quantity * (maker.price as number) }, taker);
    }
  }
}

function count(venue: Venue, protection: Protection, execution: Execution, taker: Order) {
  if (protection.isTripped) return;
  protection.executions = inWindow(protection, [...protection.executions, execution]);
  const reached = thresholdReached(protection, protection.executions);
  if (reached === undefined) return;
  protection.isTripped = true;
  protection.executions = [];
  const { group } = protection;
  const [reason, limitValue] = reached;
  venue.emit({ kind: 'protectionTripped', publicEffect: 'none', ...group, scope: group, reason, limitValue });
  const isWatched = (order: Order) =>
    order.isQuote &&
    order.leaves > 0 &&
    ('session' in group ? order.session === group.session : order.account === group.account);
  for (const order of new Set([...venue.orders, taker])) if (isWatched(order)) venue.cancel(order, 'protection');
}

/** Those that still count when the last of them happens. */
function inWindow({ window }: Protection, executions: readonly Execution[]): Execution[] {
  const now = executions.at(-1)?.time ?? 0;
  return executions.filter(({ time }) => now - time < window);
}

function thresholdReached(
  { quantity, value, trades }: Protection,
  executions: readonly Execution[],
): [ProtectionReason, number] | undefined {
  const sum = (of: 'quantity' | 'value') => executions.reduce((total, execution) => total + execution[of], 0);
  if (quantity > 0 && sum('quantity') >= quantity) return ['quantityThreshold', quantity];
  if (value > 0 && sum('value') >= value) return ['valueThreshold', value];
  return executions.length >= trades ? ['tradesThreshold', trades] : undefined;
}

/** What executions would trip if they happened now, one after the other (trial.ts). */
export class Forecast {
  private readonly venue: Venue;
  private readonly executions = new Map<Protection, Execution[]>();
  private readonly tripped = new Set<Protection>();

  constructor(venue: Venue) {
    this.venue = venue;
  }

  /** Would it be gone by now? */
  isPulled(maker: Order): boolean {
    return maker.isQuote && protectionsOf(this.venue, maker).some((protection) => this.tripped.has(protection));
  }

  count(maker: Order, quantity: number) {
    if (!maker.isQuote) return;
    const execution = { time: this.venue.now, quantity, value: quantity * (maker.price as number) };
    for (const protection of protectionsOf(this.venue, maker)) {
      const earlier = this.executions.get(protection) ?? protection.executions;
      const executions = inWindow(protection, [...earlier, execution]);
      this.executions.set(protection, executions);
      if (thresholdReached(protection, executions) !== undefined) this.tripped.add(protection);
    }
  }
}
