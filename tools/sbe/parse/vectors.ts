// Golden vectors: bytes of a message beside its fields, in JSON that every language can read. A file `vectors/X.json` belongs to the schema
// `X.xml` beside that folder. Bytes are written down, never generated from the schema they are meant to check.
//
//   { "schema": "X", "vectors": [ { "name": "...", "message": "AddOrder", "hex": "4100...", "fields": { "shares": 100, ... } } ] }
//
// Field values: 64-bit integers as decimal text, other numbers as numbers, characters and text as text without padding, uint8 arrays as
// hex, enums as the name of the value, sets as a list of choices, composites as an object, groups as a list of objects, data as text or,
// where it has no encoding, as hex. An SBE vector includes the message header.

import type { BlockIr, CompositeIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import type { Diagnostics } from '../source/diagnostics.js';

export type VectorValue =
  | string
  | number
  | readonly string[]
  | readonly VectorFields[]
  | { readonly [field: string]: VectorValue };
export type VectorFields = { readonly [field: string]: VectorValue };

export interface Vector {
  readonly name: string;
  readonly message: string;
  readonly hex: string;
  readonly fields: VectorFields;
}

export interface VectorFile {
  readonly schema: string;
  readonly vectors: readonly Vector[];
}

/** The vectors of a file, each checked against the schema; undefined when `diagnostics` has gained an entry. */
export function parseVectors(
  file: string,
  text: string,
  schema: MessageSchemaIr,
  diagnostics: Diagnostics,
): VectorFile | undefined {
  const before = diagnostics.count;
  let parsed: VectorFile;
  try {
    parsed = JSON.parse(text) as VectorFile;
  } catch (error) {
    diagnostics.error({ file, line: 1, column: 1 }, `not JSON: ${(error as Error).message}`);
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !Array.isArray(parsed.vectors)) {
    diagnostics.error({ file, line: 1, column: 1 }, 'an object with "schema" and a list "vectors" is expected');
    return undefined;
  }
  for (const vector of parsed.vectors) {
    const problem = problemOf(vector, schema);
    if (problem !== undefined)
      diagnostics.error(placeOf(file, text, vector.name), `vector "${vector.name}": ${problem}`);
  }
  return diagnostics.count === before ? parsed : undefined;
}

/** Line of the vector's name: JSON.parse keeps no places, and names are unique enough to find by text. */
function placeOf(file: string, text: string, name: string): { file: string; line: number; column: number } {
  const at = Math.max(0, text.indexOf(JSON.stringify(name)));
  const head = text.slice(0, at).split('\n');
  return { file, line: head.length, column: (head.at(-1)?.length ?? 0) + 1 };
}

function problemOf(vector: Vector, schema: MessageSchemaIr): string | undefined {
  const message = schema.messages.find((candidate) => candidate.name === vector.message);
  if (message === undefined) return `no message is named "${vector.message}"`;
  const expected = encodedLength(message, schema);
  if (!/^(?:[0-9a-f]{2})*$/.test(vector.hex)) return 'hex is pairs of lower-case digits';
  const bytes = vector.hex.length / 2;
  if (message.groups.length + message.data.length > 0) {
    if (bytes < expected) return `${bytes} bytes, header and block alone have ${expected}`;
  } else if (bytes !== expected) return `${bytes} bytes, the message has ${expected}`;
  return blockProblem(vector.fields, message, schema.composites);
}

function blockProblem(fields: VectorFields, block: BlockIr, composites: readonly CompositeIr[]): string | undefined {
  const sections = [...block.groups, ...block.data];
  for (const group of block.groups) {
    const entries = fields[group.name];
    if (!Array.isArray(entries)) return `the group "${group.name}" is a list of entries`;
    for (const [at, entry] of entries.entries()) {
      const problem = blockProblem(entry as VectorFields, group, composites);
      if (problem !== undefined) return `${group.name}[${at}]: ${problem}`;
    }
  }
  const missing = block.data.find((data) => typeof fields[data.name] !== 'string');
  if (missing !== undefined) return `the data "${missing.name}" is missing`;
  const rest = Object.entries(fields).filter(([name]) => !sections.some((section) => section.name === name));
  return fieldProblem(Object.fromEntries(rest), block.fields, composites);
}

function encodedLength(message: MessageIr, schema: MessageSchemaIr): number {
  const header = schema.composites.find((composite) => composite.name === schema.headerType);
  return (header?.size ?? 0) + message.blockLength;
}

function fieldProblem(
  fields: VectorFields,
  members: readonly MemberIr[],
  composites: readonly CompositeIr[],
): string | undefined {
  for (const member of members) {
    if (member.presence === 'constant') continue;
    const value = fields[member.name];
    if (value === undefined) return `the field "${member.name}" is missing`;
    const { type } = member;
    if (type.kind !== 'composite') continue;
    const composite = composites.find((candidate) => candidate.name === type.name);
    const problem = fieldProblem(value as VectorFields, composite?.members ?? [], composites);
    if (problem !== undefined) return `${member.name}: ${problem}`;
  }
  const unknown = Object.keys(fields).find((name) => !members.some((member) => member.name === name));
  return unknown === undefined ? undefined : `the message has no field "${unknown}"`;
}
