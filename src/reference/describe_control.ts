// Events about quotes, protection, locks and limits as lines of a scenario.

import type { Scope } from './control_commands.js';
import type { MatchEvent } from './events.js';

/** session 3 instrument 1 buy; `venue` for everybody's. */
export function scopeWords(scope: Scope): string {
  const said: string[] = [];
  for (const who of ['session', 'account', 'firm'] as const)
    if (scope[who] !== undefined) said.push(`${who} ${scope[who]}`);
  if (said.length === 0) said.push('venue');
  if (scope.locate !== undefined) said.push(`#${scope.locate}`);
  if (scope.side !== undefined) said.push(scope.side);
  return said.join(' ');
}

const onOff = (event: MatchEvent): string => (event.quantity === 1 ? 'on' : 'off');

/** What a refusal says besides reason and limit. */
export function refusalWords(event: MatchEvent): string {
  const retry = event.retryAfter === undefined ? '' : ` retry after ${event.retryAfter}`;
  const entry = event.entryIndex === undefined ? '' : ` entry ${event.entryIndex}`;
  return retry + entry;
}

/** Undefined when the event is another's. */
export function describeControl(event: MatchEvent, reason: string): string | undefined {
  const id = event.clOrdId;
  const scope = scopeWords(event.scope ?? {});
  const row = event.locate === undefined ? '' : ` #${event.locate}`;
  switch (event.kind) {
    case 'massQuoted':
      return `mass quoted by ${id}: ${event.quantity}${event.reason === undefined ? '' : ` (${reason})`}`;
    case 'protectionSet':
      return `protection set by ${id}: ${scope}`;
    case 'protectionTripped':
      return `protection tripped: ${scope} (${reason}) limit ${event.limitValue}`;
    case 'protectionReset':
      return `protection reset by ${id}: ${scope} ${event.quantity}`;
    case 'purged':
      return `purged by ${id}: ${scope} ${event.quantity}`;
    case 'killed':
      return `killed by ${id}: ${scope} ${event.quantity}`;
    case 'unlocked':
      return `unlocked by ${id}: ${scope} ${event.quantity}`;
    case 'unkilled':
      return `unkilled by ${id}: ${scope} ${event.quantity}`;
    case 'riskWarning':
      return `warning ${id} (${reason}) limit ${event.limitValue}${refusalWords(event)}`;
    case 'limitsSet':
      return `limits set: account ${event.account}${row}`;
    case 'restrictionSet':
      return `restriction ${onOff(event)}: account ${event.account}${row}`;
    case 'shortSaleRestrictionSet':
      return `short sale restriction ${onOff(event)}:${row}`;
    case 'positionSet':
      return `position set: account ${event.account}${row} ${event.position}`;
    default:
      return undefined;
  }
}
