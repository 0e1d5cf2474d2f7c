// `hopwire demo`: flags and help of the whole loop; src/demo/demo.ts runs it. A wrong flag is refused here, with what was expected.
import type { Command } from 'commander';
import { DAY_SECONDS, positive, RATE_LIMIT, share, wholeNumber } from '../number_options.js';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description(
      'Run a venue, a trader and simulated participants on loopback; hop tables and the closed-loop verdict at the end',
    )
    .option('--seconds <n>', 'how long to trade', positive(DAY_SECONDS), 20)
    .option('--rate <n>', 'orders a second of the simulated participants, open loop', positive(RATE_LIMIT), 2000)
    .option('--instruments <n>', 'how many, at most 10000', wholeNumber(1, 10_000), 50)
    .option('--seed <n>', 'of the simulated order flow', wholeNumber(1, 2 ** 31), 1)
    .option('--loss <share>', 'withhold this share of multicast packets at the sender, to show healing', share(0.5), 0)
    .option('--keep <dir>', 'keep the config, journal, .hlog files and a pcap of both wires there')
    .option('--json', 'one JSON object instead of the live view and the tables')
    .addHelpText(
      'after',
      '\nExit status: 0 books equal, 1 books differ, a process died or an invariant broke. Budgets are shown, not enforced.' +
        '\n\nExample:\n  hopwire demo --seconds 10 --rate 5000 --loss 0.001 --keep run1',
    )
    .action(async (options: DemoFlags) => {
      const { runDemo } = await import('../../demo/demo.js');
      process.exitCode = await runDemo({ ...options, json: options.json ?? false });
    });
}

interface DemoFlags {
  seconds: number;
  rate: number;
  instruments: number;
  seed: number;
  loss: number;
  keep?: string;
  json?: boolean;
}
