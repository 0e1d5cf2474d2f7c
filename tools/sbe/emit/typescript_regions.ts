// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template strings of the code that is generated
// TypeScript for memory regions: the header as a view, each region's columns as typed arrays over the mapped memory, made once, nothing
// copied. Opening checks magic, layout hash, region and size, and says what to do when one is wrong.

import type { ColumnIr, ColumnType, HeaderFieldIr, RegionIr, RegionSchemaIr } from '../ir.js';
import { hex64, memberName, pascalCase } from '../naming.js';
import { columnSizes } from '../primitives.js';
import { magicNumber } from './forms.js';
import { columnRemark } from './remarks.js';
import { typescriptString } from './typescript_values.js';
import { sentence, sentences, type Writer } from './writer.js';

const arrays: Readonly<Record<ColumnType, string>> = {
  uint8: 'Uint8Array',
  uint16: 'Uint16Array',
  uint32: 'Uint32Array',
  int32: 'Int32Array',
  uint64: 'BigUint64Array',
  int64: 'BigInt64Array',
  float64: 'Float64Array',
};

const accessors: Readonly<Record<ColumnType, string>> = {
  uint8: 'Uint8',
  uint16: 'Uint16',
  uint32: 'Uint32',
  int32: 'Int32',
  uint64: 'BigUint64',
  int64: 'BigInt64',
  float64: 'Float64',
};

function isLong(type: ColumnType): boolean {
  return type === 'uint64' || type === 'int64';
}

export function emitTypescriptRegions(out: Writer, schema: RegionSchemaIr): void {
  out.doc(`The bytes "${schema.magic}" in memory order, read as a little-endian integer.`);
  out.line(`export const regionMagic = ${hex64(magicNumber(schema.magic))}n;`);
  out.line(`export const regionHeaderSize = ${schema.headerSize};`);
  out.line();
  emitNames(out, schema);
  emitError(out);
  emitHeader(out, schema);
  emitOpen(out, schema);
  for (const region of schema.regions) {
    out.line();
    emitDimensions(out, region);
    out.line();
    emitColumns(out, region);
  }
}

function emitNames(out: Writer, schema: RegionSchemaIr): void {
  out.doc('undefined for a number that is no region of this schema.');
  out.block('export function regionName(regionId: number): string | undefined {', '}', () => {
    out.block('switch (regionId) {', '}', () => {
      for (const region of schema.regions)
        out.lines([`case ${region.id}:`, `  return ${typescriptString(region.name)};`]);
      out.lines(['default:', '  return undefined;']);
    });
  });
  out.line();
}

function emitError(out: Writer): void {
  out.doc('A mapped region is not what the reader was made for; the message says what is wrong and what to do.');
  out.block('export class RegionError extends Error {', '}', () => {
    out.line("readonly reason: 'magic' | 'layout' | 'region' | 'size';");
    out.line();
    out.block("constructor(reason: 'magic' | 'layout' | 'region' | 'size', message: string) {", '}', () => {
      out.lines(['super(message);', "this.name = 'RegionError';", 'this.reason = reason;']);
    });
  });
  out.line();
}

function loadHeader(field: HeaderFieldIr, at: string): string {
  const order = columnSizes[field.type] === 1 ? '' : ', true';
  return `this._view.get${accessors[field.type]}(${at}${order})`;
}

function emitHeader(out: Writer, schema: RegionSchemaIr): void {
  out.doc(`The first ${schema.headerSize} bytes of a region, read live.`);
  out.block('export class RegionHeaderView {', '}', () => {
    out.line('private readonly _view: DataView;');
    out.line();
    out.block('constructor(buffer: ArrayBufferLike) {', '}', () => {
      out.block('if (buffer.byteLength < regionHeaderSize) {', '}', () => {
        out.line(
          'const text = `a region has at least ${regionHeaderSize} bytes, this has ${buffer.byteLength}: its writer has not made it yet`;',
        );
        out.line("throw new RegionError('size', text);");
      });
      out.line('this._view = new DataView(buffer, 0, regionHeaderSize);');
    });
    for (const field of schema.header) {
      out.line();
      emitHeaderField(out, field);
    }
  });
  out.line();
}

function emitHeaderField(out: Writer, field: HeaderFieldIr): void {
  out.doc(sentence(field.description));
  const type = isLong(field.type) ? 'bigint' : 'number';
  if (field.count > 1) {
    out.block(`${memberName(field.name)}(index: number): ${type} {`, '}', () => {
      out.line(
        `if (!(index >= 0 && index < ${field.count})) throw new RangeError(\`${field.name} has no index \${index}\`);`,
      );
      out.line(`return ${loadHeader(field, `${field.offset} + index * ${columnSizes[field.type]}`)};`);
    });
    return;
  }
  out.block(`get ${memberName(field.name)}(): ${type} {`, '}', () =>
    out.line(`return ${loadHeader(field, String(field.offset))};`),
  );
  if (!isLong(field.type)) return;
  out.block(`get ${field.name}Lo(): number {`, '}', () =>
    out.line(`return this._view.getUint32(${field.offset}, true);`),
  );
  out.block(`get ${field.name}Hi(): number {`, '}', () =>
    out.line(`return this._view.getUint32(${field.offset + 4}, true);`),
  );
}

function emitOpen(out: Writer, schema: RegionSchemaIr): void {
  out.block('function openHeader(buffer: ArrayBufferLike, regionId: number): RegionHeaderView {', '}', () => {
    out.line('const header = new RegionHeaderView(buffer);');
    out.block('if (header.magic !== regionMagic) {', '}', () => {
      const text = `this is not a region: it does not begin with ${schema.magic}; check the path, or restart its writer`;
      out.line(`throw new RegionError('magic', ${typescriptString(text)});`);
    });
    out.block('if (header.layoutHash !== layoutHash) {', '}', () => {
      out.line('const hashes = `layout ${hash64(header.layoutHash)}, this reader knows ${hash64(layoutHash)}`;');
      out.line(
        "throw new RegionError('layout', `the region was written by another version (${hashes}): restart its writer with this version`);",
      );
    });
    out.block('if (header.regionId !== regionId) {', '}', () => {
      out.line('const found = regionName(header.regionId) ?? `number ${header.regionId}`;');
      out.line(
        "throw new RegionError('region', `this is the region ${found}, not ${regionName(regionId)}: open the other file`);",
      );
    });
    out.line('return header;');
  });
  out.line();
  out.block('function hash64(value: bigint): string {', '}', () =>
    out.line("return `0x${value.toString(16).padStart(16, '0')}`;"),
  );
  out.line();
  out.block('function aligned(bytes: number): number {', '}', () => out.line('return Math.ceil(bytes / 64) * 64;'));
  out.line();
  const offsets = new Map(schema.header.map((field) => [field.name, field.offset]));
  out.block(
    'function formatHeader(buffer: ArrayBufferLike, regionId: number, size: number, dimensions: readonly number[]): void {',
    '}',
    () => {
      out.block('if (buffer.byteLength < size) {', '}', () => {
        out.line(
          "throw new RegionError('size', `${regionName(regionId)} needs ${size} bytes, the buffer has ${buffer.byteLength}`);",
        );
      });
      out.line('new Uint8Array(buffer).fill(0);');
      out.line('const view = new DataView(buffer);');
      out.line(`view.setBigUint64(${offsets.get('magic')}, regionMagic, true);`);
      out.line(`view.setBigUint64(${offsets.get('layoutHash')}, layoutHash, true);`);
      out.line(`view.setBigUint64(${offsets.get('size')}, BigInt(size), true);`);
      out.line(`view.setUint32(${offsets.get('regionId')}, regionId, true);`);
      out.block('dimensions.forEach((dimension, at) => {', '});', () => {
        out.line(`view.setUint32(${offsets.get('dimension')} + at * 4, dimension, true);`);
      });
    },
  );
}

function emitDimensions(out: Writer, region: RegionIr): void {
  const name = pascalCase(region.name);
  if (region.dimensions.length === 0) {
    out.doc(`${region.name} has no dimensions.`);
    out.line(`export type ${name}Dimensions = Readonly<Record<string, never>>;`);
    return;
  }
  out.block(`export interface ${name}Dimensions {`, '}', () => {
    for (const dimension of region.dimensions) {
      out.doc(sentences(dimension.description, `At most ${dimension.max}`));
      out.line(`readonly ${dimension.name}: number;`);
    }
  });
}

function lengthOf(column: ColumnIr): string {
  const factors = column.per.map((dimension) => `dimensions.${dimension}`);
  if (column.count !== 1 || factors.length === 0) factors.push(String(column.count));
  return factors.join(' * ');
}

function emitColumns(out: Writer, region: RegionIr): void {
  const name = pascalCase(region.name);
  const dimensionNames = region.dimensions.map((dimension) => dimension.name);
  const parameter =
    region.dimensions.length === 0 ? `_dimensions: ${name}Dimensions = {}` : `dimensions: ${name}Dimensions`;
  const passed = region.dimensions.length === 0 ? '' : 'dimensions';
  out.doc(sentence(region.description));
  out.block(`export class ${name}Columns {`, '}', () => {
    out.line(`static readonly regionId = ${region.id};`);
    out.line('static readonly layoutHash = layoutHash;');
    out.line('readonly header: RegionHeaderView;');
    out.line(`readonly dimensions: ${name}Dimensions;`);
    for (const column of region.columns) {
      out.doc(columnRemark(column));
      out.line(`readonly ${column.name}: ${arrays[column.type]};`);
    }
    out.line();
    emitConstructor(out, region, name, passed);
    out.line();
    emitOffsets(out, region, parameter);
    out.line();
    out.doc('Bytes of the whole region, header included.');
    out.block(`static size(${parameter}): number {`, '}', () =>
      out.line(`return ${name}Columns.offsets(${passed}).end;`),
    );
    out.line();
    out.doc(
      `Clears a buffer and makes it an empty ${region.name} region: what a native writer does, for tests and simulations.`,
    );
    out.block(`static format(buffer: ArrayBufferLike, ${parameter}): ${name}Columns {`, '}', () => {
      const list = dimensionNames.map((dimension) => `dimensions.${dimension}`).join(', ');
      out.line(`formatHeader(buffer, ${region.id}, ${name}Columns.size(${passed}), [${list}]);`);
      out.line(`return new ${name}Columns(buffer);`);
    });
  });
}

function emitConstructor(out: Writer, region: RegionIr, name: string, passed: string): void {
  out.doc('Views of a mapped region. Throws RegionError when it is another region, of another version, or cut short.');
  out.block('constructor(buffer: ArrayBufferLike) {', '}', () => {
    out.line(`this.header = openHeader(buffer, ${region.id});`);
    const entries = region.dimensions.map((dimension, at) => `${dimension.name}: this.header.dimension(${at})`);
    out.line(
      region.dimensions.length === 0 ? 'this.dimensions = {};' : `const dimensions = { ${entries.join(', ')} };`,
    );
    if (region.dimensions.length > 0) out.line('this.dimensions = dimensions;');
    out.line(`const at = ${name}Columns.offsets(${passed});`);
    out.block('if (buffer.byteLength < at.end || Number(this.header.size) < at.end) {', '}', () => {
      out.line('const sizes = `it needs ${at.end} bytes, says ${this.header.size} and has ${buffer.byteLength}`;');
      out.line("throw new RegionError('size', `the region is cut short (${sizes}): restart its writer`);");
    });
    for (const column of region.columns) {
      out.line(`this.${column.name} = new ${arrays[column.type]}(buffer, at.${column.name}, ${lengthOf(column)});`);
    }
  });
}

function emitOffsets(out: Writer, region: RegionIr, parameter: string): void {
  out.doc('Byte offset of each column, and of the end.');
  out.block(`static offsets(${parameter}) {`, '}', () => {
    let previous = 'regionHeaderSize';
    for (const column of region.columns) {
      out.line(`const ${column.name} = ${previous};`);
      previous = `aligned(${column.name} + ${lengthOf(column)} * ${columnSizes[column.type]})`;
    }
    out.line(`const end = ${previous};`);
    out.line(`return { ${[...region.columns.map((column) => column.name), 'end'].join(', ')} };`);
  });
}
