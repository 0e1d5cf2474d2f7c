// show: what stands at the venue, as tables or as one JSON object.

import { tablesOf } from '../../operator/describe_rows.js';
import type { OperatorClient, QueryResult } from '../../operator/operator_client.js';
import type { Query } from '../../operator/requests.js';
import { printJson, printLine, table } from '../output.js';
import type { InstrumentNames } from './instrument_names.js';
import { type AdminFlags, asOperator } from './run.js';

export interface ShowFlags extends AdminFlags {
  readonly account?: number;
  readonly instrument?: string;
}

export async function runShow(flags: ShowFlags, kind: Query['kind']): Promise<number> {
  return asOperator(flags, async (client, names) => {
    const result = await ask(client, queriesOf(flags, kind, names));
    if (result.refused !== undefined) {
      printLine(`refused: ${result.refused.reason}`);
      return 1;
    }
    if (flags.json === true) printResult(kind, result);
    else printTables(kind, result, names);
    return 0;
  });
}

function queriesOf({ account, instrument }: ShowFlags, kind: Query['kind'], names: InstrumentNames): Query[] {
  const query: Query = { kind, ...(account === undefined ? {} : { account }) };
  if (instrument === undefined || instrument === 'all') return [query];
  return names.idsOf(instrument).map((instrumentId) => ({ ...query, instrumentId }));
}

async function ask(client: OperatorClient, queries: readonly Query[]): Promise<QueryResult> {
  const results: QueryResult[] = [];
  for (const query of queries) {
    const result = await client.query(query);
    if (result.refused !== undefined) return result;
    results.push(result);
  }
  const [first, last] = [results[0] as QueryResult, results.at(-1) as QueryResult];
  return {
    rows: results.flatMap(({ rows }) => rows),
    firstSequence: first.firstSequence,
    lastSequence: last.lastSequence,
  };
}

function printResult(kind: Query['kind'], { rows, firstSequence, lastSequence }: QueryResult): void {
  printJson({ kind, firstSequence, lastSequence, rows });
}

function printTables(kind: Query['kind'], { rows }: QueryResult, names: InstrumentNames): void {
  const tables = tablesOf(kind, rows, (id) => names.symbolOf(id)).filter(({ cells }) => cells.length > 0);
  if (tables.length === 0) printLine(`no ${kind}`);
  tables.forEach(({ columns, cells }, index) => {
    if (index > 0) printLine();
    printLine(table(columns, cells));
  });
}
