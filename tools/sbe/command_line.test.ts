// The command line: exit codes, what is written, and what `check` says about files that are stale, missing or left over.

import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from './command_line.js';

const vocabulary = `<hw:vocabulary xmlns:hw="https://hopwire.dev/schema" package="p.words">
  <list name="Word" encodingType="uint8"><item name="one"/><item name="two"/></list>
</hw:vocabulary>
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sbe-cli-'));
  writeFileSync(join(folder, 'words.xml'), vocabulary);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { status: number; out: string; err: string } {
  let out = '';
  let err = '';
  const status = main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

function runIn(command: string, ...more: string[]): ReturnType<typeof run> {
  return run(command, folder, '--cpp', join(folder, 'cpp'), '--ts', join(folder, 'ts'), ...more);
}

describe('compile', () => {
  it('writes both languages, and leaves files that are right untouched', () => {
    expect(runIn('compile')).toMatchObject({ status: 0, err: '' });
    const path = join(folder, 'cpp', 'words.hpp');
    const before = statSync(path).mtimeMs;
    expect(readdirSync(join(folder, 'ts'))).toEqual(['words.ts']);
    expect(runIn('compile').out).toBe('2 generated files, 0 changed\n');
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it('writes nothing at all when one schema has an error, and reports every schema', () => {
    writeFileSync(
      join(folder, 'bad.xml'),
      '<hw:vocabulary xmlns:hw="https://hopwire.dev/schema" package="p"><lst/></hw:vocabulary>',
    );
    writeFileSync(join(folder, 'worse.xml'), '<a>');
    const { status, err } = runIn('compile');
    expect(status).toBe(1);
    expect(err.split('\n')).toEqual([
      `${folder}/bad.xml:1:66: <lst> is not allowed in <vocabulary>, did you mean "list"?`,
      `${folder}/worse.xml:1:3: malformed XML: unclosed tag: a`,
      '2 schema errors; nothing was written',
      '',
    ]);
    expect(existsSync(join(folder, 'cpp'))).toBe(false);
  });
});

describe('check', () => {
  beforeEach(() => {
    runIn('compile');
  });

  it('is silent about fresh files', () => {
    expect(runIn('check')).toEqual({ status: 0, out: '2 generated files are fresh\n', err: '' });
  });

  it('names stale and missing files and changes nothing', () => {
    appendFileSync(join(folder, 'cpp', 'words.hpp'), '// edited\n');
    rmSync(join(folder, 'ts', 'words.ts'));
    const { status, err } = runIn('check');
    expect(status).toBe(1);
    expect(err).toContain(`stale: ${folder}/cpp/words.hpp\nstale: ${folder}/ts/words.ts\nto refresh them, compile`);
    expect(existsSync(join(folder, 'ts', 'words.ts'))).toBe(false);
  });

  it('names generated files whose schema is gone, and no file of another origin', () => {
    renameSync(join(folder, 'words.xml'), join(folder, 'terms.xml'));
    runIn('compile');
    writeFileSync(join(folder, 'ts', 'own.ts'), '// by hand\n');
    const { status, err } = runIn('check');
    expect(status).toBe(1);
    expect(err).toContain(
      `no schema stands for it: ${folder}/cpp/words.hpp\nno schema stands for it: ${folder}/ts/words.ts\n`,
    );
    expect(err).not.toContain('own.ts');
  });
});

describe('findings for machines', () => {
  it('one JSON object a line', () => {
    writeFileSync(join(folder, 'bad.xml'), '<a>');
    const { status, err } = runIn('compile', '--json');
    expect(status).toBe(1);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { file: `${folder}/bad.xml`, line: 1, column: 3, severity: 'error', message: 'malformed XML: unclosed tag: a' },
    ]);
  });
});

describe('what is told about schemas and messages', () => {
  const order = join(dirname(fileURLToPath(import.meta.url)), 'test_schemas', 'order_v2.xml');

  it('--out with one language, and with both', () => {
    expect(run('compile', order, '--out', join(folder, 'one'), '--lang', 'ts').status).toBe(0);
    expect(readdirSync(join(folder, 'one'))).toEqual(['order_v2.ts']);
    expect(run('compile', order, '--out', join(folder, 'two')).status).toBe(0);
    expect(readdirSync(join(folder, 'two')).sort()).toEqual(['order_v2.hpp', 'order_v2.ts']);
  });

  it('vectors are the same for the same seed, and decode to their fields', () => {
    const first = run('vectors', order, '--count', '3', '--seed', '4');
    expect(run('vectors', order, '--count', '3', '--seed', '4')).toEqual(first);
    expect(run('vectors', order, '--count', '3', '--seed', '5').out).not.toBe(first.out);
    const { vectors } = JSON.parse(first.out) as { vectors: { hex: string; fields: { id: string; text: string } }[] };
    const file = join(folder, 'messages.bin');
    writeFileSync(file, Buffer.from(vectors.map((vector) => vector.hex).join(''), 'hex'));
    const { status, out, err } = run('decode', file, '--schema', order);
    expect([status, err]).toEqual([0, '3 messages, 0 problems, framing sbe\n']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { fields: { id: string; text: string } });
    expect(lines.map(({ fields }) => [fields.id, fields.text])).toEqual(
      vectors.map(({ fields }) => [fields.id, fields.text]),
    );
    expect(run('decode', file, '--schema', order, '--limit', '2').out.trim().split('\n')).toHaveLength(2);
    appendFileSync(file, 'x');
    const torn = run('decode', file, '--schema', order, '--framing', 'sbe');
    expect([torn.status, torn.err.includes('3 messages, 1 problems')]).toEqual([1, true]);
  });

  it('ir is JSON, docs are a page, a dissector is Lua', () => {
    expect(JSON.parse(run('ir', order).out)).toMatchObject({ kind: 'messages', package: 'example.order', version: 2 });
    const page = run('docs', order).out;
    expect(page).toContain('| 9–16 | price | 3 | [Price](#price) | required | 2 |  |');
    expect(page).toContain('**Group legs**: `groupSizeEncoding`, then entries of 12 bytes.');
    expect(run('docs', order, '--out', join(folder, 'pages')).out).toBe(`1 pages in ${folder}/pages\n`);
    expect(run('dissector', order, '--port', '4000').out).toContain('local default_ports = { 4000 }');
  });
});

describe('usage', () => {
  it.each([
    [[], 'no command given'],
    [['compare'], 'no command is named "compare"'],
    [['compile'], 'compile needs a schema file or folder'],
    [['compile', 'x'], 'compile needs --out DIR, --cpp DIR or --ts DIR'],
    [['compile', 'x', '--java', 'y'], "Unknown option '--java'"],
  ])('%j', (args, message) => {
    const { status, err } = run(...args);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain('Usage: sbe-schema-tools');
  });

  it('a file that is not there', () => {
    const { status, err } = run('check', join(folder, 'none.xml'), '--ts', folder);
    expect([status, err]).toEqual([2, `sbe-schema-tools: ${folder}/none.xml: no such file or folder\n`]);
  });

  it('--help of all and of each', () => {
    expect(run('--help')).toMatchObject({ status: 0, err: '' });
    for (const command of ['compile', 'check', 'lint', 'decode', 'docs', 'dissector', 'vectors', 'ir']) {
      const { status, out } = run(command, '--help');
      expect([status, out.includes(`Usage: sbe-schema-tools ${command} `), out.includes('Examples:')], command).toEqual(
        [0, true, true],
      );
    }
  });

  it.each([
    [['compile', 'x', '--lang', 'ts'], '--lang goes with --out DIR'],
    [['compile', 'x', '--out', 'y', '--lang', 'ts,java'], '--lang knows ts and cpp, not "java"'],
    [['decode', 'x'], 'decode needs --schema SCHEMA'],
    [['decode', 'x', '--schema', 'y', '--framing', 'z'], 'no framing is named "z"'],
    [['dissector', 'x', '--port', '70000'], '--port takes 1 to 65535'],
    [['vectors', 'x', '--count', 'many'], '--count takes a number, not "many"'],
    [['ir', 'x', 'y'], 'one schema file at a time: "y" is too much'],
    [['complie'], 'no command is named "complie", did you mean "compile"?'],
  ])('%j', (args, message) => {
    const { status, err } = run(...args);
    expect([status, err.includes(message)], err).toEqual([2, true]);
  });
});
