// hopwire match: what the engine did with a file, for people or as JSON.

import { writeFile } from 'node:fs/promises';
import { matchRefereeFile, type RefereeResult } from '../../venue/referee_match.js';
import { NotOrdersFileError } from '../../venue/referee_orders.js';
import { formatCount } from '../format.js';
import { OperatorFailure } from '../operator_failure.js';
import { printJson, printLine } from '../output.js';

export interface MatchOptions {
  readonly format: 'referee';
  readonly reports?: string;
  readonly json?: boolean;
}

export async function runMatch(file: string, options: MatchOptions): Promise<void> {
  const result = await matchForOperator(file);
  if (options.reports !== undefined) await writeFile(options.reports, result.text);
  if (options.json === true) printJson(jsonOf(result));
  else printForPeople(file, result, options.reports);
  if (result.violation !== '') throw new OperatorFailure('invariant', file, result.violation);
}

async function matchForOperator(file: string): Promise<RefereeResult> {
  try {
    return await matchRefereeFile(file);
  } catch (error) {
    if (error instanceof NotOrdersFileError) throw new OperatorFailure('notOrdersFile', error.path, error.found);
    throw error;
  }
}

function jsonOf(result: RefereeResult): object {
  return {
    commands: result.commands,
    reports: result.reports,
    trades: result.trades,
    refused: result.refused,
    resting_orders: result.restingOrders,
    digest: result.digest,
    sha256: result.sha256,
    published_as: result.publishedAs ?? null,
    ns_per_command: result.nanosecondsPerCommand,
  };
}

function printForPeople(file: string, result: RefereeResult, reports: string | undefined): void {
  const published = result.publishedAs === undefined ? '' : `  (the published hash of scenario ${result.publishedAs})`;
  const rows: [string, string][] = [
    ['file', file],
    ['commands', formatCount(result.commands)],
    ['reports', formatCount(result.reports)],
    ['trades', formatCount(result.trades)],
    ['refused', formatCount(result.refused)],
    ['resting orders', formatCount(result.restingOrders)],
    ['book digest', result.digest],
    ['sha256', `${result.sha256}${published}`],
    ['ns per command', result.nanosecondsPerCommand === null ? '-' : String(result.nanosecondsPerCommand)],
  ];
  if (reports !== undefined) rows.push(['written to', reports]);
  for (const [name, value] of rows) printLine(`${name.padEnd(15)} ${value}`);
}
