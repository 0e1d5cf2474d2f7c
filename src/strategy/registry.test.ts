import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperatorFailure, operatorFailureOf } from '../cli/operator_failure.js';
import { makeStrategy } from './registry.js';
import { strategyFailure } from './strategy_failure.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-strategy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function refusal(name: string): Promise<string> {
  const error = await makeStrategy(name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperatorFailure);
  return (error as OperatorFailure).lines().join('\n');
}

const hooks = 'onBook() {} onTrade() {} onFill() {} onStale() {}';

describe('strategies by name', () => {
  it('takes the built-in one and a class from a module', async () => {
    expect(await makeStrategy('quoter')).toHaveProperty('onBook');
    const path = moduleOf('good.mjs', `export default class { ${hooks} }`);
    expect(await makeStrategy(path)).toHaveProperty('onFill');
  });

  it.each([
    ['an unknown name', () => 'qouter', 'HW0207 The strategy cannot be loaded: qouter: built in: quoter'],
    ['no such file', () => join(folder, 'none.mjs'), /Cannot find module .*none\.mjs/],
    ['no default export', () => moduleOf('bare.mjs', 'export const a = 1;'), 'its default export is not a class'],
    [
      'a class without hooks',
      () => moduleOf('poor.mjs', 'export default class { onBook() {} onFill() {} }'),
      'it has no onTrade, onStale',
    ],
    [
      'a constructor that throws',
      () =>
        moduleOf('throws.mjs', `export default class {\n  constructor() { throw new RangeError('no'); }\n ${hooks} }`),
      /RangeError: no, at .*throws\.mjs:2:\d+/,
    ],
  ])('refuses %s in one line', async (_what, name, expected) => {
    const line = await refusal(name());
    expect(line).toMatch(expected);
    expect(line).not.toContain('\n');
  });
});

describe('a strategy that throws', () => {
  it('is named with its own line', async () => {
    const path = moduleOf(
      'late.mjs',
      `export default class {\n  ${hooks.replace('onBook() {}', 'onBook() { this.a.b(); }')} }`,
    );
    const strategy = await makeStrategy(path);
    let thrown: unknown;
    try {
      strategy.onBook(0, undefined as never);
    } catch (error) {
      thrown = error;
    }
    const failure = strategyFailure('./late.mjs', thrown) as OperatorFailure;
    expect(failure.lines()[0]).toMatch(
      /^hopwire: HW0604 The strategy threw: \.\/late\.mjs: TypeError: .*late\.mjs:2:\d+ -- /,
    );
  });

  it('leaves errors of the addon alone', () => {
    const refused = Object.assign(new Error('cannot connect'), { operatorError: 'connectFailed' });
    expect(strategyFailure('quoter', refused)).toBe(refused);
  });
});

it('a failure that lost its class in a Worker is still the operator’s', () => {
  const { name, message, errorName } = new OperatorFailure('strategyLoad', 'x', 'y');
  const flat = Object.assign(new Error(message), { name, errorName });
  expect(operatorFailureOf(flat)?.lines()).toEqual([`hopwire: ${message}`]);
  expect(operatorFailureOf(flat)?.exitStatus).toBe(1);
});
