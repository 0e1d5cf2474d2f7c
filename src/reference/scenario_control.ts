// The words of market makers and risk in a scenario. With an id, under which they are answered:
//
//   masscancel ID SCOPE · purge ID SCOPE · unlock ID SCOPE · kill ID SCOPE · unkill ID SCOPE
//     SCOPE: [session N] [account N] [firm N] [venue] [instrument] [buy|sell]    nobody named: the own session; instrument: that of #L
//   quote ID [stp ...] #L BIDQUANTITY @ BIDPRICE ASKQUANTITY @ ASKPRICE ...       an entry for each row
//   protect ID session|account N window TIME trades N [quantity N] [value N]
//   reset ID session|account N
//
// and the operator's, without one; aN and #L in front name account and row:
//
//   limit [instrument] [soft] NAME VALUE ...     NAME as LimitName has it; duplicateWindow is a TIME
//   restrict on|off · shortsale restricted|free · position N

import type { Request, Requester, SelfTradeInstruction } from './commands.js';
import type {
  ControlRequest,
  LimitName,
  ProtectionGroup,
  QuoteEntry,
  RiskCommand,
  Scope,
  SetProtection,
} from './control_commands.js';
import type { Words } from './scenario_command.js';

type Who = Omit<Request, 'clOrdId'>;

function readScope(words: Words, who: Who): Scope {
  let scope: Scope = {};
  let isSaid = false;
  while (!words.isEmpty) {
    const word = words.next();
    if (word === 'session' || word === 'account' || word === 'firm') scope = { ...scope, [word]: words.number() };
    else if (word === 'instrument') scope = { ...scope, locate: who.locate };
    else if (word === 'buy' || word === 'sell') scope = { ...scope, side: word };
    else if (word !== 'venue') throw new Error(`not a scope: ${word}`);
    isSaid ||= word === 'venue' || word === 'session' || word === 'account' || word === 'firm';
  }
  return isSaid ? scope : { session: who.session, ...scope };
}

function readGroup(words: Words): ProtectionGroup {
  return words.takes('session') ? { session: words.number() } : { account: readAfter(words, 'account') };
}

function readAfter(words: Words, word: string): number {
  words.expect(word);
  return words.number();
}

function readSize(words: Words): { quantity: number; price: number } {
  return { quantity: words.number(), price: readAfter(words, '@') };
}

function readEntries(words: Words): QuoteEntry[] {
  const entries: QuoteEntry[] = [];
  for (let row = words.prefix(); row !== undefined; row = words.prefix()) {
    const bid = readSize(words);
    const ask = readSize(words);
    entries.push({
      locate: row.value,
      bidPrice: bid.price,
      bidQuantity: bid.quantity,
      askPrice: ask.price,
      askQuantity: ask.quantity,
    });
  }
  return entries;
}

function readProtection(words: Words, requester: Requester): SetProtection {
  const group = readGroup(words);
  words.expect('window');
  const window = words.time();
  const trades = readAfter(words, 'trades');
  const quantity = words.takes('quantity') ? words.number() : 0;
  const value = words.takes('value') ? words.number() : 0;
  return { kind: 'setProtection', ...requester, group, window, trades, quantity, value };
}

/** Undefined when the verb is another's. */
export function readControl(
  words: Words,
  verb: string,
  who: Who,
  readSelfTrade: (words: Words) => SelfTradeInstruction,
): ControlRequest | undefined {
  const requester = (): Requester => {
    const { locate: _, ...rest } = who;
    return { ...rest, clOrdId: words.number() };
  };
  switch (verb) {
    case 'masscancel':
      return { kind: 'massCancel', ...requester(), scope: readScope(words, who) };
    case 'purge':
    case 'unlock':
    case 'kill':
    case 'unkill':
      return { kind: verb, ...requester(), scope: readScope(words, who) };
    case 'quote': {
      const from = requester();
      const selfTrade = words.takes('stp') ? { selfTrade: readSelfTrade(words) } : {};
      return { kind: 'massQuote', ...from, ...selfTrade, entries: readEntries(words) };
    }
    case 'protect':
      return readProtection(words, requester());
    case 'reset':
      return { kind: 'resetProtection', ...requester(), group: readGroup(words) };
    default:
      return undefined;
  }
}

/** Undefined when the verb is another's. */
export function readRisk(words: Words, verb: string, { account, locate }: Who): RiskCommand | undefined {
  switch (verb) {
    case 'limit': {
      const row = words.takes('instrument') ? { locate } : {};
      const severity = words.takes('soft') ? 'soft' : 'hard';
      const limits: Partial<Record<LimitName, number>> = {};
      while (!words.isEmpty) {
        const name = words.next() as LimitName;
        limits[name] = name === 'duplicateWindow' ? words.time() : words.number();
      }
      return { kind: 'setLimits', account, ...row, severity, limits };
    }
    case 'restrict': {
      const isRestricted = words.takes('on');
      if (!isRestricted) words.expect('off');
      return { kind: 'restrictInstrument', account, locate, isRestricted };
    }
    case 'shortsale': {
      const isRestricted = words.takes('restricted');
      if (!isRestricted) words.expect('free');
      return { kind: 'restrictShortSales', locate, isRestricted };
    }
    case 'position':
      return { kind: 'setPosition', account, locate, position: words.number() };
    default:
      return undefined;
  }
}
