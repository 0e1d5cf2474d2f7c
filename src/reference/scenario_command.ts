// A scenario's command line as a command. Words in front say who, where and when, each with a number behind it:
//
//   sN session (0) · aN account (10 + session) · fN firm (100 + session) · #L instrument's row (1)
//   tN, tNus, tNms, tNs  sequencer time; stays until the next
//
//   new ID buy|sell QUANTITY @ PRICE | market [stop PRICE] [ioc] [fok] [gtt TIME] [keep] [post] [min N] [show N]
//                                            [stp account|firm newest|oldest|both|decrement]
//                                            [short] [onopen] [onclose] [imbalanceonly]
//   replace ID ORIGINAL QUANTITY @ PRICE | market [stop PRICE]
//   cancel ID ORIGINAL
//   lost                                     the session is gone
//   tick                                     time passes
//   state, noii, band and other words of the operator: scenario_admin.ts
//   masscancel, quote, protect, purge, kill, limit and what belongs to them: scenario_control.ts

import type { Command, NewOrder, OrderType, ReplaceOrder, Request, SelfTradeInstruction, Side } from './commands.js';
import { readAdmin } from './scenario_admin.js';
import { readControl, readRisk } from './scenario_control.js';

const nanosecondsIn: Readonly<Record<string, number>> = { '': 1, us: 1e3, ms: 1e6, s: 1e9 };

/** The words of a line, taken from the front. */
export class Words {
  private readonly line: string;
  private readonly left: string[];

  constructor(line: string) {
    this.line = line;
    this.left = line.trim().split(/\s+/);
  }

  get isEmpty(): boolean {
    return this.left.length === 0;
  }

  next(): string {
    const word = this.left.shift();
    if (word === undefined) throw new Error(`a word is missing: ${this.line}`);
    return word;
  }

  number(): number {
    const word = this.next();
    if (!/^-?\d+$/.test(word)) throw new Error(`not a number: ${word} in: ${this.line}`);
    return Number(word);
  }

  /** 20, 20us, 20ms or 20s in nanoseconds. */
  time(): number {
    const match = /^(\d+)(us|ms|s)?$/.exec(this.next());
    if (match === null) throw new Error(`not a time in: ${this.line}`);
    return Number(match[1]) * (nanosecondsIn[match[2] ?? ''] as number);
  }

  /** Takes the next word if it is this one. */
  takes(word: string): boolean {
    if (this.left[0] !== word) return false;
    this.left.shift();
    return true;
  }

  expect(word: string) {
    if (!this.takes(word)) throw new Error(`"${word}" is missing: ${this.line}`);
  }

  /** A word in front like s3 or t20ms; undefined when the next is none. */
  prefix(): { letter: string; value: number } | undefined {
    const match = /^([saft#])(\d+)(us|ms|s)?$/.exec(this.left[0] ?? '');
    if (match === null) return undefined;
    this.left.shift();
    return { letter: match[1] as string, value: Number(match[2]) * (nanosecondsIn[match[3] ?? ''] as number) };
  }

  end() {
    if (!this.isEmpty) throw new Error(`not understood: ${this.left.join(' ')} in: ${this.line}`);
  }
}

interface Price {
  readonly orderType: OrderType;
  readonly price: number;
}

function readPrice(words: Words): Price {
  if (words.takes('market')) return { orderType: 'market', price: 0 };
  words.expect('@');
  return { orderType: 'limit', price: words.number() };
}

function readNewOrder(words: Words, request: Request): NewOrder {
  const side = words.next() as Side; // an unknown word is the engine's to refuse
  const quantity = words.number();
  const { orderType, price } = readPrice(words);
  let order: NewOrder = { kind: 'newOrder', ...request, side, quantity, orderType, price, timeInForce: 'day' };
  while (!words.isEmpty) order = { ...order, ...readTerm(words, order) };
  return order;
}

function readTerm(words: Words, order: NewOrder): Partial<NewOrder> {
  const word = words.next();
  switch (word) {
    case 'ioc':
      return { timeInForce: 'immediateOrCancel' };
    case 'fok':
      return { timeInForce: 'fillOrKill' };
    case 'gtt':
      return { timeInForce: 'goodTillTime', expireTime: words.time() };
    case 'stop':
      return { orderType: order.orderType === 'market' ? 'stop' : 'stopLimit', stopPrice: words.number() };
    case 'keep':
      return { keepOnDisconnect: true };
    case 'post':
      return { postOnly: true };
    case 'min':
      return { minQuantity: words.number() };
    case 'show':
      return { displayQuantity: words.number() };
    case 'onopen':
      return { timeInForce: 'atTheOpening' };
    case 'onclose':
      return { timeInForce: 'atTheClose' };
    case 'imbalanceonly':
      return { imbalanceOnly: true };
    case 'short':
      return { shortSale: true };
    case 'stp':
      return { selfTrade: readSelfTrade(words) };
    default:
      throw new Error(`not understood: ${word}`);
  }
}

const selfTradeActions: Readonly<Record<string, SelfTradeInstruction['action']>> = {
  newest: 'cancelNewest',
  oldest: 'cancelOldest',
  both: 'cancelBoth',
  decrement: 'decrement',
};

function readSelfTrade(words: Words): SelfTradeInstruction {
  const scope = words.takes('firm') ? 'firm' : 'account';
  if (scope === 'account') words.expect('account');
  const action = selfTradeActions[words.next()];
  if (action === undefined) throw new Error('newest, oldest, both or decrement');
  return { scope, action };
}

function readReplace(words: Words, request: Request): ReplaceOrder {
  const originalClOrdId = words.number();
  const quantity = words.number();
  const { price } = readPrice(words);
  const stop = words.takes('stop') ? { stopPrice: words.number() } : {};
  return { kind: 'replaceOrder', ...request, originalClOrdId, quantity, price, ...stop };
}

function readCommand(words: Words, verb: string, who: Omit<Request, 'clOrdId'>): Command {
  if (verb === 'tick') return { kind: 'advanceTime' };
  if (verb === 'lost') return { kind: 'sessionCancel', session: who.session };
  const other =
    readAdmin(words, verb, who.locate) ?? readRisk(words, verb, who) ?? readControl(words, verb, who, readSelfTrade);
  if (other !== undefined) return other;
  const request: Request = { ...who, clOrdId: words.number() };
  switch (verb) {
    case 'new':
      return readNewOrder(words, request);
    case 'replace':
      return readReplace(words, request);
    case 'cancel':
      return { kind: 'cancelOrder', ...request, originalClOrdId: words.number() };
    default:
      throw new Error(`no such command: ${verb}`);
  }
}

export interface TimedCommand {
  /** Undefined: as before. */
  readonly time: number | undefined;
  readonly command: Command;
}

export function parseCommand(line: string): TimedCommand {
  const words = new Words(line);
  const said: Record<string, number | undefined> = {};
  for (let prefix = words.prefix(); prefix !== undefined; prefix = words.prefix()) said[prefix.letter] = prefix.value;
  const session = said['s'] ?? 0;
  const who = { session, account: said['a'] ?? 10 + session, firm: said['f'] ?? 100 + session, locate: said['#'] ?? 1 };
  const command = readCommand(words, words.next(), who);
  words.end();
  return { time: said['t'], command };
}
