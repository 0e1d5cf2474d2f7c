// <type>: a primitive with its length, its presence, its null and its range, or a constant. `length="0"` is the data of a variable-length
// field and has no size of its own.

import type { Presence, TextEncoding, TypeIr } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Diagnostics, Position } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, type Versions } from './attributes.js';
import { parseValue } from './values.js';

/** What a use of a type needs to know, before the use itself overrides presence. */
export interface ResolvedType extends Versions {
  readonly type: TypeIr;
  readonly size: number;
  readonly presence: Presence;
  readonly nullValue: string | undefined;
  readonly constant: string | undefined;
  readonly minValue: string | undefined;
  readonly maxValue: string | undefined;
  readonly encoding: TextEncoding | undefined;
  readonly description: string;
}

/** A type of which nothing is known but its form. */
export function plainType(type: TypeIr, size: number, versions: Versions, description: string): ResolvedType {
  return {
    type,
    size,
    presence: 'required',
    nullValue: undefined,
    constant: undefined,
    minValue: undefined,
    maxValue: undefined,
    encoding: undefined,
    ...versions,
    description,
  };
}

export interface TypeNames {
  primitive(name: string, at: Position): PrimitiveName | undefined;
  /** The number behind `Enum.Value`. */
  enumValue(valueRef: string, at: Position): string | undefined;
}

const presences = ['required', 'optional', 'constant'] as const;

/** `constant` is told of a constant, to be shared by name. */
export function parseScalar(element: XmlElement, names: TypeNames, diagnostics: Diagnostics): ResolvedType | undefined {
  const attributes = new Attributes(element, diagnostics);
  attributes.name();
  const primitiveName = attributes.required('primitiveType');
  const length = attributes.integer('length', 0, 65535) ?? 1;
  const presence = attributes.oneOf('presence', presences, 'required');
  const nullText = attributes.optional('nullValue');
  const minText = attributes.optional('minValue');
  const maxText = attributes.optional('maxValue');
  const encoding = encodingNamed(attributes.optional('characterEncoding'));
  const valueRef = attributes.optional('valueRef');
  const description = attributes.description();
  const versions = attributes.versions();
  attributes.ignore('semanticType', 'timeUnit', 'epoch', 'offset', 'variableLength');
  attributes.finish();
  if (primitiveName === undefined) return undefined;
  const primitive = names.primitive(primitiveName, attributes.place('primitiveType'));
  if (primitive === undefined) return undefined;
  if (presence === 'constant') {
    const value = valueRef === undefined ? undefined : names.enumValue(valueRef, attributes.place('valueRef'));
    if (valueRef !== undefined && value === undefined) return undefined;
    return constantType(attributes, primitive, length, value, versions, description, diagnostics);
  }
  const limit = (text: string | undefined, name: string): string | undefined =>
    text === undefined || text === ''
      ? undefined
      : parseValue(text, primitive, name, attributes.place(name), diagnostics);
  const nullValue = limit(nullText, 'nullValue');
  if (presence === 'required' && nullText !== undefined) {
    attributes.warning('nullValue is used only where presence="optional" asks for it', attributes.place('nullValue'));
  }
  return {
    type: { kind: 'primitive', primitive, length },
    size: primitiveOf(primitive).size * length,
    presence,
    nullValue: presence === 'optional' ? (nullValue ?? primitiveOf(primitive).nullValue) : nullValue,
    constant: undefined,
    minValue: limit(minText, 'minValue'),
    maxValue: limit(maxText, 'maxValue'),
    encoding,
    ...versions,
    description,
  };
}

function constantType(
  attributes: Attributes,
  primitive: PrimitiveName,
  length: number,
  referred: string | undefined,
  versions: Versions,
  description: string,
  diagnostics: Diagnostics,
): ResolvedType | undefined {
  const { text, position } = attributes.element;
  const isText = referred === undefined && primitive === 'char' && (length > 1 || text.length > 1);
  const given = referred ?? text;
  if (given === '' || (primitive !== 'char' && length > 1) || (isText && length > 1 && text.length > length)) {
    attributes.error(`constant "${attributes.name()}" needs a value of its type between its tags`);
    return undefined;
  }
  const value = isText
    ? given
    : parseValue(
        given,
        referred !== undefined && primitive === 'char' ? 'uint8' : primitive,
        'constant',
        position,
        diagnostics,
      );
  if (value === undefined) return undefined;
  const type = { kind: 'primitive', primitive, length: isText ? text.length : 1 } as const;
  return { ...plainType(type, 0, versions, description), presence: 'constant', constant: value };
}

/** The encodings that generated code can turn into text; a type with another one is bytes. */
export function encodingNamed(name: string | undefined): TextEncoding | undefined {
  const plain = name?.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain === 'utf8') return 'utf-8';
  return plain === 'ascii' || plain === 'usascii' || plain === 'iso88591' || plain === 'latin1' ? 'latin-1' : undefined;
}
