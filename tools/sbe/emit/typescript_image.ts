// Bytes that TypeScript encoders write before any field: the message header, whose every byte is known when the code is generated, and
// zeros. Both in as few stores as there can be, since a store is what encoding costs.

import type { MemberIr, MessageIr } from '../ir.js';
import { compositeOf, type TypescriptSchema } from './forms.js';
import type { Writer } from './writer.js';

/** Statements that write the message header at `offset` of `view`. */
export function emitHeader(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const header = compositeOf(schema, schema.headerType ?? '');
  const values: Readonly<Record<string, number>> = {
    blockLength: message.blockLength,
    templateId: message.id ?? 0,
    schemaId: schema.id,
    version: schema.version,
    numGroups: message.groups.length,
    numVarDataFields: message.data.length,
  };
  const little = schema.byteOrder === 'littleEndian';
  const image = new Uint8Array(header.size);
  const said: string[] = [];
  for (const { name, offset, size, presence } of header.members) {
    const value = values[name];
    if (value === undefined || presence === 'constant') continue;
    for (let at = 0; at < size; at++)
      image[offset + (little ? at : size - 1 - at)] = Math.floor(value / 256 ** at) & 0xff;
    said.push(`${name} ${value}`);
  }
  out.line(`// ${said.join(', ')}`);
  for (let at = 0; at < image.length; ) {
    const size = image.length - at >= 4 ? 4 : image.length - at >= 2 ? 2 : 1;
    const bytes = [...image.subarray(at, at + size)];
    const digits = (little ? bytes.reverse() : bytes).map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const order = size === 1 ? '' : `, ${little}`;
    out.line(`view.setUint${size * 8}(${offsetBy('offset', at)}, 0x${digits}${order});`);
    at += size;
  }
}

/** Statements that make the block at `at` of `view` zero: all of it, or, where fields are trusted to be set, what no field covers. */
export function emitClear(
  out: Writer,
  schema: TypescriptSchema,
  block: { readonly fields: readonly MemberIr[]; readonly blockLength: number },
  at: string,
): void {
  if (schema.clears) {
    emitZeros(out, at, block.blockLength);
    return;
  }
  for (const [from, to] of gapsOf(schema, block.fields, block.blockLength))
    emitZeros(out, offsetBy(at, from), to - from);
}

/** Whether emitClear has anything to do. */
export function clears(
  schema: TypescriptSchema,
  block: { readonly fields: readonly MemberIr[]; readonly blockLength: number },
): boolean {
  return schema.clears ? block.blockLength > 0 : gapsOf(schema, block.fields, block.blockLength).length > 0;
}

/** Bytes of a block that belong to no field, as ranges. */
export function gapsOf(
  schema: TypescriptSchema,
  fields: readonly MemberIr[],
  length: number,
): [from: number, to: number][] {
  const covered = new Uint8Array(length);
  const cover = (members: readonly MemberIr[], base: number): void => {
    for (const member of members) {
      if (member.presence === 'constant') continue;
      if (member.type.kind === 'composite') cover(compositeOf(schema, member.type.name).members, base + member.offset);
      else covered.fill(1, base + member.offset, base + member.offset + member.size);
    }
  };
  cover(fields, 0);
  const gaps: [number, number][] = [];
  for (let at = 0; at < length; at++) {
    if (covered[at] === 1) continue;
    const from = at;
    while (at < length && covered[at] === 0) at += 1;
    gaps.push([from, at]);
  }
  return gaps;
}

const setters = { 8: 'setFloat64', 4: 'setUint32', 2: 'setUint16', 1: 'setUint8' } as const;

/** Eight bytes at a time, the last store reaching back: a loop over bytes costs more than the fields that follow. */
export function emitZeros(out: Writer, at: string, length: number): void {
  if (length > 64) {
    out.line(`zero(view, ${at}, ${length});`);
    return;
  }
  if (length === 0) return;
  const size = ([8, 4, 2, 1] as const).find((candidate) => candidate <= length) ?? 1;
  const zeroAt = (place: number): void => {
    out.line(`view.${setters[size]}(${offsetBy(at, place)}, 0);`);
  };
  let done = 0;
  for (; done + size <= length; done += size) zeroAt(done);
  if (done < length) zeroAt(length - size);
}

/** `at + 8` and four more: `at + 12`. */
export function offsetBy(at: string, bytes: number): string {
  if (bytes === 0) return at;
  const match = /^(\w+) \+ (\d+)$/.exec(at);
  return match === null ? `${at} + ${bytes}` : `${match[1]} + ${Number(match[2]) + bytes}`;
}
