// Which rule takes which command of the operator.

import type { AdminCommand } from './admin_commands.js';
import type { Command } from './commands.js';
import type { Refusal, Venue } from './venue.js';

const verbs: Readonly<Record<AdminCommand['kind'], true>> = {
  setTradingState: true,
  setReferencePrice: true,
  publishImbalance: true,
  setTickBand: true,
  setLotSize: true,
  setPriceCollar: true,
  setPriceBand: true,
  setCircuitBreaker: true,
  setReopening: true,
  setMarketLevels: true,
  breachMarketLevel: true,
  rollDay: true,
};

export function isAdmin(command: Command): command is AdminCommand {
  return command.kind in verbs;
}

export function runAdmin(venue: Venue, command: AdminCommand) {
  const refusal = dispatch(venue, command);
  if (refusal === undefined) return;
  venue.emit({
    kind: 'adminRefused',
    publicEffect: 'none',
    ...('locate' in command ? { locate: command.locate } : {}),
    reason: refusal.reason,
    ...(refusal.limitValue === undefined ? {} : { limitValue: refusal.limitValue }),
  });
}

function dispatch(venue: Venue, command: AdminCommand): Refusal | undefined {
  if ('locate' in command && !venue.books.has(command.locate)) return { reason: 'unknownInstrument' };
  return { reason: 'notSupported' };
}
