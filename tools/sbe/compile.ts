// Schema files in, generated texts out: X.hpp and X.ts for X.xml, and X.vectors.test.cpp where vectors/X.json exists. Reads files, writes
// nothing: `compile` and `check` of the command line share it, and so do the tests.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { emitCpp } from './emit/cpp.js';
import { emitCppLayouts } from './emit/cpp_layouts.js';
import { emitCppVectors } from './emit/cpp_vectors.js';
import { emitTypescript } from './emit/typescript.js';
import type { SchemaIr } from './ir.js';
import { parseLayoutVectors } from './parse/layout_vectors.js';
import { parseSchema } from './parse/parse.js';
import { parseVectors } from './parse/vectors.js';
import { compareText, type Diagnostics } from './source/diagnostics.js';

export interface Targets {
  /** Folder of the C++ headers; undefined = none wanted. */
  readonly cpp: string | undefined;
  /** Folder of the TypeScript modules; undefined = none wanted. */
  readonly ts: string | undefined;
  /** TypeScript without toJSON and its like. */
  readonly lean?: boolean;
  /** TypeScript encoders that do not clear what they begin. */
  readonly overwrite?: boolean;
}

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The schema files meant by a list of files and folders, in a fixed order. */
export function schemaFiles(inputs: readonly string[]): string[] {
  const files = inputs.flatMap((input) => {
    if (!statSync(input).isDirectory()) return [input];
    return readdirSync(input)
      .filter((name) => name.endsWith('.xml'))
      .map((name) => join(input, name));
  });
  return [...new Set(files)].sort(compareText);
}

/** Every file the schemas stand for. Schemas with findings yield none, and `diagnostics` has the findings of all. */
export function compileSchemas(files: readonly string[], targets: Targets, diagnostics: Diagnostics): GeneratedFile[] {
  const generated: GeneratedFile[] = [];
  const owners = new Map<string, string>();
  for (const file of files) {
    const schema = parseSchema(file, readFileSync(file, 'utf8'), diagnostics);
    if (schema === undefined) continue;
    const base = basename(file).replace(/\.xml$/, '');
    const owner = owners.get(base);
    if (owner !== undefined) {
      diagnostics.error({ file, line: 1, column: 1 }, `generates the same files as ${owner}`);
      continue;
    }
    owners.set(base, file);
    generated.push(...emitAll(file, schema, targets, diagnostics));
  }
  return generated;
}

function emitAll(file: string, schema: SchemaIr, targets: Targets, diagnostics: Diagnostics): GeneratedFile[] {
  const base = basename(file).replace(/\.xml$/, '');
  const folder = basename(dirname(file));
  const source = `${folder}/${basename(file)}`;
  const files: GeneratedFile[] = [];
  if (targets.ts !== undefined)
    files.push({
      path: join(targets.ts, `${base}.ts`),
      text: emitTypescript(schema, source, { lean: targets.lean === true, overwrite: targets.overwrite === true }),
    });
  if (targets.cpp === undefined) return files;
  files.push({ path: join(targets.cpp, `${base}.hpp`), text: emitCpp(schema, source) });
  const test = emitTest(file, schema, `${basename(targets.cpp)}/${base}.hpp`, diagnostics);
  if (test !== undefined) files.push({ path: join(targets.cpp, `${base}.vectors.test.cpp`), text: test });
  return files;
}

/** The C++ test of the golden vectors, where the schema has any. */
function emitTest(file: string, schema: SchemaIr, include: string, diagnostics: Diagnostics): string | undefined {
  const name = `${basename(file).replace(/\.xml$/, '')}.json`;
  const path = join(dirname(file), 'vectors', name);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const source = `${basename(dirname(file))}/vectors/${name}`;
  if (schema.kind === 'messages') {
    const vectors = parseVectors(path, text, schema, diagnostics);
    return vectors === undefined ? undefined : emitCppVectors(schema, vectors, source, include);
  }
  if (schema.kind === 'regions') {
    const layouts = parseLayoutVectors(path, text, schema, diagnostics);
    return layouts === undefined ? undefined : emitCppLayouts(schema, layouts, source, include);
  }
  diagnostics.error({ file: path, line: 1, column: 1 }, 'a vocabulary has no vectors');
  return undefined;
}
