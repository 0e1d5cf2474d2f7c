#!/usr/bin/env node
// The executable of the package: command_line.ts on this process's arguments and streams.

import { main } from './command_line.js';

process.exitCode = main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
