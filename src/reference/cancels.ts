// Cancels. One order: `canceled` (public: D) under the request's id. Cancels are never blocked: not by state, rate, lock, kill or risk.
//
// Mass cancel: every order that fits the scope - session, account, firm, instrument, side, in any combination; none of the first three:
// everybody's - wherever it is: in the book, waiting for its stop price or for an auction; quotes and what is marked keepOnDisconnect too.
// They go in the order in which they were entered (a replace keeps its order's place in that line, a quote's too), whatever their
// instrument. Each gives `canceled` with reason massCancel (public: D where it stood in the book): under the request's id when it is the
// asking session's, else under its own, for its own session. `massCanceled` closes with their number, which may be 0, and the scope.
// Refused: an unknown instrument. That a client names only its own, and the firm or the venue only by an operator, is the gateway's duty.
//
// A lost session's orders go in the same order under their own ids, those marked keepOnDisconnect stay, and nothing closes the list:
// nobody is there to be told.

import { findNamed, isRefusal } from './checks.js';
import type { CancelOrder, CancelReason, SessionCancel } from './commands.js';
import type { Kill, MassCancel, Purge, Scope, Unkill, Unlock } from './control_commands.js';
import type { Order } from './order.js';
import type { Venue } from './venue.js';

export function cancelOrder(venue: Venue, command: CancelOrder) {
  const order = findNamed(venue, command);
  if (isRefusal(order)) return venue.refuse(command, order);
  venue.cancel(order, 'byClient', command);
}

export function isInScope(order: Order, scope: Scope): boolean {
  const fields = ['session', 'account', 'firm', 'locate', 'side'] as const;
  return fields.every((field) => scope[field] === undefined || scope[field] === order[field]);
}

/** Cancels all of the scope; an order of the asking session goes under the request's id. */
export function cancelScope(venue: Venue, command: MassCancel | Purge | Kill, reason: CancelReason): number {
  const going = [...venue.orders].filter((order) => isInScope(order, command.scope));
  for (const order of going) venue.cancel(order, reason, order.session === command.session ? command : undefined);
  return going.length;
}

export function massCancel(venue: Venue, command: MassCancel) {
  const { scope } = command;
  if (scope.locate !== undefined && !venue.books.has(scope.locate)) {
    return venue.refuse(command, { reason: 'unknownInstrument' });
  }
  const quantity = cancelScope(venue, command, 'massCancel');
  venue.emit({ kind: 'massCanceled', publicEffect: 'none', ...answered(command), quantity });
}

/** Whom an event answers. */
export function answered(command: MassCancel | Purge | Kill | Unlock | Unkill) {
  const { session, account, clOrdId, scope } = command;
  const { locate } = scope;
  return { request: command.kind, clOrdId, session, account, scope, ...(locate === undefined ? {} : { locate }) };
}

export function sessionCancel(venue: Venue, command: SessionCancel) {
  for (const order of [...venue.orders]) {
    if (order.session === command.session && !order.keepOnDisconnect) venue.cancel(order, 'disconnect');
  }
}
