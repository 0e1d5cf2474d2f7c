import type { Command } from 'commander';

export function registerTrade(program: Command): void {
  program
    .command('trade')
    .description('Run a trader from a config')
    .addHelpText('after', '\nExample:\n  hopwire trade');
}
