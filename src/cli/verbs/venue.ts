// `hopwire venue`: flags and help of the venue's role; src/venue/venue_role.ts runs it, the config decides the rest.
import type { Command } from 'commander';
import { DAY_SECONDS, positive } from '../number_options.js';

export function registerVenue(program: Command): void {
  program
    .command('venue')
    .description('Run a venue: SBE order entry in, ITCH multicast and execution reports out')
    .option('--config <file>', 'config file with a venue section (default: ./hopwire.yaml when present)')
    .option('--seconds <n>', 'end the day after this time (default: at Ctrl-C)', positive(DAY_SECONDS))
    .option('--keep <dir>', 'write the journal and a pcap of both wires there')
    .option('--json', 'machine-readable summary at the end')
    .addHelpText('after', '\nExample:\n  hopwire venue --config hopwire.yaml --seconds 60')
    .action(async (options: { config?: string; seconds?: number; keep?: string; json?: boolean }) => {
      const { loadConfig } = await import('../../config/load.js');
      const { runVenue } = await import('../../venue/venue_role.js');
      const { config } = loadConfig('venue', { file: options.config });
      await runVenue(config, options);
    });
}
