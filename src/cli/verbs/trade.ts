// `hopwire trade`: flags and help of the trader's role; src/trader/trader_role.ts runs it, the config decides the rest.
import type { Command } from 'commander';
import { DAY_SECONDS, positive } from '../number_options.js';

export function registerTrade(program: Command): void {
  program
    .command('trade')
    .description('Run a trader: multicast in, a TypeScript strategy on the hot path, SBE orders out')
    .option('--config <file>', 'config file with a trade section (default: ./hopwire.yaml when present)')
    .option('--strategy <name>', 'quoter, or the path of a module whose default export is a Strategy class')
    .option('--seconds <n>', 'stop after this time (default: at Ctrl-C)', positive(DAY_SECONDS))
    .option('--json', 'machine-readable summary at the end')
    .addHelpText('after', '\nExample:\n  hopwire trade --config hopwire.yaml --strategy ./my_strategy.js')
    .action(async (options: { config?: string; strategy?: string; seconds?: number; json?: boolean }) => {
      const { loadConfig } = await import('../../config/load.js');
      const { runTrader } = await import('../../trader/trader_role.js');
      const flags = [{ flag: '--strategy', path: ['strategy', 'name'], value: options.strategy }];
      const { config } = loadConfig('trade', { file: options.config, flags });
      await runTrader(config, options);
    });
}
