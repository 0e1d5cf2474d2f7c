// What a doc comment says about a member besides its description; the same words in both languages.

import type { ColumnIr, MemberIr, SchemaIr } from '../ir.js';
import { sentences } from './writer.js';

/** What the first lines of a generated file say of the schema. */
export function schemaRemark(schema: SchemaIr): string {
  const { package: name, description } = schema;
  if (schema.kind !== 'messages' || schema.layout !== 'sbe') return sentences(description);
  return sentences(`Package ${name}, schema ${schema.id}, version ${schema.version}`, description);
}

export function memberRemark(member: MemberIr): string {
  const end = member.offset + member.size - 1;
  const place = member.size === 1 ? `Byte ${member.offset}` : `Bytes ${member.offset} to ${end}`;
  const nullRemark = member.nullValue === undefined ? undefined : `Optional: ${member.nullValue} is null`;
  return sentences(
    member.description,
    nullRemark,
    member.presence === 'constant' ? 'Constant, not on the wire' : place,
  );
}

export function messageRemark(kind: string, length: number, description: string): string {
  return sentences(description, `${kind}, ${length} bytes`);
}

export function columnRemark(column: ColumnIr): string {
  const per = column.per.length === 0 ? '' : `Indexed by ${column.per.join(', ')}`;
  const count = column.count === 1 ? '' : `${column.count} values${per === '' ? '' : ' each'}`;
  return sentences(column.description, [per, count].filter((part) => part !== '').join(', '));
}
