import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from './program.js';

/** Every command that does something: verbs, and for verbs with parts, the parts. */
function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (chunk) => (text += chunk) });
  command.outputHelp();
  return text;
}

const all = buildProgram().commands.flatMap(leaves);

describe('every verb', () => {
  it.each(all.map((command) => [pathOf(command), command] as const))(
    '%s has a description and an example of itself',
    (path, command) => {
      expect(command.description()).not.toBe('');
      const afterOptions = helpOf(command).split(/Examples?:/)[1];
      expect(afterOptions).toContain(path);
    },
  );

  it.each(all.filter((command) => command.name() !== 'sbe').map((command) => [pathOf(command), command] as const))(
    '%s speaks JSON',
    (_path, command) => {
      expect(command.options.map((option) => option.long)).toContain('--json');
    },
  );
});
