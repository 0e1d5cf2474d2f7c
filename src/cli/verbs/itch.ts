// `hopwire itch stat FILE` and `hopwire itch book FILE`: real files through the live path's decoder and books.
//
// A damaged file is still read as far as it makes sense and its figures are printed; then the verb fails with the first damage, status 1.

import { type Command, InvalidArgumentError } from 'commander';
import { parseTimeOfDay } from '../format.js';
import type { BookOptions } from '../itch/book.js';
import type { StatOptions } from '../itch/stat.js';
import { wholeNumber } from '../number_options.js';

/** HH:MM:SS with up to nine decimals, as nanoseconds since midnight. */
function timeOfDay(text: string): number {
  const nanoseconds = parseTimeOfDay(text);
  if (nanoseconds === undefined)
    throw new InvalidArgumentError('Expected a time of day, HH:MM:SS with up to nine decimals.');
  return nanoseconds;
}

export function registerItch(program: Command): void {
  const itch = program
    .command('itch')
    .description('Read ITCH 5.0 files: count, rebuild books, print depth and digests')
    .addHelpText('after', '\nExample:\n  hopwire itch stat 12302019.NASDAQ_ITCH50');

  itch
    .command('stat')
    .description('Decode a file, rebuild every book, count what the file holds and what is wrong with it')
    .argument('<file>', 'ITCH 5.0 messages, each behind a 2-byte big-endian length')
    .option('--digests', 'list every book with live orders: locate, stock, orders, digest')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  hopwire itch stat 12302019.NASDAQ_ITCH50 --json')
    .action(async (file: string, options: StatOptions) => {
      const { runStat } = await import('../itch/stat.js');
      await runStat(file, options);
    });

  itch
    .command('book')
    .description('Rebuild the books and print one: price, quantity and order count of each level')
    .argument('<file>', 'ITCH 5.0 messages, each behind a 2-byte big-endian length')
    .option('--stock <symbol>', 'the stock, as in the directory')
    .option('--locate <number>', 'or its stock locate', wholeNumber(0, 65_535))
    .option('--depth <levels>', 'levels a side', wholeNumber(1, 1_000_000), 10)
    .option('--at <time>', 'apply messages up to this time of day, HH:MM:SS.nnnnnnnnn', timeOfDay)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  hopwire itch book 12302019.NASDAQ_ITCH50 --stock AAPL --depth 5 --at 09:35:00.5',
    )
    .action(async (file: string, options: BookOptions) => {
      const { runBook } = await import('../itch/book.js');
      await runBook(file, options);
    });
}
