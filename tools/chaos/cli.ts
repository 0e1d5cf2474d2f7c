// Seeded storms over the feed side, in simulated time: npm run chaos
//   --seed N         of the first run (default 1); each further run takes the next
//   --runs N         how many (default 20)
//   --file F         an ITCH file; without one a generated day:
//   --messages N     its length (default 100000)
//   --instruments N  its books (default 200, at most 1000)
//   --sanitize       under the address and undefined-behaviour sanitizers
//
// Builds native/sim/feed_chaos.program.cpp and runs it. Every run must end with the lossless books, and no row may ever read as good that
// is not; the program's own page (native/sim/feed_chaos.hpp) says what is looked at. Status 1 when a run failed.

import { parseArgs } from 'node:util';
import { buildBinary, NativeBuildError, run, type Variant } from '../native/build.js';
import { nativeSources } from '../native_sources.mjs';

function variantOf(sanitize: boolean): Variant {
  const compiler = process.env['CXX'] ?? 'g++';
  if (!sanitize) return { name: 'chaos', compiler, compileFlags: ['-O2', '-g1'], linkFlags: [] };
  const flags = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-O1', '-g1'];
  return { name: 'chaos_sanitized', compiler, compileFlags: flags, linkFlags: ['-fsanitize=address,undefined'] };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      file: { type: 'string' },
      messages: { type: 'string' },
      instruments: { type: 'string' },
      sanitize: { type: 'boolean', default: false },
    },
  });
  const { programs } = nativeSources();
  const own = programs.filter((path) => path.endsWith('/feed_chaos.program.cpp'));
  const { binary } = await buildBinary('feed_chaos', own, variantOf(values.sanitize), (text) =>
    process.stderr.write(`chaos: ${text}\n`),
  );
  const { sanitize: _, ...passed } = values;
  const words = Object.entries(passed).flatMap(([name, value]) => [`--${name}`, value]);
  const result = await run(binary, words, { echo: true });
  return result.status ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`chaos: ${error.message}\n`);
  process.exitCode = 1;
}
