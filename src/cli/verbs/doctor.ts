import type { Command } from 'commander';

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('What this machine does to latency')
    .addHelpText('after', '\nExample:\n  hopwire doctor');
}
