/**
 * Strategies by name: the built-in ones, or a module path whose default export is a Strategy class. What can go wrong is the operator's to
 * mend, and each way says where: no such module, a module that does not load, no class in it, a class without its hooks.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OperatorFailure } from '../cli/operator_failure.js';
import { Quoter } from './quoter.js';
import type { Strategy } from './strategy.js';
import { placeIn } from './strategy_failure.js';

type StrategyClass = new () => Strategy;

const builtIn: Readonly<Record<string, StrategyClass>> = { quoter: Quoter };
/** Called without asking on the hot path; onStart may be left out. */
const HOOKS = ['onBook', 'onTrade', 'onFill', 'onStale'] as const;

export async function makeStrategy(name: string): Promise<Strategy> {
  const known = builtIn[name];
  if (known !== undefined) return new known();
  if (!name.includes('/') && !/\.[cm]?[jt]s$/.test(name)) {
    throw new OperatorFailure(
      'strategyLoad',
      name,
      `built in: ${Object.keys(builtIn).join(', ')}; a path has a slash or ends in .js`,
    );
  }
  const { default: exported } = await load(name);
  if (typeof exported !== 'function')
    throw new OperatorFailure('strategyLoad', name, 'its default export is not a class');
  const strategy = construct(name, exported as StrategyClass);
  const missing = HOOKS.filter((hook) => typeof strategy[hook] !== 'function');
  if (missing.length > 0) throw new OperatorFailure('strategyLoad', name, `it has no ${missing.join(', ')}`);
  return strategy;
}

async function load(name: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(resolve(name)).href)) as { default?: unknown };
  } catch (error) {
    throw new OperatorFailure('strategyLoad', name, whyNot(error as NodeJS.ErrnoException));
  }
}

function whyNot(error: NodeJS.ErrnoException): string {
  if (error.code === 'ERR_UNKNOWN_FILE_EXTENSION') return 'Node cannot run it: compile TypeScript first (npx tsc)';
  // Node names the importer as well: ours says nothing to the operator.
  const text = error.message.replace(/ imported from .*registry\.[jt]s$/, '');
  return `${error.name}: ${text}${placeIn(error)}`;
}

function construct(name: string, made: StrategyClass): Strategy {
  try {
    return new made();
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw new OperatorFailure('strategyLoad', name, `${kind}: ${message}${placeIn(error as Error)}`);
  }
}
