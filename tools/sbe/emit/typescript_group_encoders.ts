// TypeScript encoders of groups. `_begin` writes the dimensions, and where all entries have one length it finds room for all of them at
// once; `next` then has nothing to check but the count.

import type { ByteOrder, CompositeIr, GroupIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import { compositeOf, fillsByPlace, isUniform, sectionsOf, type TypescriptSchema } from './forms.js';
import { emitMembers } from './typescript_blocks.js';
import { clears, emitClear, emitZeros, offsetBy } from './typescript_image.js';
import { emitFromJson } from './typescript_json.js';
import { type Block, privateName } from './typescript_members.js';
import {
  aboutValues,
  emitFlyweights,
  emitSectionWriters,
  emitTurn,
  entryIsOpen,
} from './typescript_section_encoders.js';
import { hasFields, sectionBlock } from './typescript_sections.js';
import { typescriptStore, typescriptString } from './typescript_values.js';
import { emitValuesType, emitWholeBlock, joined, type Part } from './typescript_whole_blocks.js';
import { sentences, type Writer } from './writer.js';

export function emitGroupEncoders(
  out: Writer,
  schema: TypescriptSchema,
  groups: readonly GroupIr[],
  path: readonly string[],
): void {
  for (const group of groups) {
    emitGroupEncoders(out, schema, group.groups, [...path, group.name]);
    emitGroupEncoder(out, schema, group, [...path, group.name]);
    out.line();
  }
}

function emitGroupEncoder(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const sections = sectionsOf(group);
  const what = path.join('.');
  const whole = schema.rich && hasFields(group);
  if (whole) {
    emitValuesType(out, block, `What add of ${block.name}Encoder takes. ${aboutValues}`);
    out.line();
  }
  out.doc(sentences(group.description, `Group ${what}, entries of ${group.blockLength} bytes`));
  out.block(`export class ${block.name}Encoder {`, '}', () => {
    out.line(`static readonly blockLength = ${group.blockLength};`);
    out.line('private readonly _cursor: Cursor;');
    if (keepsPlace(group)) out.line('private _view: DataView = noView;');
    if (fillsByPlace(group)) out.lines(['/** The entry at hand, and the last one. */', '_offset = 0;', '_last = 0;']);
    else {
      if (keepsPlace(group)) out.line('private _offset = 0;');
      out.lines(['/** Entries still to come. */', '_left = 0;']);
    }
    out.line('private _length = 0;');
    if (sections.length > 0) out.line('private _section = 0;');
    emitFlyweights(out, group, block);
    out.line();
    out.block('constructor(cursor: Cursor) {', '}', () => {
      out.line('this._cursor = cursor;');
      for (const inner of group.groups) {
        out.line(`this.${privateName(inner.name)} = new ${block.name}${pascalCase(inner.name)}Encoder(cursor);`);
      }
    });
    out.line();
    emitNext(out, schema, group, what);
    if (whole) emitAdd(out, group, block, what);
    emitMembers(out, block, 'Encoder');
    emitSectionWriters(out, schema, group, block, path);
    if (schema.rich) emitFromJson(out, block, group, 'entryFromJSON');
    out.line();
    emitBegin(out, schema, group, what);
    out.line().doc('Called by the encoder that holds the group: every entry must have been written.');
    out.block('_end(): void {', '}', () => {
      const left = fillsByPlace(group) ? `(this._last - this._offset) / ${group.blockLength}` : 'this._left';
      const open = fillsByPlace(group) ? 'this._offset !== this._last' : 'this._left > 0';
      out.line(`if (${open}) throw missingEntries(${typescriptString(what)}, this._length, ${left});`);
      if (sections.length > 0) out.line(`if (${entryIsOpen(sections)}) this._turn(${sections.length});`);
    });
    if (sections.length === 0) return;
    out.line();
    out.block('_isOpen(): boolean {', '}', () => {
      out.line(`return this._left !== 0 || ${entryIsOpen(sections)};`);
    });
    emitTurn(out, schema, sections, path);
  });
}

function keepsPlace(group: GroupIr): boolean {
  return group.blockLength > 0;
}

/** Whether the named members are all there is of a composite, without a gap. */
function isCovered(composite: CompositeIr, names: readonly string[]): boolean {
  const members = composite.members.filter((member) => member.presence !== 'constant');
  const bytes = members.filter((member) => names.includes(member.name)).reduce((sum, member) => sum + member.size, 0);
  return bytes === composite.size;
}

function store64(primitive: PrimitiveName, order: ByteOrder, place: string, value: string): string {
  return typescriptStore(primitive, order, place, value).replaceAll('this._view', 'view');
}

function emitBegin(out: Writer, schema: TypescriptSchema, group: GroupIr, what: string): void {
  const dimension = compositeOf(schema, group.dimensionType);
  const counters: Readonly<Record<string, string | number>> = {
    blockLength: group.blockLength,
    numInGroup: 'count',
    numGroups: group.groups.length,
    numVarDataFields: group.data.length,
  };
  const most = dimension.members.find((member) => member.name === 'numInGroup');
  const primitive = most?.type.kind === 'primitive' ? most.type.primitive : 'uint16';
  const highest = most?.maxValue ?? String(primitiveOf(primitive).highest);
  const name = typescriptString(what);
  out.doc('Called by the encoder that holds the group: writes its dimensions.');
  out.block('_begin(count: number): this {', '}', () => {
    out.lines(['const cursor = this._cursor;', 'const view = cursor.view;', 'const at = cursor.at;']);
    const entries = isUniform(group) && group.blockLength > 0 ? ` + count * ${group.blockLength}` : '';
    out.line(`const end = at + ${dimension.size}${entries};`);
    out.line(`if (!(count >= 0 && count <= ${highest} && end <= cursor.size)) {`);
    out.lines(['  throw this._refused(count, end);', '}']);
    if (!isCovered(dimension, Object.keys(counters))) emitZeros(out, 'at', dimension.size);
    const parts: Part[] = [];
    for (const { name: counter, type, presence, offset } of dimension.members) {
      const value = counters[counter];
      if (value === undefined || type.kind !== 'primitive' || presence === 'constant') continue;
      const { primitive } = type;
      if (primitiveOf(primitive).size <= 4) parts.push({ offset, primitive, value: String(value) });
      else out.line(`${store64(primitive, schema.byteOrder, offsetBy('at', offset), `BigInt(${value})`)};`);
    }
    for (const { lines } of joined(parts, schema.byteOrder, 'at')) out.lines(lines);
    out.lines(['cursor.at = end;', 'this._length = count;']);
    if (!fillsByPlace(group)) out.line('this._left = count;');
    else {
      out.lines([`this._last = end - ${group.blockLength};`, 'if (view !== this._view) this._view = view;']);
      const first = dimension.size - group.blockLength;
      out.line(`this._offset = at ${first < 0 ? '-' : '+'} ${Math.abs(first)};`);
    }
    // None is open, so none has to be ended.
    const sections = sectionsOf(group).length;
    if (sections > 0) out.line(`this._section = ${sections + 1};`);
    out.line('return this;');
  });
  // What is thrown is made elsewhere: V8 counts the bytes of a function, also of what never runs, before it inlines it.
  out.line();
  out.block('private _refused(count: number, end: number): RangeError {', '}', () => {
    out.line(`return badGroup(${name}, count, ${highest}, end, this._cursor.size);`);
  });
  out.line();
  out.block('private _tooMany(): RangeError {', '}', () => {
    out.line(`return tooManyEntries(${name}, this._length);`);
  });
}

function emitNext(out: Writer, schema: TypescriptSchema, group: GroupIr, what: string): void {
  out.doc(schema.clears ? 'Moves to the next entry and clears it.' : 'Moves to the next entry.');
  out.block('next(): this {', '}', () => {
    emitStep(out, group, what, clears(schema, group));
    emitClear(out, schema, group, 'at');
    out.line('return this;');
  });
}

function emitAdd(out: Writer, group: GroupIr, block: Block, what: string): void {
  out.line().doc('Moves to the next entry and writes its whole block.');
  out.block(`add(values: ${block.name}Values): this {`, '}', () => {
    emitStep(out, group, what, true);
    emitWholeBlock(out, block, group.blockLength, 'at');
    out.line('return this;');
  });
}

/** Statements that move to the next entry; `stores` asks for its place as `at` of `view`. */
function emitStep(out: Writer, group: GroupIr, what: string, stores: boolean): void {
  const sections = sectionsOf(group);
  const name = typescriptString(what);
  if (fillsByPlace(group)) {
    // Room for all entries was found when the group was begun.
    out.lines([`const at = this._offset + ${group.blockLength};`, 'if (at > this._last) throw this._tooMany();']);
    out.line('this._offset = at;');
    if (stores) out.line('const view = this._view;');
    return;
  }
  out.line('if (this._left === 0) throw this._tooMany();');
  if (sections.length > 0) out.line(`if (${entryIsOpen(sections)}) this._turn(${sections.length});`);
  out.line('this._left -= 1;');
  if (!isUniform(group)) {
    out.lines(['this._section = 0;', 'const cursor = this._cursor;', 'const at = cursor.at;']);
    if (keepsPlace(group)) out.line('const view = cursor.view;');
    out.line(`const end = at + ${group.blockLength};`);
    out.line(`if (end > cursor.size) throw beyond(${name}, end, cursor.size);`);
    if (keepsPlace(group)) out.lines(['if (view !== this._view) this._view = view;', 'this._offset = at;']);
    out.line('cursor.at = end;');
  }
}
