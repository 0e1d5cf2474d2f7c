#!/usr/bin/env node
// The face of the product: `hopwire <verb>`. program.ts names the verbs; this file turns every way of ending into an exit status.
//
// A verb is one file in verbs/ that registers itself with its help and an example; its work is imported when it runs, so that
// `hopwire --help` stays fast. Exit status: 0 ok, 1 a check or a run failed, 2 the command line is wrong, 3 the config is wrong.

import { isatty } from 'node:tty';
import { CommanderError } from 'commander';
import { reportFailure } from './operator_failure.js';
import { buildProgram } from './program.js';

function guardProcess(): void {
  // A reader that has seen enough (`hopwire ... | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (error.code !== 'EIO') throw error;
  });
  // Nor is a terminal that was closed (EIO): there is nobody to tell, and who got SIGHUP with it still has to end in order.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
  // Node aborts when it cannot give a terminal back as it was: who has lost his ends by the signal that said so, when all is done.
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
  // Without a handler Node opens its inspector port on this signal.
  process.on('SIGUSR1', () => {});
  process.on('uncaughtException', (error) => {
    process.exit(reportFailure(error));
  });
}

async function main(argv: readonly string[]): Promise<void> {
  guardProcess();
  const program = buildProgram();
  if (argv.length <= 2) {
    program.outputHelp();
    process.exitCode = 2;
    return;
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportFailure(error);
  }
}

await main(process.argv);
