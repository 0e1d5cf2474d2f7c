// What every answer owes its reader, over all families of commands: an acceptance says where the order stands, and says it truly; a refusal
// has a reason of the stable list, with the number that was exceeded where the reason has one, and changes no book.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PublicBooks } from '../test_support/public_book.js';
import { controlledMarketList } from '../test_support/random_control.js';
import { riskCommandList } from '../test_support/random_risk.js';
import type { RejectReason, SequencedCommand } from './commands.js';
import { Engine } from './engine.js';
import { type MatchEvent, queuePositionKept } from './events.js';
import { scenarioLimits } from './scenario_file.js';

/** Does the reason say a number? Sometimes: notSupported of a session number, invalidValue of a range, a price test against a bid. */
const numbers: Readonly<Record<RejectReason, 'always' | 'never' | 'sometimes'>> = {
  unknownInstrument: 'never',
  unknownOrder: 'never',
  duplicateClOrdId: 'never',
  invalidSide: 'never',
  invalidOrderType: 'never',
  invalidTimeInForce: 'never',
  invalidPrice: 'always',
  invalidQuantity: 'always',
  notSupported: 'sometimes',
  bookFull: 'always',
  invalidStopPrice: 'always',
  invalidMinimumQuantity: 'always',
  invalidDisplayQuantity: 'always',
  expireTimePassed: 'always',
  postOnlyWouldTrade: 'always',
  tradingClosed: 'never',
  tradingHalted: 'never',
  notInThisState: 'never',
  invalidTick: 'always',
  invalidLot: 'always',
  priceCollar: 'always',
  priceBand: 'always',
  invalidTransition: 'never',
  invalidValue: 'sometimes',
  sessionKilled: 'never',
  accountKilled: 'never',
  firmKilled: 'never',
  venueKilled: 'never',
  sessionLocked: 'never',
  accountLocked: 'never',
  firmLocked: 'never',
  venueLocked: 'never',
  invalidScope: 'never',
  invalidEntryCount: 'always',
  repeatedInstrument: 'never',
  quoteCrossed: 'always',
  protectionTripped: 'never',
  unknownProtection: 'never',
  invalidWindow: 'always',
  invalidThreshold: 'always',
  noRiskLimits: 'never',
  instrumentRestricted: 'never',
  shortSaleNotMarked: 'always',
  shortSaleRestricted: 'sometimes',
  noReferencePrice: 'never',
  orderQuantityLimit: 'always',
  orderValueLimit: 'always',
  messageRateLimit: 'always',
  duplicateOrder: 'always',
  longPositionLimit: 'always',
  shortPositionLimit: 'always',
  grossPositionLimit: 'always',
  openQuantityLimit: 'always',
  openValueLimit: 'always',
};

/** Empty when the refusal says what it must. */
function refusalWrong(event: MatchEvent): string[] {
  const says = numbers[event.reason as RejectReason];
  const wrong: string[] = [];
  if (says === undefined) wrong.push(`not a reason: ${event.reason}`);
  const isNumbered = Number.isSafeInteger(event.limitValue);
  if (says === 'always' && !isNumbered) wrong.push(`${event.reason} without its number`);
  if (says === 'never' && event.limitValue !== undefined) wrong.push(`${event.reason} with a number`);
  if (event.publicEffect !== 'none') wrong.push(`${event.reason} with a public effect`);
  if (event.kind !== 'adminRefused' && event.clOrdId === undefined) wrong.push(`${event.reason} without an id`);
  return wrong;
}

/** What the public book shows ahead of an order that has just been told where it stands and goes there at once. */
function standsWrong(books: PublicBooks, event: MatchEvent, next: MatchEvent | undefined): string[] {
  if (event.kind !== 'accepted' && event.kind !== 'replaced') return [];
  const said = event.queueAhead;
  if (said === undefined || said < queuePositionKept) return [`${event.kind} ${event.clOrdId} says ${said}`];
  const restsAtOnce = event.kind === 'accepted' && next?.kind === 'rested' && next.reference === event.reference;
  if (!restsAtOnce && event.publicEffect !== 'replace') return [];
  const gone = event.publicEffect === 'replace' ? event.originalReference : undefined;
  const ahead = books.displayedAt(event.locate as number, event.side as 'buy' | 'sell', event.price as number, gone);
  return ahead === said ? [] : [`${event.kind} ${event.clOrdId}: ${said} ahead, the book shows ${ahead}`];
}

const lists = { market: controlledMarketList, risk: riskCommandList };

test.each(['market', 'risk'] as const)(
  '%s: acceptances tell their place, refusals their reason and number',
  (which) => {
    let acceptances = 0;
    let refusals = 0;
    const check = (commands: readonly SequencedCommand[]) => {
      const engine = new Engine({
        ...scenarioLimits,
        maximumOrders: 60,
        maximumLevels: 14,
        isRiskOn: which === 'risk',
      });
      for (const locate of [1, 2]) engine.addInstrument(locate, 1000 + locate);
      const books = new PublicBooks();
      for (const command of commands) {
        const events = engine.apply(command);
        for (const [index, event] of events.entries()) {
          expect(standsWrong(books, event, events[index + 1])).toEqual([]);
          const isRefusal =
            event.kind === 'rejected' || event.kind === 'cancelRejected' || event.kind === 'adminRefused';
          if (isRefusal) expect(refusalWrong(event)).toEqual([]);
          if (isRefusal) refusals += 1;
          if (event.kind === 'accepted') acceptances += 1;
          books.record([event]);
        }
      }
    };
    fc.assert(fc.property(lists[which], check), { numRuns: 100 });
    expect(acceptances).toBeGreaterThan(500);
    expect(refusals).toBeGreaterThan(500);
  },
);
