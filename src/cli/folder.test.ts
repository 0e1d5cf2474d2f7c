import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './folder.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopwire-folder-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('makes a folder with its parents, and takes one that is there', () => {
  const deep = join(folder, 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
});

it('refuses in words what cannot be a folder', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow(/HW0206 .*file: something else has this name/);
  expect(() => makeFolder(join(file, 'under'))).toThrow(/HW0206 .*under: a part of the path is not a directory/);
});

it('comes back from where a parent exists and yet nothing can be made', () => {
  expect(() => makeFolder('/proc/hopwire-none/keep')).toThrow(/HW0206 .*: no such file/);
});
