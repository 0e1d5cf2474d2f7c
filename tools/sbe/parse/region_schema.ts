// <hw:regionSchema>: memory that is mapped by a writer and its readers. One header for all regions, then each region's dimensions and
// columns.

import type { ColumnIr, ColumnType, HeaderFieldIr, RegionIr, RegionSchemaIr } from '../ir.js';
import { columnSizes } from '../primitives.js';
import { type Diagnostics, suggestion } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';

const columnTypes = Object.keys(columnSizes) as ColumnType[];

/** What the generated readers check or need, by name and type. */
const neededHeaderFields: readonly (readonly [string, ColumnType])[] = [
  ['magic', 'uint64'],
  ['layoutHash', 'uint64'],
  ['size', 'uint64'],
  ['regionId', 'uint32'],
  ['dimension', 'uint32'],
];

export function parseRegionSchema(root: XmlElement, diagnostics: Diagnostics): RegionSchemaIr {
  const attributes = new Attributes(root, diagnostics);
  const packageName = attributes.required('package') ?? '';
  const description = attributes.description();
  attributes.finish();
  const headers = root.children.filter((child) => child.name === 'header');
  if (headers.length === 0) attributes.error('a region schema needs one <header>');
  for (const extra of headers.slice(1)) diagnostics.error(extra.position, 'there is one <header> for all regions');
  const header = headers[0] === undefined ? emptyHeader : parseHeader(headers[0], diagnostics);
  const dimensionLimit = header.fields.find((field) => field.name === 'dimension')?.count ?? 0;
  const names = new Scope('region', diagnostics);
  const regions: RegionIr[] = [];
  for (const child of root.children) {
    if (child.name === 'header') continue;
    if (child.name !== 'region') {
      unexpectedChild(child, root, ['header', 'region'], diagnostics);
      continue;
    }
    const region = parseRegion(child, regions.length + 1, dimensionLimit, diagnostics);
    names.add(region.name, child.position);
    regions.push(region);
  }
  return {
    kind: 'regions',
    package: packageName,
    description,
    headerSize: header.size,
    magic: header.magic,
    header: header.fields,
    regions,
  };
}

interface Header {
  readonly size: number;
  readonly magic: string;
  readonly fields: readonly HeaderFieldIr[];
}

const emptyHeader: Header = { size: 64, magic: '        ', fields: [] };

function parseHeader(element: XmlElement, diagnostics: Diagnostics): Header {
  const attributes = new Attributes(element, diagnostics);
  const size = attributes.requiredInteger('size', 64, 65536);
  const magic = attributes.required('magic') ?? emptyHeader.magic;
  attributes.description();
  attributes.finish();
  if (size % 64 !== 0) attributes.error('the header size is a multiple of 64', attributes.place('size'));
  if (!/^[ -~]{8}$/.test(magic))
    attributes.error('magic is eight printable ASCII characters', attributes.place('magic'));
  const names = new Scope('header field', diagnostics);
  const fields: HeaderFieldIr[] = [];
  let end = 0;
  for (const child of element.children) {
    if (child.name !== 'field') {
      unexpectedChild(child, element, ['field'], diagnostics);
      continue;
    }
    const read = new Attributes(child, diagnostics);
    const name = read.name();
    const type = parseColumnType(read);
    const count = read.integer('count', 1, 1024) ?? 1;
    const description = read.description();
    read.finish();
    names.add(name, child.position);
    if (end % columnSizes[type] !== 0) read.error(`"${name}" would not be aligned: it starts at byte ${end}`);
    fields.push({ name, type, count, offset: end, description });
    end += columnSizes[type] * count;
  }
  if (end > size) attributes.error(`the fields take ${end} bytes, more than size="${size}"`, attributes.place('size'));
  for (const [name, type] of neededHeaderFields) {
    if (!fields.some((field) => field.name === name && field.type === type)) {
      attributes.error(`the header needs a field "${name}" of type ${type}`);
    }
  }
  return { size, magic, fields };
}

function parseColumnType(attributes: Attributes): ColumnType {
  const text = attributes.required('type');
  const type = columnTypes.find((candidate) => candidate === text);
  if (text !== undefined && type === undefined) {
    const hint = suggestion(text, columnTypes) || `; one of ${columnTypes.join(', ')}`;
    attributes.error(`type="${text}" is not known${hint}`, attributes.place('type'));
  }
  return type ?? 'uint32';
}

function parseRegion(element: XmlElement, id: number, dimensionLimit: number, diagnostics: Diagnostics): RegionIr {
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const description = attributes.description();
  attributes.finish();
  const names = new Scope('column', diagnostics);
  const dimensionNames = new Scope('dimension', diagnostics);
  const dimensions: RegionIr['dimensions'][number][] = [];
  const columns: ColumnIr[] = [];
  for (const child of element.children) {
    const read = new Attributes(child, diagnostics);
    if (child.name === 'dimension') {
      const dimension = {
        name: read.name(),
        max: read.requiredInteger('max', 1, 0xffffffff),
        description: read.description(),
      };
      read.finish();
      dimensionNames.add(dimension.name, child.position);
      dimensions.push(dimension);
    } else if (child.name === 'column') {
      columns.push(parseColumn(read, dimensions, names));
    } else {
      unexpectedChild(child, element, ['dimension', 'column'], diagnostics);
    }
  }
  if (dimensions.length > dimensionLimit) {
    attributes.error(`region "${name}" has ${dimensions.length} dimensions; the header keeps ${dimensionLimit}`);
  }
  return { name, id, dimensions, columns, description };
}

function parseColumn(attributes: Attributes, dimensions: RegionIr['dimensions'], names: Scope): ColumnIr {
  const name = attributes.name();
  names.add(name, attributes.element.position);
  if (name === 'header' || name === 'dimensions')
    attributes.error(`"${name}" is taken by the generated view`, attributes.place('name'));
  const type = parseColumnType(attributes);
  const per = (attributes.optional('per') ?? '').split(/\s+/).filter((word) => word !== '');
  const count = attributes.integer('count', 1, 0x7fffffff) ?? 1;
  const description = attributes.description();
  attributes.finish();
  const known = dimensions.map((dimension) => dimension.name);
  for (const word of per) {
    if (known.includes(word)) continue;
    attributes.error(`no dimension above is named "${word}"${suggestion(word, known)}`, attributes.place('per'));
  }
  return { name, type, per, count, description };
}
