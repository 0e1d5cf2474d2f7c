// Folders a verb is told to write into (--keep): made when they are not there, refused in words when they cannot be.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OperatorFailure, reasonOf } from './operator_failure.js';

/** Parents first, one at a time: Node's recursive mkdir never returns where the kernel says ENOENT for a parent that exists. */
export function makeFolder(path: string): void {
  try {
    makeMissing(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OperatorFailure('notCreated', path, reasonOf(code));
  }
}

function makeMissing(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return;
  if (there !== undefined) throw Object.assign(new Error(path), { code: 'EEXIST' });
  const parent = dirname(path);
  if (parent !== path) makeMissing(parent);
  mkdirSync(path);
}
