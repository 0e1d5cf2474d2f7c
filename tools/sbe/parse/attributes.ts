// Typed reading of one element's attributes. Reading an attribute marks it as known; `finish` reports what was never asked for, so a
// misspelt attribute cannot be silently ignored. Attributes of other namespaces belong to other tools and are not looked at.

import { type Diagnostics, type Position, suggestion } from '../source/diagnostics.js';
import type { XmlAttribute, XmlElement } from '../source/xml_reader.js';

/** The namespace of hopwire's additions to SBE. */
export const dialectNamespace = 'https://hopwire.dev/schema';

const namePattern = /^[A-Za-z0-9_]+$/;

export interface Versions {
  readonly sinceVersion: number;
  readonly deprecated: number | undefined;
}

export class Attributes {
  readonly element: XmlElement;
  readonly #diagnostics: Diagnostics;
  readonly #known = new Set<string>();

  constructor(element: XmlElement, diagnostics: Diagnostics) {
    this.element = element;
    this.#diagnostics = diagnostics;
  }

  #find(name: string, uri = ''): XmlAttribute | undefined {
    this.#known.add(uri === '' ? name : `hw:${name}`);
    return this.element.attributes.find((attribute) => attribute.name === name && attribute.uri === uri);
  }

  error(message: string, at: Position = this.element.position): void {
    this.#diagnostics.error(at, message);
  }

  /** Where the attribute stands, or the element when it has no such attribute. */
  place(name: string): Position {
    return this.element.attributes.find((attribute) => attribute.name === name)?.position ?? this.element.position;
  }

  optional(name: string): string | undefined {
    return this.#find(name)?.value;
  }

  dialect(name: string): string | undefined {
    return this.#find(name, dialectNamespace)?.value;
  }

  required(name: string): string | undefined {
    const value = this.#find(name)?.value;
    if (value === undefined) this.error(`<${this.element.name}> needs the attribute "${name}"`);
    return value;
  }

  warning(message: string, at: Position = this.element.position): void {
    this.#diagnostics.warning(at, message);
  }

  /** The `name` attribute; a first digit is for the emitters to deal with. */
  name(): string {
    const value = this.required('name');
    if (value === undefined) return '';
    if (!namePattern.test(value)) {
      this.error(`"${value}" is not a name: letters, digits and _ only`, this.place('name'));
    }
    return value;
  }

  description(): string {
    return (this.optional('description') ?? '').replace(/\s+/g, ' ').trim();
  }

  integer(name: string, lowest: number, highest: number): number | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < lowest || value > highest) {
      this.error(`${name}="${text}" is not an integer from ${lowest} to ${highest}`, this.place(name));
      return undefined;
    }
    return value;
  }

  requiredInteger(name: string, lowest: number, highest: number): number {
    if (this.required(name) === undefined) return lowest;
    return this.integer(name, lowest, highest) ?? lowest;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const text = this.optional(name);
    if (text === undefined) return otherwise;
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) {
      const hint = suggestion(text, words) || `; one of ${words.join(', ')}`;
      this.error(`${name}="${text}" is not known${hint}`, this.place(name));
      return otherwise;
    }
    return word;
  }

  /** Attributes of the standard that change nothing in the generated layout. */
  ignore(...names: string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** When the element came and went; whether the schema has got that far is checked for all elements at once (versions.ts). */
  versions(): Versions {
    const sinceVersion = this.integer('sinceVersion', 0, 65534) ?? 0;
    const deprecated = this.integer('deprecated', 0, 65534);
    return { sinceVersion, deprecated: deprecated === 0 ? undefined : deprecated };
  }

  finish(): void {
    for (const attribute of this.element.attributes) {
      const key =
        attribute.uri === '' ? attribute.name : attribute.uri === dialectNamespace ? `hw:${attribute.name}` : '';
      if (key === '' || this.#known.has(key)) continue;
      const hint = suggestion(key, this.#known);
      const message = `<${this.element.name}> has no attribute "${key}"`;
      // A misspelt attribute would change the layout silently; one that resembles nothing is somebody's remark.
      if (hint !== '') this.error(message + hint, attribute.position);
      else this.warning(`${message}: it is ignored`, attribute.position);
    }
  }
}

/** Reports the second and later uses of a name in one scope. */
export class Scope {
  readonly #seen = new Map<string, Position>();
  readonly #what: string;
  readonly #diagnostics: Diagnostics;
  readonly #severity: 'error' | 'warning';

  constructor(what: string, diagnostics: Diagnostics, severity: 'error' | 'warning' = 'error') {
    this.#what = what;
    this.#diagnostics = diagnostics;
    this.#severity = severity;
  }

  add(key: string, at: Position): void {
    const first = this.#seen.get(key);
    if (first === undefined) this.#seen.set(key, at);
    else this.#diagnostics[this.#severity](at, `${this.#what} "${key}" is already used at line ${first.line}`);
  }
}

export function unexpectedChild(
  child: XmlElement,
  parent: XmlElement,
  allowed: readonly string[],
  diagnostics: Diagnostics,
): void {
  // Says how some generator is to name things; venues publish schemas with it.
  if (child.name === 'metaAttribute') {
    diagnostics.warning(child.position, '<metaAttribute> is not part of SBE and is passed over');
    return;
  }
  const hint = suggestion(child.name, allowed) || `; here: ${allowed.map((name) => `<${name}>`).join(', ')}`;
  diagnostics.error(child.position, `<${child.name}> is not allowed in <${parent.name}>${hint}`);
}
