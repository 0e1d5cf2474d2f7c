// What a doc comment says about a member besides its description; the same words in both languages.

import type { MemberIr } from '../ir.js';
import { sentences } from './writer.js';

export function memberRemark(member: MemberIr): string {
  const end = member.offset + member.size - 1;
  const place = member.size === 1 ? `Byte ${member.offset}` : `Bytes ${member.offset} to ${end}`;
  const nullRemark = member.nullValue === undefined ? undefined : `Optional: ${member.nullValue} is null`;
  return sentences(member.description, nullRemark, member.presence === 'constant' ? 'Constant, not on the wire' : place);
}

export function messageRemark(kind: string, length: number, description: string): string {
  return sentences(description, `${kind}, ${length} bytes`);
}
