// The settings a role starts with, from four places in this order of strength: flags, environment (HOPWIRE_<ROLE>_<PATH>), the config file,
// defaults. All problems are found in one go and each is named where the operator wrote it.
//
// What can go wrong: the file does not exist (HW0201), is not YAML (HW0101), or says something the schema refuses (HW0102, exit status 3).

import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { OperatorFailure } from '../cli/operator_failure.js';
import { ConfigFailure, type ConfigProblem } from './config_failure.js';
import { ConfigFile } from './config_file.js';
import { type Role, type RoleConfig, roleSchemas } from './schema.js';
import { keysAt, leavesOf } from './schema_paths.js';
import { nearest } from './suggest.js';

export interface FlagValue {
  /** As typed, for messages: "--port". */
  readonly flag: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

export interface ConfigRequest {
  /** The --config flag; without it ./hopwire.yaml is read when it exists. */
  readonly file?: string | undefined;
  readonly flags?: readonly FlagValue[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface LoadedConfig<R extends Role> {
  readonly config: RoleConfig<R>;
  /** The file that was read, if any. */
  readonly file: string | undefined;
}

const defaultFile = 'hopwire.yaml';

export function loadConfig<R extends Role>(role: R, request: ConfigRequest = {}): LoadedConfig<R> {
  const env = request.env ?? process.env;
  const path = request.file ?? env['HOPWIRE_CONFIG'] ?? (existsSync(defaultFile) ? defaultFile : undefined);
  const file = path === undefined ? undefined : ConfigFile.read(path);
  const problems: ConfigProblem[] = [];
  const section = file === undefined ? {} : sectionOf(file, role, problems);
  const sources = new Map<string, string>();
  overlayEnvironment(role, env, section, sources, problems);
  for (const { flag, path: at, value } of request.flags ?? []) {
    if (value === undefined) continue;
    setAt(section, at, value);
    sources.set(at.join('.'), flag);
  }
  const parsed = roleSchemas[role].safeParse(section);
  if (!parsed.success) {
    for (const issue of withoutEchoes(parsed.error.issues))
      problems.push(...problemsOf(role, issue, [], file, sources));
  }
  if (problems.length > 0) throw new ConfigFailure('configValue', problems.sort(byPlace));
  const config = parsed.data as RoleConfig<R>;
  resolveSecretFiles(config, path === undefined ? '.' : dirname(path));
  return { config, file: path };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sectionOf(file: ConfigFile, role: Role, problems: ConfigProblem[]): Record<string, unknown> {
  const roles = Object.keys(roleSchemas);
  if (!isObject(file.content)) {
    problems.push({ where: file.placeOfValue([]), text: `expected sections named ${roles.join(', ')}` });
    return {};
  }
  for (const key of Object.keys(file.content)) {
    if (!roles.includes(key)) problems.push(unknownKey(file.placeOfKey([], key), key, key, roles));
  }
  const section = file.content[role];
  if (section === undefined || section === null) return {};
  if (isObject(section)) return section;
  problems.push({ where: file.placeOfValue([role]), text: `${role}: expected a section with keys` });
  return {};
}

function unknownKey(where: string, shownPath: string, key: string, allowed: readonly string[]): ConfigProblem {
  const suggestion = nearest(key, allowed);
  const hint = suggestion === undefined ? `; allowed: ${allowed.join(', ')}` : `; did you mean "${suggestion}"?`;
  return { where, text: `${shownPath}: unknown key${allowed.length === 0 ? '' : hint}` };
}

function overlayEnvironment(
  role: Role,
  env: NodeJS.ProcessEnv,
  section: Record<string, unknown>,
  sources: Map<string, string>,
  problems: ConfigProblem[],
): void {
  const leaves = leavesOf(role);
  const known = new Map(leaves.map((leaf) => [leaf.variable, leaf]));
  const prefix = `HOPWIRE_${role.toUpperCase()}_`;
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.startsWith(prefix)) continue;
    const leaf = known.get(variable);
    if (leaf === undefined) {
      problems.push(unknownKey(variable, 'environment', variable, [...known.keys()]));
      continue;
    }
    setAt(section, leaf.path, leaf.isText ? text : scalarOf(text));
    sources.set(leaf.path.join('.'), variable);
  }
}

function scalarOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text; // the schema will say what it expected
  }
}

function setAt(section: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = section;
  for (const step of path.slice(0, -1)) {
    if (!isObject(at[step])) at[step] = {};
    at = at[step] as Record<string, unknown>;
  }
  at[path.at(-1) as string] = value;
}

/** In the order the operator reads the file; flags and variables, which have no line, come first. */
function byPlace(one: ConfigProblem, other: ConfigProblem): number {
  const [line, column] = placeOf(one);
  const [otherLine, otherColumn] = placeOf(other);
  return line - otherLine || column - otherColumn;
}

function placeOf({ where }: ConfigProblem): [number, number] {
  const match = /:(\d+):(\d+)$/.exec(where);
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
}

type Issue = z.core.$ZodIssue;

function problemsOf(
  role: Role,
  issue: Issue,
  above: readonly PropertyKey[],
  file: ConfigFile | undefined,
  sources: ReadonlyMap<string, string>,
): ConfigProblem[] {
  const path = [...above, ...issue.path];
  const shown = [role, ...path].join('.');
  if (issue.code === 'invalid_union') {
    const branch = branchMeant(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(role, inner, path, file, sources));
  }
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(role, path);
    return issue.keys.map((key) =>
      unknownKey(file?.placeOfKey([role, ...path], key) ?? role, `${shown}.${key}`, key, allowed),
    );
  }
  const where = sources.get(path.join('.')) ?? file?.placeOfValue([role, ...path]) ?? 'no config file';
  return [{ where, text: `${shown}: ${textOf(issue)}` }];
}

/** A misspelt key also makes its section, and what that is part of, look incomplete: the rule about the section is an echo of the key. */
function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const misspelt = new Set(
    issues.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => issue.path.join('.')),
  );
  const isEcho = (path: string): boolean => [...misspelt].some((key) => key === path || key.startsWith(`${path}.`));
  return issues.filter((issue) => issue.code !== 'custom' || !isEcho(issue.path.join('.')));
}

/** The alternative of a union the operator was writing: the one whose own type fits. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'));
}

function textOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return `missing; expected ${issue.expected === 'object' ? 'a section with keys' : issue.expected}`;
  if (issue.code === 'invalid_union') {
    const expected = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []));
    return `expected ${[...new Set(expected)].join(' or ')}`;
  }
  return issue.message.replace(/^Invalid input: /, '').replace(/^Too (?:big|small): /, '');
}

/** Secret files are named relative to the config file. */
function resolveSecretFiles(config: unknown, folder: string): void {
  if (Array.isArray(config)) {
    for (const entry of config) resolveSecretFiles(entry, folder);
  } else if (isObject(config)) {
    for (const [key, value] of Object.entries(config)) {
      if (key === 'secretFile' && typeof value === 'string') config[key] = resolve(folder, value);
      else resolveSecretFiles(value, folder);
    }
  }
}

/** The secret of a session entry, read from its file when it names one. Never echo the result. */
export function secretOf(entry: {
  readonly secret?: string | undefined;
  readonly secretFile?: string | undefined;
}): string {
  if (entry.secret !== undefined) return entry.secret;
  if (entry.secretFile === undefined) throw new TypeError('a checked session entry has a secret or a secretFile');
  const secret = readFileSync(entry.secretFile, 'utf8').trim();
  if (secret.length < 8)
    throw new OperatorFailure('configValue', entry.secretFile, 'a secret has at least 8 characters');
  return secret;
}
