// CppTrader's matching command scripts (tools/matching/scenario-NN.txt) in our words. What their commands mean:
//   add [ioc|fok] limit|market|stop|stop-limit buy|sell ID SYMBOL [STOP PRICE] [PRICE] QUANTITY     the same order of ours
//   add slippage market SIDE ID SYMBOL QUANTITY SLIPPAGE     our IOC limit, SLIPPAGE worse than the best price against it
//   reduce order ID QUANTITY          a replace by so much less; ours keeps the place, as theirs does
//   modify order ID PRICE QUANTITY    a replace of the open quantity
//   mitigate order ID PRICE QUANTITY  a replace of the total, executed included: what our replace is
//   replace order ID NEW PRICE QUANTITY · delete order ID

import type { Player } from './player.js';

export class NotOurs extends Error {}

const ordersAdded = /^add (?:(ioc|fok) )?(limit|market|stop|stop-limit) (buy|sell) (\d+) 0 (.*)$/;
const slippageAdded = /^add slippage market (buy|sell) (\d+) 0 (\d+) (\d+)$/;
const changed = /^(reduce|modify|mitigate|replace|delete) order (.*)$/;
const setUp = /^(?:enable matching|add symbol|add book|delete symbol|delete book)\b/;

export function playCppTrader(player: Player, command: string) {
  if (setUp.test(command)) return;
  const added = ordersAdded.exec(command);
  if (added !== null) return addOrder(player, added);
  const slipping = slippageAdded.exec(command);
  if (slipping !== null) return addSlipping(player, slipping);
  const change = changed.exec(command);
  if (change === null) throw new NotOurs(command);
  changeOrder(player, change[1] as string, (change[2] as string).split(' ').map(Number));
}

function addOrder(player: Player, match: RegExpExecArray) {
  const [, term, type, side, id, rest = ''] = match;
  const numbers = rest.split(' ').map(Number);
  const quantity = numbers.at(-1);
  const price = { limit: `@ ${numbers[0]}`, market: 'market', stop: 'market', 'stop-limit': `@ ${numbers[1]}` }[
    type as 'limit'
  ];
  const stop = type?.startsWith('stop') === true ? ` stop ${numbers[0]}` : '';
  player.run(`new ${id} ${side} ${quantity} ${price}${stop}${term === undefined ? '' : ` ${term}`}`);
}

function addSlipping(player: Player, [, side, id, quantity, slippage]: RegExpExecArray) {
  const against = player.levels().filter((level) => level.startsWith(side === 'sell' ? 'bid' : 'ask'));
  const best = Number(/ (\d+):/.exec((side === 'sell' ? against[0] : against.at(-1)) ?? '')?.[1]);
  const limit = side === 'sell' ? best - Number(slippage) : best + Number(slippage);
  player.run(`new ${id} ${side} ${quantity} @ ${limit} ioc`);
}

function changeOrder(player: Player, verb: string, numbers: readonly number[]) {
  const [id = 0, a = 0, b = 0, c = 0] = numbers;
  const order = player.find(0, id);
  const executed = order?.executed ?? 0;
  if (verb === 'delete') return player.run(`cancel ${1000 + id} ${id}`);
  if (verb === 'replace') return player.run(`replace ${a} ${id} ${executed + c} @ ${b}`);
  if (verb === 'modify') return player.run(`replace ${id} ${id} ${executed + b} @ ${a}`);
  if (verb === 'mitigate') return player.run(`replace ${id} ${id} ${b} @ ${a}`);
  player.run(`replace ${id} ${id} ${executed + (order?.leaves ?? 0) - a} @ ${order?.price}`);
}

/** The book that a script draws in its comments ("Ask: 60 -> 30, 20, 10"), best bid below best ask, and the commands up to its last add. */
export function drawnBook(text: string): string[] {
  return [...text.matchAll(/^# (Ask|Bid): (\d+) -> ([\d, ]+)/gm)].map(
    ([, side, price, quantities]) => `${side?.toLowerCase()} ${price}: ${quantities?.trim()}`,
  );
}

export function commandsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
