// Cancels. One order: `canceled` (public: D) under the request's id. Mass cancel: each order of the scope in the order they were entered,
// then `massCanceled` with their number, which may be 0. A lost session's orders go in the same order under their own ids, those marked
// keepOnDisconnect stay, and nothing closes the list: nobody is there to be told.

import { findNamed, isRefusal } from './checks.js';
import type { CancelOrder, MassCancel, SessionCancel } from './commands.js';
import type { Venue } from './venue.js';

export function cancelOrder(venue: Venue, command: CancelOrder) {
  const order = findNamed(venue, command);
  if (isRefusal(order)) return venue.refuse(command, order);
  venue.cancel(order, 'byClient', command);
}

export function massCancel(venue: Venue, command: MassCancel) {
  const isOneInstrument = command.scope === 'instrument';
  if (!isOneInstrument && command.scope !== 'session') return venue.refuse(command, { reason: 'notSupported' });
  if (isOneInstrument && !venue.books.has(command.locate))
    return venue.refuse(command, { reason: 'unknownInstrument' });
  let count = 0;
  for (const order of [...venue.orders]) {
    if (order.session !== command.session || (isOneInstrument && order.locate !== command.locate)) continue;
    venue.cancel(order, 'massCancel', command);
    count += 1;
  }
  venue.emit({
    kind: 'massCanceled',
    publicEffect: 'none',
    request: 'massCancel',
    clOrdId: command.clOrdId,
    session: command.session,
    account: command.account,
    ...(isOneInstrument ? { locate: command.locate } : {}),
    quantity: count,
  });
}

export function sessionCancel(venue: Venue, command: SessionCancel) {
  for (const order of [...venue.orders]) {
    if (order.session === command.session && !order.keepOnDisconnect) venue.cancel(order, 'disconnect');
  }
}
