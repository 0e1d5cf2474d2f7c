// What the commands of the command line have in common: where text goes, how a command describes itself, and how schemas are read and
// findings told. Exit 0 = done, 1 = something is wrong with what was given, 2 = the command line is wrong.

import { readFileSync } from 'node:fs';
import type { ParseArgsConfig } from 'node:util';
import type { MessageSchemaIr, SchemaIr } from '../ir.js';
import { parseSchema } from '../parse/parse.js';
import { type Diagnostic, Diagnostics, renderDiagnostic } from '../source/diagnostics.js';

/** Where text goes: the process's streams, or a test's arrays. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** How far long work is, in one line that the next one replaces, and '' clears; only where a person watches. */
  progress?(text: string): void;
}

export class UsageError extends Error {}

export interface Arguments {
  readonly inputs: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface Command {
  readonly name: string;
  /** What stands behind the name, in one line. */
  readonly takes: string;
  readonly does: string;
  /** Options and what they mean. */
  readonly options: readonly (readonly [option: string, meaning: string])[];
  readonly examples: readonly string[];
  readonly parse: NonNullable<ParseArgsConfig['options']>;
  run(given: Arguments, terminal: Terminal): number;
}

export function text(given: Arguments, name: string): string | undefined {
  const value = given.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function list(given: Arguments, name: string): readonly string[] {
  const value = given.values[name];
  return Array.isArray(value) ? value : [];
}

/** An integer of at least 0; a usage error when the option is something else. */
export function count(given: Arguments, name: string, otherwise: number): number {
  const value = text(given, name);
  if (value === undefined) return otherwise;
  if (!/^\d+$/.test(value)) throw new UsageError(`--${name} takes a number, not "${value}"`);
  return Number(value);
}

export function portsOf(given: Arguments): number[] {
  const ports = list(given, 'port').map(Number);
  if (ports.some((port) => !(Number.isInteger(port) && port > 0 && port < 65536)))
    throw new UsageError('--port takes 1 to 65535');
  return ports;
}

export function oneInput(given: Arguments, what: string): string {
  const [first, second] = given.inputs;
  if (first === undefined) throw new UsageError(`${what} is missing`);
  if (second !== undefined) throw new UsageError(`one ${what} at a time: "${second}" is too much`);
  return first;
}

/** Findings as lines, or as JSON lines for machines. */
export function tell(findings: readonly Diagnostic[], json: boolean, terminal: Terminal): void {
  for (const finding of findings) terminal.err(`${json ? JSON.stringify(finding) : renderDiagnostic(finding)}\n`);
}

/** The model of a file without errors; undefined after they have been told. */
export function readSchema(file: string, json: boolean, terminal: Terminal): SchemaIr | undefined {
  const diagnostics = new Diagnostics();
  const schema = parseSchema(file, readFileSync(file, 'utf8'), diagnostics);
  if (schema === undefined) tell(diagnostics.sorted(), json, terminal);
  return schema;
}

export function readMessages(file: string, json: boolean, terminal: Terminal): MessageSchemaIr | undefined {
  const schema = readSchema(file, json, terminal);
  if (schema === undefined || schema.kind === 'messages') return schema;
  throw new UsageError(`${file} is a schema of ${schema.kind}: messages are wanted`);
}
