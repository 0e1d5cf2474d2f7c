// TypeScript decoders of messages with groups, data or versions. `wrap` walks once over everything that follows the block, so whatever is
// truncated is found there, and every group and data is at hand in any order afterwards. What came in a later version than the message at
// hand is absent: a group without entries, data without bytes, a field that answers its null. Groups: typescript_groups.ts.
//
// How many bytes a view has is asked once per view and kept (`_attach`): V8 calls out of optimised code for DataView.byteLength, and one
// such call costs as much as reading five fields.

import type { BlockIr, CompositeIr, DataIr, GroupIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import {
  className,
  compositeOf,
  groupNeedsVersion,
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
import { type Block, derivedNames, emitNull, privateName } from './typescript_members.js';
import { typescriptLoad, typescriptString } from './typescript_values.js';
import { sentences, type Writer } from './writer.js';

/** Names of a decoder or encoder that fields, groups and data must not take. */
export const messageTaken = [
  'wrapWithHeader',
  'write',
  'limit',
  'finish',
  'actingVersion',
  'actingBlockLength',
  'toJSON',
  'fromJSON',
];
export const groupTaken = [
  'next',
  'advance',
  'add',
  'length',
  'at',
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
    taken: [...(path.length === 1 ? messageTaken : groupTaken), ...derivedNames(block.fields, block.data)],
  };
}

/** The decoder of a message; those of its groups come before it. */
export function emitSectionDecoder(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const block = sectionBlock(schema, message, [message.name]);
  const remark = messageRemark(`Template ${message.id}`, message.blockLength, message.description);
  if (schema.rich) {
    emitJsonType(out, block, message);
    out.line();
  }
  out.doc(remark);
  out.block(`export class ${block.name}Decoder {`, '}', () => {
    out.line(`static readonly templateId = ${message.id};`);
    emitStatics(out, block, message, [message.name], hasFields(message));
    out.line('private _limit = 0;');
    out.line();
    emitWrap(out, message);
    out.line();
    emitWrapWithHeader(out, schema, message);
    out.line().doc('Where the message ends: offset of the byte behind it.');
    out.block('get limit(): number {', '}', () => out.line('return this._limit;'));
    emitActing(out);
    emitMembers(out, block, 'Decoder');
    emitSectionGetters(out, schema, message, block);
    if (schema.rich) emitToJson(out, block, message, 'toJSON');
    out.line();
    emitTake(out, message);
    out.line();
    emitAttach(out, message, [message.name], 'view.byteLength', 'private _attach(view: DataView): void {');
  });
}

export function hasFields(block: BlockIr): boolean {
  return block.fields.some((field) => field.presence !== 'constant');
}

export function emitActing(out: Writer): void {
  out.line().doc('Block length and version of the message at hand.');
  out.block('get actingBlockLength(): number {', '}', () => out.line('return this._blockLength;'));
  out.block('get actingVersion(): number {', '}', () => out.line('return this._version;'));
}

/** Block length, nulls and private fields: what message and group decoders have in common. */
export function emitStatics(out: Writer, block: Block, body: BlockIr, path: readonly string[], offset: boolean): void {
  out.line(`static readonly blockLength = ${body.blockLength};`);
  for (const member of block.members) emitNull(out, block, member);
  out.line('private _view: DataView = noView;');
  if (!('dimensionType' in body && isEntered(body as GroupIr, path))) out.line('private _size = 0;');
  if (offset) out.line('private _offset = 0;');
  out.lines(['private _blockLength = 0;', 'private _version = 0;']);
  for (const member of block.members) {
    if (member.type.kind !== 'composite') continue;
    out.line(`private readonly ${privateName(member.name)} = new ${pascalCase(member.type.name)}Decoder();`);
  }
  for (const section of sectionsOf(body)) {
    const type = `${block.name}${pascalCase(section.name)}Decoder`;
    if (section.kind === 'group') out.line(`private readonly ${privateName(section.name)} = new ${type}();`);
    else out.line(`private _${section.name}At = -1;`);
  }
}

/** Takes over another view, also in the groups of the block. */
export function emitAttach(out: Writer, block: BlockIr, path: readonly string[], size: string, head: string): void {
  out.block(head, '}', () => {
    out.lines(['this._view = view;', `this._size = ${size};`]);
    for (const group of block.groups) {
      const sized = isEntered(group, [...path, group.name]) ? '' : ', this._size';
      out.line(`this.${privateName(group.name)}._attach(view${sized});`);
    }
  });
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
    out.line('if (view !== this._view) this._attach(view);');
    out.line('return this._take(offset, blockLength, version);');
  });
}

/** What both ways to point a decoder at a message end in. */
function emitTake(out: Writer, message: MessageIr): void {
  const least = leastBlockLength(message);
  const name = typescriptString(message.name);
  out.block('private _take(offset: number, blockLength: number, version: number): this {', '}', () => {
    out.line('const end = offset + blockLength;');
    out.line(`if (!(offset >= 0 && blockLength >= ${least} && end <= this._size)) {`);
    out.line(`  throw badBlock(${name}, end, blockLength, ${least}, this._size);`);
    out.line('}');
    if (hasFields(message)) out.line('this._offset = offset;');
    out.lines(['this._blockLength = blockLength;', 'this._version = version;']);
    emitWalk(out, message, [message.name], 'end', (at) => `this._limit = ${at};`);
    out.line('return this;');
  });
}

/** Statements that go over the sections of a block, from `start` on, and keep the place of each. */
export function emitWalk(
  out: Writer,
  block: BlockIr,
  path: readonly string[],
  start: string,
  end: (at: string) => string,
): void {
  const sections = sectionsOf(block);
  const only = sections[0];
  if (only === undefined) {
    out.line(end(start));
    return;
  }
  if (sections.length === 1 && only.kind === 'group' && !isLater(only, block.sinceVersion)) {
    out.line(end(walkCall(only, path, start)));
    return;
  }
  out.line(`let at = ${start};`);
  for (const section of sections) {
    const place = section.kind === 'data' ? [`this._${section.name}At = at;`] : [];
    const steps = [...place, `at = ${walkCall(section, path, 'at')};`];
    if (!isLater(section, block.sinceVersion)) {
      out.lines(steps);
      continue;
    }
    const absent =
      section.kind === 'data' ? `this._${section.name}At = -1;` : `this.${privateName(section.name)}._absent();`;
    out.block(`if (this._version >= ${section.sinceVersion}) {`, '} else {', () => out.lines(steps));
    out.line(`  ${absent}`).line('}');
  }
  out.line(end('at'));
}

/** Whether the decoder that holds the group has looked it over before it takes it in: a group in a group, with entries of one length. */
export function isEntered(group: GroupIr, path: readonly string[]): boolean {
  return path.length > 2 && isUniform(group);
}

/** The expression that takes a section in and tells where it ends. */
function walkCall(section: Section, path: readonly string[], at: string): string {
  if (section.kind === 'group') {
    const method = isEntered(section.group, [...path, section.name]) ? '_enter' : '_wrap';
    return `this.${privateName(section.name)}.${method}(${at}, this._version)`;
  }
  return skipCall(section, path, { view: 'this._view', size: 'this._size', at, version: '' });
}

/** The expression for the end of a section that begins at `at`, without taking it in. */
export function skipCall(
  section: Section,
  path: readonly string[],
  names: { readonly view: string; readonly size: string; readonly at: string; readonly version: string },
): string {
  const { view, size, at, version } = names;
  const what = typescriptString([...path, section.name].join('.'));
  if (section.kind === 'data') return `endOf${pascalCase(section.data.type)}(${view}, ${at}, ${size}, ${what})`;
  const asks = groupNeedsVersion(section.group) ? `, ${version}` : '';
  return `${endOfGroup([...path, section.name])}(${view}, ${at}, ${size}${asks})`;
}

/** The function that tells where a group in a group ends. */
export function endOfGroup(path: readonly string[]): string {
  return `endOf${className(path)}`;
}

function emitWrapWithHeader(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const size = headerSizeOf(schema);
  const name = typescriptString(message.name);
  const load = (member: string): string => headerLoad(schema, member);
  out.doc(
    'Points this decoder at a message that begins with its header at offset; a header of another template is refused.',
  );
  out.block('wrapWithHeader(view: DataView, offset: number): this {', '}', () => {
    out.line('if (view !== this._view) this._attach(view);');
    out.line(`const block = offset + ${size};`);
    const differs = headerDiffers(schema, message);
    out.line(`if (block > this._size${differs === '' ? '' : ` || ${differs}`}) {`);
    out.lines([`  throw wrongHeader(${name}, ${message.id}, view, offset);`, '}']);
    out.line(`return this._take(block, ${load('blockLength')}, ${load('version')});`);
  });
}

function headerMember(schema: MessageSchemaIr, name: string): CompositeIr['members'][number] | undefined {
  return compositeOf(schema, schema.headerType ?? '').members.find((member) => member.name === name);
}

/** Loads a field of the message header at `offset` of `view`. */
function headerLoad(schema: MessageSchemaIr, name: string): string {
  const member = headerMember(schema, name);
  if (member?.type.kind !== 'primitive') throw new TypeError(`the header has no number ${name}`);
  if (member.presence === 'constant') return member.constant ?? '0';
  const place = member.offset === 0 ? 'offset' : `offset + ${member.offset}`;
  return typescriptLoad(member.type.primitive, schema.byteOrder, place).replaceAll('this._view', 'view');
}

/** The condition under which a header is of another message: one comparison where template and schema are neighbours of two bytes each. */
function headerDiffers(schema: MessageSchemaIr, message: MessageIr): string {
  const [template, id] = [headerMember(schema, 'templateId'), headerMember(schema, 'schemaId')];
  const isPair = [template, id].every((member) => member?.size === 2);
  if (template === undefined || id === undefined || !isPair || id.offset !== template.offset + 2) {
    const wanted = { templateId: String(message.id), schemaId: 'schemaId' };
    return Object.entries(wanted)
      .filter(([name]) => headerMember(schema, name)?.presence !== 'constant')
      .map(([name, value]) => `${headerLoad(schema, name)} !== ${value}`)
      .join(' || ');
  }
  const little = schema.byteOrder === 'littleEndian';
  const both = little ? schema.id * 0x10000 + (message.id ?? 0) : (message.id ?? 0) * 0x10000 + schema.id;
  const hex = `0x${both.toString(16).padStart(8, '0')}`;
  return `view.getUint32(offset + ${template.offset}, ${little}) !== ${hex}`;
}

export function emitSectionGetters(out: Writer, schema: TypescriptSchema, body: BlockIr, block: Block): void {
  for (const section of sectionsOf(body)) {
    const later = isLater(section, body.sinceVersion) ? `Since version ${section.sinceVersion}` : undefined;
    if (section.kind === 'data') {
      emitDataGetters(out, schema, section.data, block, later);
      continue;
    }
    const type = `${block.name}${pascalCase(section.name)}Decoder`;
    out.line().doc(sentences(section.group.description, later));
    out.block(`get ${memberName(section.name, block.taken)}(): ${type} {`, '}', () => {
      out.line(`return this.${privateName(section.name)}._rewind();`);
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
  const at = `this._${data.name}At`;
  const length = `this.${data.name}Length`;
  const remark = sentences(data.description, later);
  const bytes = `new Uint8Array(this._view.buffer, this._view.byteOffset + this.${data.name}Offset, ${length})`;
  out.line().doc(remark);
  if (encoding === undefined) {
    out.block(`get ${name}(): Uint8Array {`, '}', () => out.line(`return ${bytes};`));
  } else {
    const read = encoding === 'utf-8' ? 'readUtf8' : 'readLatin1';
    out.block(`get ${name}(): string {`, '}', () =>
      out.line(`return ${read}(this._view, this.${data.name}Offset, ${length});`),
    );
    out.line().doc('The same bytes, as they are in the message.');
    out.block(`get ${data.name}Bytes(): Uint8Array {`, '}', () => out.line(`return ${bytes};`));
  }
  // Where it cannot be absent, nothing is asked: a decoder that was never wrapped has no view to read from.
  const orNone = (value: string): string => (later === undefined ? value : `${at} < 0 ? 0 : ${value}`);
  out
    .line()
    .doc(`Where the bytes of ${data.name} begin in the view${later === undefined ? '' : '; 0 when it is absent'}.`);
  out.block(`get ${data.name}Offset(): number {`, '}', () => out.line(`return ${orNone(`${at} + ${dataOffset}`)};`));
  out.line().doc(`How many bytes ${data.name} has.`);
  out.block(`get ${data.name}Length(): number {`, '}', () => {
    out.line(`return ${orNone(dataLengthLoad(schema, data, at, 'this._view'))};`);
  });
}

/** Loads the length of the data at `at`. */
export function dataLengthLoad(schema: TypescriptSchema, data: DataIr, at: string, view: string): string {
  const { lengthOffset, lengthPrimitive } = varDataOf(schema, data);
  const place = lengthOffset === 0 ? at : `${at} + ${lengthOffset}`;
  const load = typescriptLoad(lengthPrimitive, schema.byteOrder, place).replaceAll('this._view', view);
  return primitiveOf(lengthPrimitive).size === 8 ? `Number(${load})` : load;
}
