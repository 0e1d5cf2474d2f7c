// `hopwire load`: open-loop order flow against a venue, latency from intended times.

import { type Command, InvalidArgumentError } from 'commander';
import type { FlagValue } from '../../config/load.js';
import { DAY_SECONDS, positive, RATE_LIMIT, wholeNumber } from '../number_options.js';

interface LoadFlags {
  orderEntry?: { host: string; port: number };
  rate?: number;
  instruments?: number;
  seconds?: number;
  seed?: number;
  session?: number;
  accessKey?: string;
  secretFile?: string;
  config?: string;
  json?: boolean;
}

export function registerLoad(program: Command): void {
  program
    .command('load')
    .description('Send open-loop order flow to a venue; latency counts from when each order should have left')
    .option('--order-entry <host:port>', "the venue's order entry (default: 127.0.0.1:31100)", hostAndPort)
    .option('--rate <n>', 'commands a second, all instruments together (default: 2000)', positive(RATE_LIMIT))
    .option('--instruments <n>', 'generated instruments, as the venue has them (default: 50)', wholeNumber(1, 10_000))
    .option(
      '--seconds <n>',
      'length of the measured phase, after the books are seeded (default: 20)',
      positive(DAY_SECONDS),
    )
    .option('--seed <n>', 'seed of the flow (default: 1)', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--session <id>', 'order-entry session', wholeNumber(1, 0xffff_ffff))
    .option('--access-key <key>', "the session's access key")
    .option('--secret-file <file>', "file with the session's secret (or HOPWIRE_LOAD_SESSION_SECRET)")
    .option('--config <file>', 'config file with a load section (default: ./hopwire.yaml when present)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nA run in which more than 1% of the sends were more than 1 ms late is void and says so.' +
        '\nExit status: 0 valid, 1 void, or the venue ended the session.' +
        '\n\nExample:\n  hopwire load --order-entry 127.0.0.1:31100 --session 2 --access-key FLOW ' +
        '--secret-file flow.secret --rate 5000 --seconds 30',
    )
    .action(async (flags: LoadFlags) => {
      const { loadConfig } = await import('../../config/load.js');
      const { runLoad } = await import('../../load/load_role.js');
      const { config } = loadConfig('load', { file: flags.config, flags: flagValues(flags) });
      process.exitCode = await runLoad(config, { json: flags.json ?? false });
    });
}

function flagValues(flags: LoadFlags): FlagValue[] {
  return [
    { flag: '--order-entry', path: ['orderEntry', 'host'], value: flags.orderEntry?.host },
    { flag: '--order-entry', path: ['orderEntry', 'port'], value: flags.orderEntry?.port },
    { flag: '--rate', path: ['ordersPerSecond'], value: flags.rate },
    { flag: '--instruments', path: ['instruments'], value: flags.instruments },
    { flag: '--seconds', path: ['seconds'], value: flags.seconds },
    { flag: '--seed', path: ['seed'], value: flags.seed },
    { flag: '--session', path: ['session', 'id'], value: flags.session },
    { flag: '--access-key', path: ['session', 'accessKey'], value: flags.accessKey },
    { flag: '--secret-file', path: ['session', 'secretFile'], value: flags.secretFile },
  ];
}

function hostAndPort(text: string): { host: string; port: number } {
  const match = /^([^:]+):(\d{1,5})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('expected host:port, such as 127.0.0.1:31100');
  return { host: match[1] as string, port: Number(match[2]) };
}
