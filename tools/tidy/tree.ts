// The files tidy looks at: what git tracks plus what is new and not ignored, read once. Rules see only this, so tests can plant a violation
// in a tree of their own.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly severity: 'error' | 'warning';
}

export type Rule = (files: readonly SourceFile[]) => Finding[];

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, lines: text.split('\n') };
}

const binary = /\.(?:png|jpg|gif|ico|wasm|pcap|gz|zst|hlog|bin|node)$/;

export function readTree(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = [...new Set(listed.toString().split('\0'))].filter((path) => path !== '').sort();
  return paths
    .filter((path) => !binary.test(path) && existsSync(join(root, path)) && statSync(join(root, path)).isFile())
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

export function isGenerated(path: string): boolean {
  return /(?:^|\/)generated\//.test(path) || path === 'package-lock.json' || path.startsWith('schemas/vectors/');
}

export function isTest(path: string): boolean {
  return /\.(?:test|fuzz|bench)\.(?:ts|cpp)$/.test(path) || /(?:^|\/)test_support\//.test(path);
}

export function isCode(path: string): boolean {
  return /\.(?:ts|mjs|cpp|hpp)$/.test(path);
}

export function error(rule: string, path: string, line: number, text: string): Finding {
  return { rule, path, line, text, severity: 'error' };
}
