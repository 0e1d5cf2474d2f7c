// `hopwire match FILE`: a command file through the venue's matcher, judged by the hash of its reports.

import { type Command, Option } from 'commander';
import type { MatchOptions } from '../match/run.js';

export function registerMatch(program: Command): void {
  program
    .command('match')
    .description('Run a command file through the matching engine; count, hash and time its reports')
    .argument('<file>', 'orders file of the public matching-engine referee; may be zstd-compressed')
    .addOption(new Option('--format <name>', 'what the file is').choices(['referee']).default('referee'))
    .option('--reports <path>', 'write the canonical report text to this file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The file: magic u64, version u32, count u32, then records of 40 bytes, little-endian: type u8 (0 new, 1 cancel, 2 modify),
side u8 (0 buy, 1 sell), IOC u8, 0 u8, quantity u32, sequence u64, order id u64, price i64, 0 u64.
The time is that of the engine loop alone, from record to reports in memory; text and hash come after.

Example:
  hopwire match orders_normal_s23_n1000000.bin --format referee --reports reports.txt`,
    )
    .action(async (file: string, options: MatchOptions) => {
      const { runMatch } = await import('../match/run.js');
      await runMatch(file, options);
    });
}
