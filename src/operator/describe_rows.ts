/** Answers to queries as tables an operator reads. Pure; the caller knows the symbols. Numbers are decimals in currency units. */
import { formatCount, formatNanoseconds, formatPrice, formatTimeOfDay } from '../cli/format.js';
import type { Column } from '../cli/output.js';
import type { SymbolOf } from './describe.js';
import type { Query } from './requests.js';
import type { LimitRow, LockRow, PositionRow, ProtectionRow, QueryRow, RulesRow, StateRow, TickRow } from './rows.js';

export interface Table {
  readonly columns: readonly Column[];
  readonly cells: readonly (readonly string[])[];
}

const DAY_NANOSECONDS = 86_400_000_000_000n;

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });
const priceOf = (price: number | undefined): string => (price === undefined ? '-' : formatPrice(price));
const percent = (basisPoints: number): string => (basisPoints === 0 ? '-' : `${basisPoints / 100}%`);
const timeOf = (nanoseconds: number): string => (nanoseconds === 0 ? 'by hand' : formatNanoseconds(nanoseconds));

/** One table, or two of locks: what is locked, and protections. */
export function tablesOf(kind: Query['kind'], rows: readonly QueryRow[], symbolOf: SymbolOf): Table[] {
  const of = <R extends QueryRow['row']>(row: R) =>
    rows.filter((one): one is Extract<QueryRow, { row: R }> => one.row === row);
  switch (kind) {
    case 'state':
      return [states(of('state'), symbolOf)];
    case 'rules':
      return [rules(of('rules'), of('tick'), symbolOf)];
    case 'limits':
      return [limits(of('limit'), symbolOf)];
    case 'positions':
      return [positions(of('position'), symbolOf)];
    case 'locks':
      return [locks(of('lock'), symbolOf), protections(of('protection'))];
  }
}

function states(rows: readonly StateRow[], symbolOf: SymbolOf): Table {
  return {
    columns: [
      left('instrument'),
      left('state'),
      left('reason'),
      right('orders'),
      right('bid'),
      right('ask'),
      right('reference'),
      left('remarks'),
    ],
    cells: rows.map((row) => [
      symbolOf(row.instrumentId),
      row.state,
      row.haltReason === '' ? '-' : row.haltReason,
      formatCount(row.orderCount),
      priceOf(row.bidPrice),
      priceOf(row.askPrice),
      priceOf(row.referencePrice),
      remarksOf(row),
    ]),
  };
}

function remarksOf({ isInLimitState, shortSalesRestricted, dueTime }: StateRow): string {
  return [
    ...(isInLimitState ? ['limit state'] : []),
    ...(shortSalesRestricted ? ['short sales restricted'] : []),
    ...(dueTime === undefined
      ? []
      : [`moves on at ${formatTimeOfDay(Number(dueTime % DAY_NANOSECONDS)).slice(0, 12)}`]),
  ].join(', ');
}

function rules(rows: readonly RulesRow[], ticks: readonly TickRow[], symbolOf: SymbolOf): Table {
  const tickOf = (id: number): string =>
    ticks
      .filter(({ instrumentId }) => instrumentId === id)
      .map(({ tick, fromPrice }) => `${formatPrice(tick)} from ${formatPrice(fromPrice)}`)
      .join(', ');
  return {
    columns: [
      left('instrument'),
      right('lot'),
      right('minimum'),
      right('collar'),
      left('band'),
      left('breaker'),
      left('halt'),
      left('auction'),
      left('ticks'),
    ],
    cells: rows.map(({ instrumentId, lot, minimumQuantity, collarBasisPoints, band, breaker, haltTime, callTime }) => [
      symbolOf(instrumentId),
      formatCount(lot),
      formatCount(minimumQuantity),
      percent(collarBasisPoints),
      band === undefined ? '-' : `${formatPrice(band.lowerPrice)} to ${formatPrice(band.upperPrice)}`,
      breaker === undefined ? '-' : `${percent(breaker.basisPoints)} in ${formatNanoseconds(breaker.window)}`,
      timeOf(haltTime),
      timeOf(callTime),
      tickOf(instrumentId) || '-',
    ]),
  };
}

/** In the unit of the limit. */
export function limitNumber({ limit }: Pick<LimitRow, 'limit'>, value: number | undefined): string {
  if (value === undefined) return '-';
  if (limit === 'orderValue' || limit === 'openValue') return formatCount(Math.floor(value / 10_000));
  return limit === 'duplicateWindow' ? formatNanoseconds(value) : formatCount(value);
}

/** Of the nearer of the two; undefined when nothing is measured. A limit of 0 is used up. */
export function usedShare({ hard, soft, used }: LimitRow): number | undefined {
  const nearest = Math.min(hard ?? Number.POSITIVE_INFINITY, soft ?? Number.POSITIVE_INFINITY);
  if (used === undefined || nearest === Number.POSITIVE_INFINITY) return undefined;
  if (nearest <= 0) return used > 0 ? 1 : 0;
  return Math.max(0, used) / nearest;
}

function limits(rows: readonly LimitRow[], symbolOf: SymbolOf): Table {
  return {
    columns: [
      right('account'),
      left('instrument'),
      left('limit'),
      right('hard'),
      right('soft'),
      right('used'),
      right(''),
    ],
    cells: rows.map((row) => {
      const share = usedShare(row);
      return [
        String(row.account),
        row.instrumentId === undefined ? '-' : symbolOf(row.instrumentId),
        row.limit,
        limitNumber(row, row.hard),
        limitNumber(row, row.soft),
        limitNumber(row, row.used),
        share === undefined ? '' : `${Math.floor(share * 100)}%`,
      ];
    }),
  };
}

function positions(rows: readonly PositionRow[], symbolOf: SymbolOf): Table {
  return {
    columns: [
      right('account'),
      left('instrument'),
      right('position'),
      right('open buys'),
      right('open sells'),
      left('remarks'),
    ],
    cells: rows.map((row) => [
      String(row.account),
      symbolOf(row.instrumentId),
      formatCount(row.position),
      formatCount(row.openBuys),
      formatCount(row.openSells),
      row.restricted ? 'restricted' : '',
    ]),
  };
}

function ownerOf({ session, account, firm }: { session?: number; account?: number; firm?: number }): string {
  if (session !== undefined) return `session ${session}`;
  if (account !== undefined) return `account ${account}`;
  return firm === undefined ? 'venue' : `firm ${firm}`;
}

function locks(rows: readonly LockRow[], symbolOf: SymbolOf): Table {
  return {
    columns: [left('whose'), left('lock'), left('instrument')],
    cells: rows.map((row) => [
      ownerOf(row),
      row.lock,
      row.instrumentId === undefined ? 'all' : symbolOf(row.instrumentId),
    ]),
  };
}

function protections(rows: readonly ProtectionRow[]): Table {
  const part = (one: { held: number; limit: number } | undefined, show = formatCount): string =>
    one === undefined ? '-' : `${show(one.held)} of ${show(one.limit)}`;
  return {
    columns: [left('protection of'), left('is'), right('trades'), right('quantity'), right('value'), right('within')],
    cells: rows.map((row) => [
      ownerOf(row),
      row.isTripped ? 'tripped' : 'open',
      part(row.trades),
      part(row.quantity),
      part(row.value, (value) => formatCount(Math.floor(Number(value) / 10_000))),
      formatNanoseconds(row.window),
    ]),
  };
}
