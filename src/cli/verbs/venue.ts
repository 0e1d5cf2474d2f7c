import type { Command } from 'commander';

export function registerVenue(program: Command): void {
  program.command('venue').description('Run a venue from a config').addHelpText('after', '\nExample:\n  hopwire venue');
}
