// Blocks, groups and data of a model as functions made once: one that reads them to JSON, one that only tells where they end. What reaches
// beyond the bytes at hand is a ShortBytes error that names it.

import { compositeOf, isLater, leastBlockLength, sectionsOf, varDataOf } from '../emit/forms.js';
import type { BlockIr, DataIr, GroupIr, MemberIr, MessageSchemaIr } from '../ir.js';
import type { JsonObject, JsonValue } from './message.js';
import { loadOf, type Read, readerOf, textAt } from './values.js';

/** The message goes on behind the bytes at hand: an error in a datagram, a reason to wait in a stream. */
export class ShortBytes extends RangeError {}

/** Where a message is, of which version, and, once a block or section is read, where it ends. */
export interface Place {
  view: DataView;
  version: number;
  end: number;
}

/** Reads what begins at `place.end`, and puts its end there. */
type ReadSection = (place: Place) => JsonValue;
export type ReadBlock = (place: Place, length: number) => JsonObject;

export function need(view: DataView, end: number, what: string): void {
  if (end > view.byteLength) throw new ShortBytes(`${what} ends at byte ${end}, there are ${view.byteLength}`);
}

interface Field {
  readonly name: string;
  readonly offset: number;
  /** Version and bytes of the block without which the field is null. */
  readonly since: number;
  readonly reach: number;
  readonly read: Read;
}

function fieldOf(schema: MessageSchemaIr, block: BlockIr, member: MemberIr): Field {
  const later = isLater(member, block.sinceVersion);
  return {
    name: member.name,
    offset: member.offset,
    since: later ? member.sinceVersion : 0,
    reach: later ? member.offset + member.size : 0,
    read: readerOf(schema, member),
  };
}

export function blockReader(schema: MessageSchemaIr, block: BlockIr, path: readonly string[]): ReadBlock {
  const what = path.join('.');
  const least = leastBlockLength(block);
  const fields = block.fields
    .filter((member) => member.presence !== 'constant')
    .map((member) => fieldOf(schema, block, member));
  const sections = sectionsOf(block).map((section) => ({
    name: section.name,
    since: isLater(section, block.sinceVersion) ? section.sinceVersion : 0,
    read:
      section.kind === 'group'
        ? groupReader(schema, section.group, [...path, section.name])
        : dataReader(schema, section.data, what),
  }));
  return (place, length) => {
    const { view, version, end: offset } = place;
    if (length < least)
      throw new RangeError(`${what}: a block of ${length} bytes is shorter than its fields, which take ${least}`);
    need(view, offset + length, what);
    const values: Record<string, JsonValue> = {};
    for (const field of fields) {
      const absent = version < field.since || length < field.reach;
      values[field.name] = absent ? null : field.read(view, offset + field.offset, version);
    }
    place.end = offset + length;
    for (const section of sections) values[section.name] = version < section.since ? null : section.read(place);
    return values;
  };
}

/** Reads a number of a composite that says how long or how many; a constant one is not on the wire. */
export function counterOf(schema: MessageSchemaIr, composite: string, name: string): (place: Place) => number {
  const member = compositeOf(schema, composite).members.find((candidate) => candidate.name === name);
  if (member?.type.kind !== 'primitive') throw new TypeError(`${composite} has no number ${name}`);
  const { constant, offset } = member;
  if (constant !== undefined) return () => Number(constant);
  const load = loadOf(schema, member.type.primitive);
  return ({ view, end }) => Number(load(view, end + offset));
}

function groupReader(schema: MessageSchemaIr, group: GroupIr, path: readonly string[]): ReadSection {
  const what = path.join('.');
  const { size } = compositeOf(schema, group.dimensionType);
  const blockLength = counterOf(schema, group.dimensionType, 'blockLength');
  const numInGroup = counterOf(schema, group.dimensionType, 'numInGroup');
  const entry = blockReader(schema, group, path);
  return (place) => {
    need(place.view, place.end + size, what);
    const length = blockLength(place);
    const count = numInGroup(place);
    place.end += size;
    const entries: JsonValue[] = [];
    for (let left = count; left > 0; left--) entries.push(entry(place, length));
    return entries;
  };
}

function dataReader(schema: MessageSchemaIr, data: DataIr, owner: string): ReadSection {
  const { lengthOffset, lengthPrimitive, dataOffset, encoding } = varDataOf(schema, data);
  const what = `${owner}.${data.name}`;
  const load = loadOf(schema, lengthPrimitive);
  return (place) => {
    const { view, end: at } = place;
    need(view, at + dataOffset, what);
    const length = Number(load(view, at + lengthOffset));
    place.end = at + dataOffset + length;
    need(view, place.end, what);
    return textAt(view, at + dataOffset, length, encoding);
  };
}
