// Purge and kill: all orders of a scope go, and nothing of that scope comes in until it is opened again.
//
// A purge names one session, account or firm, or the venue, and an instrument if it likes. The lock holds from the purge on; every order of
// the scope is cancelled as by a mass cancel (same order, same ids; reason purge, public: D), then `purged` with their number. `unlock` of
// the same scope lifts it: `unlocked` with 1, or 0 when there was no such lock; of two locks that overlap the other one stays. A kill is a
// purge without instrument under another lock (reason kill, `killed`), which only `unkill` lifts: `unlock` does not. Killing what is
// killed, and purging what is locked, cancels what there is - nothing - and says 0. Who may do what is the gateway's to know: unkill is the
// operator's, and so is everything that names more than the sender's own.
//
// What a lock refuses: new orders and mass quotes, with the lock that stands in the way: sessionKilled, accountKilled, firmKilled,
// venueKilled, sessionLocked, accountLocked, firmLocked, venueLocked, in this order, right after the instrument was found. A replace in a
// locked scope finds no order: they are gone. Cancels, and mass quotes that only pull, are never refused. No public effect but the D. A new
// trading day opens nothing. Refused with invalidScope: a scope with a side, with two owners, a kill with an instrument; with
// unknownInstrument: an unknown one.

import { answered, cancelScope } from './cancels.js';
import type { ControlReason, Kill, Purge, Scope, Unkill, Unlock } from './control_commands.js';
import type { Refusal, Venue } from './venue.js';

const owners = ['session', 'account', 'firm'] as const;

/** One name for each scope that can be locked. */
function nameOf(scope: Scope): string {
  const owner = owners.find((field) => scope[field] !== undefined);
  return `${owner ?? 'venue'} ${owner === undefined ? '' : scope[owner]} ${scope.locate ?? ''}`;
}

function checkScope(venue: Venue, { kind, scope }: Purge | Unlock | Kill | Unkill): Refusal | undefined {
  const isKill = kind === 'kill' || kind === 'unkill';
  const ownerCount = owners.filter((field) => scope[field] !== undefined).length;
  if (ownerCount > 1 || scope.side !== undefined || (isKill && scope.locate !== undefined)) {
    return { reason: 'invalidScope' };
  }
  const isUnknown = scope.locate !== undefined && !venue.books.has(scope.locate);
  return isUnknown ? { reason: 'unknownInstrument' } : undefined;
}

export function close(venue: Venue, command: Purge | Kill) {
  const refusal = checkScope(venue, command);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const isKill = command.kind === 'kill';
  (isKill ? venue.killed : venue.locked).add(nameOf(command.scope));
  const quantity = cancelScope(venue, command, command.kind);
  venue.emit({ kind: isKill ? 'killed' : 'purged', publicEffect: 'none', ...answered(command), quantity });
}

export function open(venue: Venue, command: Unlock | Unkill) {
  const refusal = checkScope(venue, command);
  if (refusal !== undefined) return venue.refuse(command, refusal);
  const isKill = command.kind === 'unkill';
  const wasShut = (isKill ? venue.killed : venue.locked).delete(nameOf(command.scope));
  const quantity = wasShut ? 1 : 0;
  venue.emit({ kind: isKill ? 'unkilled' : 'unlocked', publicEffect: 'none', ...answered(command), quantity });
}

/** `who.locate` absent: only locks on all instruments. */
export function checkLocks(venue: Venue, who: Required<Omit<Scope, 'locate' | 'side'>> & Pick<Scope, 'locate'>) {
  for (const [names, word] of [[venue.killed, 'Killed'] as const, [venue.locked, 'Locked'] as const]) {
    if (names.size === 0) continue;
    for (const owner of [...owners, 'venue'] as const) {
      const scope: Scope = owner === 'venue' ? {} : { [owner]: who[owner] };
      const isHere = who.locate !== undefined && names.has(nameOf({ ...scope, locate: who.locate }));
      if (names.has(nameOf(scope)) || isHere) return { reason: `${owner}${word}` satisfies ControlReason };
    }
  }
  return undefined;
}
