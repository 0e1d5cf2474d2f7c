// hopwire itch stat: what a file holds, what is wrong with it, and the digest of the books it leaves behind.

import { damageText } from '../../feed/itch_file.js';
import { messageName } from '../../generated/itch_5_0.js';
import type { ItchInstrument, ItchScanResult, NativeItchScan } from '../../native/itch_file_binding.js';
import { formatCount, formatTimeOfDay } from '../format.js';
import { printJson, printLine, table } from '../output.js';
import { refuseDamage, scanForOperator } from './scan.js';

export interface StatOptions {
  readonly digests?: boolean;
  readonly json?: boolean;
}

const damagesShown = 20;

export async function runStat(file: string, options: StatOptions): Promise<void> {
  const scan = await scanForOperator(file);
  const result = scan.result();
  const books = options.digests === true ? booksOf(scan) : undefined;
  if (options.json === true) printJson(jsonOf(result, books));
  else printForPeople(file, scan.size, result, books);
  refuseDamage(file, result);
}

interface BookRow extends ItchInstrument {
  readonly digest: string;
}

/** Every book with a live order, locates ascending: what the market digest is made of. */
function booksOf(scan: NativeItchScan): BookRow[] {
  const live = scan.instruments().filter((row) => row.orders > 0);
  return live.map((row) => ({ ...row, digest: scan.digest(row.locate) }));
}

function nanosecondsPerMessage(result: ItchScanResult): number | null {
  return result.messages === 0 ? null : Number((result.nanoseconds / result.messages).toFixed(2));
}

function jsonOf(result: ItchScanResult, books: BookRow[] | undefined): object {
  return {
    messages: result.messages,
    types: result.types,
    malformed: result.malformed,
    malformed_at: result.damages.map((damage) => ({
      offset: damage.offset,
      reason: damage.reason,
      type: damage.type,
      length: damage.length,
      expected: damage.expected,
      skipped: damage.skipped,
    })),
    skipped_bytes: result.skippedBytes,
    orphans: result.orphans,
    duplicate_references: result.duplicateReferences,
    over_reductions: result.overReductions,
    zero_share_orders: result.zeroShareOrders,
    orders_of_unknown_side: result.sidelessOrders,
    orders_beyond_limits: result.beyondLimits,
    live_orders: result.liveOrders,
    instruments: result.instruments,
    crossed: result.crossed,
    locked: result.locked,
    printed_shares: result.printedShares,
    first_ns: result.messages === 0 ? null : result.firstTime,
    last_ns: result.messages === 0 ? null : result.lastTime,
    time_reversals: result.timeReversals,
    end_of_session_mark: result.endMarkSeen,
    digest: result.digest,
    ns_per_message: nanosecondsPerMessage(result),
    ...(books === undefined ? {} : { books }),
  };
}

function printForPeople(file: string, size: number, result: ItchScanResult, books: BookRow[] | undefined): void {
  const right = { align: 'right' } as const;
  printLine(`${file}: ${formatCount(size)} bytes`);
  printLine();
  const types = Object.entries(result.types).sort(([, a], [, b]) => b - a);
  printLine(
    table(
      [{ title: 'type' }, { title: 'message' }, { title: 'count', ...right }, { title: 'orphans', ...right }],
      types.map(([type, count]) => {
        const orphans = result.orphans[type];
        return [
          type,
          messageName(type.charCodeAt(0)) ?? '',
          formatCount(count),
          orphans === undefined ? '' : formatCount(orphans),
        ];
      }),
    ),
  );
  printLine();
  printLine(table([{ title: 'figure' }, { title: 'value', ...right }, { title: '' }], figures(result)));
  printDamages(result);
  if (books !== undefined) printBooks(books);
}

function figures(result: ItchScanResult): string[][] {
  const orphans = Object.values(result.orphans).reduce((sum, count) => sum + count, 0);
  const rows: [string, string, string][] = [
    ['messages', formatCount(result.messages), ''],
    ['malformed', formatCount(result.malformed), ''],
    ['orphans', formatCount(orphans), 'modifications of orders this file never added, or already gone'],
    ['live orders', formatCount(result.liveOrders), ''],
    ['instruments', formatCount(result.instruments), 'stock locates named by any message'],
    ['crossed at the end', formatCount(result.crossed), 'best bid above best ask'],
    ['locked at the end', formatCount(result.locked), 'best bid equal to best ask'],
    ['shares printed', formatCount(result.printedShares), 'E + C printable + P + Q, broken trades included'],
  ];
  if (result.messages > 0) {
    rows.push(
      ['first message', formatTimeOfDay(result.firstTime), ''],
      ['last message', formatTimeOfDay(result.lastTime), ''],
    );
    rows.push(['ns per message', String(nanosecondsPerMessage(result)), 'framing, decoding and books']);
  }
  const unusual: [string, number, string][] = [
    ['side unknown', result.sidelessOrders, 'live replacements of orders older than the file; in no book'],
    ['duplicate references', result.duplicateReferences, 'added again while live: ignored'],
    ['over-reductions', result.overReductions, 'more shares taken than remained: order removed'],
    ['zero-share orders', result.zeroShareOrders, 'ignored'],
    ['beyond limits', result.beyondLimits, 'orders not kept: out of table'],
    ['time reversals', result.timeReversals, 'messages earlier than the one before'],
  ];
  for (const [name, count, remark] of unusual) {
    if (count > 0) rows.push([name, formatCount(count), remark]);
  }
  rows.push(['digest', result.digest, 'of all books with live orders']);
  return rows;
}

function printDamages(result: ItchScanResult): void {
  if (result.malformed === 0) return;
  printLine();
  printLine(`malformed (${formatCount(result.skippedBytes)} bytes passed over):`);
  for (const damage of result.damages.slice(0, damagesShown)) printLine(`  ${damageText(damage)}`);
  const more = result.malformed - Math.min(result.damages.length, damagesShown);
  if (more > 0) printLine(`  ... and ${formatCount(more)} more`);
}

function printBooks(books: BookRow[]): void {
  const right = { align: 'right' } as const;
  printLine();
  printLine(
    table(
      [{ title: 'locate', ...right }, { title: 'stock' }, { title: 'orders', ...right }, { title: 'digest' }],
      books.map((row) => [String(row.locate), row.stock, formatCount(row.orders), row.digest]),
    ),
  );
}
