// <enum> and <set>: names bound to numbers of a stated primitive.

import type { EnumIr, SetIr } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Diagnostics, Position } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { parseValue } from './values.js';

/** What an enum or set is made of: a primitive, narrowed by the named type it was taken from. */
export interface Encoding {
  readonly primitive: PrimitiveName;
  readonly minValue: string | undefined;
  readonly maxValue: string | undefined;
  readonly nullValue: string | undefined;
}

export interface ParsedEnum extends EnumIr {
  /** What an optional field holds when it has no value. */
  readonly nullValue: string;
}

type EncodingOf = (name: string, at: Position) => Encoding | undefined;

function readHead(element: XmlElement, as: string, encodingOf: EncodingOf, diagnostics: Diagnostics) {
  const attributes = new Attributes(element, diagnostics);
  attributes.name();
  const encodingType = attributes.required('encodingType');
  const description = attributes.description();
  attributes.versions();
  const nullValue = attributes.optional('nullValue');
  attributes.ignore('semanticType', 'offset', 'presence');
  attributes.finish();
  const encoding = encodingType === undefined ? undefined : encodingOf(encodingType, attributes.place('encodingType'));
  return { attributes, name: as, encoding, nullValue, description };
}

/** `as` is the name of the generated type. */
export function parseEnum(
  element: XmlElement,
  as: string,
  encodingOf: EncodingOf,
  diagnostics: Diagnostics,
): ParsedEnum | undefined {
  const { attributes, name, encoding, nullValue, description } = readHead(element, as, encodingOf, diagnostics);
  if (encoding === undefined) return undefined;
  const { primitive } = encoding;
  if (primitiveOf(primitive).floating || primitive === 'uint48') {
    attributes.error(`an enum cannot be encoded as ${primitive}`, attributes.place('encodingType'));
    return undefined;
  }
  const ownNull =
    nullValue === undefined
      ? undefined
      : parseValue(nullValue, primitive, 'nullValue', attributes.place('nullValue'), diagnostics);
  const names = new Scope('enum value', diagnostics);
  const numbers = new Scope('enum number', diagnostics);
  const values: EnumIr['values'][number][] = [];
  for (const child of element.children) {
    if (child.name !== 'validValue') {
      unexpectedChild(child, element, ['validValue'], diagnostics);
      continue;
    }
    const read = new Attributes(child, diagnostics);
    const valueName = read.name();
    const valueDescription = read.description();
    const versions = read.versions();
    read.finish();
    const value = parseValue(child.text, primitive, `value of "${valueName}"`, child.position, diagnostics);
    if (value === undefined) continue;
    checkRange(value, encoding, ownNull, `value ${child.text} of "${valueName}"`, read);
    names.add(valueName, child.position);
    numbers.add(value, child.position);
    values.push({ name: valueName, value, ...versions, description: valueDescription });
  }
  if (element.children.length === 0) attributes.error(`enum "${name}" has no <validValue>`);
  const stated = ownNull ?? encoding.nullValue ?? primitiveOf(primitive).nullValue;
  return { name, primitive, values, description, nullValue: stated };
}

/** An enum value lies in the range of the type that encodes it, and is not the null the enum itself states. */
function checkRange(
  value: string,
  encoding: Encoding,
  ownNull: string | undefined,
  what: string,
  read: Attributes,
): void {
  const { minValue, maxValue } = encoding;
  if (minValue !== undefined && BigInt(value) < BigInt(minValue)) {
    read.error(`${what} is below the minValue ${minValue} of its encodingType`);
  }
  if (maxValue !== undefined && BigInt(value) > BigInt(maxValue)) {
    read.error(`${what} is above the maxValue ${maxValue} of its encodingType`);
  }
  if (value === ownNull) read.error(`${what} is the nullValue of the enum: no field could hold it`);
}

const setEncodings: readonly PrimitiveName[] = ['uint8', 'uint16', 'uint32', 'uint64'];

export function parseSet(
  element: XmlElement,
  as: string,
  encodingOf: EncodingOf,
  diagnostics: Diagnostics,
): SetIr | undefined {
  const { attributes, name, encoding, description } = readHead(element, as, encodingOf, diagnostics);
  if (encoding === undefined) return undefined;
  const { primitive } = encoding;
  if (!setEncodings.includes(primitive)) {
    attributes.error(`a set is encoded as one of ${setEncodings.join(', ')}`, attributes.place('encodingType'));
    return undefined;
  }
  const width = primitiveOf(primitive).size * 8;
  const names = new Scope('choice', diagnostics);
  const bits = new Scope('bit', diagnostics);
  const choices: SetIr['choices'][number][] = [];
  for (const child of element.children) {
    if (child.name !== 'choice') {
      unexpectedChild(child, element, ['choice'], diagnostics);
      continue;
    }
    const read = new Attributes(child, diagnostics);
    const choiceName = read.name();
    const choiceDescription = read.description();
    const versions = read.versions();
    read.finish();
    const bit = /^\d+$/.test(child.text) ? Number(child.text) : Number.NaN;
    if (!(bit < width)) {
      diagnostics.error(child.position, `bit "${child.text}" of "${choiceName}" is not from 0 to ${width - 1}`);
      continue;
    }
    names.add(choiceName, child.position);
    bits.add(String(bit), child.position);
    choices.push({ name: choiceName, bit, ...versions, description: choiceDescription });
  }
  return { name, primitive, choices, description };
}
