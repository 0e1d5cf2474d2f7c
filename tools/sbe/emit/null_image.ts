// The bytes of a composite in which every member is null: what a message reads that is older than a field of that type.

import type { CompositeIr, MemberIr, MessageSchemaIr } from '../ir.js';
import { primitiveOf } from '../primitives.js';
import { absentValue, compositeOf } from './forms.js';

export function nullImage(schema: MessageSchemaIr, composite: CompositeIr): number[] {
  const bytes = new Uint8Array(composite.size);
  for (const member of composite.members)
    if (member.presence !== 'constant') bytes.set(imageOf(schema, member), member.offset);
  return [...bytes];
}

/** The bytes of a null member. */
export function memberImage(schema: MessageSchemaIr, member: MemberIr): number[] {
  return [...imageOf(schema, member)];
}

function imageOf(schema: MessageSchemaIr, member: MemberIr): Uint8Array {
  const { type } = member;
  if (type.kind === 'composite') return Uint8Array.from(nullImage(schema, compositeOf(schema, type.name)));
  const image = new Uint8Array(member.size);
  const { size, floating } = primitiveOf(type.primitive);
  const one = new DataView(new ArrayBuffer(8));
  const little = schema.byteOrder === 'littleEndian';
  const value = absentValue(member);
  if (floating && size === 4) one.setFloat32(0, Number(value), little);
  else if (floating) one.setFloat64(0, Number(value), little);
  else one.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), little);
  const from = floating || little ? 0 : 8 - size;
  for (let at = 0; at < member.size; at++) image[at] = one.getUint8(from + (at % size));
  return image;
}
