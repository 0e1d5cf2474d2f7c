// The car messages that the reference tool's Java encoder wrote, with nested groups and data, in both byte orders: through generated
// TypeScript and generated C++, bytes to the stated fields, the fields back to the same bytes, and no prefix that is taken for a message.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';
import { compileSchemas } from './compile.js';
import { headerSizeOf, sectionsOf } from './emit/forms.js';
import type { BlockIr, MemberIr, MessageIr, MessageSchemaIr } from './ir.js';
import type { VectorFields, VectorValue } from './parse/vectors.js';
import { Diagnostics, renderDiagnostic } from './source/diagnostics.js';
import { Codec, ways } from './test_support/codec.js';
import { buildCpp, checkout, moduleOf, schemaOf } from './test_support/generated.js';

interface CarFile {
  readonly file: string;
  readonly hex: string;
  readonly schemas_that_consume_exactly: Readonly<Record<string, string>>;
  readonly decoded_by_checker: { readonly fields: VectorFields } | null;
}

const folder = fixture('sbe/aeron-sbe');
const scratch = mkdtempSync(join(tmpdir(), 'sbe-car-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The stated fields in the notation of the vectors: without constants, 64-bit numbers as text. */
function stated(schema: MessageSchemaIr, block: BlockIr, fields: VectorFields): VectorFields {
  const result: Record<string, VectorValue> = { ...statedMembers(schema, block.fields, fields) };
  for (const section of sectionsOf(block)) {
    const value = fields[section.name] as VectorValue;
    if (section.kind === 'data') result[section.name] = value;
    else result[section.name] = (value as readonly VectorFields[]).map((entry) => stated(schema, section.group, entry));
  }
  return result;
}

function statedMembers(schema: MessageSchemaIr, members: readonly MemberIr[], fields: VectorFields): VectorFields {
  const result: Record<string, VectorValue> = {};
  for (const member of members.filter((candidate) => candidate.presence !== 'constant')) {
    const value = fields[member.name] as VectorValue;
    const { type } = member;
    const composite = schema.composites.find((candidate) => type.kind === 'composite' && candidate.name === type.name);
    if (composite !== undefined) result[member.name] = statedMembers(schema, composite.members, value as VectorFields);
    else result[member.name] = type.kind === 'primitive' && type.primitive === 'uint64' ? String(value) : value;
  }
  return result;
}

describe.skipIf(folder === undefined)('cars of the reference tool', () => {
  // What describe() holds runs even when it is skipped.
  const text = folder === undefined ? '[]' : readFileSync(join(folder, 'byte-vectors', 'index.json'), 'utf8');
  const index = JSON.parse(text) as CarFile[];
  const cars = index.flatMap((car) => {
    const path = Object.values(car.schemas_that_consume_exactly)[0];
    return path === undefined || car.decoded_by_checker === null ? [] : [{ ...car, path: join(folder ?? '', path) }];
  });

  it('there are three of them', () => expect(cars).toHaveLength(3));

  for (const car of cars) {
    it(`${car.file} in TypeScript`, async () => {
      const schema = schemaOf(car.path);
      const message = schema.messages.find((candidate) => candidate.name === 'Car') as MessageIr;
      const codec = new Codec(schema, await moduleOf(schema));
      const bytes = Uint8Array.from(Buffer.from(car.hex, 'hex'));
      const fields = stated(schema, message, car.decoded_by_checker?.fields ?? {});
      const size = headerSizeOf(schema);
      expect(codec.decode(message, bytes, size)).toEqual(fields);
      expect(codec.end(message, bytes, 0)).toBe(bytes.length);
      for (const way of ways) {
        expect(Buffer.from(codec.encode(message, fields, bytes.length, way)).toString('hex')).toBe(car.hex);
      }
      for (let length = 0; length < bytes.length; length++) {
        expect(() => codec.end(message, bytes.slice(0, length), 0), `${length} bytes`).toThrow(
          /ends at byte \d+, the view has/,
        );
        for (const way of ways)
          expect(() => codec.encode(message, fields, length, way), `room for ${length}, ${way}`).toThrow(RangeError);
      }
    });
  }

  it('in C++', () => {
    const sources: string[] = [];
    cars.forEach((car, at) => {
      const text = readFileSync(car.path, 'utf8').replace(/package="[^"]*"/, `package="car${at}"`);
      const xml = readFileSync(join(folder ?? '', 'sbe-samples/src/main/resources/common-types.xml'), 'utf8');
      mkdirSync(join(scratch, 'vectors'), { recursive: true });
      writeFileSync(join(scratch, 'common-types.xml'), xml);
      const file = join(scratch, `car${at}.xml`);
      writeFileSync(file, text);
      const schema = schemaOf(file);
      const message = schema.messages.find((candidate) => candidate.name === 'Car') as MessageIr;
      const fields = stated(schema, message, car.decoded_by_checker?.fields ?? {});
      const vectors = [{ name: basename(car.file), message: 'Car', hex: car.hex, fields }];
      writeFileSync(join(scratch, 'vectors', `car${at}.json`), JSON.stringify({ schema: `car${at}`, vectors }));
      const diagnostics = new Diagnostics();
      const folderOut = join(scratch, 'generated');
      mkdirSync(folderOut, { recursive: true });
      for (const made of compileSchemas([file], { cpp: folderOut, ts: undefined }, diagnostics)) {
        writeFileSync(made.path, made.text);
        if (made.path.endsWith('.cpp')) sources.push(made.path);
      }
      expect(diagnostics.sorted().map(renderDiagnostic)).toEqual([]);
    });
    const binary = join(scratch, 'cars');
    buildCpp([...sources, join(checkout, 'native/test_support/runner.cpp')], binary, `-I${scratch}`, '-g1');
    const output = execFileSync(binary, { encoding: 'utf8' });
    expect(output).toContain(`${cars.length} passed`);
  }, 120_000);
});
