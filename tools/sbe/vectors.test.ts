// The repository's golden vectors through the generated TypeScript: bytes to fields, the same fields back to the same bytes, and no prefix
// of a message that decodes. The C++ half of the same vectors is native/generated/*.vectors.test.cpp.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as itch from '../../src/generated/itch_5_0.js';
import * as moldudp64 from '../../src/generated/moldudp64.js';
import * as network from '../../src/generated/network.js';
import * as orderEntry from '../../src/generated/order_entry.js';
import * as sofh from '../../src/generated/sofh.js';
import { headerSizeOf } from './emit/forms.js';
import type { MessageIr, MessageSchemaIr } from './ir.js';
import { parseVectors, type Vector } from './parse/vectors.js';
import { Diagnostics, renderDiagnostic } from './source/diagnostics.js';
import { Codec, type Module, ways } from './test_support/codec.js';
import { schemaOf } from './test_support/generated.js';

const schemas = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'schemas');

function loadSchema(base: string): MessageSchemaIr {
  return schemaOf(join(schemas, `${base}.xml`));
}

function loadVectors(base: string, schema: MessageSchemaIr): readonly Vector[] {
  const file = join(schemas, 'vectors', `${base}.json`);
  const diagnostics = new Diagnostics();
  const parsed = parseVectors(file, readFileSync(file, 'utf8'), schema, diagnostics);
  if (parsed === undefined) throw new Error(diagnostics.sorted().map(renderDiagnostic).join('\n'));
  return parsed.vectors;
}

const modules: readonly (readonly [string, Module])[] = [
  ['itch_5_0', itch],
  ['moldudp64', moldudp64],
  ['network', network],
  ['order_entry', orderEntry],
  ['sofh', sofh],
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
        for (const way of ways) {
          const written = codec.encode(message, vector.fields, bytes.length, way);
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
    expect(orderEntry.blockLengthOf(100)).toBe(88);
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
