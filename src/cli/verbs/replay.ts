import type { Command } from 'commander';

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('Replay an ITCH file onto multicast')
    .addHelpText('after', '\nExample:\n  hopwire replay');
}
