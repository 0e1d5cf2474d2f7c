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
import { join } from 'node:path';
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

describe('usage', () => {
  it.each([
    [[], 'no command given'],
    [['compare'], 'no command is named "compare"'],
    [['compile'], 'compile needs a schema file or folder'],
    [['compile', 'x'], 'compile needs --cpp DIR, --ts DIR or both'],
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

  it('--help', () => {
    expect(run('--help')).toMatchObject({ status: 0, err: '' });
  });
});
