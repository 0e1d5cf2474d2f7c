// The generated ITCH decoders against messages that others wrote: one hand-made vector for each of the 23 types, with its fields spelt out.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as itch from '../../src/generated/itch_5_0.js';
import { fixture } from '../../src/test_support/fixtures.js';

interface ThirdPartyVector {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, string | number>;
}

/** As much TOML as these files use: `name = value` lines under [section] lines. */
function readVector(text: string): ThirdPartyVector {
  const fields = new Map<string, string | number>();
  let section = '';
  let hex = '';
  for (const line of text.split('\n')) {
    const header = /^\[(.+)\]$/.exec(line.trim());
    if (header !== null) section = header[1] ?? '';
    const entry = /^(\w+) = (?:"(.*)"|(\d+))$/.exec(line.trim());
    if (entry === null) continue;
    const [, name = '', quoted, number] = entry;
    if (section === '' && name === 'raw_hex') hex = quoted ?? '';
    if (section === 'expected_fields') fields.set(name, quoted ?? Number(number));
  }
  return { bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), fields };
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Where these files name a field otherwise than the specification's table. */
const otherNames: Readonly<Record<string, string>> = {
  'H.reason': 'reasonCode',
  'X.cancelled_shares': 'canceledShares',
  'Q.shares': 'crossShares',
};

const classes: Readonly<Record<string, unknown>> = { ...itch };

const folder = fixture('itch/feedforge-fixtures/tests/fixtures/itch50');

describe.skipIf(folder === undefined)('third-party ITCH vectors', () => {
  const files = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.toml'));

  it('there is one for each type', () => {
    const types = files.map((name) => readVector(readFileSync(join(folder ?? '', name), 'utf8')).bytes[0] ?? 0);
    expect(types.map((code) => String.fromCharCode(code)).sort()).toEqual([...itch.messageTypes].sort());
  });

  for (const name of files) {
    it(name, () => {
      const { bytes, fields } = readVector(readFileSync(join(folder ?? '', name), 'utf8'));
      const type = bytes[0] ?? 0;
      expect(itch.messageLength[type]).toBe(bytes.length);
      const Decoder = classes[`${itch.messageName(type)}Decoder`] as new () => itch.AddOrderDecoder;
      const decoder = new Decoder().wrap(new DataView(bytes.buffer), 0) as unknown as Record<string, unknown>;
      expect(fields.size).toBeGreaterThan(3);
      for (const [field, stated] of fields) {
        const decoded = decoder[otherNames[`${String.fromCharCode(type)}.${field}`] ?? camel(field)];
        const expected = typeof decoded === 'bigint' ? BigInt(stated) : stated;
        const comparable = typeof expected === 'string' && expected.length > 1 ? expected.trimEnd() : expected;
        expect(decoded, field).toEqual(comparable);
      }
    });
  }
});
