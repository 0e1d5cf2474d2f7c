// TypeScript encoders of groups. `_begin` writes the dimensions, and where all entries have one length it finds room for all of them at
// once; `next` then has nothing to check but the count.

import type { CompositeIr, GroupIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import { compositeOf, isUniform, sectionsOf, type TypescriptSchema } from './forms.js';
import { emitMembers } from './typescript_blocks.js';
import { clears, emitClear, emitZeros } from './typescript_image.js';
import { emitFromJson } from './typescript_json.js';
import { privateName } from './typescript_members.js';
import { emitFlyweights, emitSectionWriters, emitTurn } from './typescript_section_encoders.js';
import { sectionBlock } from './typescript_sections.js';
import { typescriptStore, typescriptString } from './typescript_values.js';
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
  out.doc(sentences(group.description, `Group ${what}, entries of ${group.blockLength} bytes`));
  out.block(`export class ${block.name}Encoder {`, '}', () => {
    out.line(`static readonly blockLength = ${group.blockLength};`);
    out.line('private readonly _cursor: Cursor;');
    if (keepsPlace(group)) out.lines(['private _view: DataView = noView;', 'private _offset = 0;']);
    out.lines(['/** Entries still to come. */', '_left = 0;', 'private _length = 0;']);
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
    emitMembers(out, block, 'Encoder');
    emitSectionWriters(out, schema, group, block, path);
    if (schema.rich) emitFromJson(out, block, group, 'entryFromJSON');
    out.line();
    emitBegin(out, schema, group, what);
    out.line().doc('Called by the encoder that holds the group: every entry must have been written.');
    out.block('_end(): void {', '}', () => {
      out.line(`if (this._left > 0) throw missingEntries(${typescriptString(what)}, this._length, this._left);`);
      if (sections.length > 0) out.line(`if (this._section <= ${sections.length}) this._turn(${sections.length});`);
    });
    if (sections.length > 0) emitTurn(out, schema, sections, path);
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
    out.lines([`  throw badGroup(${name}, count, ${highest}, end, cursor.size);`, '}']);
    if (!isCovered(dimension, Object.keys(counters))) emitZeros(out, 'at', dimension.size);
    for (const member of dimension.members) {
      const value = counters[member.name];
      if (value === undefined || member.type.kind !== 'primitive' || member.presence === 'constant') continue;
      const place = member.offset === 0 ? 'at' : `at + ${member.offset}`;
      const stored = primitiveOf(member.type.primitive).size === 8 ? `BigInt(${value})` : String(value);
      const store = typescriptStore(member.type.primitive, schema.byteOrder, place, stored);
      out.line(`${store.replaceAll('this._view', 'view')};`);
    }
    out.lines(['cursor.at = end;', 'this._left = count;', 'this._length = count;']);
    if (keepsPlace(group) && isUniform(group)) {
      out.line('if (view !== this._view) this._view = view;');
      const first = dimension.size - group.blockLength;
      out.line(`this._offset = at ${first < 0 ? '-' : '+'} ${Math.abs(first)};`);
    }
    // None is open, so none has to be ended.
    const sections = sectionsOf(group).length;
    if (sections > 0) out.line(`this._section = ${sections + 1};`);
    out.line('return this;');
  });
}

function emitNext(out: Writer, schema: TypescriptSchema, group: GroupIr, what: string): void {
  const sections = sectionsOf(group).length;
  const name = typescriptString(what);
  out.doc(schema.clears ? 'Moves to the next entry and clears it.' : 'Moves to the next entry.');
  out.block('next(): this {', '}', () => {
    out.line(`if (this._left === 0) throw tooManyEntries(${name}, this._length);`);
    if (sections > 0) out.line(`if (this._section <= ${sections}) this._turn(${sections});`);
    out.line('this._left -= 1;');
    if (isUniform(group)) emitNextUniform(out, schema, group);
    else {
      out.lines(['this._section = 0;', 'const cursor = this._cursor;', 'const at = cursor.at;']);
      if (keepsPlace(group)) out.line('const view = cursor.view;');
      out.line(`const end = at + ${group.blockLength};`);
      out.line(`if (end > cursor.size) throw beyond(${name}, end, cursor.size);`);
      emitClear(out, schema, group, 'at');
      if (keepsPlace(group)) out.lines(['this._view = view;', 'this._offset = at;']);
      out.line('cursor.at = end;');
    }
    out.line('return this;');
  });
}

/** Room for all entries was found when the group was begun. */
function emitNextUniform(out: Writer, schema: TypescriptSchema, group: GroupIr): void {
  if (!keepsPlace(group)) return;
  out.line(`this._offset += ${group.blockLength};`);
  if (!clears(schema, group)) return;
  out.lines(['const view = this._view;', 'const at = this._offset;']);
  emitClear(out, schema, group, 'at');
}
