// Schemas compiled while a test runs: the model, the generated TypeScript loaded as a module, and C++ built and run.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { emitTypescript } from '../emit/typescript.js';
import type { MessageSchemaIr } from '../ir.js';
import { parseSchema } from '../parse/parse.js';
import { Diagnostics, renderDiagnostic } from '../source/diagnostics.js';
import type { Module } from './codec.js';

export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** The model of a message schema that has no errors. */
export function schemaOf(file: string, text = readFileSync(file, 'utf8')): MessageSchemaIr {
  const diagnostics = new Diagnostics();
  const schema = parseSchema(file, text, diagnostics);
  if (schema?.kind !== 'messages') throw new Error(diagnostics.sorted().map(renderDiagnostic).join('\n'));
  return schema;
}

export function transpiled(text: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

export async function moduleOf(schema: MessageSchemaIr): Promise<Module> {
  const script = transpiled(emitTypescript(schema, 'test'));
  return import(`data:text/javascript;base64,${Buffer.from(script).toString('base64')}`);
}

const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];

/** Builds C++ sources with every warning on. */
export function buildCpp(sources: readonly string[], output: string, ...flags: string[]): void {
  const include = `-I${join(checkout, 'native')}`;
  execFileSync('g++', ['-std=c++20', ...warnings, ...flags, include, '-o', output, ...sources], { stdio: 'pipe' });
}
