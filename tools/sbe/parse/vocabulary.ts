// <hw:vocabulary>: lists of names with numbers and attributes (hops, counters, errors) that both languages, the regions and the logs share.

import type { AttributeType, ListIr, ListItemIr, NumberIr, VocabularyIr } from '../ir.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Diagnostics } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { parseValue } from './values.js';

const encodings = ['uint8', 'uint16', 'uint32'] as const;
const numberEncodings = ['int32', 'int64', 'uint32', 'uint64'] as const;
const attributeTypes: readonly AttributeType[] = ['string', 'uint32', 'uint64', 'boolean'];
const takenNames = ['name', 'value', 'description'];

export function parseVocabulary(root: XmlElement, diagnostics: Diagnostics): VocabularyIr {
  const attributes = new Attributes(root, diagnostics);
  const packageName = attributes.required('package') ?? '';
  const description = attributes.description();
  attributes.finish();
  const names = new Scope('list', diagnostics);
  const lists: ListIr[] = [];
  const numberNames = new Scope('constant', diagnostics);
  const numbers: NumberIr[] = [];
  for (const child of root.children) {
    if (child.name === 'constant') {
      const number = parseNumber(child, diagnostics);
      numberNames.add(number.name, child.position);
      numbers.push(number);
      continue;
    }
    if (child.name !== 'list') {
      unexpectedChild(child, root, ['list', 'constant'], diagnostics);
      continue;
    }
    const list = parseList(child, diagnostics);
    names.add(list.name, child.position);
    lists.push(list);
  }
  return { kind: 'vocabulary', package: packageName, description, lists, numbers };
}

function parseNumber(element: XmlElement, diagnostics: Diagnostics): NumberIr {
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  attributes.required('encodingType');
  const primitive: PrimitiveName = attributes.oneOf('encodingType', numberEncodings, 'int64');
  const text = attributes.required('value') ?? '0';
  const value = parseValue(text, primitive, 'value', attributes.place('value'), diagnostics) ?? '0';
  if (!Number.isSafeInteger(Number(value)))
    attributes.error(
      `value="${text}" is no safe integer; constants go up to 9007199254740991`,
      attributes.place('value'),
    );
  const description = attributes.description();
  attributes.finish();
  return { name, primitive, value, description };
}

function parseList(element: XmlElement, diagnostics: Diagnostics): ListIr {
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  attributes.required('encodingType');
  const primitive: PrimitiveName = attributes.oneOf('encodingType', encodings, 'uint32');
  const description = attributes.description();
  attributes.finish();
  const columns: { name: string; type: AttributeType }[] = [];
  const columnNames = new Scope('attribute', diagnostics);
  for (const child of element.children) {
    if (child.name !== 'attribute') continue;
    const read = new Attributes(child, diagnostics);
    const column = { name: read.name(), type: read.oneOf('type', attributeTypes, 'string') };
    read.required('type');
    read.finish();
    if (takenNames.includes(column.name)) read.error(`every item has "${column.name}" already`, read.place('name'));
    columnNames.add(column.name, child.position);
    columns.push(column);
  }
  const names = new Scope('item', diagnostics);
  const numbers = new Scope('item number', diagnostics);
  const items: ListItemIr[] = [];
  for (const child of element.children) {
    if (child.name === 'attribute') continue;
    if (child.name !== 'item') {
      unexpectedChild(child, element, ['attribute', 'item'], diagnostics);
      continue;
    }
    const item = parseItem(child, items.length, primitive, columns, diagnostics);
    names.add(item.name, child.position);
    numbers.add(item.value, child.position);
    items.push(item);
  }
  if (items.length === 0) attributes.error(`list "${name}" has no <item>`);
  return { name, primitive, attributes: columns, items, description };
}

function parseItem(
  element: XmlElement,
  index: number,
  primitive: PrimitiveName,
  columns: ListIr['attributes'],
  diagnostics: Diagnostics,
): ListItemIr {
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const valueText = attributes.optional('value') ?? String(index);
  const value = parseValue(valueText, primitive, 'value', attributes.place('value'), diagnostics);
  const description = attributes.description();
  const values = columns.map((column) => attributeValue(attributes, column.name, column.type, diagnostics));
  attributes.finish();
  return { name, value: value ?? primitiveOf(primitive).nullValue, attributes: values, description };
}

function attributeValue(attributes: Attributes, name: string, type: AttributeType, diagnostics: Diagnostics): string {
  const text = attributes.required(name) ?? '';
  if (text === '' || type === 'string') return text;
  if (type === 'boolean') {
    if (text !== 'true' && text !== 'false')
      attributes.error(`${name}="${text}" is not true or false`, attributes.place(name));
    return text;
  }
  return parseValue(text, type, name, attributes.place(name), diagnostics) ?? '0';
}
