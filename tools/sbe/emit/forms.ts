// What the emitters of all languages derive from the model in the same way.

import type { MemberIr, MessageSchemaIr } from '../ir.js';

/**
 * The form a member takes in a generated class: what an emitter switches on.
 * constant: not on the wire. composite: a flyweight of its own. set, enum, scalar: one number. char: one character. text: several.
 * bytes: an array of uint8. array: of other numbers, read and written by index.
 */
export type Form = 'constant' | 'composite' | 'set' | 'enum' | 'scalar' | 'char' | 'text' | 'bytes' | 'array';

export function formOf({ presence, type }: MemberIr): Form {
  if (presence === 'constant') return 'constant';
  if (type.kind !== 'primitive') return type.kind;
  if (type.primitive === 'char') return type.length === 1 ? 'char' : 'text';
  if (type.length === 1) return 'scalar';
  return type.primitive === 'uint8' ? 'bytes' : 'array';
}

/** Bytes of the SBE message header; 0 in a fixed layout. */
export function headerSizeOf(schema: MessageSchemaIr): number {
  return schema.composites.find((composite) => composite.name === schema.headerType)?.size ?? 0;
}

/** Eight characters as the little-endian integer that puts them into memory in reading order. */
export function magicNumber(magic: string): bigint {
  return Buffer.from(magic, 'latin1').readBigUInt64LE(0);
}
