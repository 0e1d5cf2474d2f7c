// Events about an instrument or the market, and the two that an auction tells an order's owner, as lines of a scenario.

import type { TradingState } from './admin_commands.js';
import type { CrossType, MatchEvent } from './events.js';
import { stateWords } from './scenario_admin.js';
import { tradingAction } from './trading_state.js';

const crossLetters: Readonly<Record<CrossType, string>> = { opening: 'O', closing: 'C', reopening: 'H' };
const letter = (event: MatchEvent): string => crossLetters[event.crossType as CrossType];
const state = (event: MatchEvent): TradingState => event.state as TradingState;
const or = (value: number | undefined, none: string): string => (value === undefined ? none : String(value));

/** ITCH's direction of an imbalance: N even, O nothing would trade. */
function direction(event: MatchEvent): string {
  if (event.nearPrice === undefined) return 'O';
  if (event.side === undefined) return 'N';
  return event.side === 'buy' ? 'B' : 'S';
}

export function marketPublicWord(event: MatchEvent): string {
  switch (event.publicEffect) {
    case 'executeAtPrice':
      return ` | C ${event.reference} ${event.quantity} @ ${event.price}`;
    case 'crossTrade':
      return ` | Q ${letter(event)} ${event.quantity} @ ${event.price}`;
    case 'imbalance':
      return ` | I ${letter(event)} ${direction(event)} ${event.variation === ' ' ? '-' : event.variation}`;
    case 'tradingAction':
      return ` | H ${tradingAction(state(event), event.haltReason as string)} ${event.haltReason}`.trimEnd();
    case 'auctionCollar':
      return ' | J';
    case 'marketLevels':
      return ' | V';
    case 'marketBreach':
      return ` | W ${event.quantity}`;
    case 'shortSaleRestriction':
      return ` | Y ${event.quantity}`;
    case 'newDay':
      return ' | S';
    default:
      return '';
  }
}

function imbalance(event: MatchEvent): string {
  const left = event.side === undefined ? '' : ` ${event.side}`;
  return (
    `imbalance #${event.locate} ${event.crossType} paired ${event.pairedQuantity} left ${event.quantity}${left} ` +
    `far ${or(event.farPrice, 'none')} near ${or(event.nearPrice, 'none')} reference ${or(event.referencePrice, 'none')}`
  );
}

export function describeMarket(event: MatchEvent): string {
  const row = `#${event.locate}`;
  switch (event.kind) {
    case 'queued':
      return `queued ${event.clOrdId} ${event.side} ${event.leaves} @ ${or(event.price, 'market')}`;
    case 'crossed':
      return `crossed ${event.clOrdId} ${event.side} match ${event.matchNumber}: ${event.quantity} @ ${event.price} leaves ${event.leaves}`;
    case 'uncrossed':
      return `uncrossed ${row} ${event.crossType} match ${event.matchNumber}: ${event.quantity} @ ${event.price}`;
    case 'imbalance':
      return imbalance(event);
    case 'stateChanged':
      return `state ${row} ${stateWords[state(event)]}`;
    case 'auctionCollar':
      return `collar ${row} ${event.lowerPrice} to ${event.upperPrice} around ${event.referencePrice} extension ${event.extension}`;
    case 'limitState':
      return `limit state ${row} ${event.side} @ ${event.price}`;
    case 'limitStateOver':
      return `limit state over ${row}`;
    case 'marketLevels':
      return `market levels ${event.levels?.join(' ')}`;
    case 'marketBreached':
      return `market breached ${event.quantity}`;
    case 'dayRolled':
      return `day ${event.quantity}`;
    default:
      throw new Error(`not an event of the market: ${event.kind}`);
  }
}
