// How the benchmark runner answers before it measures anything.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, run } from '../tools/native/build.js';

const bench = (...args: string[]) => run(process.execPath, ['--import', 'tsx', join(root, 'bench', 'run.ts'), ...args]);

test('without a name it lists the benchmarks, with --help the options', async () => {
  const listed = await bench();
  expect(listed.status).toBe(0);
  expect(listed.output).toMatch(/^itch_book +ITCH messages to L3 books/m);
  const helped = await bench('--help');
  expect(helped.status).toBe(0);
  expect(helped.output).toContain('--file F');
});

test.each([
  [['--nope'], "Unknown option '--nope'"],
  [['no_such_benchmark'], 'no benchmark is named no_such_benchmark; there are '],
  [['itch_book', 'receive'], 'one benchmark at a time, not itch_book and receive'],
  [['itch_book', '--file', '/no/such/file'], '--file /no/such/file: no such file'],
  [['--file', 'package.json'], '--file F is for one benchmark'],
])('%j is answered with what is wrong, and 2', async (args, words) => {
  const { status, output } = await bench(...args);
  expect(output).toContain(words);
  expect(output).toContain('npm run bench -- --help');
  expect(status).toBe(2);
});
