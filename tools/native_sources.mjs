// The one answer to "which C++ files are there": binding.gyp, the native test runner, the fuzz runner and the
// bench runner all ask here, so a new file is built everywhere without editing a list.
//
// Owns the naming rules: X.test.cpp is a unit test, X.fuzz.cpp a fuzz target, X.bench.cpp a benchmark, X.program.cpp a program
// of its own that the tools build, native/addon/ is the
// Node-API boundary, native/test_support/ the test runner; every other .cpp under native/ is library code.

import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} folder @param {(name: string) => boolean} wanted @returns {string[]} sorted paths relative to the root */
export function filesUnder(folder, wanted) {
  const found = [];
  /** @param {string} at */
  const walk = (at) => {
    let entries = [];
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      return;
    }
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (wanted(entry.name)) found.push(relative(root, path).split(sep).join('/'));
    }
  };
  walk(join(root, folder));
  return found.sort();
}

/** @returns {{library: string[], addon: string[], tests: string[], fuzzers: string[], programs: string[], runner: string[]}} */
export function nativeSources() {
  const sources = { library: [], addon: [], tests: [], fuzzers: [], programs: [], runner: [] };
  for (const path of filesUnder('native', (name) => name.endsWith('.cpp'))) {
    if (path.endsWith('.test.cpp')) sources.tests.push(path);
    else if (path.endsWith('.fuzz.cpp')) sources.fuzzers.push(path);
    else if (path.endsWith('.program.cpp')) sources.programs.push(path);
    else if (path.endsWith('.bench.cpp')) continue;
    else if (path.startsWith('native/addon/')) sources.addon.push(path);
    else if (path.startsWith('native/test_support/')) sources.runner.push(path);
    else sources.library.push(path);
  }
  return sources;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sources = nativeSources();
  const asked = process.argv[2];
  if (asked !== 'addon') {
    process.stderr.write('usage: node tools/native_sources.mjs addon\n');
    process.exit(2);
  }
  process.stdout.write(`${[...sources.addon, ...sources.library].join('\n')}\n`);
}
