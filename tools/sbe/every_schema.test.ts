// Every schema of the fixtures: those that are well-formed compile to strict TypeScript and to C++ without a warning, those that are not
// are explained, all mistakes in one run, with exit status 1 and nothing written. Of the many versions of one venue's schema the newest is
// compiled; HOPWIRE_EVERY_SCHEMA=1 takes them all (some minutes).

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';
import { main } from './command_line.js';
import { emitCpp } from './emit/cpp.js';
import { emitTypescript } from './emit/typescript.js';
import { buildCpp, checkout, schemaOf } from './test_support/generated.js';

const found = fixture('sbe');
const root = found ?? '';
const scratch = mkdtempSync(join(tmpdir(), 'sbe-every-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Findings by file: its name, then lines without it. What is no schema at all stands here too. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'common-types.xml': ['2:1: <types> is a part of a schema: compile the schema that includes it'],
  'common.xml': ['2:1: <types> is a part of a schema: compile the schema that includes it'],
  'types-include.xml': ['2:1: <types> is a part of a schema: compile the schema that includes it'],
  'messages-include.xml': ['2:1: <messages> is a part of a schema: compile the schema that includes it'],
  'spot-fix-md.xml': ['1:1: <fix> is not a schema; the root is one of <messageSchema>, <regionSchema>, <vocabulary>'],
  'spot-fix-oe.xml': ['1:1: <fix> is not a schema; the root is one of <messageSchema>, <regionSchema>, <vocabulary>'],
  'Cme.Futures.iLink3.Sbe.v8.2.xml': ['611:165: malformed XML: not UTF-8 from here: save the file as UTF-8'],
  'cyclic-refs-schema.xml': [
    '15:33: type "selfReferencingComposite" contains itself: a composite has a fixed size, take the reference out',
  ],
  'error-handler-dup-message-schema.xml': [
    '2:1: the header composite "messageHeader" is not declared: add it to <types> or name it in headerType',
    '14:5: message id "1" is already used at line 10',
  ],
  'error-handler-enum-violates-min-max-value-range.xml': [
    '16:13: value 0 of "INVALID_ZERO" is below the minValue 1 of its encodingType',
    '19:13: value 6 of "INVALID_SIX" is above the maxValue 5 of its encodingType',
    '20:13: value -2147483648 of "INVALID_NULL_VALUE" is below the minValue 1 of its encodingType',
    '23:13: value 3 of "INVALID_THREE" is the nullValue of the enum: no field could hold it',
  ],
  'error-handler-group-dimensions-schema.xml': ['21:38: dimensionType "fakeSizeEncoding" is not a composite'],
  'error-handler-invalid-composite-offsets-schema.xml': [
    '11:58: offset 1 overlaps the member before it, which ends at 5',
    '16:59: offset 1 overlaps the member before it, which ends at 2',
  ],
  'error-handler-invalid-composite.xml': [
    '19:13: <group> is not allowed in <composite>; here: <type>, <composite>, <enum>, <set>, <ref>',
    '24:13: <data> is not allowed in <composite>; here: <type>, <composite>, <enum>, <set>, <ref>',
  ],
  'error-handler-invalid-name.xml': [
    '24:16: "invalid field name" is not a name: letters, digits and _ only',
    '26:16: "invalid group name!" is not a name: letters, digits and _ only',
    '29:20: "invalid field name inside group" is not a name: letters, digits and _ only',
    '35:15: "invalid data field name!" is not a name: letters, digits and _ only',
  ],
  'error-handler-message-schema.xml': [
    '2:1: the header composite "messageHeader" needs an unsigned "blockLength"',
    '2:1: the header composite "messageHeader" needs an unsigned "templateId"',
    '2:1: the header composite "messageHeader" needs an unsigned "schemaId"',
    '2:1: the header composite "messageHeader" needs an unsigned "version"',
    '23:38: blockLength 2 is less than the 7 bytes of its fields',
    '34:43: no type is named "XXXX"',
    '37:60: offset 1 overlaps the field before it, which ends at 3',
    '40:9: the dimension composite "groupSizeEncoding" is not declared: add it to <types> or name another',
    '40:40: blockLength 3 is less than the 8 bytes of its fields',
    '45:40: the dimension composite "invalidGroupSizeEncoding" has no "blockLength"',
    '45:40: the dimension composite "invalidGroupSizeEncoding" has no "numInGroup"',
    '50:51: type "invalidVarDataEncoding" of data is not a composite of an integer "length" and a "varData"',
    '53:48: type "RawData" of data is not a composite of an integer "length" and a "varData"',
    '56:9: <field> stands after a <data>: fields come first, then groups, then data',
  ],
  'error-handler-since-version.xml': [
    ...['22:82 uuid_t 1', '24:40 TestMessage 1', '25:50 field0 2', '29:54 field4 2', '31:71 group5 2'].map((line) => {
      const [place, name, version] = line.split(' ');
      const advice = "raise the schema's version or lower sinceVersion";
      return `${place}: "${name}" is there since version ${version}, the schema is version 0: ${advice}`;
    }),
  ],
  'error-handler-types-dup-schema.xml': [
    '2:1: the header composite "messageHeader" is not declared: add it to <types> or name it in headerType',
    '10:9: type "TypeToTest" is already declared at line 9',
  ],
  'error-handler-types-schema.xml': [
    '2:1: the header composite "messageHeader" is not declared: add it to <types> or name it in headerType',
    '11:13: value 255 of "BOGUS" is the nullValue of the enum: no field could hold it',
    '13:9: constant "ConstButNoValue" needs a value of its type between its tags',
    '16:16: "word!" is not a name: letters, digits and _ only',
  ],
  'issue567-invalid.xml': [
    '30:9: "numInGroup" of the dimension composite "groupSizeEncoding" is larger than any buffer: give it a maxValue of at most 2147483647',
  ],
};

const all =
  found === undefined
    ? []
    : (readdirSync(root, { recursive: true }) as string[]).filter((path) => path.endsWith('.xml')).sort();

/** The newest version of each schema: names differ in their numbers only. */
function newest(paths: readonly string[]): string[] {
  const numbers = (path: string): number[] => (basename(path).match(/\d+/g) ?? []).map(Number);
  const later = (a: string, b: string): boolean => {
    const [left, right] = [numbers(a), numbers(b)];
    const at = left.findIndex((number, index) => number !== right[index]);
    return (left[at] ?? 0) > (right[at] ?? 0);
  };
  const families = new Map<string, string>();
  for (const path of paths) {
    const family = path.startsWith('aeron') ? path : path.replace(/[0-9_.]+/g, '#').replace(/v#\/(?:v#\/)?/g, '');
    const known = families.get(family);
    if (known === undefined || later(path, known)) families.set(family, path);
  }
  return [...families.values()].sort();
}

const wellFormed = all.filter((path) => refused[basename(path)] === undefined);
const chosen = process.env['HOPWIRE_EVERY_SCHEMA'] === '1' ? wellFormed : newest(wellFormed);

describe.skipIf(found === undefined)('schemas of others', () => {
  const files = chosen.map((path, at) => ({ path, base: `schema_${at}` }));

  it('there are many, of every venue', () => {
    expect(wellFormed.length).toBeGreaterThan(260);
    const folders = new Set(chosen.map((path) => path.split('/').slice(0, 3).join('/')));
    expect(folders.size).toBeGreaterThan(15);
  });

  it('compile to strict TypeScript', () => {
    for (const { path, base } of files) {
      writeFileSync(join(scratch, `${base}.ts`), emitTypescript(schemaOf(join(root, path)), path));
    }
    writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
    const strict = ['--strict', '--noUnusedLocals', '--noUnusedParameters', '--noUncheckedIndexedAccess'];
    const careful = [
      '--noImplicitReturns',
      '--noFallthroughCasesInSwitch',
      '--noImplicitOverride',
      '--exactOptionalPropertyTypes',
    ];
    const erasable = ['--erasableSyntaxOnly', '--verbatimModuleSyntax', '--isolatedModules'];
    const where = [
      '--ignoreConfig',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023',
      '--types',
      '',
    ];
    const compiler = join(checkout, 'node_modules/typescript-7/bin/tsc');
    const sources = files.map(({ base }) => join(scratch, `${base}.ts`));
    try {
      execFileSync(process.execPath, [compiler, ...strict, ...careful, ...erasable, ...where, ...sources], {
        stdio: 'pipe',
      });
    } catch (error) {
      expect((error as { stdout: Buffer }).stdout.toString().split('\n').slice(0, 20)).toEqual([]);
    }
  }, 600_000);

  it('compile to C++ without a warning', () => {
    // Many headers in one source: most of the time would go into the standard library's.
    for (let from = 0; from < files.length; from += 12) {
      const batch = files.slice(from, from + 12);
      for (const { path, base } of batch) {
        const schema = { ...schemaOf(join(root, path)), package: base };
        writeFileSync(join(scratch, `${base}.hpp`), emitCpp(schema, path));
      }
      const source = join(scratch, `batch_${from}.cpp`);
      writeFileSync(source, `${batch.map(({ base }) => `#include "${base}.hpp"`).join('\n')}\nint main() {}\n`);
      try {
        buildCpp([source], '/dev/null', '-fsyntax-only');
      } catch (error) {
        expect((error as { stderr: Buffer }).stderr.toString().split('\n').slice(0, 20)).toEqual([]);
      }
    }
  }, 1_200_000);
});

describe.skipIf(found === undefined)('what is not a well-formed schema', () => {
  const paths = all.filter((path) => refused[basename(path)] !== undefined);

  it('every case is there', () => {
    expect(new Set(paths.map((path) => basename(path)))).toEqual(new Set(Object.keys(refused)));
  });

  for (const path of paths) {
    it(path, () => {
      let err = '';
      const out = join(scratch, 'never', 'written');
      const write = (text: string): void => {
        err += text;
      };
      const status = main(['compile', join(root, path), '--ts', out, '--cpp', out], { out: write, err: write });
      const lines = err.split('\n').filter((line) => line !== '' && !line.includes(': warning: '));
      const errors = lines.slice(0, -1).map((line) => line.replace(`${join(root, path)}:`, ''));
      expect(errors).toEqual(refused[basename(path)]);
      expect(status).toBe(1);
      expect(lines.at(-1)).toMatch(/^\d+ schema errors?; nothing was written$/);
      expect(existsSync(out)).toBe(false);
    });
  }
});
