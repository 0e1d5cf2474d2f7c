// `hopwire replay FILE`: an ITCH file onto multicast as MoldUDP64, on one line or two, with a re-request server, a snapshot server and
// every fault a network has, so that any receiver can be tried with real days.

import { type Command, Option } from 'commander';
import { hostAndPort, port, seconds, sessionName } from '../network_options.js';
import { positive, share, wholeNumber } from '../number_options.js';
import { death, multicastGroup, type PerLine, perLine } from '../replay/lines.js';
import type { ReplayVerbOptions } from '../replay/run.js';

const shares = perLine(share(0.99));
/** An ITCH message of 50 bytes in a packet of its own fits; a jumbo frame is the most. */
const packetBytes = perLine(wholeNumber(100, 9_000));
const microseconds = perLine(wholeNumber(0, 60_000_000));
const messages = wholeNumber(1, Number.MAX_SAFE_INTEGER);

const EXAMPLES = `
Values for two lines: one for both, or A's and B's with a comma. The same seed harms the same packets again.

Examples:
  hopwire replay day.itch50 --group 239.255.10.1 --port 31001 --pace 10x --loss 0.01
  hopwire replay day.itch50 --group 239.255.10.1 --port 31001 --line-b 239.255.10.2:31001 \\
    --loss 0.02,0.05 --burst 4 --reorder 0.01 --skew 0,80 --seed 7 --glimpse 127.0.0.1:31010
  hopwire replay day.itch50 --group 239.255.10.1 --port 31001 --line-b 239.255.10.2:31001 --dies-at 30s,- \\
    --rerequest-dies-after 100 --pcap-out sent.pcap --json`;

export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('Replay an ITCH file onto multicast as MoldUDP64, with re-requests, snapshots and faults')
    .argument('<file>', 'ITCH 5.0 messages, each behind a 2-byte big-endian length')
    .requiredOption('--group <address>', 'multicast group of line A')
    .requiredOption('--port <port>', 'UDP port of the group', port)
    .option('--line-b <group:port>', 'send line B there', multicastGroup)
    .option('--interface <address>', 'address or name of the interface', '127.0.0.1')
    .option('--pace <pace>', 'recorded, max, or a multiple such as 10x', 'recorded')
    .option('--session <name>', 'MoldUDP64 session, up to ten letters or digits', sessionName)
    .option('--rerequest-port <port>', 'port of the re-request server (default: the group port + 1)', port)
    .option('--no-rerequest', 'no re-request server')
    .option('--glimpse <host:port>', 'serve GLIMPSE snapshots of what has been sent', hostAndPort)
    .option('--linger <seconds>', 'serve re-requests until nobody has asked for this long', seconds, 2)
    .option('--ttl <hops>', 'multicast time to live', wholeNumber(0, 255), 1)
    .addOption(ofLines('--packet-bytes <bytes>', 'largest packet', packetBytes, '1400,1000'));
  addFaults(command)
    .option('--pcap-out <file>', 'write down all that is sent on the lines')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ReplayVerbOptions) => {
      const { runReplay } = await import('../replay/run.js');
      await runReplay(file, options);
    });
}

/** A value of each line; what stands when it is not given is told as it would be typed. */
function ofLines<T>(flags: string, text: string, parse: (text: string) => PerLine<T>, usual: string): Option {
  return new Option(flags, text).argParser(parse).default(parse(usual), usual);
}

function addFaults(command: Command): Command {
  return command
    .addOption(ofLines('--loss <share>', 'lose this share of the data packets', shares, '0'))
    .addOption(ofLines('--burst <packets>', 'lose so many in a row, on average', perLine(positive(10_000)), '1'))
    .addOption(ofLines('--duplicate <share>', 'send this share twice, the second up to 8 packets later', shares, '0'))
    .addOption(ofLines('--reorder <share>', 'send this share up to 8 packets late', shares, '0'))
    .addOption(ofLines('--corrupt <share>', 'damage this share so that MoldUDP64 can see it', shares, '0'))
    .addOption(ofLines('--skew <microseconds>', 'send so much later', microseconds, '0'))
    .addOption(
      ofLines('--dies-at <when>', 'dead from then on: 30s of the file, 12000 messages, - never', perLine(death), '-'),
    )
    .option('--rerequest-dies-after <answers>', 'then nobody answers any more', messages)
    .option('--new-session-at <messages>', 'break the session off there and begin the file again in another', messages)
    .option('--seed <number>', 'which packets are harmed', wholeNumber(0, 2 ** 48), 1);
}
