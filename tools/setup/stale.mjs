// What "up to date" means for each set-up step: a SHA-256 over the content of everything that goes in, kept in build/stamps/ after
// the step has succeeded. Content, not time: a fresh clone, a branch switch and back, or a copied folder all answer correctly.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder } from '../native_sources.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string[]} paths @param {string[]} words */
function hashOf(paths, words) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\0`);
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** @param {string} path */
function json(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** npm keeps what it installed in node_modules/.package-lock.json: compare that with the committed lock, package by package. */
export function packagesUpToDate() {
  const wanted = json('package-lock.json')?.packages ?? {};
  const installed = json('node_modules/.package-lock.json')?.packages;
  if (installed === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue;
    const present = installed[path];
    if (present === undefined) {
      if (entry.optional === true) continue;
      return false;
    }
    if (present.version !== entry.version || !existsSync(join(root, path))) return false;
  }
  return true;
}

export function addonInputsHash() {
  const sources = filesUnder(
    'native',
    (name) => /\.(?:hpp|cpp)$/.test(name) && !/\.(?:test|fuzz|bench)\.cpp$/.test(name),
  );
  const wrapper = json('node_modules/node-addon-api/package.json')?.version ?? 'none';
  return hashOf(
    ['binding.gyp', 'tools/native_sources.mjs', ...sources.filter((path) => !path.startsWith('native/test_support/'))],
    [process.arch, wrapper, process.env.CXX ?? 'g++', process.env.CXXFLAGS ?? ''],
  );
}

export function typescriptInputsHash() {
  const isProduct = (name) => name.endsWith('.ts') && !name.endsWith('.test.ts');
  const compilerTools = filesUnder('tools/sbe', isProduct).filter((path) => !/\/(?:dist|node_modules)\//.test(path));
  const configs = [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    ...filesUnder('tools/sbe', (name) => /^tsconfig.*\.json$/.test(name)),
  ];
  return hashOf([...configs, ...filesUnder('src', isProduct), ...compilerTools], []);
}

/** @param {string} step */
export function readStamp(step) {
  try {
    return readFileSync(join(root, 'build', 'stamps', step), 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} step @param {string} hash */
export function writeStamp(step, hash) {
  mkdirSync(join(root, 'build', 'stamps'), { recursive: true });
  writeFileSync(join(root, 'build', 'stamps', step), hash);
}

/** After tsc: drop the output of deleted sources, and let `npx hopwire` find the command in this checkout. */
export function finishDist() {
  for (const path of filesUnder('dist', (name) => /\.(?:js|js\.map|d\.ts)$/.test(name))) {
    const source = path.replace(/^dist\//, 'src/').replace(/\.(?:js|js\.map|d\.ts)$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, path));
  }
  const command = join(root, 'dist', 'cli', 'main.js');
  const link = join(root, 'node_modules', '.bin', 'hopwire');
  const target = '../../dist/cli/main.js';
  chmodSync(command, 0o755);
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  symlinkSync(target, link);
}
