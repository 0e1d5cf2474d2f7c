/** Strategies by name: the built-in ones, or a module path whose default export is a Strategy class. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OperatorFailure } from '../cli/operator_failure.js';
import { Quoter } from './quoter.js';
import type { Strategy } from './strategy.js';

type StrategyClass = new () => Strategy;

const builtIn: Readonly<Record<string, StrategyClass>> = { quoter: Quoter };

export async function makeStrategy(name: string): Promise<Strategy> {
  const known = builtIn[name];
  if (known !== undefined) return new known();
  if (!name.includes('/') && !name.endsWith('.js')) {
    throw new OperatorFailure('configValue', `strategy.name: ${name}`, `built in: ${Object.keys(builtIn).join(', ')}`);
  }
  const loaded = (await import(pathToFileURL(resolve(name)).href)) as { default?: unknown };
  if (typeof loaded.default !== 'function') {
    throw new OperatorFailure('configValue', `strategy.name: ${name}`, 'the module has no default export of a class');
  }
  return new (loaded.default as StrategyClass)();
}
