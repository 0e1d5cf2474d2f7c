// What pre-trade risk knows of each account: limits, what it holds, what it may not trade, what it sent lately. Two kinds of row: the
// account's own (gross position, open value, message rate, duplicate window) and one for each instrument (order quantity and value, long
// and short position, open quantity). A row begins without limits, and what has no limits may not trade (pre_trade_risk.ts).
//
// `setLimits` sets those limits of one row that it names, hard or soft, and leaves the others; a row that was never set begins with none
// (2^53 - 1; message rate and duplicate window: 0 = none; burst 1). `limitsSet`. Orders that stand are not asked again. It holds from the
// next command on, like every sequenced command. `setPosition` says what an account holds (`positionSet`), `restrictInstrument` what it
// may not trade (`restrictionSet`); neither counts as limits. All are the operator's and are taken with risk off too.
//
// Refused with adminRefused: unknownInstrument; invalidValue: a limit of the other kind of row, a soft message rate, burst or duplicate
// window, a value below 0 or above 2^53 - 1, a rate or burst above 1,000,000, a burst of 0, a window above a day, no limit at all, a
// position beyond +-2^53 - 1; limitValue is the bound that was passed. No public effect.
//
// Positions follow every execution, in auctions too, from the first on; a new trading day keeps them.

import { duplicateWindowMax, messageRateMax } from '../generated/rules.js';
import type { AccountLimit, InstrumentLimit, LimitName, RiskCommand, SetLimits, Severity } from './control_commands.js';
import type { MatchEvent } from './events.js';
import type { Order } from './order.js';
import { restrictShortSales } from './short_sale.js';
import type { Refusal, Venue } from './venue.js';

const none = Number.MAX_SAFE_INTEGER;

interface Bounds {
  readonly smallest: number;
  readonly largest: number;
  readonly initial: number;
  readonly canBeSoft: boolean;
}

const plain: Bounds = { smallest: 0, largest: none, initial: none, canBeSoft: true };
const instrumentLimits: Readonly<Record<InstrumentLimit, Bounds>> = {
  orderQuantity: plain,
  orderValue: plain,
  longPosition: plain,
  shortPosition: plain,
  openQuantity: plain,
};
const accountLimits: Readonly<Record<AccountLimit, Bounds>> = {
  grossPosition: plain,
  openValue: plain,
  messageRate: { smallest: 0, largest: messageRateMax, initial: 0, canBeSoft: false },
  messageBurst: { smallest: 1, largest: messageRateMax, initial: 1, canBeSoft: false },
  duplicateWindow: { smallest: 0, largest: duplicateWindowMax, initial: 0, canBeSoft: false },
};

type Limits<Name extends LimitName> = Readonly<Record<Severity, Record<Name, number>>>;

function noLimits<Name extends LimitName>(bounds: Readonly<Record<Name, Bounds>>): Limits<Name> {
  const entries = Object.entries<Bounds>(bounds).map(([name, { initial }]) => [name, initial]);
  return { hard: Object.fromEntries(entries), soft: Object.fromEntries(entries) };
}

/** An account in one instrument. */
export interface InstrumentRisk {
  readonly limits: Limits<InstrumentLimit>;
  isSet: boolean;
  isRestricted: boolean;
  /** Negative = short. */
  position: number;
}

export interface RecentOrder {
  readonly time: number;
  readonly locate: number;
  readonly side: Order['side'];
  readonly price: number | undefined;
  readonly quantity: number;
}

export class AccountRisk {
  readonly limits = noLimits(accountLimits);
  readonly instruments = new Map<number, InstrumentRisk>();
  isSet = false;
  /** When the message bucket would be full again. */
  messageTime = 0;
  /** New orders, newest last (message_flow.ts). */
  recent: readonly RecentOrder[] = [];

  instrument(locate: number): InstrumentRisk {
    let found = this.instruments.get(locate);
    if (found === undefined) {
      found = { limits: noLimits(instrumentLimits), isSet: false, isRestricted: false, position: 0 };
      this.instruments.set(locate, found);
    }
    return found;
  }
}

export class RiskBook {
  private readonly accounts = new Map<number, AccountRisk>();

  account(number: number): AccountRisk {
    let found = this.accounts.get(number);
    if (found === undefined) {
      found = new AccountRisk();
      this.accounts.set(number, found);
    }
    return found;
  }

  trade({ account, locate, side }: Pick<Order, 'account' | 'locate' | 'side'>, quantity: number) {
    this.account(account).instrument(locate).position += side === 'buy' ? quantity : -quantity;
  }
}

export function runRisk(venue: Venue, command: RiskCommand) {
  const refusal = dispatch(venue, command);
  if (refusal === undefined) return;
  venue.emit({
    kind: 'adminRefused',
    publicEffect: 'none',
    ...('account' in command ? { account: command.account } : {}),
    ...(command.locate === undefined ? {} : { locate: command.locate }),
    ...refusal,
  });
}

function dispatch(venue: Venue, command: RiskCommand): Refusal | undefined {
  if (command.locate !== undefined && !venue.books.has(command.locate)) return { reason: 'unknownInstrument' };
  switch (command.kind) {
    case 'setLimits':
      return setLimits(venue, command);
    case 'restrictShortSales':
      return restrictShortSales(venue, command);
    case 'restrictInstrument': {
      const { account, locate, isRestricted } = command;
      venue.risk.account(account).instrument(locate).isRestricted = isRestricted;
      return tell(venue, { kind: 'restrictionSet', account, locate, quantity: isRestricted ? 1 : 0 });
    }
    case 'setPosition': {
      const { account, locate, position } = command;
      if (!Number.isSafeInteger(position)) return { reason: 'invalidValue', limitValue: none };
      venue.risk.account(account).instrument(locate).position = position;
      return tell(venue, { kind: 'positionSet', account, locate, position });
    }
  }
}

function tell(venue: Venue, event: Omit<MatchEvent, 'publicEffect'>): undefined {
  venue.emit({ ...event, publicEffect: 'none' });
}

function setLimits(venue: Venue, { account, locate, severity, limits }: SetLimits): Refusal | undefined {
  const row = venue.risk.account(account);
  const target = locate === undefined ? row : row.instrument(locate);
  const bounds: Partial<Record<LimitName, Bounds>> = locate === undefined ? accountLimits : instrumentLimits;
  const named = Object.entries(limits) as [LimitName, number][];
  if (named.length === 0) return { reason: 'invalidValue' };
  for (const [name, value] of named) {
    const bound = bounds[name];
    if (bound === undefined || (severity === 'soft' && !bound.canBeSoft)) return { reason: 'invalidValue' };
    if (value < bound.smallest) return { reason: 'invalidValue', limitValue: bound.smallest };
    if (value > bound.largest) return { reason: 'invalidValue', limitValue: bound.largest };
  }
  Object.assign(target.limits[severity], limits);
  target.isSet = true;
  return tell(venue, { kind: 'limitsSet', account, ...(locate === undefined ? {} : { locate }) });
}
