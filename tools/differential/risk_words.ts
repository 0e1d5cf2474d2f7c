// The operator's words on pre-trade risk. An account without limits may not trade, so an episode with risk begins with some for everyone;
// later one comes down near what orders are, and soon up again.

import type { Amends } from './amends.js';
import type { Random } from './random.js';

const instrumentLimits = ['orderQuantity', 'orderValue', 'longPosition', 'shortPosition', 'openQuantity'] as const;
const accountLimits = ['grossPosition', 'openValue', 'messageRate', 'duplicateWindow'] as const;
type LimitName = (typeof instrumentLimits)[number] | (typeof accountLimits)[number];

const wide = 9_007_199_254_740_991;
/** What takes a limit back. */
const none: Readonly<Partial<Record<LimitName, string>>> = { messageRate: '0', duplicateWindow: '0' };
/** Values that are refused, or that let nothing through; a time has no sign. */
const odd = [-1, 0, wide + 1];
const oddWindows = [86_400_000_000_001, 0];

/** Accounts as sessions name them, and those that the generator names besides. */
export function openingLimits(sessions: number, instruments: number): string[] {
  const lines: string[] = [];
  for (let account = 10; account < 10 + Math.max(3, sessions); account++) {
    lines.push(`a${account} limit openValue ${wide}`);
    for (let row = 1; row <= instruments; row++)
      lines.push(`a${account} #${row} limit instrument openQuantity ${wide}`);
  }
  return lines;
}

export interface RiskSurroundings {
  readonly sessions: number;
  readonly instruments: number;
  /** Of one order, the largest; prices about the middle. */
  readonly quantity: number;
  readonly middle: number;
  /** Orders that are alive, about. */
  readonly liveOrders: number;
}

/** A value about as large as what an account has open, mostly above it. */
function limitNear(name: LimitName, random: Random, around: RiskSurroundings): number | string {
  if (random.onceIn(60)) return random.pick(name === 'duplicateWindow' ? oddWindows : odd);
  if (name === 'messageRate') return `${random.pick([1_000_000, 200_000])} messageBurst ${random.pick([1, 20, 200])}`;
  if (name === 'duplicateWindow') return random.pick(['20', '200', '1us']);
  const isOfOrder = name === 'orderQuantity' || name === 'orderValue';
  const orders = isOfOrder
    ? random.between(1, 4) / 4
    : random.between(1, Math.max(3, Math.floor(around.liveOrders / 8)));
  const isValue = name === 'orderValue' || name === 'openValue';
  return Math.max(1, Math.ceil(around.quantity * orders)) * (isValue ? around.middle : 1);
}

export function riskWords(random: Random, amends: Amends, around: RiskSurroundings): string {
  const account = 10 + random.below(Math.max(3, around.sessions));
  const row = random.between(1, around.instruments);
  const draw = random.below(10);
  if (draw === 0) {
    amends.add(`a${account} #${row} restrict off`);
    return `a${account} #${row} restrict ${random.onceIn(4) ? 'off' : 'on'}`;
  }
  if (draw === 1) {
    amends.add(`#${row} shortsale free`);
    return `#${row} shortsale ${random.onceIn(4) ? 'free' : 'restricted'}`;
  }
  if (draw === 2) return `a${account} #${row} position ${random.between(-3, 30) * around.quantity}`;
  const name: LimitName = random.pick(draw < 6 ? accountLimits : instrumentLimits);
  const whose = draw < 6 ? `a${account} limit` : `a${account} #${row} limit instrument`;
  const isHardOnly = name === 'messageRate' || name === 'duplicateWindow';
  const severity = !isHardOnly && random.onceIn(2) ? ' soft' : '';
  amends.add(`${whose}${severity} ${name} ${none[name] ?? wide}`);
  return `${whose}${severity} ${name} ${limitNear(name, random, around)}`;
}
