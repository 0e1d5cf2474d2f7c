// For tests: random commands of market makers and those who watch over risk, in between those of clients and of a market that opens,
// halts and closes. Windows, thresholds and locks are small, so that they trip and shut within a list.

import fc from 'fast-check';
import type {
  ControlRequest,
  MassQuote,
  ProtectionGroup,
  QuoteEntry,
  Scope,
  SetProtection,
} from '../reference/control_commands.js';
import { clientDraft, type Draft, listOf, price, quantity, request, selfTrade, who } from './random_commands.js';
import { marketDraft, walkStates } from './random_market.js';

type From = Parameters<typeof request>[0];
type Body = ControlRequest extends infer Each ? (Each extends ControlRequest ? Omit<Each, keyof Who> : never) : never;
interface Who {
  readonly session: number;
  readonly account: number;
  readonly firm: number;
  readonly clOrdId: number;
}

const asDraft = ([from, body]: [From, Body]): Draft => {
  return (id) => {
    const { locate: _, ...requester } = request(from, id);
    return { ...requester, ...body } as ControlRequest;
  };
};
const command = (body: fc.Arbitrary<Body>): fc.Arbitrary<Draft> => fc.tuple(who, body).map(asDraft);
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 1, nil: undefined });
const said = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

const session = fc.integer({ min: 0, max: 2 });
const account = fc.constantFrom(10, 11);
const firm = fc.constantFrom(100, 101);

const scope = fc
  .record({
    session: sometimes(session),
    account: sometimes(account),
    firm: sometimes(firm),
    locate: sometimes(fc.constantFrom(1, 2)),
    side: sometimes(fc.constantFrom('buy' as const, 'sell' as const)),
  })
  .map((fields) => said(fields) as Scope);

/** What can be locked, mostly. */
const owner: fc.Arbitrary<Scope> = fc.oneof(
  session.map((number) => ({ session: number })),
  account.map((number) => ({ account: number })),
  firm.map((number) => ({ firm: number })),
  session.map((number) => ({ session: number, locate: 1 })),
  fc.constant({}),
  scope,
);

const size = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: quantity });
const entry: fc.Arbitrary<QuoteEntry> = fc
  .record({
    locate: fc.constantFrom(1, 2),
    bidPrice: price,
    spread: fc.integer({ min: 0, max: 4 }),
    bid: size,
    ask: size,
  })
  .map(({ locate, bidPrice, spread, bid, ask }) => ({
    locate,
    bidPrice,
    bidQuantity: bid,
    askPrice: bidPrice + spread,
    askQuantity: ask,
  }));
const massQuote = fc
  .record({
    entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 2, selector: ({ locate }) => locate }),
    selfTrade: fc.option(selfTrade, { freq: 4, nil: undefined }),
  })
  .map((fields) => ({ kind: 'massQuote', ...said(fields) }) as Omit<MassQuote, keyof Who>);

const group: fc.Arbitrary<ProtectionGroup> = fc.oneof(
  session.map((number) => ({ session: number })),
  account.map((number) => ({ account: number })),
);
const setProtection = fc.record({
  kind: fc.constant('setProtection' as const),
  group,
  window: fc.integer({ min: 1, max: 60 }),
  trades: fc.integer({ min: 1, max: 5 }),
  quantity: fc.constantFrom(0, 20, 60),
  value: fc.constantFrom(0, 30_000),
}) satisfies fc.Arbitrary<Omit<SetProtection, keyof Who>>;

const quoting = command(massQuote);
const protecting = command(setProtection);
export const controlDraft = fc.oneof(
  { weight: 40, arbitrary: quoting },
  { weight: 4, arbitrary: protecting },
  { weight: 6, arbitrary: command(fc.record({ kind: fc.constant('resetProtection' as const), group })) },
  { weight: 3, arbitrary: command(fc.record({ kind: fc.constant('massCancel' as const), scope })) },
  { weight: 1, arbitrary: command(fc.record({ kind: fc.constant('purge' as const), scope: owner })) },
  { weight: 1, arbitrary: command(fc.record({ kind: fc.constant('kill' as const), scope: owner })) },
  { weight: 3, arbitrary: command(fc.record({ kind: fc.constant('unlock' as const), scope: owner })) },
  { weight: 3, arbitrary: command(fc.record({ kind: fc.constant('unkill' as const), scope: owner })) },
);

/** Quotes and what watches over them among clients in continuous trading, and in a market of every state. */
export const controlCommandList = listOf(
  fc.oneof({ weight: 60, arbitrary: clientDraft }, { weight: 60, arbitrary: controlDraft }),
);
export const controlledMarketList = listOf(
  fc.oneof({ weight: 60, arbitrary: marketDraft }, { weight: 40, arbitrary: controlDraft }),
).map(walkStates);
/** Nothing but quotes, orders and protections: where thresholds are reached most. */
export const quoteCommandList = listOf(
  fc.oneof(
    { weight: 40, arbitrary: clientDraft },
    { weight: 40, arbitrary: quoting },
    { weight: 6, arbitrary: protecting },
    { weight: 8, arbitrary: command(fc.record({ kind: fc.constant('resetProtection' as const), group })) },
  ),
);
