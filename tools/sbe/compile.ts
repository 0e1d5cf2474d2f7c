// Schema files in, generated texts out. Reads files, writes nothing: `compile` and `check` of the command line share it, and so do the tests.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { emitCpp } from './emit/cpp.js';
import { emitTypescript } from './emit/typescript.js';
import type { SchemaIr } from './ir.js';
import { parseSchema } from './parse/parse.js';
import { compareText, type Diagnostics } from './source/diagnostics.js';

export interface Targets {
  /** Folder of the C++ headers; undefined = none wanted. */
  readonly cpp: string | undefined;
  /** Folder of the TypeScript modules; undefined = none wanted. */
  readonly ts: string | undefined;
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
    generated.push(...emitAll(schema, `${basename(dirname(file))}/${basename(file)}`, base, targets));
  }
  return generated;
}

function emitAll(schema: SchemaIr, source: string, base: string, targets: Targets): GeneratedFile[] {
  const files: GeneratedFile[] = [];
  if (targets.cpp !== undefined) files.push({ path: join(targets.cpp, `${base}.hpp`), text: emitCpp(schema, source) });
  if (targets.ts !== undefined)
    files.push({ path: join(targets.ts, `${base}.ts`), text: emitTypescript(schema, source) });
  return files;
}
