// `hopwire sbe ...` is the schema compiler of this repository (tools/sbe, its own package sbe-schema-tools) under the product's name.
// Everything after the verb goes to it unchanged, and its exit status is ours.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { OperatorFailure } from '../operator_failure.js';

export function registerSbe(program: Command): void {
  program
    .command('sbe')
    .description('The schema compiler: compile, check, lint, decode, docs, dissector, vectors, ir')
    .argument('<command>', 'what to do; `hopwire sbe <command> --help` tells more')
    .argument('[arguments...]', 'passed on unchanged')
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText('after', '\nExample:\n  hopwire sbe compile schemas --cpp native/generated --ts src/generated')
    .action(async (command: string, rest: string[]) => {
      const compiler = await compilerPath();
      const result = spawnSync(process.execPath, [compiler, command, ...rest], { stdio: 'inherit' });
      if (result.error !== undefined) throw result.error;
      process.exitCode = result.status ?? 1;
    });
}

async function compilerPath(): Promise<string> {
  const { createRequire } = await import('node:module');
  const require = createRequire(import.meta.url);
  const manifestPath = require.resolve('sbe-schema-tools/package.json');
  const manifest = require(manifestPath) as { bin: Record<string, string> };
  const relative = manifest.bin['sbe-schema-tools'];
  if (relative === undefined) throw new TypeError('sbe-schema-tools has no command');
  const { join, dirname } = await import('node:path');
  const compiler = join(dirname(manifestPath), relative);
  if (!existsSync(compiler)) throw new OperatorFailure('fileNotFound', compiler, 'not built yet', 'npm run build');
  return compiler;
}
