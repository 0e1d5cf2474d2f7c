// TypeScript decoders of groups. A group is an iterator over itself: one object that moves from entry to entry and allocates nothing. The
// decoder that holds it calls `_wrap` when it walks over a message, which is where a truncated group is refused; behind that nothing
// is checked again.

import type { GroupIr } from '../ir.js';
import {
  compositeOf,
  endsByPlace,
  groupNeedsVersion,
  isLater,
  isUniform,
  leastBlockLength,
  sectionsOf,
  type TypescriptSchema,
} from './forms.js';
import { emitMembers } from './typescript_blocks.js';
import { emitJsonType, emitToJson } from './typescript_json.js';
import {
  emitActing,
  emitAttach,
  emitSectionGetters,
  emitStatics,
  emitWalk,
  endOfGroup,
  hasFields,
  isEntered,
  sectionBlock,
  skipCall,
} from './typescript_sections.js';
import { typescriptLoad, typescriptString } from './typescript_values.js';
import { sentences, type Writer } from './writer.js';

export function emitGroupDecoders(
  out: Writer,
  schema: TypescriptSchema,
  groups: readonly GroupIr[],
  path: readonly string[],
): void {
  for (const group of groups) {
    emitGroupDecoders(out, schema, group.groups, [...path, group.name]);
    emitGroupDecoder(out, schema, group, [...path, group.name]);
    out.line();
  }
}

function emitGroupDecoder(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const uniform = isUniform(group);
  if (schema.rich) {
    emitJsonType(out, block, group);
    out.line();
  }
  if (path.length > 2) {
    emitSkip(out, schema, group, path);
    out.line();
  }
  out.doc(sentences(group.description, `Group ${path.join('.')}, entries of ${group.blockLength} bytes and more`));
  out.block(`export class ${block.name}Decoder {`, '}', () => {
    out.line(`static readonly headerLength = ${compositeOf(schema, group.dimensionType).size};`);
    emitStatics(out, block, group, path, keepsOffset(group));
    // Of a uniform group: `_before` is one entry in front of the first.
    out.lines(uniform ? ['private _before = 0;'] : ['private _first = 0;', 'private _next = 0;']);
    out.lines([endsByPlace(group) ? 'private _end = 0;' : 'private _left = 0;', 'private _length = 0;']);
    out.line('private readonly _step: IteratorYieldResult<this> = { done: false, value: this };');
    out.line().doc('How many entries the group has.');
    out.block('get length(): number {', '}', () => out.line('return this._length;'));
    emitActing(out);
    out.line();
    emitIterator(out, group, path);
    emitMembers(out, block, 'Decoder');
    emitSectionGetters(out, schema, group, block);
    if (schema.rich) emitGroupJson(out, block, group);
    out.line();
    emitWrap(out, schema, group, path);
  });
}

/** Entries of a uniform group are found by their number, so their place is kept also where they have no fields. */
function keepsOffset(group: GroupIr): boolean {
  return isUniform(group) || hasFields(group);
}

function emitGroupJson(out: Writer, block: ReturnType<typeof sectionBlock>, group: GroupIr): void {
  emitToJson(out, block, group, 'entryToJSON');
  out.line().doc('All entries.');
  out.block(`toJSON(): ${block.name}Json[] {`, '}', () => {
    out.line('return Array.from(this, (entry) => entry.entryToJSON());');
  });
}

/** Loads a member of the dimension composite at `at` in the free-standing `view`. */
function dimensionLoad(schema: TypescriptSchema, group: GroupIr, name: string, at: string): string {
  const member = compositeOf(schema, group.dimensionType).members.find((candidate) => candidate.name === name);
  if (member?.type.kind !== 'primitive') throw new TypeError(`${group.dimensionType} has no number ${name}`);
  if (member.presence === 'constant') return member.constant ?? '0';
  const place = member.offset === 0 ? at : `${at} + ${member.offset}`;
  return typescriptLoad(member.type.primitive, schema.byteOrder, place).replaceAll('this._view', 'view');
}

/** Statements that read the dimensions at `offset` and refuse a group that is not all there; of a uniform group `end` is known then. */
function emitDimensions(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const what = typescriptString(path.join('.'));
  const least = leastBlockLength(group);
  out.line(`const first = offset + ${compositeOf(schema, group.dimensionType).size};`);
  out.line(`if (first > size) throw beyond(${what}, first, size);`);
  out.line(`const blockLength = ${dimensionLoad(schema, group, 'blockLength', 'offset')};`);
  out.line(`const count = ${dimensionLoad(schema, group, 'numInGroup', 'offset')};`);
  const short = `blockLength < ${least} && count > 0`;
  if (!isUniform(group)) {
    if (least > 0) out.line(`if (${short}) throw shortBlock(${what}, blockLength, ${least});`);
    return;
  }
  out.line('const end = first + blockLength * count;');
  if (least === 0) out.line(`if (end > size) throw beyond(${what}, end, size);`);
  else out.line(`if (end > size || (${short})) throw badEntries(${what}, blockLength, ${least}, end, size);`);
}

/** The same of a group that has been looked over. */
function emitKnownDimensions(out: Writer, schema: TypescriptSchema, group: GroupIr): void {
  out.line(`const first = offset + ${compositeOf(schema, group.dimensionType).size};`);
  out.line(`const blockLength = ${dimensionLoad(schema, group, 'blockLength', 'offset')};`);
  out.line(`const count = ${dimensionLoad(schema, group, 'numInGroup', 'offset')};`);
  out.line('const end = first + blockLength * count;');
}

/** Statements that go from `first` over all entries of a group whose entries differ in length; `at` is where it ends. */
function emitEntriesWalk(out: Writer, group: GroupIr, path: readonly string[]): void {
  out.line('let at = first;');
  out.block('for (let entry = 0; entry < count; entry++) {', '}', () => {
    out.lines(['at += blockLength;', `if (at > size) throw beyond(${typescriptString(path.join('.'))}, at, size);`]);
    for (const section of sectionsOf(group)) {
      const step = `at = ${skipCall(section, path, { view: 'view', size: 'size', at: 'at', version: 'version' })};`;
      out.line(isLater(section, group.sinceVersion) ? `if (version >= ${section.sinceVersion}) ${step}` : step);
    }
  });
}

function emitSkip(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const version = groupNeedsVersion(group) ? ', version: number' : '';
  out.doc('Offset behind the group that begins at offset; one that reaches beyond size is refused with a RangeError.');
  const head = `const ${endOfGroup(path)} = (view: DataView, offset: number, size: number${version}): number => {`;
  out.block(head, '};', () => {
    emitDimensions(out, schema, group, path);
    if (!isUniform(group)) emitEntriesWalk(out, group, path);
    out.line(`return ${isUniform(group) ? 'end' : 'at'};`);
  });
}

/** What the decoder that holds the group calls. */
function emitWrap(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const uniform = isUniform(group);
  const entered = isEntered(group, path);
  const done = entered ? ', which has looked it over' : '';
  out.doc(`Takes in the group at offset and tells where it ends; called by the decoder that holds it${done}.`);
  out.block(`${entered ? '_enter' : '_wrap'}(offset: number, version: number): number {`, '}', () => {
    out.line('const view = this._view;');
    if (entered) emitKnownDimensions(out, schema, group);
    else {
      out.line('const size = this._size;');
      emitDimensions(out, schema, group, path);
    }
    if (!uniform) emitEntriesWalk(out, group, path);
    out.lines(['this._blockLength = blockLength;', 'this._version = version;']);
    out.line(uniform ? 'this._before = first - blockLength;' : 'this._first = first;');
    if (endsByPlace(group)) out.line('this._end = end;');
    out.lines(['this._length = count;', `return ${uniform ? 'end' : 'at'};`]);
  });
  out.line().doc('The message is older than the group.');
  out.block('_absent(): void {', '}', () => {
    out.lines(['this._blockLength = 0;', 'this._length = 0;']);
    if (endsByPlace(group)) out.lines(['this._before = 0;', 'this._end = 0;']);
  });
  out.line().doc('Back in front of the first entry.');
  out.block('_rewind(): this {', '}', () => emitRewind(out, group));
  out.line();
  if (entered) out.block('_attach(view: DataView): void {', '}', () => out.line('this._view = view;'));
  else emitAttach(out, group, path, 'size', '_attach(view: DataView, size: number): void {');
}

function emitRewind(out: Writer, group: GroupIr): void {
  out.line(isUniform(group) ? 'this._offset = this._before;' : 'this._next = this._first;');
  if (!endsByPlace(group)) out.line('this._left = this._length;');
  out.line('return this;');
}

function emitIterator(out: Writer, group: GroupIr, path: readonly string[]): void {
  const uniform = isUniform(group);
  out.doc('Back in front of the first entry. One loop at a time: the entries are this object, moved.');
  out.block('[Symbol.iterator](): this {', '}', () => emitRewind(out, group));
  out.line().doc('Moves to the next entry; false behind the last one.');
  out.block('advance(): boolean {', '}', () => {
    if (endsByPlace(group)) {
      out.lines(['const at = this._offset + this._blockLength;', 'if (at >= this._end) return false;']);
      out.lines(['this._offset = at;', 'return true;']);
      return;
    }
    out.lines(['if (this._left === 0) return false;', 'this._left -= 1;']);
    if (uniform) out.line('this._offset += this._blockLength;');
    else {
      if (hasFields(group)) out.line('this._offset = this._next;');
      emitWalk(out, group, path, 'this._next + this._blockLength', (at) => `this._next = ${at};`);
    }
    out.line('return true;');
  });
  out.line().doc('The same for the iterator protocol.');
  out.block('next(): IteratorResult<this, undefined> {', '}', () => {
    out.line('return this.advance() ? this._step : finished;');
  });
  if (!uniform) return;
  out.line().doc('Moves to the entry of that index, from 0.');
  out.block('at(index: number): this {', '}', () => {
    const name = typescriptString(path.join('.'));
    out.line(`if (!(index >= 0 && index < this._length)) throw noEntry(${name}, this._length, index);`);
    out.line('this._offset = this._before + (index + 1) * this._blockLength;');
    if (!endsByPlace(group)) out.line('this._left = this._length - index - 1;');
    out.line('return this;');
  });
}
