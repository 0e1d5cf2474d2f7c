// The operator's words in a scenario; #L in front names the instrument's row, as for orders:
//
//   state preopen|opening|continuous|halt|reopening|closing|closed [REASON]       REASON: ITCH code
//   reference PRICE
//   noii
//   tickband FROM TICK · lot LOT MINIMUM · collar BASISPOINTS
//   band REFERENCE BASISPOINTS · breaker BASISPOINTS WINDOW · reopening HALTTIME CALLTIME     times: 20, 20us, 20ms, 20s
//   marketlevels L1 L2 L3 · marketbreach LEVEL
//   rollday DAY

import type { AdminCommand, TradingState } from './admin_commands.js';
import type { Words } from './scenario_command.js';

export const stateWords: Readonly<Record<TradingState, string>> = {
  preOpen: 'preopen',
  openingAuction: 'opening',
  continuous: 'continuous',
  halt: 'halt',
  reopeningAuction: 'reopening',
  closingAuction: 'closing',
  closed: 'closed',
};

function readState(words: Words): TradingState {
  const word = words.next();
  const found = Object.entries(stateWords).find(([, spoken]) => spoken === word);
  if (found === undefined) throw new Error(`no such state: ${word}`);
  return found[0] as TradingState;
}

/** Undefined when the verb is not the operator's. */
export function readAdmin(words: Words, verb: string, locate: number): AdminCommand | undefined {
  switch (verb) {
    case 'state': {
      const state = readState(words);
      return { kind: 'setTradingState', locate, state, ...(words.isEmpty ? {} : { haltReason: words.next() }) };
    }
    case 'reference':
      return { kind: 'setReferencePrice', locate, price: words.number() };
    case 'noii':
      return { kind: 'publishImbalance', locate };
    case 'tickband':
      return { kind: 'setTickBand', locate, fromPrice: words.number(), tick: words.number() };
    case 'lot':
      return { kind: 'setLotSize', locate, lot: words.number(), minimumQuantity: words.number() };
    case 'collar':
      return { kind: 'setPriceCollar', locate, basisPoints: words.number() };
    case 'band':
      return { kind: 'setPriceBand', locate, referencePrice: words.number(), basisPoints: words.number() };
    case 'breaker':
      return { kind: 'setCircuitBreaker', locate, basisPoints: words.number(), window: words.time() };
    case 'reopening':
      return { kind: 'setReopening', locate, haltTime: words.time(), callTime: words.time() };
    case 'marketlevels':
      return { kind: 'setMarketLevels', levels: [words.number(), words.number(), words.number()] };
    case 'marketbreach':
      return { kind: 'breachMarketLevel', level: words.number() };
    case 'rollday':
      return { kind: 'rollDay', day: words.number() };
    default:
      return undefined;
  }
}
