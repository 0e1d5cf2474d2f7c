import type { Command } from 'commander';

export function registerLoad(program: Command): void {
  program
    .command('load')
    .description('Send open-loop order flow to a venue')
    .addHelpText('after', '\nExample:\n  hopwire load');
}
