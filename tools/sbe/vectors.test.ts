// The repository's golden vectors through the generated TypeScript: bytes to fields, the same fields back to the same bytes, and no prefix
// of a message that decodes. The C++ half of the same vectors is native/generated/*.vectors.test.cpp.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as itch from '../../src/generated/itch_5_0.js';
import * as moldudp64 from '../../src/generated/moldudp64.js';
import * as orderEntry from '../../src/generated/order_entry.js';
import { formOf, headerSizeOf } from './emit/forms.js';
import type { MemberIr, MessageIr, MessageSchemaIr } from './ir.js';
import { pascalCase } from './naming.js';
import { parseSchema } from './parse/parse.js';
import { parseVectors, type Vector, type VectorFields, type VectorValue } from './parse/vectors.js';
import { isSixtyFourBit } from './primitives.js';
import { Diagnostics, renderDiagnostic } from './source/diagnostics.js';

const schemas = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'schemas');

/** A generated class seen from outside: members by name. */
type Flyweight = Record<string, unknown> & { wrap(view: DataView, offset: number): Flyweight };
type Module = Readonly<Record<string, unknown>>;

function instance(module: Module, name: string): Flyweight {
  const Flyweight = module[name] as new () => Flyweight;
  return new Flyweight();
}

function loadSchema(base: string): MessageSchemaIr {
  const file = join(schemas, `${base}.xml`);
  const diagnostics = new Diagnostics();
  const schema = parseSchema(file, readFileSync(file, 'utf8'), diagnostics);
  if (schema?.kind !== 'messages') throw new Error(diagnostics.sorted().map(renderDiagnostic).join('\n'));
  return schema;
}

function loadVectors(base: string, schema: MessageSchemaIr): readonly Vector[] {
  const file = join(schemas, 'vectors', `${base}.json`);
  const diagnostics = new Diagnostics();
  const parsed = parseVectors(file, readFileSync(file, 'utf8'), schema, diagnostics);
  if (parsed === undefined) throw new Error(diagnostics.sorted().map(renderDiagnostic).join('\n'));
  return parsed.vectors;
}

class Codec {
  readonly #schema: MessageSchemaIr;
  readonly #module: Module;

  constructor(schema: MessageSchemaIr, module: Module) {
    this.#schema = schema;
    this.#module = module;
  }

  /** All fields of a message in the notation of the vectors. */
  decode(message: MessageIr, bytes: Uint8Array, headerSize: number): VectorFields {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const decoder = instance(this.#module, `${pascalCase(message.name)}Decoder`).wrap(view, headerSize);
    return this.#read(message.fields, decoder);
  }

  #read(members: readonly MemberIr[], decoder: Flyweight): VectorFields {
    const fields: Record<string, VectorValue> = {};
    for (const member of members) if (formOf(member) !== 'constant') fields[member.name] = this.#value(member, decoder);
    return fields;
  }

  #value(member: MemberIr, decoder: Flyweight): VectorValue {
    const { type } = member;
    const value = decoder[member.name];
    if (type.kind === 'composite') return this.#read(this.#membersOf(type.name), value as Flyweight);
    if (type.kind === 'set') {
      const masks = Object.entries(this.#module[pascalCase(type.name)] as Record<string, number>);
      return masks.filter(([, mask]) => ((value as number) & mask) !== 0).map(([name]) => name);
    }
    if (type.kind === 'enum') {
      const names = Object.entries(this.#module[pascalCase(type.name)] as Record<string, number>);
      return names.find(([, number]) => number === value)?.[0] ?? (value as number);
    }
    if (formOf(member) === 'bytes') return Buffer.from(value as Uint8Array).toString('hex');
    if (typeof value !== 'bigint') return value as VectorValue;
    const halves =
      (BigInt(decoder[`${member.name}Hi`] as number) << 32n) | BigInt(decoder[`${member.name}Lo`] as number);
    expect(halves, `halves of ${member.name}`).toBe(BigInt.asUintN(64, value));
    return value.toString();
  }

  /** The message's bytes from its fields; 64-bit fields as halves when `halves` is set. */
  encode(message: MessageIr, fields: VectorFields, length: number, halves: boolean): Uint8Array {
    const bytes = new Uint8Array(length).fill(0xa5);
    const encoder = instance(this.#module, `${pascalCase(message.name)}Encoder`);
    const wrap = this.#schema.layout === 'sbe' ? 'wrapAndApplyHeader' : 'wrap';
    (encoder[wrap] as (view: DataView, offset: number) => void).call(encoder, new DataView(bytes.buffer), 0);
    this.#write(message.fields, fields, encoder, halves);
    return bytes;
  }

  #write(members: readonly MemberIr[], fields: VectorFields, encoder: Flyweight, halves: boolean): void {
    for (const member of members) {
      const form = formOf(member);
      if (form === 'constant') continue;
      const { type } = member;
      const value = fields[member.name] as VectorValue;
      const call = (name: string, ...values: unknown[]): unknown =>
        (encoder[name] as (...values: unknown[]) => unknown).call(encoder, ...values);
      if (type.kind === 'composite') {
        this.#write(this.#membersOf(type.name), value as VectorFields, call(member.name) as Flyweight, halves);
      } else if (type.kind === 'primitive' && isSixtyFourBit(type.primitive) && halves) {
        const bits = BigInt.asUintN(64, BigInt(value as string));
        call(`${member.name}Parts`, Number(bits & 0xffffffffn), Number(bits >> 32n));
      } else {
        call(member.name, this.#argument(member, value));
      }
    }
  }

  #argument(member: MemberIr, value: VectorValue): unknown {
    const { type } = member;
    if (type.kind === 'set') {
      const masks = this.#module[pascalCase(type.name)] as Record<string, number>;
      return (value as readonly string[]).reduce((sum, name) => sum | (masks[name] ?? 0), 0);
    }
    if (type.kind === 'enum') return (this.#module[pascalCase(type.name)] as Record<string, number>)[value as string];
    if (formOf(member) === 'bytes') return Uint8Array.from(Buffer.from(value as string, 'hex'));
    return type.kind === 'primitive' && isSixtyFourBit(type.primitive) ? BigInt(value as string) : value;
  }

  #membersOf(composite: string): readonly MemberIr[] {
    return this.#schema.composites.find((candidate) => candidate.name === composite)?.members ?? [];
  }
}

const modules: readonly (readonly [string, Module])[] = [
  ['itch_5_0', itch],
  ['moldudp64', moldudp64],
  ['order_entry', orderEntry],
];

for (const [base, module] of modules) {
  describe(`vectors of ${base}`, () => {
    const schema = loadSchema(base);
    const codec = new Codec(schema, module);
    const headerSize = headerSizeOf(schema);
    for (const vector of loadVectors(base, schema)) {
      const message = schema.messages.find((candidate) => candidate.name === vector.message) as MessageIr;
      const bytes = Uint8Array.from(Buffer.from(vector.hex, 'hex'));
      it(`${vector.message}: ${vector.name}`, () => {
        expect(codec.decode(message, bytes, headerSize)).toEqual(vector.fields);
        for (const halves of [false, true]) {
          const written = codec.encode(message, vector.fields, bytes.length, halves);
          expect(Buffer.from(written).toString('hex')).toBe(vector.hex);
        }
        const blockEnd = Math.max(...message.fields.map((field) => field.offset + field.size)) + headerSize;
        for (let length = 0; length < blockEnd; length++) {
          expect(() => codec.decode(message, bytes.slice(0, length), headerSize), `${length} bytes`).toThrow(
            RangeError,
          );
        }
      });
    }
  });
}

describe('tables that tell messages apart', () => {
  it('every ITCH message has a vector', () => {
    const schema = loadSchema('itch_5_0');
    const covered = new Set(loadVectors('itch_5_0', schema).map((vector) => vector.message));
    expect(schema.messages.map((message) => message.name).filter((name) => !covered.has(name))).toEqual([]);
    expect(schema.messages).toHaveLength(23);
  });

  it('ITCH by first byte, case-sensitively', () => {
    expect(itch.messageLength['H'.charCodeAt(0)]).toBe(25);
    expect(itch.messageLength['h'.charCodeAt(0)]).toBe(21);
    expect(itch.messageLength['z'.charCodeAt(0)]).toBe(0);
    expect(itch.messageName('h')).toBe('OperationalHalt');
    expect(itch.messageName('H'.charCodeAt(0))).toBe('StockTradingAction');
    expect(itch.messageName('z')).toBeUndefined();
  });

  it('SBE by template', () => {
    expect(orderEntry.messageName(100)).toBe('NewOrder');
    expect(orderEntry.blockLengthOf(100)).toBe(72);
    expect(orderEntry.messageName(99)).toBeUndefined();
    expect(orderEntry.blockLengthOf(99)).toBe(0);
  });
});

describe('what an encoder refuses', () => {
  const view = new DataView(new ArrayBuffer(80));

  it('text that is too long or not ASCII, and arrays of another length', () => {
    const add = new itch.AddOrderEncoder().wrap(view, 0);
    expect(() => add.stock('TOOLONGNAME')).toThrow('stock takes 8 characters, not 11');
    expect(() => add.stock('Ä')).toThrow('stock takes ASCII only');
    const negotiate = new orderEntry.NegotiateEncoder().wrap(view, 0);
    expect(() => negotiate.hmac(new Uint8Array(31))).toThrow('hmac takes 32 bytes, not 31');
  });
});
