// TypeScript decoders of messages with groups, data or versions. `wrap` walks once over everything that follows the block, so whatever is
// truncated is found there, and every group and data is at hand in any order afterwards. A group is an iterator over itself: one object
// that moves from entry to entry and allocates nothing. What came in a later version than the message at hand is absent: a group without
// entries, data without bytes, a field that answers its null.

import type { BlockIr, DataIr, GroupIr, MessageIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import {
  className,
  compositeOf,
  headerSizeOf,
  isLater,
  isUniform,
  leastBlockLength,
  type Section,
  sectionsOf,
  type TypescriptSchema,
  varDataOf,
} from './forms.js';
import { messageRemark } from './remarks.js';
import { emitMembers } from './typescript_blocks.js';
import { emitJsonType, emitToJson } from './typescript_json.js';
import { type Block, emitNull, privateName } from './typescript_members.js';
import { typescriptLoad, typescriptString } from './typescript_values.js';
import { sentences, type Writer } from './writer.js';

/** Names of a decoder or encoder that fields, groups and data must not take. */
export const messageTaken = [
  'wrapWithHeader',
  'limit',
  'finish',
  'actingVersion',
  'actingBlockLength',
  'toJSON',
  'fromJSON',
];
export const groupTaken = [
  'next',
  'length',
  'at',
  'begin',
  'end',
  'actingVersion',
  'actingBlockLength',
  'toJSON',
  'entryToJSON',
  'entryFromJSON',
];

export function sectionBlock(schema: TypescriptSchema, block: BlockIr, path: readonly string[]): Block {
  return {
    name: className(path),
    schema,
    members: block.fields,
    order: schema.byteOrder,
    pad: 0,
    since: block.sinceVersion,
    keepsVersion: true,
    keepsLength: true,
    taken: path.length === 1 ? messageTaken : groupTaken,
  };
}

/** The decoders of a message, those of its groups first. */
export function emitSectionDecoders(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  emitGroups(out, schema, message.groups, [message.name]);
  const block = sectionBlock(schema, message, [message.name]);
  const remark = messageRemark(`Template ${message.id}`, message.blockLength, message.description);
  if (schema.rich) {
    emitJsonType(out, block, message);
    out.line();
  }
  out.doc(remark);
  out.block(`export class ${block.name}Decoder {`, '}', () => {
    out.line(`static readonly templateId = ${message.id};`);
    emitStatics(out, block, message, usesView(message), hasFields(message));
    out.line('#limit = 0;');
    out.line();
    emitWrap(out, message);
    out.line();
    emitWrapWithHeader(out, schema, message);
    out.line().doc('Where the message ends: offset of the byte behind it.');
    out.block('get limit(): number {', '}', () => out.line('return this.#limit;'));
    emitActing(out);
    emitMembers(out, block, 'Decoder');
    emitSectionGetters(out, schema, message, block);
    if (schema.rich) emitToJson(out, block, message, 'toJSON');
  });
}

function hasFields(block: BlockIr): boolean {
  return block.fields.some((field) => field.presence !== 'constant');
}

function usesView(block: BlockIr): boolean {
  return hasFields(block) || sectionsOf(block).length > 0;
}

function emitActing(out: Writer): void {
  out.line().doc('Block length and version of the message at hand.');
  out.block('get actingBlockLength(): number {', '}', () => out.line('return this.#blockLength;'));
  out.block('get actingVersion(): number {', '}', () => out.line('return this.#version;'));
}

function emitGroups(out: Writer, schema: TypescriptSchema, groups: readonly GroupIr[], path: readonly string[]): void {
  for (const group of groups) {
    emitGroups(out, schema, group.groups, [...path, group.name]);
    emitGroupDecoder(out, schema, group, [...path, group.name]);
    out.line();
  }
}

/** Block length, nulls and private fields: what message and group decoders have in common. */
function emitStatics(out: Writer, block: Block, body: BlockIr, view: boolean, offset: boolean): void {
  out.line(`static readonly blockLength = ${body.blockLength};`);
  for (const member of block.members) emitNull(out, block, member);
  if (view) out.line('#view: DataView = noView;');
  if (offset) out.line('#offset = 0;');
  out.lines(['#blockLength = 0;', '#version = 0;']);
  for (const member of block.members) {
    if (member.type.kind !== 'composite') continue;
    out.line(`readonly #${privateName(member.name)} = new ${pascalCase(member.type.name)}Decoder();`);
  }
  for (const section of sectionsOf(body)) {
    if (section.kind === 'group') {
      out.line(`readonly #${privateName(section.name)} = new ${block.name}${pascalCase(section.name)}Decoder();`);
    }
    out.line(`#${section.name}At = -1;`);
  }
}

function emitWrap(out: Writer, message: MessageIr): void {
  out.doc(
    'Points this decoder at a block, whose length and version stand in the message header, and looks over all that follows it; a message ' +
      'that reaches beyond the view, or whose block is too short for its version, is refused with a RangeError.',
  );
  const parameters = [
    'view: DataView',
    'offset: number',
    `blockLength: number = ${message.blockLength}`,
    'version: number = schemaVersion',
  ];
  out.block(`wrap(${parameters.join(', ')}): this {`, '}', () => {
    out.line(`checkBlock(view, offset, blockLength, ${leastBlockLength(message)}, ${typescriptString(message.name)});`);
    if (usesView(message)) out.line('this.#view = view;');
    if (hasFields(message)) out.line('this.#offset = offset;');
    out.lines(['this.#blockLength = blockLength;', 'this.#version = version;']);
    emitWalk(out, message, [message.name], 'let at = offset + blockLength;', (at) => `this.#limit = ${at};`);
    out.line('return this;');
  });
}

/** Statements that go over the sections of a block and keep the place of each. */
function emitWalk(
  out: Writer,
  block: BlockIr,
  path: readonly string[],
  start: string,
  end: (at: string) => string,
): void {
  const sections = sectionsOf(block);
  if (sections.length === 0) {
    out.line(end(start.replace(/^let at = |;$/g, '')));
    return;
  }
  out.line(start);
  for (const section of sections) {
    const place = `this.#${section.name}At`;
    const steps = [`${place} = at;`, `at = ${skipCall(section, path, 'this.#version')};`];
    if (!isLater(section, block.sinceVersion)) {
      out.lines(steps);
      continue;
    }
    out.block(`if (this.#version >= ${section.sinceVersion}) {`, '} else {', () => out.lines(steps));
    out.line(`  ${place} = -1;`).line('}');
  }
  out.line(end('at'));
}

/** The expression for the end of a section that begins at `at`. */
function skipCall(section: Section, path: readonly string[], version: string): string {
  const what = typescriptString([...path, section.name].join('.'));
  if (section.kind === 'data') return `endOf${pascalCase(section.data.type)}(view, at, ${what})`;
  const asks = groupNeedsVersion(section.group) ? `, ${version}` : '';
  return `${className([...path, section.name])}Decoder.skip(view, at${asks})`;
}

/** Whether the length of a group's entries depends on the version. */
function groupNeedsVersion(group: GroupIr): boolean {
  return (
    sectionsOf(group).some((section) => isLater(section, group.sinceVersion)) || group.groups.some(groupNeedsVersion)
  );
}

function emitWrapWithHeader(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const size = headerSizeOf(schema);
  out.doc(
    'Points this decoder at a message that begins with its header at offset; a header of another template is refused.',
  );
  out.block('wrapWithHeader(view: DataView, offset: number): this {', '}', () => {
    out.line(`checkHeader(view, offset, ${message.id}, ${typescriptString(message.name)});`);
    out.line(`return this.wrap(view, offset + ${size}, headerDecoder.blockLength, headerDecoder.version);`);
  });
}

function emitGroupDecoder(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const dimension = compositeOf(schema, group.dimensionType);
  if (schema.rich) {
    emitJsonType(out, block, group);
    out.line();
  }
  out.doc(sentences(group.description, `Group ${path.join('.')}, entries of ${group.blockLength} bytes and more`));
  out.block(`export class ${block.name}Decoder {`, '}', () => {
    out.line(`static readonly headerLength = ${dimension.size};`);
    emitStatics(out, block, group, usesView(group), true);
    out.lines(['#first = 0;', '#next = 0;', '#left = 0;', '#length = 0;']);
    out.line('readonly #step: IteratorYieldResult<this> = { done: false, value: this };');
    out.line();
    emitSkip(out, schema, group, path);
    out.line();
    emitGroupWrap(out, schema, group, dimension.size);
    out.line().doc('How many entries the group has.');
    out.block('get length(): number {', '}', () => out.line('return this.#length;'));
    emitActing(out);
    out.line();
    emitIterator(out, group, path);
    emitMembers(out, block, 'Decoder');
    emitSectionGetters(out, schema, group, block);
    if (schema.rich) {
      emitToJson(out, block, group, 'entryToJSON');
      out.line().doc('All entries.');
      out.block(`toJSON(): ${block.name}Json[] {`, '}', () => {
        out.line('return Array.from(this, (entry) => entry.entryToJSON());');
      });
    }
  });
}

/** Loads a member of the dimension composite at `at` in the free-standing `view`. */
function dimensionLoad(schema: TypescriptSchema, group: GroupIr, name: string, at: string): string {
  const member = compositeOf(schema, group.dimensionType).members.find((candidate) => candidate.name === name);
  if (member?.type.kind !== 'primitive') throw new TypeError(`${group.dimensionType} has no number ${name}`);
  if (member.presence === 'constant') return member.constant ?? '0';
  const place = member.offset === 0 ? at : `${at} + ${member.offset}`;
  return typescriptLoad(member.type.primitive, schema.byteOrder, place).replaceAll('this.#view', 'view');
}

function emitSkip(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const size = compositeOf(schema, group.dimensionType).size;
  const what = typescriptString(path.join('.'));
  const version = groupNeedsVersion(group) ? ', version: number' : '';
  out.doc(
    'Offset behind the group that begins at offset; one that reaches beyond the view is refused with a RangeError.',
  );
  out.block(`static skip(view: DataView, offset: number${version}): number {`, '}', () => {
    out.line(`reach(view, offset + ${size}, ${what});`);
    out.line(`const blockLength = ${dimensionLoad(schema, group, 'blockLength', 'offset')};`);
    out.line(`const count = ${dimensionLoad(schema, group, 'numInGroup', 'offset')};`);
    const least = leastBlockLength(group);
    if (least > 0)
      out.line(`if (count > 0 && blockLength < ${least}) throw shortBlock(${what}, blockLength, ${least});`);
    if (isUniform(group)) {
      out.line(`const end = offset + ${size} + blockLength * count;`);
      out.lines([`reach(view, end, ${what});`, 'return end;']);
      return;
    }
    out.line(`let at = offset + ${size};`);
    out.block('for (let entry = 0; entry < count; entry++) {', '}', () => {
      out.lines(['at += blockLength;', `reach(view, at, ${what});`]);
      for (const section of sectionsOf(group)) {
        const step = `at = ${skipCall(section, path, 'version')};`;
        out.line(isLater(section, group.sinceVersion) ? `if (version >= ${section.sinceVersion}) ${step}` : step);
      }
    });
    out.line('return at;');
  });
}

function emitGroupWrap(out: Writer, schema: TypescriptSchema, group: GroupIr, size: number): void {
  out.doc(
    'Points this decoder in front of the first entry of the group at offset; at a negative offset there is no group.',
  );
  out.block('wrap(view: DataView, offset: number, version: number = schemaVersion): this {', '}', () => {
    if (usesView(group)) out.line('this.#view = view;');
    out.line('this.#version = version;');
    out.line(`this.#blockLength = offset < 0 ? 0 : ${dimensionLoad(schema, group, 'blockLength', 'offset')};`);
    out.line(`this.#length = offset < 0 ? 0 : ${dimensionLoad(schema, group, 'numInGroup', 'offset')};`);
    out.lines([`this.#first = offset + ${size};`, 'this.#next = this.#first;', 'this.#left = this.#length;']);
    out.line('return this;');
  });
}

function emitIterator(out: Writer, group: GroupIr, path: readonly string[]): void {
  out.doc('Back in front of the first entry. One loop at a time: the entries are this object, moved.');
  out.block('[Symbol.iterator](): this {', '}', () => {
    out.lines(['this.#next = this.#first;', 'this.#left = this.#length;', 'return this;']);
  });
  out.line().doc('Moves to the next entry.');
  out.block('next(): IteratorResult<this, undefined> {', '}', () => {
    out.lines(['if (this.#left === 0) return finished;', 'this.#left -= 1;', 'this.#offset = this.#next;']);
    if (!isUniform(group)) out.line('const view = this.#view;');
    const start = isUniform(group) ? 'this.#offset + this.#blockLength' : 'let at = this.#offset + this.#blockLength;';
    emitWalk(out, group, path, start, (at) => `this.#next = ${at};`);
    out.line('return this.#step;');
  });
  if (!isUniform(group)) return;
  out.line().doc('Moves to the entry of that index, from 0.');
  out.block('at(index: number): this {', '}', () => {
    const range = 'index >= 0 && index < this.#length';
    const name = path.join('.');
    out.line(`if (!(${range})) throw new RangeError(\`${name} has \${this.#length} entries, none at \${index}\`);`);
    out.line('this.#offset = this.#first + index * this.#blockLength;');
    out.lines([
      'this.#next = this.#offset + this.#blockLength;',
      'this.#left = this.#length - index - 1;',
      'return this;',
    ]);
  });
}

function emitSectionGetters(out: Writer, schema: TypescriptSchema, body: BlockIr, block: Block): void {
  for (const section of sectionsOf(body)) {
    const later = isLater(section, body.sinceVersion) ? `Since version ${section.sinceVersion}` : undefined;
    if (section.kind === 'data') {
      emitDataGetters(out, schema, section.data, block, later);
      continue;
    }
    const type = `${block.name}${pascalCase(section.name)}Decoder`;
    out.line().doc(sentences(section.group.description, later));
    out.block(`get ${memberName(section.name, block.taken)}(): ${type} {`, '}', () => {
      out.line(`return this.#${privateName(section.name)}.wrap(this.#view, this.#${section.name}At, this.#version);`);
    });
  }
}

function emitDataGetters(
  out: Writer,
  schema: TypescriptSchema,
  data: DataIr,
  block: Block,
  later: string | undefined,
): void {
  const { encoding, dataOffset } = varDataOf(schema, data);
  const name = memberName(data.name, block.taken);
  const at = `this.#${data.name}At`;
  const length = `this.${data.name}Length`;
  const remark = sentences(data.description, later);
  const bytes = `new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.${data.name}Offset, ${length})`;
  out.line().doc(remark);
  if (encoding === undefined) {
    out.block(`get ${name}(): Uint8Array {`, '}', () => out.line(`return ${bytes};`));
  } else {
    const read = encoding === 'utf-8' ? 'readUtf8' : 'readLatin1';
    out.block(`get ${name}(): string {`, '}', () =>
      out.line(`return ${read}(this.#view, this.${data.name}Offset, ${length});`),
    );
    out.line().doc('The same bytes, as they are in the message.');
    out.block(`get ${data.name}Bytes(): Uint8Array {`, '}', () => out.line(`return ${bytes};`));
  }
  out.line().doc(`Where the bytes of ${data.name} begin in the view; 0 when it is absent.`);
  out.block(`get ${data.name}Offset(): number {`, '}', () => out.line(`return ${at} < 0 ? 0 : ${at} + ${dataOffset};`));
  out.line().doc(`How many bytes ${data.name} has.`);
  out.block(`get ${data.name}Length(): number {`, '}', () => {
    out.line(`return ${at} < 0 ? 0 : ${dataLengthLoad(schema, data, at, 'this.#view')};`);
  });
}

/** Loads the length of the data at `at`. */
export function dataLengthLoad(schema: TypescriptSchema, data: DataIr, at: string, view: string): string {
  const { lengthOffset, lengthPrimitive } = varDataOf(schema, data);
  const place = lengthOffset === 0 ? at : `${at} + ${lengthOffset}`;
  const load = typescriptLoad(lengthPrimitive, schema.byteOrder, place).replaceAll('this.#view', view);
  return primitiveOf(lengthPrimitive).size === 8 ? `Number(${load})` : load;
}
