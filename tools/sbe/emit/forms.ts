// What the emitters of all languages derive from the model in the same way.

import type { BlockIr, CompositeIr, DataIr, GroupIr, MemberIr, MessageSchemaIr, VarDataIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';

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

/** Whether every message is one block that has never changed: its classes then need neither sections nor an acting version. */
export function isFlat(schema: MessageSchemaIr): boolean {
  const changed = (member: MemberIr): boolean => member.sinceVersion > 0;
  if (schema.composites.some((composite) => composite.members.some(changed))) return false;
  return schema.messages.every(
    (message) =>
      message.sinceVersion === 0 &&
      message.groups.length + message.data.length === 0 &&
      !message.fields.some((field) => field.sinceVersion > 0),
  );
}

/** A group or data in a block: in their order they follow the fields. */
export type Section =
  | { readonly kind: 'group'; readonly name: string; readonly sinceVersion: number; readonly group: GroupIr }
  | { readonly kind: 'data'; readonly name: string; readonly sinceVersion: number; readonly data: DataIr };

export function sectionsOf(block: BlockIr): Section[] {
  return [
    ...block.groups.map(
      (group) => ({ kind: 'group', name: group.name, sinceVersion: group.sinceVersion, group }) as const,
    ),
    ...block.data.map((data) => ({ kind: 'data', name: data.name, sinceVersion: data.sinceVersion, data }) as const),
  ];
}

/** Whether all entries of a group have one length. */
export function isUniform(group: GroupIr): boolean {
  return group.groups.length + group.data.length === 0;
}

/**
 * Whether a decoder tells the last entry of a group by its place: each has the same length, which is not 0. Otherwise entries are counted,
 * one thing more to keep; of entries that differ in length the place is known too late for that to be faster (measured).
 */
export function endsByPlace(group: GroupIr): boolean {
  return isUniform(group) && leastBlockLength(group) > 0;
}

/** The same for an encoder. */
export function fillsByPlace(group: GroupIr): boolean {
  return isUniform(group) && group.blockLength > 0;
}

/** Whether the length of a group's entries depends on the version. */
export function groupNeedsVersion(group: GroupIr): boolean {
  return (
    sectionsOf(group).some((section) => isLater(section, group.sinceVersion)) || group.groups.some(groupNeedsVersion)
  );
}

/** A block with all that its classes need to be called: `Car.fuelFigures` is `CarFuelFigures`. */
export function className(path: readonly string[]): string {
  return path.map(pascalCase).join('');
}

/** Bytes a message of the first version that has the block is sure to have. */
export function leastBlockLength(block: BlockIr): number {
  const first = block.fields.filter(
    (field) => field.sinceVersion <= block.sinceVersion && field.presence !== 'constant',
  );
  return Math.max(0, ...first.map((field) => field.offset + field.size));
}

/** Whether a field may be missing from a message of an older version. */
export function isLater(member: { readonly sinceVersion: number }, since: number): boolean {
  return member.sinceVersion > since;
}

/** What a field reads as when the message is older than the field. */
export function absentValue(member: MemberIr): string {
  if (member.nullValue !== undefined) return member.nullValue;
  if (member.type.kind === 'set') return '0';
  return member.type.kind === 'composite' ? '0' : primitiveOf(member.type.primitive).nullValue;
}

export function compositeOf(schema: MessageSchemaIr, name: string): CompositeIr {
  const composite = schema.composites.find((candidate) => candidate.name === name);
  if (composite === undefined) throw new TypeError(`no composite is named ${name}`);
  return composite;
}

export function varDataOf(schema: MessageSchemaIr, data: DataIr): VarDataIr {
  const { varData } = compositeOf(schema, data.type);
  if (varData === undefined) throw new TypeError(`${data.type} is no composite of variable length`);
  return varData;
}

/** Whether a composite is what some data is made of; it is then read and written by functions, not by flyweights. */
export function isData(schema: MessageSchemaIr, name: string): boolean {
  const inBlock = (block: BlockIr): boolean =>
    block.data.some((data) => data.type === name) || block.groups.some(inBlock);
  return schema.messages.some(inBlock);
}

/**
 * A schema on its way to TypeScript. `rich`: with toJSON and fromJSON, decimals as text and 64-bit fields as numbers. `clears`: encoders
 * make a block zero before its fields are written.
 */
export type TypescriptSchema = MessageSchemaIr & { readonly rich: boolean; readonly clears: boolean };

/** Whether the classes of the messages are bare blocks: lean TypeScript of a flat schema, and layouts without a header. */
export function isBare(schema: TypescriptSchema): boolean {
  return isFlat(schema) && (!schema.rich || schema.layout === 'fixed');
}
