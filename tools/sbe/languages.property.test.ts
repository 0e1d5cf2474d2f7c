// C++ and TypeScript against each other: random messages of random schemas, and of the schemas the reference tool tests itself with. The
// bytes TypeScript writes are read by C++, which says every field it sees and writes the message again: the same fields, the same bytes.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';
import { MessageReader } from './decode/message.js';
import { emitCpp } from './emit/cpp.js';
import { headerSizeOf } from './emit/forms.js';
import type { MessageSchemaIr } from './ir.js';
import { Codec, ways } from './test_support/codec.js';
import { cppEcho, echoLine } from './test_support/cpp_echo.js';
import { buildCpp, moduleOf, schemaOf } from './test_support/generated.js';
import { randomSchema } from './test_support/random_schema.js';
import { Random } from './vectors/random.js';
import { randomFields } from './vectors/random_fields.js';

const scratch = mkdtempSync(join(tmpdir(), 'sbe-languages-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const rounds = Number(process.env['HOPWIRE_SBE_ROUNDS'] ?? 30);

interface Sent {
  readonly what: string;
  readonly hex: string;
  readonly fields: string;
}

/** Encodes random messages of each schema, decodes them in TypeScript, and has C++ echo them. */
async function compare(name: string, schemas: readonly MessageSchemaIr[], seed: number): Promise<void> {
  const random = new Random(seed);
  const records: Uint8Array[] = [];
  const sent: Sent[] = [];
  for (const [at, schema] of schemas.entries()) {
    const codec = new Codec(schema, await moduleOf(schema));
    const reader = new MessageReader(schema);
    for (const message of schema.messages) {
      for (let round = 0; round < rounds; round++) {
        const fields = randomFields(schema, message, random);
        const room = headerSizeOf(schema) + message.blockLength + 20_000;
        const bytes = codec.encode(message, fields, room, ways[round % ways.length] ?? 'fields').slice();
        const whole =
          message.groups.length + message.data.length === 0
            ? bytes.slice(0, headerSizeOf(schema) + message.blockLength)
            : bytes;
        const what = `${schema.package} ${message.name} round ${round}`;
        expect(codec.decode(message, whole, headerSizeOf(schema)), what).toEqual(fields);
        const said = codec.json(message, whole);
        expect(said.json, what).toEqual(reader.read(new DataView(whole.buffer), 0).fields);
        expect(Buffer.from(said.bytes).toString('hex'), what).toBe(Buffer.from(whole).toString('hex'));
        const frame = new Uint8Array(5 + whole.length);
        frame[0] = at;
        new DataView(frame.buffer).setUint32(1, whole.length, true);
        frame.set(whole, 5);
        records.push(frame);
        sent.push({ what, hex: Buffer.from(whole).toString('hex'), fields: echoLine(schema, message, fields) });
      }
    }
  }
  const headers = schemas.map((schema, at) => {
    writeFileSync(join(scratch, `${name}_${at}.hpp`), emitCpp(schema, 'test'));
    return `${name}_${at}.hpp`;
  });
  writeFileSync(join(scratch, `${name}.cpp`), cppEcho(schemas, headers));
  writeFileSync(join(scratch, `${name}.bin`), Buffer.concat(records));
  const binary = join(scratch, name);
  buildCpp([join(scratch, `${name}.cpp`)], binary, `-I${scratch}`, '-Wno-conversion', '-fsanitize=undefined,address');
  const lines = execFileSync(binary, [join(scratch, `${name}.bin`)], { encoding: 'utf8', maxBuffer: 1 << 28 }).split(
    '\n',
  );
  sent.forEach(({ what, hex, fields }, at) => {
    expect(lines[2 * at], `${what}: fields`).toBe(fields);
    expect(lines[2 * at + 1]?.trim(), `${what}: bytes`).toBe(hex);
  });
  expect(sent.length).toBeGreaterThan(rounds);
}

describe('both languages agree', () => {
  it('on random messages of random schemas', async () => {
    const seeds = Array.from({ length: 8 }, (_, at) => 1 + at);
    await compare(
      'random',
      seeds.map((seed) => schemaOf(`random ${seed}`, randomSchema(seed))),
      7,
    );
  }, 300_000);

  const folder = fixture('sbe/aeron-sbe/sbe-tool/src/test/resources');
  it.skipIf(folder === undefined)(
    'on random messages of the reference tool',
    async () => {
      const names = [
        'code-generation-schema',
        'nested-group-schema',
        'group-with-data-schema',
        'composite-elements-schema-rc4',
      ];
      const schemas = names.map((name, at) => ({
        ...schemaOf(join(folder ?? '', `${name}.xml`)),
        package: `reference${at}`,
      }));
      await compare('reference', schemas, 11);
    },
    300_000,
  );
});
