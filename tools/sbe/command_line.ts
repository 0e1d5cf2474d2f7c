// sbe-schema-tools on the command line: finds the command, reads its options, turns what goes wrong into an exit status. The commands
// themselves are in commands/.

import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageError } from './commands/command.js';
import { checkFresh, compile } from './commands/compile.js';
import { dissector } from './commands/dissector.js';
import { decode, docs, ir, lint, vectors } from './commands/inspect.js';
import { suggestion } from './source/diagnostics.js';

export type { Terminal } from './commands/command.js';

const commands: readonly Command[] = [compile, checkFresh, lint, decode, docs, dissector, vectors, ir];

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.does}`);
  return `Usage: sbe-schema-tools <command> [options]

Commands:
${lines.join('\n')}

Example:
  ${compile.examples[0]}

sbe-schema-tools <command> --help tells more. Exit status: 0 done, 1 something is wrong with what was given, 2 the command line is wrong.
`;
}

function helpOf(command: Command): string {
  const width = Math.max(...command.options.map(([option]) => option.length));
  const lines = command.options.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`);
  const examples = command.examples.map((example) => `  ${example}`);
  return `Usage: sbe-schema-tools ${command.name} ${command.takes}

${command.does}

Options:
${lines.join('\n')}

Examples:
${examples.join('\n')}
`;
}

function run(args: readonly string[], terminal: Terminal): number {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview());
    return 0;
  }
  if (name === undefined) throw new UsageError('no command given');
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const hint = suggestion(
      name,
      commands.map((candidate) => candidate.name),
    );
    throw new UsageError(`no command is named "${name}"${hint}`);
  }
  const options = { ...command.parse, help: { type: 'boolean', short: 'h' } as const };
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options });
  if (values.help === true) {
    terminal.out(helpOf(command));
    return 0;
  }
  return command.run({ inputs: positionals, values: values as Record<string, string | boolean | string[]> }, terminal);
}

function isUsage(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException).code;
  return error instanceof UsageError || (error instanceof TypeError && code?.startsWith('ERR_PARSE_ARGS') === true);
}

/** Runs one command line; returns the exit status. */
export function main(args: readonly string[], terminal: Terminal): number {
  try {
    return run(args, terminal);
  } catch (error) {
    if (isUsage(error)) {
      const command = commands.find((candidate) => candidate.name === args[0]);
      terminal.err(`sbe-schema-tools: ${error.message}\n\n${command === undefined ? overview() : helpOf(command)}`);
      return 2;
    }
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    terminal.err(`sbe-schema-tools: ${path}: ${code === 'ENOENT' ? 'no such file or folder' : code}\n`);
    return 2;
  }
}
