// npm run referee                builds build/referee/hopwire_adapter.so, the venue's matcher for the public matching-engine harness
// npm run referee -- --api DIR   also compares our statement of the harness's interface with the header in DIR, its api folder
//
// The flags are those of every optimised build here, and so of the venue. README.md says how to run the harness with the result.

import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, NativeBuildError, optimisedVariant, root, run, type Variant } from '../../tools/native/build.js';
import { nativeSources } from '../../tools/native_sources.mjs';

const header = 'matching_engine_api.h';

function libraryVariant(): Variant {
  const optimised = optimisedVariant();
  return {
    ...optimised,
    name: 'referee',
    compileFlags: [...optimised.compileFlags, '-fPIC', '-fvisibility=hidden'],
    linkFlags: ['-shared'],
  };
}

async function checkInterface(folder: string, variant: Variant): Promise<void> {
  if (!existsSync(join(folder, header)))
    throw new NativeBuildError(`no ${header} in ${folder}; it is in the harness's api folder`);
  const flags = ['-std=c++20', '-Wall', '-Wextra', '-Werror', '-Inative', '-Ibench', '-isystem', folder];
  const checked = await run(variant.compiler, [...flags, '-fsyntax-only', 'bench/referee/interface_check.cpp']);
  if (checked.status !== 0)
    throw new NativeBuildError(`the harness's interface is not what we say it is\n${checked.output}`);
  process.stdout.write(`interface agrees with ${header}\n`);
}

const { values } = parseArgs({ options: { api: { type: 'string' } } });
try {
  const variant = libraryVariant();
  if (values.api !== undefined) await checkInterface(resolve(values.api), variant);
  const matcher = nativeSources().library.filter((path) => path.includes('/4_match/'));
  const built = await buildBinary('hopwire_adapter.so', ['bench/referee/library.cpp', ...matcher], variant, (text) =>
    process.stderr.write(`referee: ${text}\n`),
  );
  process.stdout.write(`${relative(root, built.binary)}\n`);
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  process.stderr.write(`referee: ${error.message}\n`);
  process.exitCode = 1;
}
