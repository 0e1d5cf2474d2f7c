// Makes a checkout ready to run: `npm start` and `npm test` call this first (prestart, pretest), `npm run build` by hand.
//
// It needs nothing but Node, because it also runs before the first `npm ci`. Each step is skipped when its inputs have not changed since
// it last succeeded, so that a second start costs well under two seconds. When a tool is missing it says which, why and what to do.
// Steps: packages (npm ci) -> addon (node-gyp) -> typescript (tsc). What can go wrong: no compiler, no headers for this Node, a registry
// that cannot be reached, code that does not compile; each ends with exit status 1 and the tail of the step's own log.

import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { withSetupLock } from './setup/lock.mjs';
import {
  addonInputsHash,
  finishDist,
  packagesUpToDate,
  readStamp,
  root,
  typescriptInputsHash,
  writeStamp,
} from './setup/stale.mjs';
import { findNodeHeaders, missingBuildTools, SetupFailure, unsupportedMachine } from './setup/tools.mjs';

const started = performance.now();
const interactive = process.stderr.isTTY === true && process.env.CI === undefined;

/** @param {string} text */
function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** @param {number} since */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Runs one step's command with its output in build/setup_<step>.log; `notice` turns an output line into a progress text.
 * @param {string} step @param {string} what @param {string} command @param {string[]} args
 * @param {{notice?: (line: string) => string | undefined, env?: Record<string, string>}} options
 */
async function runStep(step, what, command, args, options = {}) {
  const since = performance.now();
  const logPath = join(root, 'build', `setup_${step}.log`);
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(logPath, `$ ${command} ${args.join(' ')}\n`);
  let progress = what;
  const draw = () => {
    if (interactive)
      process.stderr.write(`\r\x1b[2Ksetup: ${step.padEnd(10)} ${seconds(since).padStart(7)}  ${progress}`);
  };
  if (!interactive) say(`${step.padEnd(10)} ${what}`);
  const timer = setInterval(draw, 200);
  const tail = [];
  let rest = '';
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const take = (chunk) => {
    appendFileSync(logPath, chunk);
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') tail.push(line);
      if (tail.length > 40) tail.shift();
      progress = options.notice?.(line) ?? progress;
    }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? `signal ${signal}`));
  });
  clearInterval(timer);
  if (interactive) process.stderr.write('\r\x1b[2K');
  if (status !== 0) {
    if (rest.trim() !== '') tail.push(rest);
    const shown = tail.map((line) => `  | ${line}`).join('\n');
    throw new SetupFailure(
      `${step} failed (status ${status}) after ${seconds(since)}; the whole log is build/setup_${step}.log\n${shown}`,
    );
  }
  say(`${step.padEnd(10)} done in ${seconds(since)}`);
}

async function packages() {
  if (packagesUpToDate()) return false;
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await runStep('packages', 'installing (npm ci)', command, [...first, 'ci', '--no-audit', '--no-fund']);
  if (!packagesUpToDate()) {
    throw new SetupFailure(
      'npm ci ended well but node_modules still differs from package-lock.json; run `npm install` and commit the lock file',
    );
  }
  return true;
}

async function addon() {
  const built = join(root, 'build', 'Release', 'hopwire.node');
  const hash = addonInputsHash();
  if (existsSync(built) && readStamp('addon') === hash) return false;
  const missing = missingBuildTools();
  if (missing.length > 0) throw new SetupFailure(missing.join('\n'));
  const headers = findNodeHeaders();
  if (headers === undefined)
    say(`addon      no headers of Node ${process.version} on this machine; node-gyp will download them`);
  const jobs = process.env.HOPWIRE_JOBS ?? String(availableParallelism());
  const nodeGyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  await runStep(
    'addon',
    'compiling the native addon (node-gyp)',
    process.execPath,
    [nodeGyp, 'configure', 'build', `--jobs=${jobs}`],
    {
      env: headers === undefined ? {} : { npm_config_nodedir: headers },
      notice: (line) =>
        /\b(?:CXX|SOLINK_MODULE)\(target\) (.*)/.exec(line)?.[1]?.replace(/^Release\/obj\.target\/hopwire\//, ''),
    },
  );
  writeStamp('addon', hash);
  return true;
}

async function typescript() {
  const hash = typescriptInputsHash();
  const outputs = [join(root, 'dist', 'cli', 'main.js'), join(root, 'tools', 'sbe', 'dist', 'cli.js')];
  if (outputs.every((path) => existsSync(path)) && readStamp('typescript') === hash) {
    finishDist();
    return false;
  }
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runStep('typescript', 'compiling TypeScript (tsc)', process.execPath, [tsc, '-b', 'tsconfig.build.json']);
  finishDist();
  writeStamp('typescript', hash);
  return true;
}

try {
  const refusal = unsupportedMachine();
  if (refusal !== undefined) throw new SetupFailure(refusal);
  const changed = await withSetupLock(join(root, 'build'), say, async () => {
    const results = [await packages(), await addon(), await typescript()];
    return results.some(Boolean);
  });
  say(changed ? `ready in ${seconds(started)}` : `up to date (${seconds(started)})`);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  for (const line of error.message.split('\n')) say(line);
  process.exitCode = 1;
}
