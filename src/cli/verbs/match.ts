import type { Command } from 'commander';

export function registerMatch(program: Command): void {
  program
    .command('match')
    .description('Run a command file through the matching engine')
    .addHelpText('after', '\nExample:\n  hopwire match');
}
