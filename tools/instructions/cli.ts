// npm run instructions [-- --write] [--json]: how many instructions the matcher spends on a command, against the committed figures.
//
// Flows (bench/engine/match_instructions.program.cpp): one instrument; a hundred, looking ahead; one with pre-trade risk on. More than a
// few percent above its figure fails the run; as far below asks for new figures, for what was gained can then no longer be lost unnoticed.
// --write makes the present counts the figures.
//
// Needs valgrind and the compiler of the figures; without either it says why it is skipped and ends with 0. 1: a flow has grown; 2: a wrong
// argument.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, NativeBuildError, optimisedVariant, root } from '../native/build.js';
import { countLine } from '../suites.js';
import { figures } from './figures.js';
import { type Verdict, verdictOf } from './verdict.js';

const sources = ['bench/engine/match_instructions.program.cpp', 'native/order_to_publish/4_match/matcher.cpp'];
const limit_ms = 300_000;

class CountError extends Error {}

/** Why nothing can be counted or compared here. */
function reasonToSkip(compiler: string, isWriting: boolean): string | undefined {
  if (spawnSync('valgrind', ['--version'], { stdio: 'ignore' }).status !== 0) return 'valgrind is not installed';
  if (isWriting || compiler === figures.compiler) return undefined;
  return `the figures are of ${figures.compiler}, this is ${compiler}`;
}

function count(binary: string, flow: string): number {
  const args = ['--tool=callgrind', '--callgrind-out-file=/dev/null', '--collect-atstart=no'];
  const { status, stdout, stderr } = spawnSync('valgrind', [...args, '--toggle-collect=counted_part', binary, flow], {
    encoding: 'utf8',
    timeout: limit_ms,
  });
  const collected = Number(/Collected : (\d+)/.exec(stderr)?.[1]);
  if (status !== 0 || !(collected > 0)) throw new CountError(`flow ${flow} was not counted\n${stderr}`);
  return collected / Number(stdout);
}

function write(compiler: string, counts: ReadonlyMap<string, number>) {
  const path = join(root, 'tools/instructions/figures.ts');
  const listed = [...counts].map(([flow, perCommand]) => `${flow}: ${perCommand.toFixed(1)}`).join(', ');
  const text = readFileSync(path, 'utf8')
    .replace(/compiler: '.*'/, `compiler: '${compiler}'`)
    .replace(/perCommand: \{.*\}/, `perCommand: { ${listed} }`);
  writeFileSync(path, text);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { write: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const { compiler: command, ...variant } = optimisedVariant();
  const compiler = execFileSync(command, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? command;
  const flows = Object.keys(figures.perCommand);
  const say = (text: string) => process[values.json ? 'stderr' : 'stdout'].write(`${text}\n`);
  const skip = reasonToSkip(compiler, values.write);
  if (skip !== undefined) {
    say(`instructions: skipped: ${skip}\n${countLine({ passed: 0, failed: 0, skipped: flows.length })}`);
    if (values.json) process.stdout.write(`${JSON.stringify({ skipped: skip })}\n`);
    return 0;
  }
  const { binary } = await buildBinary('match_instructions', sources, { ...variant, compiler: command });
  const counts = new Map(flows.map((flow) => [flow, count(binary, flow)]));
  if (values.write) write(compiler, counts);
  const verdicts = [...counts].map(([flow, perCommand]): Verdict => {
    const figure = values.write ? perCommand : (figures.perCommand[flow] as number);
    return verdictOf(flow, perCommand, figure);
  });
  for (const { text, isWrong } of verdicts) say(`${isWrong ? 'FAIL' : 'ok  '} ${text}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ compiler, verdicts })}\n`);
  const failed = verdicts.filter(({ isWrong }) => isWrong).length;
  say(countLine({ passed: verdicts.length - failed, failed, skipped: 0 }));
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isUsage && !(error instanceof NativeBuildError) && !(error instanceof CountError)) throw error;
  process.stderr.write(`instructions: ${(error as Error).message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
