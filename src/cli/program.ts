// The command tree: which verbs there are, in which order help shows them, and how a wrong command line reads. Runs nothing.

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { oneLine } from './operator_failure.js';
import { registerAdmin } from './verbs/admin.js';
import { registerBook } from './verbs/book.js';
import { registerDemo } from './verbs/demo.js';
import { registerDoctor } from './verbs/doctor.js';
import { registerFeed } from './verbs/feed.js';
import { registerItch } from './verbs/itch.js';
import { registerLoad } from './verbs/load.js';
import { registerMatch } from './verbs/match.js';
import { registerReplay } from './verbs/replay.js';
import { registerSbe } from './verbs/sbe.js';
import { registerStat } from './verbs/stat.js';
import { registerTrade } from './verbs/trade.js';
import { registerVenue } from './verbs/venue.js';

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The whole command tree, without running anything; tests walk it. */
export function buildProgram(): Command {
  const program = new Command('hopwire');
  program
    .usage('<verb> [options]')
    .description('Exchange gateway and tick-to-trade stack: every hop, wire to wire.')
    .version(version(), '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${usageLine(program, text)}\n`),
    })
    .addHelpText(
      'after',
      '\nExample:\n  hopwire demo --seconds 10\n\nhopwire <verb> --help shows the options and an example of each verb.',
    );

  program.commandsGroup('Run:');
  registerDemo(program);
  registerVenue(program);
  registerAdmin(program);
  registerTrade(program);
  registerFeed(program);
  registerLoad(program);
  program.commandsGroup('Files:');
  registerItch(program);
  registerReplay(program);
  registerMatch(program);
  program.commandsGroup('Look:');
  registerBook(program);
  registerStat(program);
  registerDoctor(program);
  program.commandsGroup('Tools:');
  registerSbe(program);
  return program;
}

/** commander's text (which may span lines: "error: ...\n(Did you mean ...?)") as one line of ours. */
function usageLine(program: Command, text: string): string {
  const verb = verbTyped(program, process.argv.slice(2));
  return `hopwire: HW0001 ${oneLine(text.replace(/^error: /, ''))} -- see hopwire ${verb}--help`;
}

/** "itch book " of what was typed after hopwire, as far as it names commands. */
function verbTyped(above: Command, typed: readonly string[]): string {
  const command = above.commands.find((candidate) => candidate.name() === typed[0]);
  return command === undefined ? '' : `${command.name()} ${verbTyped(command, typed.slice(1))}`;
}
