import type { Command } from 'commander';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('Run a venue, a trader and simulated participants on loopback')
    .addHelpText('after', '\nExample:\n  hopwire demo');
}
