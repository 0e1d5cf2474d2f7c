// `hopwire feed`: watches one or several MoldUDP64 streams with hops 1 to 3, from multicast, a capture or a day file; heals gaps by the
// other line, re-requests and a snapshot, and proves the books by digest.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parsePace } from '../../feed/pace.js';
import type { FeedVerbOptions } from '../feed/options.js';
import { channelLines, scoped } from '../feed/scoped.js';
import { hostAndPort, hostsAndPorts, ipv4Address, port, sessionName } from '../network_options.js';
import { positive, wholeNumber } from '../number_options.js';

function regionName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected letters, digits, - and _.');
}

function market(text: string): 'Q' | 'B' | 'X' {
  if (text === 'Q' || text === 'B' || text === 'X') return text;
  throw new InvalidArgumentError('Expected Q (Nasdaq), B (BX) or X (PSX).');
}

function word(text: string): string {
  return text;
}

function pace(text: string): number {
  const speed = parsePace(text);
  if (speed === undefined) throw new InvalidArgumentError('Expected recorded, max, or a multiple such as 10x.');
  return speed;
}

const examples = `
Several channels are independent streams, each with its own sequence, servers, books and state, in one thread. A value with a channel's name
before it (bx=...) is for that channel, one without for all; --name day then makes the regions day-nasdaq and day-bx.

Examples:
  hopwire feed --group 239.255.10.1 --port 31001 --rerequest 127.0.0.1:31002
  hopwire feed --group 233.54.12.111 --port 26477 --line-b 233.49.196.111:26477 --interface eth2 \\
      --source 206.200.43.72 --rerequest 207.251.255.168:18079 --snapshot 207.251.255.168:18075
  hopwire feed --channel nasdaq=233.54.12.111:26477,233.49.196.111:26477 --snapshot nasdaq=207.251.255.168:18075 \\
      --channel bx=233.54.12.45:26477,233.49.196.45:26477 --snapshot bx=207.251.255.168:18076 --market bx=B --interface eth2
  hopwire feed --config feeds.yaml --every 10
  hopwire feed --pcap day.pcap --group 233.54.12.111 --port 26477
  hopwire feed --file 12302019.NASDAQ_ITCH50`;

export function registerFeed(program: Command): void {
  const verb = program
    .command('feed')
    .description('Watch a MoldUDP64 feed: lines, books, gaps, heals, digests; live, from a capture or from a file')
    .option('--config <file>', 'take channels, lines and servers from the feed section of a config file')
    .option('--group <address>', 'multicast group of line A (with --pcap: the destination to take)')
    .option('--port <port>', 'UDP port of the group', port)
    .option(
      '--line-b <group:port>',
      'the same stream on another line, may be repeated for lines C and D',
      hostsAndPorts,
    )
    .option(
      '--channel <name=group:port,...>',
      'one of several independent streams, with its lines A, B, ...; repeat it for each',
      channelLines,
    )
    .option('--interface <name>', 'address or name of the interface (default: 127.0.0.1)', scoped(word))
    .option('--interface-b <name>', 'interface of the other lines (default: that of line A)', scoped(word))
    .option('--source <address>', 'join source-specific: packets of this sender only', scoped(ipv4Address))
    .option('--market <letter>', 'whose operational halts count: Q Nasdaq, B BX, X PSX (default: Q)', scoped(market))
    .option(
      '--wait <us>',
      'how long another line may take before a gap is stale and asked for (default: 1000 with several lines, else 0)',
      wholeNumber(0, 10_000_000),
    )
    .option('--pcap <file>', 'read a pcap or pcapng capture instead (without --group: the first stream in it)')
    .option('--file <file>', 'read an ITCH file instead')
    .addOption(
      new Option('--pace <pace>', 'of a capture or file: recorded, max, or a multiple such as 10x')
        .argParser(pace)
        .default(0, 'max'),
    );
  withHealing(verb)
    .option('--name <region>', 'publish the books in /dev/shm/hopwire-<region>.books while running', regionName)
    .option('--session <name>', 'take this MoldUDP64 session only', scoped(sessionName))
    .option('--seconds <number>', 'end after this time even if the session goes on', positive(1_000_000))
    .addOption(
      new Option('--idle <mode>', 'what the loop does between packets')
        .choices(['auto', 'spin', 'yield', 'adaptive'])
        .default('auto'),
    )
    .option('--busy-poll <us>', 'let the kernel poll the NIC this long (SO_BUSY_POLL)', wholeNumber(0, 1_000_000), 0)
    .option('--digests', 'list every book with live orders: locate, stock, orders, digest')
    .option('--json', 'print one JSON object at the end')
    .option(
      '--every <seconds>',
      'say every so often how it stands: on stderr, with --json a line of JSON',
      positive(86_400),
    )
    .addHelpText('after', examples)
    .action(async (options: FeedVerbOptions) => {
      const { runFeed } = await import('../feed/run.js');
      const { fromConfig } = await import('../feed/config.js');
      await runFeed(options.config === undefined ? options : fromConfig(options));
    });
}

function withHealing(verb: Command): Command {
  return verb
    .option(
      '--rerequest <host:port>',
      "re-request server, may be repeated (default: the interface's address, the group port + 1)",
      scoped(hostAndPort),
    )
    .option('--no-rerequest', 'ask nobody: a gap that does not heal by itself stays')
    .option(
      '--snapshot <host:port>',
      'GLIMPSE server: joins mid-day, and heals what nobody re-sends',
      scoped(hostAndPort),
    )
    .option(
      '--digest-channel <group:port>',
      "the venue's book digests, compared with our books live",
      scoped(hostAndPort),
    )
    .option('--snapshot-user <name>', 'user name for the GLIMPSE login', scoped(word))
    .addOption(
      new Option('--snapshot-password <word>', 'password for the GLIMPSE login, of every channel')
        .env('HOPWIRE_SNAPSHOT_PASSWORD')
        .argParser((text) => [{ value: text }]),
    );
}
