import type { Command } from 'commander';

export function registerItch(program: Command): void {
  program.command('itch').description('Read ITCH 5.0 files').addHelpText('after', '\nExample:\n  hopwire itch');
}
