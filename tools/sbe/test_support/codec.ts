// Any message through any generated TypeScript module, driven by the model: bytes to the notation of the vectors and back. What the tests
// of vectors, captures and random messages have in common.

import { formOf, sectionsOf, varDataOf } from '../emit/forms.js';
import { richTaken } from '../emit/typescript_blocks.js';
import { groupTaken, messageTaken } from '../emit/typescript_sections.js';
import type { BlockIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import type { VectorFields, VectorValue } from '../parse/vectors.js';
import { isSixtyFourBit, primitiveOf } from '../primitives.js';

/** A generated class seen from outside: members by name. */
type Flyweight = Record<string, unknown> & { wrap(view: DataView, offset: number, ...more: number[]): Flyweight };
/** Field by field with 64-bit numbers as bigints or as two halves, or block by block. */
export type Way = 'fields' | 'halves' | 'blocks';
export const ways = ['fields', 'halves', 'blocks'] as const;

export type Module = Readonly<Record<string, unknown>>;

function instance(module: Module, name: string): Flyweight {
  const Flyweight = module[name] as new () => Flyweight;
  return new Flyweight();
}

function call(flyweight: Flyweight, name: string, ...values: unknown[]): unknown {
  return (flyweight[name] as (...values: unknown[]) => unknown).call(flyweight, ...values);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export class Codec {
  readonly #schema: MessageSchemaIr;
  readonly #module: Module;
  readonly #flat: boolean;

  constructor(schema: MessageSchemaIr, module: Module) {
    this.#schema = schema;
    this.#module = module;
    const Encoder = module[`${pascalCase(schema.messages[0]?.name ?? '')}Encoder`] as (new () => Flyweight) | undefined;
    this.#flat = Encoder === undefined || !('finish' in Encoder.prototype);
  }

  /** The message that a header at `offset` announces, and the fields of its header. */
  header(
    bytes: Uint8Array,
    offset: number,
  ): { readonly message: MessageIr | undefined; readonly fields: VectorFields } {
    const name = this.#schema.headerType ?? '';
    const decoder = instance(this.#module, `${pascalCase(name)}Decoder`).wrap(viewOf(bytes), offset);
    const fields = this.#read(this.#membersOf(name), decoder);
    return { message: this.#schema.messages.find((message) => message.id === decoder['templateId']), fields };
  }

  /** All fields of a message in the notation of the vectors; block length and version of another writer may be given. */
  decode(message: MessageIr, bytes: Uint8Array, offset: number, ...acting: number[]): VectorFields {
    const decoder = instance(this.#module, `${pascalCase(message.name)}Decoder`);
    return this.#readBlock(message, decoder.wrap(viewOf(bytes), offset, ...acting));
  }

  /** Where a message that begins at `offset`, with its header, ends. */
  end(message: MessageIr, bytes: Uint8Array, offset: number): number {
    const decoder = instance(this.#module, `${pascalCase(message.name)}Decoder`);
    return (call(decoder, 'wrapWithHeader', viewOf(bytes), offset) as { limit: number }).limit;
  }

  /** Names that a class needs for itself. */
  #takenBy(block: BlockIr): readonly string[] {
    if (this.#flat) return richTaken;
    return 'dimensionType' in block ? groupTaken : messageTaken;
  }

  toJson(message: MessageIr, bytes: Uint8Array): unknown {
    const decoder = instance(this.#module, `${pascalCase(message.name)}Decoder`);
    call(decoder, 'wrapWithHeader', viewOf(bytes), 0);
    return call(decoder, 'toJSON');
  }

  /** What toJSON of the message at `offset`, with its header, says, and the bytes fromJSON makes of it. */
  json(message: MessageIr, bytes: Uint8Array): { readonly json: unknown; readonly bytes: Uint8Array } {
    const json = this.toJson(message, bytes);
    const encoder = instance(this.#module, `${pascalCase(message.name)}Encoder`);
    const written = new Uint8Array(bytes.length).fill(0xa5);
    call(encoder, 'wrapAndApplyHeader', viewOf(written), 0);
    call(encoder, 'fromJSON', json);
    return { json, bytes: written.subarray(0, call(encoder, 'finish') as number) };
  }

  #readBlock(block: BlockIr, decoder: Flyweight): VectorFields {
    const taken = this.#takenBy(block);
    const fields: Record<string, VectorValue> = { ...this.#read(block.fields, decoder, taken) };
    for (const section of sectionsOf(block)) {
      const value = decoder[memberName(section.name, taken)];
      if (section.kind === 'group') {
        const entries: VectorFields[] = [];
        for (const entry of value as Iterable<Flyweight>) entries.push(this.#readBlock(section.group, entry));
        fields[section.name] = entries;
      } else {
        const bytes = value instanceof Uint8Array;
        fields[section.name] = bytes ? Buffer.from(value).toString('hex') : (value as string);
      }
    }
    return fields;
  }

  #read(members: readonly MemberIr[], decoder: Flyweight, taken: readonly string[] = richTaken): VectorFields {
    const fields: Record<string, VectorValue> = {};
    for (const member of members)
      if (formOf(member) !== 'constant') fields[member.name] = this.#value(member, decoder, taken);
    return fields;
  }

  #value(member: MemberIr, decoder: Flyweight, taken: readonly string[]): VectorValue {
    const { type } = member;
    const form = formOf(member);
    const name = memberName(member.name, taken);
    if (form === 'array' && type.kind === 'primitive') {
      const count = member.size / primitiveOf(type.primitive).size;
      return Array.from({ length: count }, (_, at) => plain(call(decoder, name, at))) as unknown as VectorValue;
    }
    const value = decoder[name];
    if (type.kind === 'composite') return this.#read(this.#membersOf(type.name), value as Flyweight);
    if (type.kind === 'set') {
      const masks = Object.entries(this.#module[pascalCase(type.name)] as Record<string, number | bigint>);
      return masks.filter(([, mask]) => (BigInt(value as number) & BigInt(mask)) !== 0n).map(([choice]) => choice);
    }
    if (type.kind === 'enum') {
      const names = Object.entries(this.#module[pascalCase(type.name)] as Record<string, number>);
      return names.find(([, number]) => number === value)?.[0] ?? (plain(value) as VectorValue);
    }
    if (form === 'bytes') return Buffer.from(value as Uint8Array).toString('hex');
    if (typeof value !== 'bigint') return value as VectorValue;
    const [high, low] = [decoder[`${member.name}Hi`], decoder[`${member.name}Lo`]] as [number, number];
    const halves = (BigInt(high) << 32n) | BigInt(low);
    if (halves !== BigInt.asUintN(64, value)) throw new Error(`${member.name}: halves say ${halves}, bigint ${value}`);
    return value.toString();
  }

  /** The message's bytes, with its header, from its fields, written in one of the ways there are. */
  encode(message: MessageIr, fields: VectorFields, length: number, way: Way): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xa5);
    const encoder = instance(this.#module, `${pascalCase(message.name)}Encoder`);
    if (way === 'blocks' && 'write' in encoder) {
      call(encoder, 'write', viewOf(bytes), 0, this.#values(message.fields, fields));
    } else {
      call(encoder, this.#schema.layout === 'sbe' ? 'wrapAndApplyHeader' : 'wrap', viewOf(bytes), 0);
      this.#write(message.fields, fields, encoder, way, this.#takenBy(message));
    }
    this.#writeSections(message, fields, encoder, way);
    return this.#flat ? bytes : bytes.subarray(0, call(encoder, 'finish') as number);
  }

  #writeSections(block: BlockIr, fields: VectorFields, encoder: Flyweight, way: Way): void {
    const taken = this.#takenBy(block);
    for (const section of sectionsOf(block)) {
      const value = fields[section.name];
      if (section.kind === 'group') {
        const entries = value as readonly VectorFields[];
        const group = call(encoder, memberName(section.name, taken), entries.length) as Flyweight;
        for (const entry of entries) this.#writeEntry(section.group, entry, group, way);
      } else {
        const text = varDataOf(this.#schema, section.data).encoding !== undefined;
        call(
          encoder,
          memberName(section.name, taken),
          text ? value : Uint8Array.from(Buffer.from(value as string, 'hex')),
        );
      }
    }
  }

  #writeEntry(group: BlockIr, fields: VectorFields, encoder: Flyweight, way: Way): void {
    if (way === 'blocks' && 'add' in encoder) call(encoder, 'add', this.#values(group.fields, fields));
    else this.#write(group.fields, fields, call(encoder, 'next') as Flyweight, way, this.#takenBy(group));
    this.#writeSections(group, fields, encoder, way);
  }

  /** What write and add take: nulls left out where they may be, 64-bit numbers as numbers where those are exact. */
  #values(members: readonly MemberIr[], fields: VectorFields): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const member of members.filter((candidate) => formOf(candidate) !== 'constant')) {
      const { type } = member;
      const value = fields[member.name] as VectorValue;
      const wide = type.kind !== 'composite' && isSixtyFourBit(type.primitive);
      const exact = (given: unknown): unknown =>
        wide && Number.isSafeInteger(Number(given)) ? Number(given) : wide ? BigInt(given as string) : given;
      if (type.kind === 'composite') {
        const inner = this.#values(this.#membersOf(type.name), value as VectorFields);
        if (Object.keys(inner).length > 0) values[member.name] = inner;
      } else if (formOf(member) === 'array')
        values[member.name] = (value as unknown as readonly (string | number)[]).map(exact);
      else {
        const given = exact(this.#argument(member, value));
        const isNull =
          member.presence === 'optional' &&
          formOf(member) === 'scalar' &&
          (Number.isNaN(given) ? member.nullValue === 'NaN' : String(given) === member.nullValue);
        if (!isNull) values[member.name] = given;
      }
    }
    return values;
  }

  #write(
    members: readonly MemberIr[],
    fields: VectorFields,
    encoder: Flyweight,
    way: Way,
    taken: readonly string[] = richTaken,
  ): void {
    for (const member of members) {
      const form = formOf(member);
      if (form === 'constant') continue;
      const { type } = member;
      const value = fields[member.name] as VectorValue;
      const name = memberName(member.name, taken);
      if (type.kind === 'composite') {
        this.#write(this.#membersOf(type.name), value as VectorFields, call(encoder, name) as Flyweight, way);
      } else if (form === 'array' && type.kind === 'primitive') {
        const wide = isSixtyFourBit(type.primitive);
        (value as unknown as readonly (string | number)[]).forEach((item, at) => {
          call(encoder, name, at, wide ? BigInt(item) : item);
        });
      } else if (form === 'scalar' && isSixtyFourBit(type.primitive) && way === 'halves') {
        const bits = BigInt.asUintN(64, BigInt(value as string));
        call(encoder, `${member.name}Parts`, Number(bits & 0xffffffffn), Number(bits >> 32n));
      } else {
        call(encoder, name, this.#argument(member, value));
      }
    }
  }

  #argument(member: MemberIr, value: VectorValue): unknown {
    const { type } = member;
    if (type.kind === 'set') {
      const masks = this.#module[pascalCase(type.name)] as Record<string, number | bigint>;
      const bits = (value as readonly string[]).reduce((sum, name) => sum | BigInt(masks[name] ?? 0), 0n);
      return isSixtyFourBit(type.primitive) ? bits : Number(bits);
    }
    if (type.kind === 'enum') {
      const named = (this.#module[pascalCase(type.name)] as Record<string, number | bigint>)[value as string];
      return named ?? (isSixtyFourBit(type.primitive) ? BigInt(value as string) : Number(value));
    }
    if (formOf(member) === 'bytes') return Uint8Array.from(Buffer.from(value as string, 'hex'));
    return type.kind === 'primitive' && isSixtyFourBit(type.primitive) ? BigInt(value as string) : value;
  }

  #membersOf(composite: string): readonly MemberIr[] {
    return this.#schema.composites.find((candidate) => candidate.name === composite)?.members ?? [];
  }
}

/** 64-bit values as text, as the vectors have them. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
