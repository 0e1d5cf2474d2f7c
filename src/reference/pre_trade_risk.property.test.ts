// What limits promise, checked from the events alone: whatever is sent and however it trades, no account ever stands above a limit that was
// set at the start; what is refused for risk changes nothing; every reason of risk comes up.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  accountLimits,
  accounts,
  fixedRiskList,
  instrumentLimits,
  riskCommandList,
  rows,
} from '../test_support/random_risk.js';
import type { Side } from './commands.js';
import { Engine } from './engine.js';
import type { MatchEvent } from './events.js';
import { scenarioLimits } from './scenario_file.js';

interface Open {
  readonly account: number;
  readonly locate: number;
  readonly side: Side;
  leaves: number;
}

/** Orders and positions as the reports tell them. */
class Reports {
  readonly open = new Map<number, Open>();
  private readonly positions = new Map<string, number>();

  record(event: MatchEvent) {
    const reference = event.reference as number;
    const { account, locate, side } = event as Open;
    switch (event.kind) {
      case 'accepted':
        this.open.set(reference, { account, locate, side, leaves: event.quantity as number });
        break;
      case 'replaced':
      case 'refreshed':
        this.open.delete(event.originalReference as number);
        this.open.set(reference, { account, locate, side, leaves: event.leaves as number });
        break;
      case 'executed':
        this.trade(reference, event.quantity as number, event.leaves as number);
        this.trade(event.takerReference as number, event.quantity as number, event.takerLeaves as number);
        break;
      case 'canceled':
        this.left(reference, event.leaves as number);
        break;
      default:
        break;
    }
  }

  position(account: number, locate: number): number {
    return this.positions.get(`${account} ${locate}`) ?? 0;
  }

  openQuantity(account: number, locate: number, side: Side): number {
    const fits = [...this.open.values()].filter(
      (order) => order.account === account && order.locate === locate && order.side === side,
    );
    return fits.reduce((sum, { leaves }) => sum + leaves, 0);
  }

  private trade(reference: number, quantity: number, leaves: number) {
    const { account, locate, side } = this.open.get(reference) as Open;
    const before = this.position(account, locate);
    this.positions.set(`${account} ${locate}`, before + (side === 'buy' ? quantity : -quantity));
    this.left(reference, leaves);
  }

  private left(reference: number, leaves: number) {
    const order = this.open.get(reference) as Open;
    order.leaves = leaves;
    if (leaves === 0) this.open.delete(reference);
  }
}

function engine(): Engine {
  const made = new Engine({ ...scenarioLimits, isRiskOn: true });
  for (const locate of rows) made.addInstrument(locate, 1000 + locate);
  return made;
}

function above(reports: Reports, tried: Engine): string[] {
  const wrong: string[] = [];
  const check = (what: string, value: number, limit: number) => {
    if (value > limit) wrong.push(`${what} ${value} is above ${limit}`);
  };
  for (const account of accounts) {
    let gross = 0;
    for (const locate of rows) {
      const buys = reports.openQuantity(account, locate, 'buy');
      const sells = reports.openQuantity(account, locate, 'sell');
      const position = reports.position(account, locate);
      check(`${account} #${locate} long`, position + buys, instrumentLimits.longPosition);
      check(`${account} #${locate} short`, sells - position, instrumentLimits.shortPosition);
      check(`${account} #${locate} open`, buys + sells, instrumentLimits.openQuantity);
      gross += Math.max(position + buys, sells - position);
    }
    check(`${account} gross`, gross, accountLimits.grossPosition);
    const orders = [...tried.venue.orders].filter((order) => order.account === account);
    check(
      `${account} value`,
      orders.reduce((sum, { leaves, riskPrice }) => sum + leaves * riskPrice, 0),
      accountLimits.openValue,
    );
    for (const { leaves, price, riskPrice, reference } of orders) {
      check(`${account} order`, leaves, instrumentLimits.orderQuantity);
      if (price !== undefined) check(`price of ${reference}`, price, riskPrice);
    }
  }
  return wrong;
}

test('no account ever stands above its limits, whatever trades', () => {
  fc.assert(
    fc.property(fixedRiskList, (commands) => {
      const tried = engine();
      const reports = new Reports();
      for (const command of commands) {
        for (const event of tried.apply(command)) reports.record(event);
        expect(above(reports, tried)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

const riskReasons = [
  ...['instrumentRestricted', 'shortSaleNotMarked', 'shortSaleRestricted', 'noReferencePrice', 'orderQuantityLimit'],
  ...['orderValueLimit', 'messageRateLimit', 'duplicateOrder', 'longPositionLimit', 'shortPositionLimit'],
  ...['grossPositionLimit', 'openQuantityLimit', 'openValueLimit'],
];

test('what is refused changes nothing that anybody can see, and every reason comes up', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(riskCommandList, (commands) => {
      const tried = engine();
      for (const command of commands) {
        const before = JSON.stringify([...tried.venue.orders]);
        const events = tried.apply(command);
        const last = events.at(-1) as MatchEvent | undefined;
        if (last?.kind !== 'rejected' && last?.kind !== 'cancelRejected') continue;
        seen.set(last.reason as string, (seen.get(last.reason as string) ?? 0) + 1);
        // Timers may have run first; warnings belong to what is taken.
        expect(events.filter(({ kind }) => kind === 'riskWarning')).toEqual([]);
        if (events.length === 1) expect(JSON.stringify([...tried.venue.orders])).toBe(before);
      }
    }),
    { numRuns: 200 },
  );
  expect(riskReasons.filter((reason) => !seen.has(reason))).toEqual([]);
});
