// Two versions of a schema against each other: messages of the older and the newer version decode as the standard says, in both languages,
// and lint tells a safe change from an unsafe one.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from './command_line.js';
import { emitCpp } from './emit/cpp.js';
import { headerSizeOf } from './emit/forms.js';
import type { MessageIr } from './ir.js';
import { Codec } from './test_support/codec.js';
import { cppEcho } from './test_support/cpp_echo.js';
import { buildCpp, moduleOf, schemaOf } from './test_support/generated.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'test_schemas');
const scratch = mkdtempSync(join(tmpdir(), 'sbe-evolution-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const [v1, v2] = ['order_v1', 'order_v2'].map((name) => schemaOf(join(folder, `${name}.xml`))) as [
  ReturnType<typeof schemaOf>,
  ReturnType<typeof schemaOf>,
];
const [order1, order2] = [v1.messages[0] as MessageIr, v2.messages[0] as MessageIr];
const size = headerSizeOf(v1);

const old = { id: '7', side: 'sell', legs: [{ quantity: 3 }, { quantity: 4 }], text: 'é' };
const later = {
  ...old,
  price: { mantissa: '1250' },
  account: 9,
  flags: ['hidden'],
  desk: 'D',
  legs: [{ quantity: 3, ratio: 0.5 }],
  note: 'new',
};

describe('a version apart', async () => {
  const [codec1, codec2] = [new Codec(v1, await moduleOf(v1)), new Codec(v2, await moduleOf(v2))];
  const bytes1 = codec1.encode(order1, old, 200, 'fields').slice();
  const bytes2 = codec2.encode(order2, later, 200, 'blocks').slice();

  it('a new decoder reads an old message: what came later is null or empty', () => {
    expect(codec2.toJson(order2, bytes1)).toEqual({
      ...old,
      price: null,
      account: null,
      flags: null,
      desk: null,
      legs: [
        { quantity: 3, ratio: null },
        { quantity: 4, ratio: null },
      ],
      note: null,
    });
  });

  it('an old decoder reads what it knows of a new message', () => {
    expect(codec1.toJson(order1, bytes2)).toEqual({ ...old, legs: [{ quantity: 3 }] });
  });

  it('the counters of the header tell what there is', () => {
    expect(codec2.header(bytes2, 0).fields).toMatchObject({ version: 2, numGroups: 1, numVarDataFields: 2 });
  });

  it('a block shorter than the first version is refused', () => {
    const short = bytes1.slice();
    new DataView(short.buffer).setUint16(0, 8, true);
    const said = 'Order: a block of 8 bytes is shorter than its fields, which take 9';
    expect(() => codec2.end(order2, short, 0)).toThrow(said);
    expect(() => codec2.decode(order2, bytes1, size, 9, 1)).not.toThrow();
  });

  it('in C++ too', () => {
    writeFileSync(join(scratch, 'v1.hpp'), emitCpp({ ...v1, package: 'v1' }, 'test'));
    writeFileSync(join(scratch, 'v2.hpp'), emitCpp({ ...v2, package: 'v2' }, 'test'));
    const schemas = [
      { ...v1, package: 'v1' },
      { ...v2, package: 'v2' },
    ];
    writeFileSync(join(scratch, 'echo.cpp'), cppEcho(schemas, ['v1.hpp', 'v2.hpp']));
    const frame = (schema: number, bytes: Uint8Array): Buffer => {
      const head = Buffer.alloc(5);
      head.writeUInt8(schema, 0);
      head.writeUInt32LE(bytes.length, 1);
      return Buffer.concat([head, bytes]);
    };
    writeFileSync(join(scratch, 'all.bin'), Buffer.concat([frame(1, bytes1), frame(0, bytes2)]));
    buildCpp([join(scratch, 'echo.cpp')], join(scratch, 'echo'), `-I${scratch}`, '-Wno-conversion');
    const lines = execFileSync(join(scratch, 'echo'), [join(scratch, 'all.bin')], { encoding: 'utf8' }).split('\n');
    const nulls = 'mantissa=-9223372036854775808 account=4294967295 flags=0 desk=0 ';
    const ratio = 'ratio=9221120237041090560 ';
    expect(lines[0]).toBe(`id=7 side=2 ${nulls}legs.size=2 quantity=3 ${ratio}quantity=4 ${ratio}text=c3a9 note= `);
    expect(lines[2]).toBe('id=7 side=2 legs.size=1 quantity=3 text=c3a9 ');
  }, 60_000);
});

function lint(...edits: readonly (readonly [from: string | RegExp, to: string])[]): string[] {
  let text = readFileSync(join(folder, 'order_v2.xml'), 'utf8');
  for (const [from, to] of edits) {
    expect(text).toMatch(from);
    text = text.replace(from, to);
  }
  const file = join(scratch, 'changed.xml');
  writeFileSync(file, text);
  let err = '';
  const terminal = {
    out: () => undefined,
    err: (part: string) => {
      err += part;
    },
  };
  const status = main(['lint', file, '--against', join(folder, 'order_v1.xml')], terminal);
  const lines = err.split('\n').filter((line) => line !== '');
  expect(status).toBe(lines.some((line) => !line.includes(': warning: ')) ? 1 : 0);
  return lines.map((line) => line.replace(file, 'f').replace(/^f:\d+:\d+/, 'f'));
}

describe('lint', () => {
  it('finds nothing in a version that only adds', () => expect(lint()).toEqual([]));

  it.each([
    [
      'a moved field',
      [['name="side" id="2" type="Side"', 'name="side" id="2" type="Side" offset="16"']],
      'f: Order.side moved from byte 8 to 16',
    ],
    [
      'another type',
      [['name="id" id="1" type="uint64"', 'name="id" id="1" type="int64"']],
      'f: Order.id changed its type from uint64 to int64',
    ],
    [
      'a field not marked',
      [['type="uint32" sinceVersion="2"', 'type="uint32"']],
      'f: Order.account is new and not marked so: give it sinceVersion="2"',
    ],
    ['another number', [['name="sell">2<', 'name="sell">4<']], 'f: Side.sell changed from 2 to 4'],
    ['a moved bit', [['name="hidden">0<', 'name="hidden">1<']], 'f: Flags.hidden moved from bit 0 to 1'],
    [
      'another null',
      [['name="mantissa" primitiveType="int64"', 'name="mantissa" nullValue="0" primitiveType="int64"']],
      'f: the null of Price.mantissa changed from -9223372036854775808 to 0',
    ],
    [
      'a version not raised',
      [
        [' version="2"', ' version="3"'],
        [/ version="3"/, ' version="0"'],
        [/sinceVersion="2"/g, 'sinceVersion="0"'],
      ],
      'f: the version went back from 1 to 0',
    ],
    [
      'a removed field',
      [[/<field name="quantity" .*\n/, '']],
      'f: Order.legs.quantity was removed: mark it deprecated and keep its bytes',
    ],
    [
      'data in front of data',
      [[/(<data name="text".*\n)(.*<data name="note".*\n)/, '$2$1']],
      'f: warning: Order.text is called "note" now, or another stands in its place',
    ],
    [
      'another header',
      [['<type name="numGroups" primitiveType="uint16"/>', '<type name="numGroups" primitiveType="uint32"/>']],
      'f: the message header changed: take a new schema id',
    ],
  ] as const)('%s', (_, edits, found) => {
    expect(lint(...(edits as readonly (readonly [string | RegExp, string])[]))).toContain(found);
  });

  it('an appended group or data under a header that does not count them', () => {
    const file = join(scratch, 'old.xml');
    const counters = /\s*<type name="num(?:Groups|VarDataFields)" primitiveType="uint16"\/>/g;
    writeFileSync(file, readFileSync(join(folder, 'order_v1.xml'), 'utf8').replace(counters, ''));
    const changed = join(scratch, 'new.xml');
    writeFileSync(changed, readFileSync(join(folder, 'order_v2.xml'), 'utf8').replace(counters, ''));
    let err = '';
    const terminal = {
      out: () => undefined,
      err: (part: string) => {
        err += part;
      },
    };
    expect(main(['lint', changed, '--against', file], terminal)).toBe(1);
    expect(err).toContain(
      'Order.note is new, and the message header does not count groups and data: an old decoder loses its place',
    );
  });
});
