// The <types> of a message schema: enums, sets, composites, named primitives and constants, resolved on demand (a type may be used before
// it is declared, and composites nest and refer). Types written inside a composite are lifted beside it under their own name.

import type { CompositeIr, ConstantIr, EnumIr, MemberIr, Presence, SetIr, TypeIr } from '../ir.js';
import { type PrimitiveName, primitiveOf, primitives } from '../primitives.js';
import { type Diagnostics, type Position, suggestion } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, refuseUnsupported, Scope, unexpectedChild } from './attributes.js';
import { parseEnum, parseSet } from './enums.js';
import { parseValue } from './values.js';

/** What a use of a type needs to know, before the use itself overrides presence. */
export interface ResolvedType {
  readonly type: TypeIr;
  readonly size: number;
  readonly presence: Presence;
  readonly nullValue: string | undefined;
  readonly constant: string | undefined;
  readonly description: string;
}

const presences = ['required', 'optional', 'constant'] as const;

export class TypeTable {
  readonly enums: EnumIr[] = [];
  readonly sets: SetIr[] = [];
  readonly constants: ConstantIr[] = [];
  readonly composites: CompositeIr[] = [];
  readonly #declared = new Map<string, XmlElement>();
  readonly #resolved = new Map<string, ResolvedType | undefined>();
  readonly #resolving = new Set<string>();
  readonly #diagnostics: Diagnostics;
  readonly #dialect: boolean;

  constructor(diagnostics: Diagnostics, dialect: boolean) {
    this.#diagnostics = diagnostics;
    this.#dialect = dialect;
  }

  /** Enters a <types> element; nothing is resolved yet, so order does not matter. */
  declare(types: XmlElement): void {
    for (const child of types.children) {
      if (refuseUnsupported(child, this.#diagnostics)) continue;
      if (!['type', 'composite', 'enum', 'set'].includes(child.name)) {
        unexpectedChild(child, types, ['type', 'composite', 'enum', 'set'], this.#diagnostics);
        continue;
      }
      this.#enter(child.attributes.find((attribute) => attribute.name === 'name')?.value ?? '', child);
    }
  }

  #enter(name: string, element: XmlElement): void {
    const earlier = this.#declared.get(name);
    if (earlier !== undefined) {
      this.#diagnostics.error(element.position, `type "${name}" is already declared at line ${earlier.position.line}`);
    } else if (primitives.has(name)) {
      this.#diagnostics.error(element.position, `"${name}" is a primitive type and cannot be redeclared`);
    } else {
      this.#declared.set(name, element);
    }
  }

  /** Resolves what has been declared, used or not: an unused faulty type is faulty too. */
  resolveAll(): void {
    for (const [name, element] of [...this.#declared]) this.resolve(name, element.position);
  }

  /** The type of that name, or undefined after a report. Primitive names stand for themselves. */
  resolve(name: string, at: Position): ResolvedType | undefined {
    if (this.#resolved.has(name)) return this.#resolved.get(name);
    const element = this.#declared.get(name);
    if (element === undefined) return this.#builtIn(name, at);
    if (this.#resolving.has(name)) {
      this.#diagnostics.error(at, `type "${name}" contains itself`);
      return undefined;
    }
    this.#resolving.add(name);
    const resolved = this.#parse(element);
    this.#resolving.delete(name);
    this.#resolved.set(name, resolved);
    return resolved;
  }

  enumNamed(name: string): EnumIr | undefined {
    return this.enums.find((candidate) => candidate.name === name);
  }

  #builtIn(name: string, at: Position): ResolvedType | undefined {
    const primitive = this.#primitive(name, at);
    if (primitive === undefined) return undefined;
    return plain({ kind: 'primitive', primitive, length: 1 }, primitiveOf(primitive).size, '');
  }

  #primitive(name: string, at: Position): PrimitiveName | undefined {
    const primitive = primitives.get(name);
    if (primitive === undefined) {
      const hint = suggestion(name, [...this.#declared.keys(), ...primitives.keys()]);
      this.#diagnostics.error(at, `no type is named "${name}"${hint}`);
      return undefined;
    }
    if (primitive.name === 'uint48' && !this.#dialect) {
      this.#diagnostics.error(at, 'uint48 is not a type of SBE 1.0; it needs hw:layout="fixed" on the schema');
      return undefined;
    }
    return primitive.name;
  }

  #parse(element: XmlElement): ResolvedType | undefined {
    switch (element.name) {
      case 'enum': {
        const parsed = parseEnum(element, (name, at) => this.#encoding(name, at), this.#diagnostics);
        if (parsed === undefined) return undefined;
        this.enums.push(parsed);
        const type = { kind: 'enum', name: parsed.name, primitive: parsed.primitive } as const;
        return plain(type, primitiveOf(parsed.primitive).size, parsed.description);
      }
      case 'set': {
        const parsed = parseSet(element, (name, at) => this.#encoding(name, at), this.#diagnostics);
        if (parsed === undefined) return undefined;
        this.sets.push(parsed);
        const type = { kind: 'set', name: parsed.name, primitive: parsed.primitive } as const;
        return plain(type, primitiveOf(parsed.primitive).size, parsed.description);
      }
      case 'composite':
        return this.#composite(element);
      default:
        return this.#scalar(element, true);
    }
  }

  /** encodingType of an enum or set: a primitive, or the name of a scalar type. */
  #encoding(name: string, at: Position): PrimitiveName | undefined {
    const resolved = this.resolve(name, at);
    if (resolved === undefined) return undefined;
    if (resolved.type.kind === 'primitive' && resolved.type.length === 1) return resolved.type.primitive;
    this.#diagnostics.error(at, `encodingType "${name}" is not a single number`);
    return undefined;
  }

  #scalar(element: XmlElement, top: boolean): ResolvedType | undefined {
    const attributes = new Attributes(element, this.#diagnostics);
    const name = attributes.name();
    const primitiveName = attributes.required('primitiveType');
    const length = attributes.integer('length', 0, 65534) ?? 1;
    const presence = attributes.oneOf('presence', presences, 'required');
    const nullText = attributes.optional('nullValue');
    const description = attributes.description();
    attributes.refuseSinceVersion();
    attributes.ignore('characterEncoding', 'semanticType', 'minValue', 'maxValue', 'timeUnit');
    if (!top) attributes.ignore('offset');
    attributes.finish();
    if (primitiveName === undefined) return undefined;
    const primitive = this.#primitive(primitiveName, attributes.place('primitiveType'));
    if (primitive === undefined) return undefined;
    if (length === 0) {
      attributes.error('length="0" is variable-length data, which is not supported yet', attributes.place('length'));
      return undefined;
    }
    if (presence === 'constant') return this.#constant(attributes, name, primitive, length, top, description);
    let nullValue = presence === 'optional' ? primitiveOf(primitive).nullValue : undefined;
    if (nullText !== undefined && presence === 'optional') {
      nullValue = parseValue(nullText, primitive, 'nullValue', attributes.place('nullValue'), this.#diagnostics);
    } else if (nullText !== undefined) {
      attributes.error('nullValue without presence="optional" would never be used', attributes.place('nullValue'));
    }
    const type = { kind: 'primitive', primitive, length } as const;
    return { type, size: primitiveOf(primitive).size * length, presence, nullValue, constant: undefined, description };
  }

  #constant(
    attributes: Attributes,
    name: string,
    primitive: PrimitiveName,
    length: number,
    top: boolean,
    description: string,
  ): ResolvedType | undefined {
    const text = attributes.element.text;
    const isText = primitive === 'char' && (length > 1 || text.length > 1);
    if (text === '' || (primitive !== 'char' && length > 1) || (isText && length > 1 && text.length > length)) {
      attributes.error(`constant "${name}" needs a value of its type between its tags`);
      return undefined;
    }
    const value = isText
      ? text
      : parseValue(text, primitive, 'constant', attributes.element.position, this.#diagnostics);
    if (value === undefined) return undefined;
    if (top && !isText) this.constants.push({ name, primitive, value, description });
    const type = { kind: 'primitive', primitive, length: isText ? text.length : 1 } as const;
    return { type, size: 0, presence: 'constant', nullValue: undefined, constant: value, description };
  }

  #composite(element: XmlElement): ResolvedType {
    const attributes = new Attributes(element, this.#diagnostics);
    const name = attributes.name();
    const description = attributes.description();
    attributes.refuseSinceVersion();
    attributes.ignore('semanticType', 'offset');
    attributes.finish();
    const scope = new Scope('member', this.#diagnostics);
    const members: MemberIr[] = [];
    let end = 0;
    for (const child of element.children) {
      const member = this.#member(child, element, end);
      if (member === undefined) continue;
      scope.add(member.name, child.position);
      members.push(member);
      end = Math.max(end, member.offset + member.size);
    }
    if (element.children.length === 0) attributes.error(`composite "${name}" is empty`);
    this.composites.push({ name, size: end, members, description });
    return plain({ kind: 'composite', name }, end, description);
  }

  #member(child: XmlElement, composite: XmlElement, end: number): MemberIr | undefined {
    if (refuseUnsupported(child, this.#diagnostics)) return undefined;
    const attributes = new Attributes(child, this.#diagnostics);
    const name = attributes.name();
    const given = attributes.integer('offset', 0, 65534);
    const resolved = this.#memberType(child, composite, attributes, name);
    if (resolved === undefined) return undefined;
    if (given !== undefined && given < end) {
      attributes.error(
        `offset ${given} overlaps the member before it, which ends at ${end}`,
        attributes.place('offset'),
      );
    }
    const { type, size, presence, nullValue, constant } = resolved;
    const description = attributes.description() || resolved.description;
    return { name, id: undefined, type, presence, offset: given ?? end, size, nullValue, constant, description };
  }

  #memberType(
    child: XmlElement,
    composite: XmlElement,
    attributes: Attributes,
    name: string,
  ): ResolvedType | undefined {
    switch (child.name) {
      case 'type':
        return this.#scalar(child, false);
      case 'enum':
      case 'set':
      case 'composite':
        this.#enter(name, child);
        return this.resolve(name, child.position);
      case 'ref': {
        const target = attributes.required('type');
        attributes.description();
        attributes.refuseSinceVersion();
        attributes.ignore('semanticType');
        attributes.finish();
        return target === undefined ? undefined : this.resolve(target, attributes.place('type'));
      }
      default:
        unexpectedChild(child, composite, ['type', 'enum', 'set', 'composite', 'ref'], this.#diagnostics);
        return undefined;
    }
  }
}

function plain(type: TypeIr, size: number, description: string): ResolvedType {
  return { type, size, presence: 'required', nullValue: undefined, constant: undefined, description };
}
