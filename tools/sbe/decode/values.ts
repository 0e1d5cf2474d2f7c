// One function for each member of a model, made once: what a member reads as is decided when the schema is, and not again in every message.
// Notation: message.ts.

import { absentValue, compositeOf, formOf, isLater } from '../emit/forms.js';
import type { CompositeIr, MemberIr, MessageSchemaIr, TextEncoding } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import { decimalMembers, decimalText, isDecimal } from './decimal.js';
import type { JsonValue } from './message.js';

/** The value at an offset, in a message of a version. */
export type Read = (view: DataView, offset: number, version: number) => JsonValue;
type Load = (view: DataView, offset: number) => number | bigint;

export function readerOf(schema: MessageSchemaIr, member: MemberIr): Read {
  const { type } = member;
  switch (formOf(member)) {
    case 'composite':
      return compositeReader(schema, compositeOf(schema, type.kind === 'composite' ? type.name : ''));
    case 'set':
      return setReader(schema, member);
    case 'enum':
      return enumReader(schema, member);
    case 'char': {
      const none = Number(nullOf(member) ?? 0);
      return (view, offset) => {
        const code = view.getUint8(offset);
        return code === 0 || code === none ? null : String.fromCharCode(code);
      };
    }
    case 'text':
      return arrayTextReader(member, schema.layout === 'fixed');
    case 'bytes':
      return (view, offset) => textAt(view, offset, member.size, undefined);
    case 'array': {
      const size = primitiveOf(primitiveNameOf(member)).size;
      const element = numberReader(schema, member);
      const count = member.size / size;
      return (view, offset, version) =>
        Array.from({ length: count }, (_, at) => element(view, offset + at * size, version));
    }
    default:
      return numberReader(schema, member);
  }
}

/** Text that is not all there is refused by the bounds of `view`, never read beyond it. */
export function textAt(view: DataView, offset: number, length: number, encoding: TextEncoding | undefined): string {
  const bytes = bufferOf(view);
  const start = view.byteOffset + offset;
  if (encoding === undefined) return bytes.toString('hex', start, start + length);
  return bytes.toString(encoding === 'utf-8' ? 'utf8' : 'latin1', start, start + length);
}

let lastBuffer = Buffer.alloc(0);

/** The whole memory of a view as a Buffer; the one made last is kept, since messages come out of one buffer after another. */
function bufferOf(view: DataView): Buffer {
  if (lastBuffer.buffer !== view.buffer) lastBuffer = Buffer.from(view.buffer as ArrayBuffer);
  return lastBuffer;
}

function arrayTextReader(member: MemberIr, trims: boolean): Read {
  const { size } = member;
  const encoding = member.encoding ?? 'latin-1';
  return (view, offset) => {
    let length = 0;
    while (length < size && view.getUint8(offset + length) !== 0) length += 1;
    const text = textAt(view, offset, length, encoding);
    return trims ? text.trimEnd() : text;
  };
}

/** The fields of a composite, or one decimal. */
export function compositeReader(schema: MessageSchemaIr, composite: CompositeIr): Read {
  if (isDecimal(composite)) {
    const [mantissa, exponent] = decimalMembers(composite) as [MemberIr, MemberIr];
    const load = loadOf(schema, primitiveNameOf(mantissa));
    const none = nullOf(mantissa);
    const places = Number(exponent.constant);
    return (view, offset) => {
      const value = BigInt(load(view, offset + mantissa.offset));
      return none !== undefined && value === BigInt(none) ? null : decimalText(value, places);
    };
  }
  const members = composite.members
    .filter((member) => member.presence !== 'constant')
    .map((member) => ({
      name: member.name,
      offset: member.offset,
      since: isLater(member, composite.sinceVersion) ? member.sinceVersion : 0,
      read: readerOf(schema, member),
    }));
  return (view, offset, version) => {
    const fields: Record<string, JsonValue> = {};
    for (const member of members)
      fields[member.name] = version < member.since ? null : member.read(view, offset + member.offset, version);
    return fields;
  };
}

function numberReader(schema: MessageSchemaIr, member: MemberIr): Read {
  const primitive = primitiveNameOf(member);
  const load = loadOf(schema, primitive);
  const none = nullOf(member);
  if (primitiveOf(primitive).size === 8 && !primitiveOf(primitive).floating) {
    const wide = none === undefined ? undefined : BigInt(none);
    return (view, offset) => {
      const value = load(view, offset);
      return value === wide ? null : String(value);
    };
  }
  const number = none === undefined || none === 'NaN' ? undefined : Number(none);
  return (view, offset) => {
    const value = load(view, offset) as number;
    if (value === number || (none === 'NaN' && Number.isNaN(value))) return null;
    return Number.isFinite(value) ? value : String(value);
  };
}

/** The null of an optional member as text; undefined of one that is always there. */
function nullOf(member: MemberIr): string | undefined {
  return member.presence === 'optional' ? absentValue(member) : undefined;
}

function enumReader(schema: MessageSchemaIr, member: MemberIr): Read {
  const { type } = member;
  if (type.kind !== 'enum') throw new TypeError(`${member.name} is no enum`);
  const load = loadOf(schema, type.primitive);
  const wide = primitiveOf(type.primitive).size === 8;
  const declared = schema.enums.find((candidate) => candidate.name === type.name)?.values ?? [];
  const number = (text: string): number | bigint => (wide ? BigInt(text) : Number(text));
  // The first of two names for one number is the name.
  const names = new Map([...declared].reverse().map(({ name, value }) => [number(value), name]));
  const none = nullOf(member);
  const nothing = none === undefined ? undefined : number(none);
  return (view, offset) => {
    const value = load(view, offset);
    const name = names.get(value);
    if (name !== undefined) return name;
    if (value === nothing) return null;
    return typeof value === 'bigint' ? String(value) : value;
  };
}

function setReader(schema: MessageSchemaIr, member: MemberIr): Read {
  const { type } = member;
  if (type.kind !== 'set') throw new TypeError(`${member.name} is no set`);
  const load = loadOf(schema, type.primitive);
  const choices = schema.sets.find((candidate) => candidate.name === type.name)?.choices ?? [];
  return (view, offset) => {
    const loaded = load(view, offset);
    const found: JsonValue[] = [];
    if (loaded === 0 || loaded === 0n) return found;
    let bits = BigInt(loaded);
    for (const choice of choices) {
      const mask = 1n << BigInt(choice.bit);
      if ((BigInt(loaded) & mask) === 0n) continue;
      found.push(choice.name);
      bits &= ~mask;
    }
    for (let bit = 0; bits > 0n; bit++, bits >>= 1n) if (bits % 2n === 1n) found.push(bit);
    return found;
  };
}

function primitiveNameOf({ name, type }: MemberIr): PrimitiveName {
  if (type.kind === 'composite') throw new TypeError(`${name} is no number`);
  return type.primitive;
}

export function loadOf(schema: MessageSchemaIr, primitive: PrimitiveName): Load {
  const little = schema.byteOrder === 'littleEndian';
  switch (primitive) {
    case 'int8':
      return (view, offset) => view.getInt8(offset);
    case 'char':
    case 'uint8':
      return (view, offset) => view.getUint8(offset);
    case 'int16':
      return (view, offset) => view.getInt16(offset, little);
    case 'uint16':
      return (view, offset) => view.getUint16(offset, little);
    case 'int32':
      return (view, offset) => view.getInt32(offset, little);
    case 'uint32':
      return (view, offset) => view.getUint32(offset, little);
    case 'int64':
      return (view, offset) => view.getBigInt64(offset, little);
    case 'uint64':
      return (view, offset) => view.getBigUint64(offset, little);
    case 'uint48': {
      const [high, low] = little ? [4, 0] : [0, 2];
      return (view, offset) => view.getUint16(offset + high, little) * 2 ** 32 + view.getUint32(offset + low, little);
    }
    case 'float':
      return (view, offset) => view.getFloat32(offset, little);
    case 'double':
      return (view, offset) => view.getFloat64(offset, little);
  }
}
