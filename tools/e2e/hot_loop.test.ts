// The strategy's Worker must not collect garbage: ten million ticks under --trace-gc, and not a line from it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const TICKS = 10_000_000;
const probe = fileURLToPath(new URL('./hot_loop_probe.mjs', import.meta.url));

test('ten million ticks through a TypeScript strategy collect nothing', { timeout: 115_000 }, async () => {
  // The optimiser on the Worker's own thread: beside it, a busy machine may let it finish only after the warm-up.
  const flags = ['--trace-gc', '--no-concurrent-recompilation'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, probe, String(TICKS)], {
    timeout: 110_000,
  });
  const begin = stdout.indexOf('begin\n');
  const end = stdout.indexOf('end\n');
  expect(stdout.slice(0, begin), 'collections before the loop show that tracing works').toMatch(
    /Scavenge|Mark-Compact/,
  );
  expect(stdout.slice(begin + 'begin\n'.length, end)).toBe('');
  const outcome = JSON.parse(stdout.slice(end + 'end\n'.length).split('\n')[0] ?? '') as {
    ticks: number;
    fills: number;
    overflowed: number;
  };
  expect(outcome.ticks).toBe(TICKS);
  expect(outcome.fills, 'fills reach the strategy too').toBeGreaterThan(1_000);
  expect(outcome.overflowed).toBe(0);
});
