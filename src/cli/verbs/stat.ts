// `hopwire stat [NAME]`: looks into a running process from outside, without it noticing.

import type { Command } from 'commander';
import type { ProcessStatOptions } from '../stat/process_stat.js';

export function registerStat(program: Command): void {
  program
    .command('stat')
    .description('Counters and hop table of a running process; without a name, the processes there are')
    .argument('[process]', "the process's name (as in its config), or the path of its telemetry region")
    .option('--all', 'show counters that are zero and hops without samples too')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  hopwire stat\n  hopwire stat venue --json')
    .action(async (target: string | undefined, options: ProcessStatOptions) => {
      const { runProcessList, runProcessStat } = await import('../stat/process_stat.js');
      if (target === undefined) runProcessList(options);
      else runProcessStat(target, options);
    });
}
