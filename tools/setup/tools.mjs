// What the machine must have before anything can be built, found by asking the tools themselves; each refusal says what is missing,
// what it is for and what to do about it.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A step could not be done for a reason the user can act on; the message is shown as it is. */
export class SetupFailure extends Error {}

const install =
  'Debian, Ubuntu: apt-get install g++ make python3 | Fedora: dnf install gcc-c++ make python3 | Arch: pacman -S gcc make python';

/** @returns {string | undefined} the reason this machine cannot run hopwire at all */
export function unsupportedMachine() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `hopwire runs on Linux x86-64 only; this is ${process.platform} ${process.arch}`;
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return `Node ${process.version} is too old: 20.19 or newer is needed. Install it from https://nodejs.org or with your version manager.`;
  }
  return undefined;
}

/** @param {string} command @param {string[]} args @returns {string | undefined} its output, undefined when it cannot run */
function output(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return result.error === undefined && result.status === 0 ? `${result.stdout}${result.stderr}`.trim() : undefined;
}

/** @returns {string[]} one line per missing or too old tool, then how to install */
export function missingBuildTools() {
  const missing = [];
  const compiler = process.env.CXX ?? 'g++';
  const version = output(compiler, ['--version']);
  if (version === undefined) {
    missing.push(`${compiler} is missing: it compiles the native addon (C++20)`);
  } else {
    const major = Number.parseInt(output(compiler, ['-dumpversion']) ?? '0', 10);
    const least = version.includes('clang') ? 16 : 12;
    if (major < least) missing.push(`${compiler} ${major} is too old: ${least} or newer is needed for C++20`);
  }
  if (output('make', ['--version']) === undefined)
    missing.push('make is missing: node-gyp builds the native addon with it');
  if (output(process.env.PYTHON ?? 'python3', ['--version']) === undefined)
    missing.push('python3 is missing: node-gyp writes the makefiles with it');
  return missing.length > 0 ? [...missing, `to do: ${install}`] : [];
}

/** @returns {string | undefined} a folder with include/node of exactly this Node's major version, for node-gyp's nodedir */
export function findNodeHeaders() {
  const major = process.versions.node.split('.')[0];
  const candidates = [process.env.npm_config_nodedir, dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  for (const folder of candidates) {
    if (folder === undefined || folder === '') continue;
    const header = join(folder, 'include', 'node', 'node_version.h');
    if (!existsSync(header) || !existsSync(join(folder, 'include', 'node', 'common.gypi'))) continue;
    const text = readFileSync(header, 'utf8');
    if (/#define NODE_MAJOR_VERSION (\d+)/.exec(text)?.[1] === major) return folder;
  }
  return undefined;
}
