// The <types> of a message schema: enums, sets, composites, named primitives and constants, resolved on demand (a type may be used before
// it is declared, and composites nest and refer). A type written inside a composite is lifted beside it under its own name, or, where that
// name is taken, under the composite's name and its own.

import type { CompositeIr, ConstantIr, EnumIr, MemberIr, SetIr, VarDataIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { type PrimitiveName, primitiveOf, primitives } from '../primitives.js';
import { type Diagnostics, type Position, suggestion } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { type Encoding, type ParsedEnum, parseEnum, parseSet } from './enums.js';
import { encodingNamed, parseScalar, plainType, type ResolvedType } from './scalar_type.js';

export type { ResolvedType } from './scalar_type.js';

const kinds = ['type', 'composite', 'enum', 'set'];
const lengthTypes: readonly string[] = ['uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64'];

export class TypeTable {
  readonly enums: EnumIr[] = [];
  readonly sets: SetIr[] = [];
  readonly constants: ConstantIr[] = [];
  readonly composites: CompositeIr[] = [];
  readonly #declared = new Map<string, XmlElement>();
  readonly #resolved = new Map<string, ResolvedType | undefined>();
  readonly #resolving = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #diagnostics: Diagnostics;
  readonly #dialect: boolean;

  constructor(diagnostics: Diagnostics, dialect: boolean) {
    this.#diagnostics = diagnostics;
    this.#dialect = dialect;
  }

  /** Enters a <types> element; nothing is resolved yet, so order does not matter. */
  declare(types: XmlElement): void {
    for (const child of types.children) {
      if (child.name === 'types') this.declare(child);
      else if (kinds.includes(child.name)) this.#enter(child);
      else unexpectedChild(child, types, kinds, this.#diagnostics);
    }
  }

  #enter(element: XmlElement): void {
    const name = element.attributes.find((attribute) => attribute.name === 'name')?.value ?? '';
    const earlier = this.#declared.get(name);
    if (earlier !== undefined) {
      const place = `line ${earlier.position.line}`;
      this.#diagnostics.error(element.position, `type "${name}" is already declared at ${place}`);
    } else if (primitives.has(name)) {
      // Some schemas write <type name="uint8" primitiveType="uint8"/>, which says nothing new.
      const same = element.attributes.find((attribute) => attribute.name === 'primitiveType')?.value === name;
      const message = `"${name}" is a primitive type and cannot be redeclared`;
      if (same && element.name === 'type') this.#declared.set(name, element);
      else this.#diagnostics.error(element.position, message);
    } else {
      this.#declared.set(name, element);
      if (element.name !== 'type') this.#taken.add(pascalCase(name));
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
      this.#diagnostics.error(
        at,
        `type "${name}" contains itself: a composite has a fixed size, take the reference out`,
      );
      return undefined;
    }
    this.#resolving.add(name);
    const resolved = this.#parse(element, name);
    this.#resolving.delete(name);
    this.#resolved.set(name, resolved);
    return resolved;
  }

  enumNamed(name: string): EnumIr | undefined {
    return this.enums.find((candidate) => candidate.name === name);
  }

  compositeNamed(name: string): CompositeIr | undefined {
    return this.composites.find((candidate) => candidate.name === name);
  }

  isDeclared(name: string): boolean {
    return this.#declared.has(name);
  }

  /** The number behind `Enum.Value`; undefined after a report. */
  enumValue(valueRef: string, at: Position): string | undefined {
    const dot = valueRef.lastIndexOf('.');
    const enumName = valueRef.slice(0, Math.max(dot, 0));
    const valueName = valueRef.slice(dot + 1);
    if (dot < 1) {
      this.#diagnostics.error(at, `valueRef "${valueRef}" is not of the form Enum.Value`);
      return undefined;
    }
    if (this.resolve(enumName, at) === undefined) return undefined;
    const declared = this.enumNamed(enumName);
    const value = declared?.values.find((candidate) => candidate.name === valueName);
    if (value === undefined) {
      const known = declared?.values.map((candidate) => candidate.name) ?? [];
      this.#diagnostics.error(at, `valueRef "${valueRef}" names no enum value${suggestion(valueName, known)}`);
    }
    return value?.value;
  }

  #builtIn(name: string, at: Position): ResolvedType | undefined {
    const primitive = this.primitive(name, at);
    if (primitive === undefined) return undefined;
    const versions = { sinceVersion: 0, deprecated: undefined };
    return plainType({ kind: 'primitive', primitive, length: 1 }, primitiveOf(primitive).size, versions, '');
  }

  primitive(name: string, at: Position): PrimitiveName | undefined {
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

  /** `as` is the name of the generated type. */
  #parse(element: XmlElement, as: string): ResolvedType | undefined {
    const encodingOf = (name: string, at: Position): Encoding | undefined => this.#encoding(name, at);
    switch (element.name) {
      case 'enum':
        return this.#enum(parseEnum(element, as, encodingOf, this.#diagnostics));
      case 'set': {
        const parsed = parseSet(element, as, encodingOf, this.#diagnostics);
        if (parsed === undefined) return undefined;
        this.sets.push(parsed);
        const type = { kind: 'set', name: parsed.name, primitive: parsed.primitive } as const;
        return plainType(type, primitiveOf(parsed.primitive).size, versionsOf(element), parsed.description);
      }
      case 'composite':
        return this.#composite(element, as);
      default: {
        const scalar = parseScalar(element, this, this.#diagnostics);
        const isText = scalar?.type.kind === 'primitive' && scalar.type.length > 1;
        if (scalar?.constant !== undefined && scalar.type.kind === 'primitive' && !isText) {
          const { constant, type, description } = scalar;
          this.constants.push({ name: as, primitive: type.primitive, value: constant, description });
        }
        return scalar;
      }
    }
  }

  #enum(parsed: ParsedEnum | undefined): ResolvedType | undefined {
    if (parsed === undefined) return undefined;
    const { nullValue, ...declared } = parsed;
    this.enums.push(declared);
    const type = { kind: 'enum', name: parsed.name, primitive: parsed.primitive } as const;
    const versions = { sinceVersion: 0, deprecated: undefined };
    return { ...plainType(type, primitiveOf(parsed.primitive).size, versions, parsed.description), nullValue };
  }

  /** encodingType of an enum or set: a primitive, or the name of a scalar type. */
  #encoding(name: string, at: Position): Encoding | undefined {
    const resolved = this.resolve(name, at);
    if (resolved === undefined) return undefined;
    const { type, minValue, maxValue, nullValue } = resolved;
    if (type.kind === 'primitive' && type.length === 1)
      return { primitive: type.primitive, minValue, maxValue, nullValue };
    this.#diagnostics.error(at, `encodingType "${name}" is not a single number`);
    return undefined;
  }

  #composite(element: XmlElement, as: string): ResolvedType | undefined {
    const attributes = new Attributes(element, this.#diagnostics);
    const name = attributes.name();
    const description = attributes.description();
    const versions = attributes.versions();
    attributes.ignore('semanticType', 'offset', 'presence');
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
    if (element.children.length === 0)
      attributes.error(`composite "${name}" is empty: a field of it would have no bytes`);
    // What is wrong with its members has been said; a use of it would only add that it has no bytes.
    if (members.length === 0) return undefined;
    const varData = this.#varData(element, members);
    const sized = members.filter((member) => member.size > 0 || member.presence === 'constant');
    const { sinceVersion } = versions;
    this.composites.push({ name: as, size: end, sinceVersion, varData, members: sized, description });
    return plainType({ kind: 'composite', name: as }, end, versions, description);
  }

  /** A composite of `length` and `varData`, which is what a <data> is made of. */
  #varData(element: XmlElement, members: readonly MemberIr[]): VarDataIr | undefined {
    const length = members.find((member) => member.name === 'length');
    const data = members.find((member) => member.name === 'varData');
    if (length?.type.kind !== 'primitive' || !lengthTypes.includes(length.type.primitive)) return undefined;
    if (data?.type.kind !== 'primitive' || length.presence === 'constant') return undefined;
    const child = element.children.find((candidate) =>
      candidate.attributes.some((attribute) => attribute.name === 'name' && attribute.value === 'varData'),
    );
    const named = child?.attributes.find((attribute) => attribute.name === 'characterEncoding')?.value;
    const encoding =
      encodingNamed(named) ?? (data.type.primitive === 'char' && named === undefined ? 'latin-1' : undefined);
    return { lengthOffset: length.offset, lengthPrimitive: length.type.primitive, dataOffset: data.offset, encoding };
  }

  #member(child: XmlElement, composite: XmlElement, end: number): MemberIr | undefined {
    const attributes = new Attributes(child, this.#diagnostics);
    if (![...kinds, 'ref'].includes(child.name)) {
      unexpectedChild(child, composite, [...kinds, 'ref'], this.#diagnostics);
      return undefined;
    }
    const name = attributes.name();
    const given = attributes.integer('offset', 0, 65534);
    const versions = attributes.versions();
    const resolved = this.#memberType(child, composite, attributes, name);
    if (resolved === undefined) return undefined;
    if (given !== undefined && given < end) {
      const message = `offset ${given} overlaps the member before it, which ends at ${end}`;
      attributes.error(message, attributes.place('offset'));
    }
    const { type, size, presence, constant, minValue, maxValue, encoding } = resolved;
    const nullValue = presence === 'optional' ? resolved.nullValue : undefined;
    const description = attributes.description() || resolved.description;
    const offset = given ?? end;
    const limits = { minValue, maxValue, encoding };
    return {
      name,
      id: undefined,
      type,
      presence,
      offset,
      size,
      nullValue,
      constant,
      ...versions,
      ...limits,
      description,
    };
  }

  #memberType(
    child: XmlElement,
    composite: XmlElement,
    attributes: Attributes,
    name: string,
  ): ResolvedType | undefined {
    if (child.name === 'type') return parseScalar(child, this, this.#diagnostics);
    if (child.name === 'ref') {
      const target = attributes.required('type');
      attributes.description();
      attributes.ignore('semanticType');
      attributes.finish();
      return target === undefined ? undefined : this.resolve(target, attributes.place('type'));
    }
    return this.#parse(child, this.#liftedName(composite, name));
  }

  #liftedName(composite: XmlElement, name: string): string {
    const owner = composite.attributes.find((attribute) => attribute.name === 'name')?.value ?? '';
    let lifted = name;
    if (this.#taken.has(pascalCase(name))) lifted = pascalCase(owner) + pascalCase(name);
    while (this.#taken.has(pascalCase(lifted))) lifted += '_';
    this.#taken.add(pascalCase(lifted));
    return lifted;
  }
}

function versionsOf(element: XmlElement): { readonly sinceVersion: number; readonly deprecated: undefined } {
  const text = element.attributes.find((attribute) => attribute.name === 'sinceVersion')?.value;
  return { sinceVersion: text === undefined ? 0 : Number(text), deprecated: undefined };
}
