import type { Command } from 'commander';

export function registerFeed(program: Command): void {
  program.command('feed').description('Watch a multicast feed').addHelpText('after', '\nExample:\n  hopwire feed');
}
