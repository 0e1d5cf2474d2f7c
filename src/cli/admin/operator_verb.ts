// What all verbs of an operator have in common on the command line: whom they speak to, as whom, and how they print.

import type { Command } from 'commander';
import { hostAndPort } from '../network_options.js';
import { wholeNumber } from '../number_options.js';

export function operatorVerb(admin: Command, usage: string, description: string, example: string): Command {
  return admin
    .command(usage)
    .description(description)
    .option('--config <file>', 'config file with an operator section (default: ./hopwire.yaml when present)')
    .option('--order-entry <host:port>', "the venue's order entry (default: 127.0.0.1:31100)", hostAndPort)
    .option('--as <id>', "the operator's own order-entry session", wholeNumber(1, 0xffff_ffff))
    .option('--access-key <key>', "that session's access key")
    .option('--secret-file <file>', "file with that session's secret (or HOPWIRE_OPERATOR_SESSION_SECRET)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  hopwire admin ${example}`);
}
