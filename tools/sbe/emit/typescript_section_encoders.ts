// TypeScript encoders of messages with groups, data or versions. Groups and data are written in the order of the schema; one that is left
// out is written empty, one that comes too late is refused, and so are more or fewer entries than a group was begun with. `finish` says
// where the message ends. `_section` is the number of the section that comes next; `_turn` is for what is not the plain order. Groups:
// typescript_group_encoders.ts.

import type { BlockIr, DataIr, GroupIr, MessageIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import {
  fillsByPlace,
  headerSizeOf,
  isUniform,
  type Section,
  sectionsOf,
  type TypescriptSchema,
  varDataOf,
} from './forms.js';
import { messageRemark } from './remarks.js';
import { emitMembers } from './typescript_blocks.js';
import { emitClear, emitHeader } from './typescript_image.js';
import { emitFromJson } from './typescript_json.js';
import { type Block, privateName } from './typescript_members.js';
import { hasFields, sectionBlock } from './typescript_sections.js';
import { typescriptString } from './typescript_values.js';
import { emitValuesType, emitWholeBlock } from './typescript_whole_blocks.js';
import { sentences, type Writer } from './writer.js';

/** The encoder of a message; those of its groups come before it. */
export function emitSectionEncoder(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const block = sectionBlock(schema, message, [message.name]);
  const sections = sectionsOf(message);
  const headerSize = headerSizeOf(schema);
  const fields = hasFields(message);
  const cleared = schema.clears ? 'clears the block behind it' : 'zeros where the block has no field';
  if (schema.rich && fields) {
    emitValuesType(out, block, `What write of ${block.name}Encoder takes. ${aboutValues}`);
    out.line();
  }
  out.doc(messageRemark(`Template ${message.id}`, message.blockLength, message.description));
  out.block(`export class ${block.name}Encoder {`, '}', () => {
    out.line(`static readonly templateId = ${message.id};`);
    out.line(`static readonly blockLength = ${message.blockLength};`);
    if (sections.length === 0) out.line(`static readonly encodedLength = ${headerSize + message.blockLength};`);
    if (fields || sections.length === 0) out.lines(['private _view: DataView = noView;', 'private _offset = 0;']);
    if (sections.length > 0) out.lines(['private readonly _cursor = new Cursor();', 'private _section = 0;']);
    else out.line('private _size = 0;');
    emitFlyweights(out, message, block);
    out.line();
    emitWrap(out, message);
    out.line().doc(`Writes the message header at offset and ${cleared}.`);
    out.block('wrapAndApplyHeader(view: DataView, offset: number): this {', '}', () => {
      out.line(`this.wrap(view, offset + ${headerSize});`);
      emitHeader(out, schema, message);
      emitClear(out, schema, message, `offset + ${headerSize}`);
      out.line('return this;');
    });
    if (schema.rich && fields) emitWrite(out, schema, message, block);
    emitMembers(out, block, 'Encoder');
    emitSectionWriters(out, schema, message, block, [message.name]);
    if (schema.rich) emitFromJson(out, block, message, 'fromJSON');
    emitFinish(out, message);
    if (sections.length > 0) emitTurn(out, schema, sections, [message.name]);
  });
}

/** Said of the values that write and add take. */
export const aboutValues =
  'A 64-bit field is a bigint, or a number within 2^53; an optional field that is left out becomes null.';

function emitWrite(out: Writer, schema: TypescriptSchema, message: MessageIr, block: Block): void {
  const headerSize = headerSizeOf(schema);
  out.line().doc('Writes the message header at offset and the whole block behind it.');
  out.block(`write(view: DataView, offset: number, values: ${block.name}Values): this {`, '}', () => {
    out.line(`this.wrap(view, offset + ${headerSize});`);
    emitHeader(out, schema, message);
    emitWholeBlock(out, block, message.blockLength, `offset + ${headerSize}`);
    out.line('return this;');
  });
}

/** The flyweights of composites, and of groups, which share the cursor of the message. */
export function emitFlyweights(out: Writer, body: BlockIr, block: Block): void {
  for (const member of block.members) {
    if (member.type.kind !== 'composite') continue;
    out.line(`private readonly ${privateName(member.name)} = new ${pascalCase(member.type.name)}Encoder();`);
  }
  for (const group of body.groups) {
    const type = `${block.name}${pascalCase(group.name)}Encoder`;
    const made = 'dimensionType' in body ? `: ${type};` : ` = new ${type}(this._cursor);`;
    out.line(`private readonly ${privateName(group.name)}${made}`);
  }
}

function emitWrap(out: Writer, message: MessageIr): void {
  const sections = sectionsOf(message).length > 0;
  const name = typescriptString(message.name);
  out.doc('Points this encoder at a block behind a header already written; clears nothing.');
  out.block('wrap(view: DataView, offset: number): this {', '}', () => {
    const size = sections ? 'cursor.size' : 'this._size';
    const keepsView = !sections || hasFields(message);
    if (sections) out.line('const cursor = this._cursor;');
    // One comparison in place of stores: a program encodes into the same view again and again.
    out.block(`if (view !== ${sections ? 'cursor.view' : 'this._view'}) {`, '}', () => {
      if (keepsView) out.line('this._view = view;');
      out.line(sections ? 'cursor.attach(view);' : 'this._size = view.byteLength;');
    });
    out.line(`const end = offset + ${message.blockLength};`);
    out.line(`if (end > ${size}) throw beyond(${name}, end, ${size});`);
    if (keepsView) out.line('this._offset = offset;');
    if (sections) out.lines(['cursor.at = end;', 'this._section = 0;']);
    out.line('return this;');
  });
}

function emitFinish(out: Writer, message: MessageIr): void {
  const sections = sectionsOf(message);
  const doc = 'Writes what has been left out as empty, and tells the offset of the byte behind the message.';
  out.line().doc(sections.length === 0 ? 'Offset of the byte behind the message.' : doc);
  out.block('finish(): number {', '}', () => {
    if (sections.length === 0) {
      out.line(`return this._offset + ${message.blockLength};`);
      return;
    }
    out.line(turnTo(sections, sections.length));
    out.line('return this._cursor.at;');
  });
}

/** The statement that goes on to the section of that number, which costs nothing when all before it is written. */
function turnTo(sections: readonly Section[], to: number): string {
  const before = sections[to - 1];
  const open = before?.kind === 'group' ? ` || ${isOpen(before.group)}` : '';
  return `if (this._section !== ${to}${open}) this._turn(${to});`;
}

/** Whether entries of a group are still to come, or its last one is not complete. */
function isOpen(group: GroupIr): string {
  const field = `this.${privateName(group.name)}`;
  if (fillsByPlace(group)) return `${field}._offset !== ${field}._last`;
  return isUniform(group) ? `${field}._left !== 0` : `${field}._isOpen()`;
}

/** Whether the entry at hand lacks groups or data; `_section` is beyond them all where no entry has been begun. */
export function entryIsOpen(sections: readonly Section[]): string {
  const last = sections.at(-1);
  const count = sections.length;
  if (last?.kind !== 'group') return `this._section < ${count}`;
  return `this._section < ${count} || (this._section === ${count} && ${isOpen(last.group)})`;
}

/** Goes on to the section of that number; those between are written empty. */
export function emitTurn(
  out: Writer,
  schema: TypescriptSchema,
  sections: readonly Section[],
  path: readonly string[],
): void {
  const names = sections.map((section) => typescriptString([...path, section.name].join('.')));
  out.line();
  out.block('private _turn(to: number): void {', '}', () => {
    out.line(`if (to < this._section) throw outOfOrder([${names.join(', ')}], to);`);
    sections.forEach((section, at) => {
      const before = sections[at - 1];
      const closes = before?.kind === 'group';
      const empty = emptyCall(schema, section, path);
      if (!closes) out.line(`if (this._section === ${at} && to > ${at}) {`);
      else out.lines([`if (this._section === ${at}) {`, `  this.${privateName(before.name)}._end();`]);
      const body = [empty, `this._section = ${at + 1};`];
      if (!closes) out.lines(body.map((line) => `  ${line}`));
      else out.lines([`  if (to > ${at}) {`, ...body.map((line) => `    ${line}`), '  }']);
      out.line('}');
    });
    const last = sections.at(-1);
    if (last?.kind === 'group')
      out.line(`if (this._section === ${sections.length}) this.${privateName(last.name)}._end();`);
  });
}

function emptyCall(schema: TypescriptSchema, section: Section, path: readonly string[]): string {
  if (section.kind === 'group') return `this.${privateName(section.name)}._begin(0);`;
  return `${putCall(schema, section.data, path, "''")};`;
}

/** The statement that writes data at the cursor. */
function putCall(schema: TypescriptSchema, data: DataIr, path: readonly string[], value: string): string {
  const { encoding } = varDataOf(schema, data);
  const what = typescriptString([...path, data.name].join('.'));
  const bytes = value === 'bytes' || (encoding === undefined && value !== "''");
  if (bytes || value === "''")
    return `put${pascalCase(data.type)}(this._cursor, ${value === "''" ? 'noBytes' : value}, ${what})`;
  return `put${pascalCase(data.type)}Text(this._cursor, ${value}, ${what})`;
}

export function emitSectionWriters(
  out: Writer,
  schema: TypescriptSchema,
  body: BlockIr,
  block: Block,
  path: readonly string[],
): void {
  const sections = sectionsOf(body);
  sections.forEach((section, at) => {
    const name = memberName(section.name, block.taken);
    // Moved on only when the group or data is accepted: what is refused may be given again, corrected.
    const turn = turnTo(sections, at);
    const moved = `this._section = ${at + 1};`;
    if (section.kind === 'group') {
      const type = `${block.name}${pascalCase(section.name)}Encoder`;
      out
        .line()
        .doc(sentences(section.group.description, 'Begins the group; each entry is then asked for with next()'));
      out.block(`${name}(count: number): ${type} {`, '}', () => {
        out.lines([turn, `const group = this.${privateName(section.name)}._begin(count);`, moved, 'return group;']);
      });
      return;
    }
    const { encoding } = varDataOf(schema, section.data);
    const setter = (setterName: string, value: string, type: string): void => {
      out.block(`${setterName}(${value}: ${type}): this {`, '}', () => {
        out.lines([turn, `${putCall(schema, section.data, path, value)};`, moved, 'return this;']);
      });
    };
    out.line().doc(section.data.description);
    if (encoding === undefined) setter(name, 'value', 'Uint8Array');
    else {
      setter(name, 'value', 'string');
      out.line();
      setter(`${section.name}Bytes`, 'bytes', 'Uint8Array');
    }
  });
}
