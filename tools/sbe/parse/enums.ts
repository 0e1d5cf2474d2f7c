// <enum> and <set>: names bound to numbers of a stated primitive.

import type { EnumIr, SetIr } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Diagnostics, Position } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { parseValue } from './values.js';

type EncodingOf = (name: string, at: Position) => PrimitiveName | undefined;

function readHead(element: XmlElement, encodingOf: EncodingOf, diagnostics: Diagnostics) {
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const encodingType = attributes.required('encodingType');
  const description = attributes.description();
  attributes.refuseSinceVersion();
  attributes.ignore('semanticType', 'offset');
  attributes.finish();
  const primitive = encodingType === undefined ? undefined : encodingOf(encodingType, attributes.place('encodingType'));
  return { attributes, name, primitive, description };
}

export function parseEnum(element: XmlElement, encodingOf: EncodingOf, diagnostics: Diagnostics): EnumIr | undefined {
  const { attributes, name, primitive, description } = readHead(element, encodingOf, diagnostics);
  if (primitive === undefined) return undefined;
  if (primitiveOf(primitive).floating || primitive === 'uint48') {
    attributes.error(`an enum cannot be encoded as ${primitive}`, attributes.place('encodingType'));
    return undefined;
  }
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
    read.refuseSinceVersion();
    read.finish();
    const value = parseValue(child.text, primitive, `value of "${valueName}"`, child.position, diagnostics);
    if (value === undefined) continue;
    names.add(valueName, child.position);
    numbers.add(value, child.position);
    values.push({ name: valueName, value, description: valueDescription });
  }
  if (element.children.length === 0) attributes.error(`enum "${name}" has no <validValue>`);
  return { name, primitive, values, description };
}

const setEncodings: readonly PrimitiveName[] = ['uint8', 'uint16', 'uint32', 'uint64'];

export function parseSet(element: XmlElement, encodingOf: EncodingOf, diagnostics: Diagnostics): SetIr | undefined {
  const { attributes, name, primitive, description } = readHead(element, encodingOf, diagnostics);
  if (primitive === undefined) return undefined;
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
    read.refuseSinceVersion();
    read.finish();
    const bit = /^\d+$/.test(child.text) ? Number(child.text) : Number.NaN;
    if (!(bit < width)) {
      diagnostics.error(child.position, `bit "${child.text}" of "${choiceName}" is not from 0 to ${width - 1}`);
      continue;
    }
    names.add(choiceName, child.position);
    bits.add(String(bit), child.position);
    choices.push({ name: choiceName, bit, description: choiceDescription });
  }
  return { name, primitive, choices, description };
}
