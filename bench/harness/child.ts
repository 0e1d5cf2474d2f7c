// Runs one X.bench.ts in a process of its own and prints its cases as JSON lines, as a native benchmark does.

import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BenchContext } from './bench.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false }, file: { type: 'string' } },
});
const [path] = positionals;
if (path === undefined) throw new TypeError('usage: child.ts X.bench.ts [--smoke] [--file F]');
const module = (await import(pathToFileURL(path).href)) as { bench?: (context: BenchContext) => void | Promise<void> };
if (module.bench === undefined) throw new TypeError(`${path} exports no function named bench`);
const context = new BenchContext(values.smoke, values.file, (line) =>
  process.stdout.write(`${JSON.stringify(line)}\n`),
);
await module.bench(context);
process.exitCode = context.cases.length > 0 && context.cases.every((line) => line.valid) ? 0 : 1;
