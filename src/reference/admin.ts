// Which rule takes which command of the operator. A reference price (auction.ts, price_collar.ts) must be one that an order could have.

import type { AdminCommand, SetReferencePrice } from './admin_commands.js';
import { publishImbalance } from './auction.js';
import { checkPrice } from './checks.js';
import { setCircuitBreaker } from './circuit_breaker.js';
import type { Command } from './commands.js';
import { breachMarketLevel, setMarketLevels } from './market_breaker.js';
import { setPriceBand } from './price_band.js';
import { setPriceCollar } from './price_collar.js';
import { setReopening } from './reopening.js';
import { checkTick, setLotSize, setTickBand } from './tick_table.js';
import { rollDay } from './trading_day.js';
import { setTradingState } from './trading_state.js';
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
  switch (command.kind) {
    case 'setTradingState':
      return setTradingState(venue, command);
    case 'setReferencePrice':
      return setReferencePrice(venue, command);
    case 'publishImbalance':
      return publishImbalance(venue, command);
    case 'setTickBand':
      return setTickBand(venue, command);
    case 'setLotSize':
      return setLotSize(venue, command);
    case 'setPriceCollar':
      return setPriceCollar(venue, command);
    case 'setPriceBand':
      return setPriceBand(venue, command);
    case 'setCircuitBreaker':
      return setCircuitBreaker(venue, command);
    case 'setReopening':
      return setReopening(venue, command);
    case 'setMarketLevels':
      return setMarketLevels(venue, command);
    case 'breachMarketLevel':
      return breachMarketLevel(venue, command);
    case 'rollDay':
      return rollDay(venue, command);
  }
}

function setReferencePrice(venue: Venue, { locate, price }: SetReferencePrice): Refusal | undefined {
  const book = venue.book(locate);
  const refusal = checkPrice(price, 'invalidValue') ?? checkTick(book, price);
  if (refusal === undefined) book.referencePrice = price;
  return refusal;
}
