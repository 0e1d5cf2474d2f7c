// `hopwire doctor`: what this machine does to latency and what to change. It changes nothing itself.
// Exit status 1 only when something keeps hopwire from running; advice is not a failure.

import type { Command } from 'commander';
import type { Check, CheckState } from '../doctor/check.js';
import { positive } from '../number_options.js';

interface DoctorOptions {
  readonly json: boolean;
  readonly seconds: number;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('What this machine does to latency, and what to change')
    .option('--seconds <n>', 'length of the pause test', positive(60), 1)
    .option('--json', 'one JSON object', false)
    .addHelpText('after', '\nExample:\n  hopwire doctor --json')
    .action(async (options: DoctorOptions) => {
      const checks = await gather(options.seconds);
      await show(checks, options.json);
      process.exitCode = checks.some((check) => check.state === 'fail') ? 1 : 0;
    });
}

async function gather(seconds: number): Promise<Check[]> {
  const [{ machineChecks, settingChecks }, { thisMachine }, trials] = await Promise.all([
    import('../doctor/checks.js'),
    import('../doctor/machine.js'),
    import('../doctor/trials.js'),
  ]);
  return [
    ...machineChecks(thisMachine),
    await trials.addonCheck(),
    await trials.multicastCheck(),
    ...settingChecks(thisMachine),
    trials.pauseCheck(seconds),
  ];
}

const marks: Readonly<Record<CheckState, string>> = { ok: 'ok', improve: 'improve', fail: 'FAIL', unknown: 'n/a' };

async function show(checks: readonly Check[], json: boolean): Promise<void> {
  const { printJson, printLine, styled, table } = await import('../output.js');
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  if (json) {
    printJson({ checks, failed: count('fail'), improvable: count('improve') });
    return;
  }
  const colours = { ok: 'green', improve: 'yellow', fail: 'red', unknown: 'dim' } as const;
  const rows = checks.map((check) => [
    styled(colours[check.state], marks[check.state]),
    check.name,
    check.value,
    check.wanted,
  ]);
  printLine(table([{ title: '' }, { title: 'check' }, { title: 'value' }, { title: 'wanted' }], rows));
  const advice = checks.filter((check) => check.command !== '');
  if (advice.length > 0) printLine('\nWhat to change:');
  for (const check of advice) {
    printLine(`  ${styled('bold', check.name)}: ${check.why}`);
    printLine(`    ${check.command}`);
  }
  printLine(
    `\n${count('ok')} ok, ${count('improve')} to improve, ${count('fail')} failed, ${count('unknown')} not readable here`,
  );
}
