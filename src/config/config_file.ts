// A YAML (or JSON) config file with the place of every key and value, so that an error found later by the schema can still say
// file:line:column. Reads and parses; knows nothing of roles.

import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigFailure, type ConfigProblem } from './config_failure.js';

export type Path = readonly PropertyKey[];

/** Of a syntax error, which may quote what it met. */
const MESSAGE_LENGTH = 120;

export class ConfigFile {
  readonly name: string;
  readonly content: unknown;
  readonly #root: Node | null;
  readonly #lines: LineCounter;

  constructor(name: string, text: string) {
    this.name = name;
    this.#lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    // The first error is the operator's; those after it are mostly its echoes, and a file that is no YAML at all has thousands.
    const [error] = document.errors;
    if (error !== undefined) throw new ConfigFailure('configSyntax', [this.#syntaxProblem(error)]);
    this.#root = document.contents;
    this.content = document.toJS() ?? {};
  }

  static read(path: string): ConfigFile {
    return new ConfigFile(path, readFileSync(path, 'utf8'));
  }

  #syntaxProblem(error: { message: string; pos: [number, number] }): ConfigProblem {
    return { where: this.#at(error.pos[0]), text: error.message.slice(0, MESSAGE_LENGTH) };
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.name}:${line}:${col}`;
  }

  /** file:line:column of the value at path, or of its nearest existing ancestor. */
  placeOfValue(path: Path): string {
    let node: Node | null = this.#root;
    for (const step of path) {
      const child: Node | undefined = childOf(node, step);
      if (child === undefined) break;
      node = child;
    }
    return this.#at(node?.range?.[0] ?? 0);
  }

  /** file:line:column of the key itself. */
  placeOfKey(path: Path, key: string): string {
    let node: Node | null | undefined = this.#root;
    for (const step of path) node = childOf(node, step);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair !== undefined && isNode(pair.key)) return this.#at(pair.key.range?.[0] ?? 0);
    }
    return this.placeOfValue(path);
  }
}

function childOf(node: Node | null | undefined, step: PropertyKey): Node | undefined {
  if (node === null || node === undefined || !('get' in node)) return undefined;
  const child = (node as { get(key: PropertyKey, keepScalar: true): unknown }).get(step, true);
  return isNode(child) ? child : undefined;
}
