// `hopwire replay FILE`: an ITCH file onto multicast as MoldUDP64, with a re-request server, so that any receiver can be tried with real
// days.

import type { Command } from 'commander';
import { port, seconds, sessionName } from '../network_options.js';
import { share, wholeNumber } from '../number_options.js';
import type { ReplayVerbOptions } from '../replay/run.js';

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('Replay an ITCH file onto multicast as MoldUDP64, with a re-request server')
    .argument('<file>', 'ITCH 5.0 messages, each behind a 2-byte big-endian length')
    .requiredOption('--group <address>', 'multicast group')
    .requiredOption('--port <port>', 'UDP port of the group', port)
    .option('--interface <address>', 'address or name of the interface', '127.0.0.1')
    .option('--pace <pace>', 'recorded, max, or a multiple such as 10x', 'recorded')
    .option('--session <name>', 'MoldUDP64 session, up to ten letters or digits', sessionName)
    .option('--rerequest-port <port>', 'port of the re-request server (default: the group port + 1)', port)
    .option('--no-rerequest', 'no re-request server')
    .option('--linger <seconds>', 'serve re-requests until nobody has asked for this long', seconds, 2)
    .option('--ttl <hops>', 'multicast time to live', wholeNumber(0, 255), 1)
    .option('--loss <share>', 'withhold this share of the data packets', share(0.99), 0)
    .option('--seed <number>', 'which packets are withheld', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  hopwire replay day.itch50 --group 239.255.10.1 --port 31001 --pace 10x --loss 0.01',
    )
    .action(async (file: string, options: ReplayVerbOptions) => {
      const { runReplay } = await import('../replay/run.js');
      await runReplay(file, options);
    });
}
