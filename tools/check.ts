// npm run check: what must hold before a change is shared, from the cheapest to the dearest. One line per step with its time; a failing
// step shows its whole output; a step that cannot run has failed. All steps run, so that one look shows everything.
//   --only a,b    just these steps      --skip a,b    all but these

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run } from './native/build.js';
import { countLine } from './suites.js';

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
}

const node = process.execPath;
const script = (path: string, ...args: string[]): Pick<Step, 'command' | 'args'> => ({
  command: node,
  args: ['--import', 'tsx', path, ...args],
});

const steps: readonly Step[] = [
  {
    name: 'generated',
    what: 'generated code is what the schemas say',
    command: 'npm',
    args: ['run', '--silent', 'generate:check'],
  },
  { name: 'tidy', what: 'layers, lengths, names, words', ...script('tools/tidy/cli.ts') },
  {
    name: 'types',
    what: 'TypeScript types',
    command: node,
    args: ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json', '--noEmit'],
  },
  {
    name: 'lint',
    what: 'lint and format',
    command: node,
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'build', what: 'addon and TypeScript, warnings as errors', command: node, args: ['tools/setup.mjs'] },
  { name: 'tests', what: 'C++ and TypeScript tests', ...script('tools/test.ts') },
  {
    name: 'differential',
    what: 'reference engine and matcher: 200,000 random commands',
    ...script('tools/differential/cli.ts', '--commands', '200k'),
  },
  {
    name: 'determinism',
    what: 'the same messages and bytes from every compiler and memory layout',
    ...script('tools/determinism/cli.ts', '--commands', '20000'),
  },
  {
    name: 'instructions',
    what: 'instructions per command are what they were',
    ...script('tools/instructions/cli.ts'),
  },
  { name: 'bench', what: 'every benchmark at its small size', ...script('bench/run.ts', '--smoke') },
];

const { values } = parseArgs({ options: { only: { type: 'string' }, skip: { type: 'string', default: '' } } });
const listed = (text: string): string[] => text.split(',').filter((name) => name !== '');
const asked = [...listed(values.only ?? ''), ...listed(values.skip)];
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `check: no step named ${unknown.join(', ')}; steps: ${steps.map((step) => step.name).join(', ')}\n`,
  );
  process.exit(2);
}
const chosen = steps.filter(
  (step) =>
    (values.only === undefined || listed(values.only).includes(step.name)) && !listed(values.skip).includes(step.name),
);

mkdirSync(join(root, 'build', 'reports'), { recursive: true });
const failed: string[] = [];
for (const { name, what, command, args } of chosen) {
  const started = performance.now();
  const { status, signal, output } = await run(command, args).catch((error: Error) => ({
    status: null,
    signal: null,
    output: error.message,
  }));
  const took_s = ((performance.now() - started) / 1000).toFixed(1);
  writeFileSync(join(root, 'build', 'reports', `check_${name}.log`), output);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${took_s.padStart(6)} s  ${what}\n`);
  if (status === 0) continue;
  failed.push(name);
  process.stdout.write(`${output.trimEnd()}\n---- ${name} ended with ${status ?? signal ?? 'no status'}\n`);
}
if (failed.length > 0) process.stdout.write(`check: FAILED: ${failed.join(', ')}\n`);
process.stdout.write(`${countLine({ passed: chosen.length - failed.length, failed: failed.length, skipped: 0 })}\n`);
process.exitCode = failed.length === 0 && chosen.length > 0 ? 0 : 1;
