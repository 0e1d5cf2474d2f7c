// Messages read by walking the model, with no generated code: what `decode` prints. Slower than generated code by far, and written apart
// from it, so that the two check each other.
//
// Notation: 64-bit integers as decimal text, other numbers as numbers (NaN and infinities as text), null for the null of an optional field
// and for what a message of an older version does not have, characters and text as text, uint8 arrays and data without encoding as hex,
// enums as the name of the value or the number where it has none, sets as a list of names and of bit numbers without a name, composites as
// objects (one of a mantissa and a constant exponent as a decimal), groups as lists. Constants are not on the wire and not in the result.

import { absentValue, compositeOf, formOf, isLater, leastBlockLength, sectionsOf, varDataOf } from '../emit/forms.js';
import type { BlockIr, CompositeIr, MemberIr, MessageIr, MessageSchemaIr, TextEncoding } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import { decimalMembers, decimalText, isDecimal } from './decimal.js';

export type JsonValue = null | string | number | boolean | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

export interface Header {
  readonly blockLength: number;
  readonly templateId: number;
  readonly schemaId: number;
  readonly version: number;
  /** What else the header holds. */
  readonly more: JsonObject;
  /** Length of the whole frame, where the header states one. */
  readonly frameLength: number | undefined;
}

export interface DecodedMessage {
  readonly message: MessageIr;
  readonly header: Header | undefined;
  readonly fields: JsonObject;
  /** Offset behind the last byte that belongs to the message. */
  readonly end: number;
}

/** The message goes on behind the bytes at hand: an error in a datagram, a reason to wait in a stream. */
export class ShortBytes extends RangeError {}

const knownHeader = ['blockLength', 'templateId', 'schemaId', 'version'];
const frameNames = ['frameLength', 'messageLength', 'msgLength', 'msgSize'];

export class MessageReader {
  readonly #schema: MessageSchemaIr;
  readonly #little: boolean;
  readonly #byTemplate: ReadonlyMap<number | undefined, MessageIr>;
  readonly #byDiscriminator: ReadonlyMap<string | undefined, MessageIr>;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #version = 0;

  constructor(schema: MessageSchemaIr) {
    this.#schema = schema;
    this.#little = schema.byteOrder === 'littleEndian';
    this.#byTemplate = new Map(schema.messages.map((message) => [message.id, message]));
    this.#byDiscriminator = new Map(schema.messages.map((message) => [message.discriminator, message]));
  }

  /** The message header at `offset`; undefined where the view ends before it, or in a layout without headers. */
  header(view: DataView, offset: number): Header | undefined {
    const name = this.#schema.headerType;
    if (name === undefined) return undefined;
    const composite = compositeOf(this.#schema, name);
    if (offset + composite.size > view.byteLength) return undefined;
    this.#view = view;
    this.#version = this.#schema.version;
    const all = this.#composite(composite, offset) as JsonObject;
    const constant = (field: string): number | undefined => {
      const member = composite.members.find((candidate) => candidate.name === field);
      return member?.constant === undefined ? undefined : Number(member.constant);
    };
    const number = (field: string): number => constant(field) ?? Number(all[field]);
    const frame = frameNames.find((field) => all[field] !== undefined);
    const [blockLength, templateId, schemaId, version] = knownHeader.map(number) as [number, number, number, number];
    const more = Object.fromEntries(Object.entries(all).filter(([field]) => !knownHeader.includes(field)));
    const frameLength = frame === undefined ? undefined : Number(all[frame]);
    return { blockLength, templateId, schemaId, version, more, frameLength };
  }

  /** Whether the header at `offset` names this schema. */
  knows(view: DataView, offset: number): boolean {
    return this.header(view, offset)?.schemaId === this.#schema.id;
  }

  /** The message that begins at `offset`. Throws a RangeError when it is none of the schema's or reaches beyond the view. */
  read(view: DataView, offset: number): DecodedMessage {
    if (this.#schema.layout === 'fixed') return this.#readFixed(view, offset);
    const header = this.header(view, offset);
    if (header === undefined)
      throw new ShortBytes(`no room for a message header at byte ${offset} of ${view.byteLength}`);
    const message = this.#byTemplate.get(header.templateId);
    if (header.schemaId !== this.#schema.id || message === undefined) {
      const found = `schema ${header.schemaId}, template ${header.templateId}`;
      throw new RangeError(`the header at byte ${offset} says ${found}: not in schema ${this.#schema.id}`);
    }
    this.#version = header.version;
    const start = offset + compositeOf(this.#schema, this.#schema.headerType ?? '').size;
    const { fields, end } = this.#block(message, start, header.blockLength, [message.name]);
    return { message, header, fields, end };
  }

  #readFixed(view: DataView, offset: number): DecodedMessage {
    this.#need(view, offset + 1, 'a message');
    const type = String.fromCharCode(view.getUint8(offset));
    const message = this.#byDiscriminator.get(type) ?? this.#byDiscriminator.get(undefined);
    if (message === undefined) throw new RangeError(`no message begins with "${type}", the byte at ${offset}`);
    this.#view = view;
    this.#version = this.#schema.version;
    const { fields, end } = this.#block(message, offset, message.blockLength, [message.name]);
    return { message, header: undefined, fields, end };
  }

  #need(view: DataView, end: number, what: string): void {
    if (end > view.byteLength) throw new ShortBytes(`${what} ends at byte ${end}, there are ${view.byteLength}`);
  }

  #block(block: BlockIr, offset: number, length: number, path: readonly string[]): { fields: JsonObject; end: number } {
    const what = path.join('.');
    const least = leastBlockLength(block);
    if (length < least)
      throw new RangeError(`${what}: a block of ${length} bytes is shorter than its fields, which take ${least}`);
    this.#need(this.#view, offset + length, what);
    const fields: Record<string, JsonValue> = {};
    for (const member of block.fields) {
      if (member.presence === 'constant') continue;
      const later = isLater(member, block.sinceVersion);
      const absent = later && (this.#version < member.sinceVersion || length < member.offset + member.size);
      fields[member.name] = absent ? null : this.#member(member, offset + member.offset);
    }
    let end = offset + length;
    for (const section of sectionsOf(block)) {
      const absent = isLater(section, block.sinceVersion) && this.#version < section.sinceVersion;
      const at = end;
      const read =
        section.kind === 'group'
          ? this.#group(section.group, at, [...path, section.name], absent)
          : this.#data(section.data, at, what, absent);
      fields[section.name] = read.value;
      end = read.end;
    }
    return { fields, end };
  }

  #group(
    group: Extract<ReturnType<typeof sectionsOf>[number], { kind: 'group' }>['group'],
    offset: number,
    path: readonly string[],
    absent: boolean,
  ): { value: JsonValue; end: number } {
    if (absent) return { value: null, end: offset };
    const dimension = compositeOf(this.#schema, group.dimensionType);
    this.#need(this.#view, offset + dimension.size, path.join('.'));
    const number = (name: string): number => {
      const member = dimension.members.find((candidate) => candidate.name === name) as MemberIr;
      return member.constant === undefined
        ? Number(this.#number(member, offset + member.offset))
        : Number(member.constant);
    };
    const length = number('blockLength');
    const entries: JsonValue[] = [];
    let end = offset + dimension.size;
    for (let left = number('numInGroup'); left > 0; left--) {
      const entry = this.#block(group, end, length, path);
      entries.push(entry.fields);
      end = entry.end;
    }
    return { value: entries, end };
  }

  #data(
    data: BlockIr['data'][number],
    offset: number,
    what: string,
    absent: boolean,
  ): { value: JsonValue; end: number } {
    if (absent) return { value: null, end: offset };
    const { lengthOffset, lengthPrimitive, dataOffset, encoding } = varDataOf(this.#schema, data);
    this.#need(this.#view, offset + dataOffset, `${what}.${data.name}`);
    const length = Number(this.#load(lengthPrimitive, offset + lengthOffset));
    const end = offset + dataOffset + length;
    this.#need(this.#view, end, `${what}.${data.name}`);
    return { value: this.#text(offset + dataOffset, length, encoding), end };
  }

  #text(offset: number, length: number, encoding: TextEncoding | undefined): string {
    const bytes = Buffer.from(this.#view.buffer, this.#view.byteOffset + offset, length);
    return bytes.toString(encoding === undefined ? 'hex' : encoding === 'utf-8' ? 'utf8' : 'latin1');
  }

  #composite(composite: CompositeIr, offset: number): JsonValue {
    if (isDecimal(composite)) {
      const [mantissa, exponent] = decimalMembers(composite);
      const value = this.#member(mantissa as MemberIr, offset + (mantissa as MemberIr).offset);
      return value === null ? null : decimalText(BigInt(value as string | number), Number(exponent?.constant));
    }
    const fields: Record<string, JsonValue> = {};
    for (const member of composite.members) {
      if (member.presence === 'constant') continue;
      const absent = isLater(member, composite.sinceVersion) && this.#version < member.sinceVersion;
      fields[member.name] = absent ? null : this.#member(member, offset + member.offset);
    }
    return fields;
  }

  #member(member: MemberIr, offset: number): JsonValue {
    const { type } = member;
    switch (formOf(member)) {
      case 'composite':
        return this.#composite(compositeOf(this.#schema, type.kind === 'composite' ? type.name : ''), offset);
      case 'set':
        return this.#set(member, offset);
      case 'enum':
        return this.#enum(member, offset);
      case 'char': {
        const code = this.#view.getUint8(offset);
        return this.#isNull(member, code) || code === 0 ? null : String.fromCharCode(code);
      }
      case 'text': {
        const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + offset, member.size);
        const nul = bytes.indexOf(0);
        const text = this.#text(offset, nul < 0 ? member.size : nul, member.encoding ?? 'latin-1');
        return this.#schema.layout === 'fixed' ? text.trimEnd() : text;
      }
      case 'bytes':
        return this.#text(offset, member.size, undefined);
      case 'array': {
        const size = primitiveOf((type as { primitive: PrimitiveName }).primitive).size;
        return Array.from({ length: member.size / size }, (_, at) => this.#number(member, offset + at * size));
      }
      default:
        return this.#number(member, offset);
    }
  }

  #isNull(member: MemberIr, value: number | bigint): boolean {
    if (member.presence !== 'optional') return false;
    const none = absentValue(member);
    return none === 'NaN'
      ? Number.isNaN(value)
      : typeof value === 'bigint'
        ? value === BigInt(none)
        : value === Number(none);
  }

  #number(member: MemberIr, offset: number): JsonValue {
    const value = this.#load((member.type as { primitive: PrimitiveName }).primitive, offset);
    if (this.#isNull(member, value)) return null;
    return typeof value === 'bigint' || !Number.isFinite(value) ? String(value) : value;
  }

  #enum(member: MemberIr, offset: number): JsonValue {
    const { type } = member;
    if (type.kind !== 'enum') throw new TypeError(`${member.name} is no enum`);
    const value = this.#load(type.primitive, offset);
    const declared = this.#schema.enums.find((candidate) => candidate.name === type.name);
    const named = declared?.values.find((candidate) => candidate.value === String(value));
    if (named !== undefined) return named.name;
    if (this.#isNull(member, value)) return null;
    return typeof value === 'bigint' ? String(value) : value;
  }

  #set(member: MemberIr, offset: number): JsonValue {
    const { type } = member;
    if (type.kind !== 'set') throw new TypeError(`${member.name} is no set`);
    const declared = this.#schema.sets.find((candidate) => candidate.name === type.name);
    let bits = BigInt(this.#load(type.primitive, offset));
    const found: JsonValue[] = [];
    for (const choice of declared?.choices ?? []) {
      if ((bits >> BigInt(choice.bit)) % 2n === 0n) continue;
      found.push(choice.name);
      bits &= ~(1n << BigInt(choice.bit));
    }
    for (let bit = 0; bits > 0n; bit++, bits >>= 1n) if (bits % 2n === 1n) found.push(bit);
    return found;
  }

  #load(primitive: PrimitiveName, offset: number): number | bigint {
    const view = this.#view;
    const little = this.#little;
    switch (primitive) {
      case 'int8':
        return view.getInt8(offset);
      case 'char':
      case 'uint8':
        return view.getUint8(offset);
      case 'int16':
        return view.getInt16(offset, little);
      case 'uint16':
        return view.getUint16(offset, little);
      case 'int32':
        return view.getInt32(offset, little);
      case 'uint32':
        return view.getUint32(offset, little);
      case 'int64':
        return view.getBigInt64(offset, little);
      case 'uint64':
        return view.getBigUint64(offset, little);
      case 'uint48':
        return (
          view.getUint16(offset + (little ? 4 : 0), little) * 2 ** 32 +
          view.getUint32(offset + (little ? 0 : 2), little)
        );
      case 'float':
        return view.getFloat32(offset, little);
      case 'double':
        return view.getFloat64(offset, little);
    }
  }
}
