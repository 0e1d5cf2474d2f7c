// `hopwire book`: one book of a running feed, trader or demo, read from its region without it noticing.

import type { Command } from 'commander';
import type { BookVerbOptions } from '../book/follow.js';
import { wholeNumber } from '../number_options.js';

export function registerBook(program: Command): void {
  program
    .command('book')
    .description('One live book of a running process: levels, state, last trade; once or as it changes')
    .option('--stock <symbol>', 'the stock, as in the directory')
    .option('--locate <number>', 'or its stock locate', wholeNumber(0, 65_535))
    .option('--follow', 'show it again whenever it has changed, until Ctrl-C or the end of the feed')
    .option('--depth <levels>', 'levels a side, at most what the process keeps', wholeNumber(1, 20), 10)
    .option('--name <region>', 'of the process, or the path of its region (default: the only one there is)')
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  hopwire book --stock AAPL --follow\n  hopwire book --name day --locate 13 --depth 5 --json',
    )
    .action(async (options: BookVerbOptions) => {
      const { runBook } = await import('../book/follow.js');
      await runBook(options);
    });
}
