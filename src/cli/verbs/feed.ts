// `hopwire feed`: watches a MoldUDP64 group with hops 1 to 3, heals gaps by re-requests, and proves the books by digest.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FeedVerbOptions } from '../feed/run.js';
import { hostsAndPorts, port, sessionName } from '../network_options.js';
import { positive } from '../number_options.js';

function regionName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected letters, digits, - and _.');
}

export function registerFeed(program: Command): void {
  program
    .command('feed')
    .description('Watch a MoldUDP64 multicast feed: books, gaps, heals, digests')
    .requiredOption('--group <address>', 'multicast group')
    .requiredOption('--port <port>', 'UDP port of the group', port)
    .option('--interface <address>', 'address or name of the interface', '127.0.0.1')
    .option(
      '--rerequest <host:port>',
      "re-request server, may be repeated (default: the interface's address, the group port + 1)",
      hostsAndPorts,
    )
    .option('--no-rerequest', 'ask nobody: a gap that does not heal by itself stays')
    .option('--name <region>', 'publish the books in /dev/shm/hopwire-<region>.books while running', regionName)
    .option('--session <name>', 'take this MoldUDP64 session only', sessionName)
    .option('--seconds <number>', 'end after this time even if the session goes on', positive(1_000_000))
    .addOption(
      new Option('--idle <mode>', 'what the loop does between packets')
        .choices(['auto', 'spin', 'yield'])
        .default('auto'),
    )
    .option('--digests', 'list every book with live orders: locate, stock, orders, digest')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  hopwire feed --group 239.255.10.1 --port 31001 --rerequest 127.0.0.1:31002')
    .action(async (options: FeedVerbOptions) => {
      const { runFeed } = await import('../feed/run.js');
      await runFeed(options);
    });
}
