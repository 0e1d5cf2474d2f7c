import type { Command } from 'commander';

export function registerStat(program: Command): void {
  program
    .command('stat')
    .description('Counters and hop table of a running process')
    .addHelpText('after', '\nExample:\n  hopwire stat');
}
