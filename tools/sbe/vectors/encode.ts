// Messages written by walking the model, with no generated code, from fields in the notation of the vectors.

import { compositeOf, formOf, headerSizeOf, sectionsOf, varDataOf } from '../emit/forms.js';
import type { BlockIr, CompositeIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import type { VectorFields, VectorValue } from '../parse/vectors.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';

export function encodeMessage(schema: MessageSchemaIr, message: MessageIr, fields: VectorFields): Uint8Array {
  return new Encoder(schema).message(message, fields);
}

class Encoder {
  readonly #schema: MessageSchemaIr;
  readonly #little: boolean;
  #bytes = new Uint8Array(1024);
  #end = 0;

  constructor(schema: MessageSchemaIr) {
    this.#schema = schema;
    this.#little = schema.byteOrder === 'littleEndian';
  }

  message(message: MessageIr, fields: VectorFields): Uint8Array {
    const size = headerSizeOf(this.#schema);
    this.#take(size);
    if (this.#schema.headerType !== undefined) {
      const counts = { numGroups: message.groups.length, numVarDataFields: message.data.length };
      const header = { blockLength: message.blockLength, templateId: message.id ?? 0, schemaId: this.#schema.id };
      this.#counters(compositeOf(this.#schema, this.#schema.headerType), 0, {
        ...header,
        version: this.#schema.version,
        ...counts,
      });
    }
    this.#block(message, fields);
    return this.#bytes.slice(0, this.#end);
  }

  /** Room for that many bytes, zero; the offset where they begin. */
  #take(length: number): number {
    const start = this.#end;
    this.#end += length;
    if (this.#end > this.#bytes.length) {
      const larger = new Uint8Array(this.#end * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return start;
  }

  #counters(composite: CompositeIr, offset: number, values: Readonly<Record<string, number>>): void {
    for (const member of composite.members) {
      const value = values[member.name];
      if (value === undefined || member.presence === 'constant' || member.type.kind !== 'primitive') continue;
      this.#store(member.type.primitive, offset + member.offset, value);
    }
  }

  #block(block: BlockIr, fields: VectorFields): void {
    const start = this.#take(block.blockLength);
    this.#members(block.fields, fields, start);
    for (const section of sectionsOf(block)) {
      const value = fields[section.name];
      if (section.kind === 'data') {
        const { lengthOffset, lengthPrimitive, dataOffset, encoding } = varDataOf(this.#schema, section.data);
        const code = encoding === undefined ? 'hex' : encoding === 'utf-8' ? 'utf8' : 'latin1';
        const data = Buffer.from(value as string, code);
        const at = this.#take(dataOffset + data.length);
        this.#store(lengthPrimitive, at + lengthOffset, data.length);
        this.#bytes.set(data, at + dataOffset);
        continue;
      }
      const { group } = section;
      const entries = value as readonly VectorFields[];
      const dimension = compositeOf(this.#schema, group.dimensionType);
      const counts = { numGroups: group.groups.length, numVarDataFields: group.data.length };
      const at = this.#take(dimension.size);
      this.#counters(dimension, at, { blockLength: group.blockLength, numInGroup: entries.length, ...counts });
      for (const entry of entries) this.#block(group, entry);
    }
  }

  #members(members: readonly MemberIr[], fields: VectorFields, start: number): void {
    for (const member of members)
      if (formOf(member) !== 'constant')
        this.#member(member, fields[member.name] as VectorValue, start + member.offset);
  }

  #member(member: MemberIr, value: VectorValue, at: number): void {
    const { type } = member;
    switch (type.kind) {
      case 'composite':
        this.#members(compositeOf(this.#schema, type.name).members, value as VectorFields, at);
        return;
      case 'set': {
        const choices = this.#schema.sets.find((candidate) => candidate.name === type.name)?.choices ?? [];
        const bits = choices.filter((choice) => (value as readonly string[]).includes(choice.name));
        this.#store(
          type.primitive,
          at,
          bits.reduce((sum, choice) => sum | (1n << BigInt(choice.bit)), 0n),
        );
        return;
      }
      case 'enum': {
        const named = this.#schema.enums
          .find((candidate) => candidate.name === type.name)
          ?.values.find((one) => one.name === value);
        this.#store(type.primitive, at, BigInt(named?.value ?? (value as string | number)));
        return;
      }
      case 'primitive':
        break;
    }
    if (type.primitive === 'char') {
      const pad = this.#schema.layout === 'fixed' ? 0x20 : 0;
      this.#bytes.fill(pad, at, at + member.size);
      this.#bytes.set(
        Buffer.from(value as string, member.encoding === 'utf-8' ? 'utf8' : 'latin1').subarray(0, member.size),
        at,
      );
    } else if (formOf(member) === 'bytes') this.#bytes.set(Buffer.from(value as string, 'hex'), at);
    else {
      const size = primitiveOf(type.primitive).size;
      const items = type.length === 1 ? [value] : (value as readonly VectorValue[]);
      items.forEach((item, index) => {
        this.#store(type.primitive, at + index * size, item as string | number);
      });
    }
  }

  #store(primitive: PrimitiveName, at: number, value: string | number | bigint): void {
    const view = new DataView(this.#bytes.buffer);
    const { size, floating } = primitiveOf(primitive);
    if (floating) {
      if (size === 4) view.setFloat32(at, Number(value), this.#little);
      else view.setFloat64(at, Number(value), this.#little);
      return;
    }
    let bits = BigInt.asUintN(size * 8, BigInt(value));
    for (let index = 0; index < size; index++, bits >>= 8n) {
      view.setUint8(this.#little ? at + index : at + size - 1 - index, Number(bits & 0xffn));
    }
  }
}
