// The operator's words on pre-trade risk. An account without limits may not trade, so an episode with risk begins with some for everyone;
// later they come down near what orders are, and up again.

import type { Random } from './random.js';

const instrumentLimits = ['orderQuantity', 'orderValue', 'longPosition', 'shortPosition', 'openQuantity'] as const;
const accountLimits = ['grossPosition', 'openValue', 'messageRate', 'duplicateWindow'] as const;

/** Accounts as sessions name them, and those that the generator names besides. */
export function openingLimits(sessions: number, instruments: number): string[] {
  const lines: string[] = [];
  for (let account = 10; account < 10 + Math.max(3, sessions); account++) {
    lines.push(`a${account} limit openValue 1000000000`);
    for (let row = 1; row <= instruments; row++)
      lines.push(`a${account} #${row} limit instrument openQuantity 1000000`);
  }
  return lines;
}

/** A value for a limit: mostly wide, sometimes about as large as an episode's orders make it, rarely none that can be. */
function limitNear(name: string, random: Random, quantity: number): number | string {
  const none = name === 'duplicateWindow' ? 86_400_000_000_001 : -1; // a time has no sign
  if (random.onceIn(60)) return random.pick([none, 0, 9_007_199_254_740_992]);
  if (name === 'messageRate') return random.pick([0, 0, 0, 0, 1_000_000, 50_000]);
  if (name === 'duplicateWindow') return random.pick(['0', '0', '20', '1us']);
  const isValue = name === 'orderValue' || name === 'openValue';
  const near = quantity * random.between(1, 8) * (isValue ? 1000 : 1);
  return random.onceIn(3) ? near : near * 1000;
}

export function riskWords(random: Random, who: { sessions: number; instruments: number; quantity: number }): string {
  const account = 10 + random.below(Math.max(3, who.sessions));
  const row = random.between(1, who.instruments);
  const severity = random.onceIn(3) ? ' soft' : '';
  switch (random.below(8)) {
    case 0:
      return `a${account} #${row} restrict ${random.onceIn(4) ? 'on' : 'off'}`;
    case 1:
      return `#${row} shortsale ${random.onceIn(3) ? 'restricted' : 'free'}`;
    case 2:
      return `a${account} #${row} position ${random.between(-3, 3) * who.quantity}`;
    case 3:
    case 4: {
      const name = random.pick(accountLimits);
      const soft = name === 'messageRate' || name === 'duplicateWindow' ? '' : severity;
      return `a${account} limit${soft} ${name} ${limitNear(name, random, who.quantity)}`;
    }
    default: {
      const name = random.pick(instrumentLimits);
      return `a${account} #${row} limit instrument${severity} ${name} ${limitNear(name, random, who.quantity)}`;
    }
  }
}
