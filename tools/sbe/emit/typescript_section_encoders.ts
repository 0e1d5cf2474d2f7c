// TypeScript encoders of messages with groups, data or versions. Groups and data are written in the order of the schema; one that is left
// out is written empty, one that comes too late is refused, and so are more or fewer entries than a group was begun with. `finish` says
// where the message ends.

import type { BlockIr, CompositeIr, DataIr, GroupIr, MessageIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import {
  compositeOf,
  headerSizeOf,
  isUniform,
  type Section,
  sectionsOf,
  type TypescriptSchema,
  varDataOf,
} from './forms.js';
import { messageRemark } from './remarks.js';
import { emitHeader, emitMembers } from './typescript_blocks.js';
import { emitFromJson } from './typescript_json.js';
import { type Block, privateName } from './typescript_members.js';
import { sectionBlock } from './typescript_sections.js';
import { typescriptStore, typescriptString } from './typescript_values.js';
import { sentences, type Writer } from './writer.js';

/** The encoders of a message, those of its groups first. */
export function emitSectionEncoders(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  emitGroups(out, schema, message.groups, [message.name]);
  const block = sectionBlock(schema, message, [message.name]);
  const sections = sectionsOf(message);
  const headerSize = headerSizeOf(schema);
  out.doc(messageRemark(`Template ${message.id}`, message.blockLength, message.description));
  out.block(`export class ${block.name}Encoder {`, '}', () => {
    out.line(`static readonly templateId = ${message.id};`);
    out.line(`static readonly blockLength = ${message.blockLength};`);
    if (sections.length === 0) out.line(`static readonly encodedLength = ${headerSize + message.blockLength};`);
    const fields = message.fields.some((field) => field.presence !== 'constant');
    if (fields) out.line('#view: DataView = noView;');
    if (fields || sections.length === 0) out.line('#offset = 0;');
    if (sections.length > 0) out.lines(['readonly #cursor = new Cursor();', '#section = 0;']);
    emitFlyweights(out, message, block);
    out.line();
    emitWrap(out, message, block);
    out.line().doc('Writes the message header at offset and clears the block behind it.');
    out.block('wrapAndApplyHeader(view: DataView, offset: number): this {', '}', () => {
      const name = typescriptString(message.name);
      out.line(`reach(view, offset + ${headerSize + message.blockLength}, ${name});`);
      const header = compositeOf(schema, schema.headerType ?? '');
      if (!isCovered(header, ['blockLength', 'templateId', 'schemaId', 'version']))
        emitZeros(out, 'offset', headerSize);
      emitZeros(out, headerSize === 0 ? 'offset' : `offset + ${headerSize}`, message.blockLength);
      emitHeader(out, schema, message);
      out.line(`return this.wrap(view, offset + ${headerSize});`);
    });
    emitMembers(out, block, 'Encoder');
    emitSectionWriters(out, schema, message, block, [message.name]);
    if (schema.rich) emitFromJson(out, block, message, 'fromJSON');
    emitFinish(out, message);
    if (sections.length > 0) emitTurn(out, schema, sections, [message.name]);
  });
}

/** Whether the named members are all there is of a composite, without a gap. */
function isCovered(composite: CompositeIr, names: readonly string[]): boolean {
  const members = composite.members.filter((member) => member.presence !== 'constant');
  const bytes = members.filter((member) => names.includes(member.name)).reduce((sum, member) => sum + member.size, 0);
  return bytes === composite.size;
}

/** Statements that make bytes of `view` zero: eight at a time, since a loop over bytes costs more than the fields that follow. */
function emitZeros(out: Writer, at: string, length: number): void {
  if (length > 64) {
    out.line(`zero(view, ${at}, ${length});`);
    return;
  }
  let done = 0;
  for (const [size, setter] of [
    [8, 'setFloat64'],
    [4, 'setUint32'],
    [2, 'setUint16'],
    [1, 'setUint8'],
  ] as const) {
    for (; length - done >= size; done += size) out.line(`view.${setter}(${done === 0 ? at : offsetBy(at, done)}, 0);`);
  }
}

function offsetBy(at: string, bytes: number): string {
  const match = /^(\w+) \+ (\d+)$/.exec(at);
  return match === null ? `${at} + ${bytes}` : `${match[1]} + ${Number(match[2]) + bytes}`;
}

function emitGroups(out: Writer, schema: TypescriptSchema, groups: readonly GroupIr[], path: readonly string[]): void {
  for (const group of groups) {
    emitGroups(out, schema, group.groups, [...path, group.name]);
    emitGroupEncoder(out, schema, group, [...path, group.name]);
    out.line();
  }
}

function emitFlyweights(out: Writer, body: BlockIr, block: Block): void {
  for (const member of block.members) {
    if (member.type.kind !== 'composite') continue;
    out.line(`readonly #${privateName(member.name)} = new ${pascalCase(member.type.name)}Encoder();`);
  }
  for (const group of body.groups) {
    const type = `${block.name}${pascalCase(group.name)}Encoder`;
    out.line(`readonly #${privateName(group.name)} = new ${type}(this.#cursor);`);
  }
}

function emitWrap(out: Writer, message: MessageIr, block: Block): void {
  out.doc('Points this encoder at a block behind a header already written; clears nothing.');
  out.block('wrap(view: DataView, offset: number): this {', '}', () => {
    out.line(`reach(view, offset + ${message.blockLength}, ${typescriptString(message.name)});`);
    const fields = message.fields.some((field) => field.presence !== 'constant');
    if (fields) out.line('this.#view = view;');
    if (fields || sectionsOf(message).length === 0) out.line('this.#offset = offset;');
    if (sectionsOf(message).length > 0) {
      out.lines([
        `this.#cursor.view = view;`,
        `this.#cursor.at = offset + ${block.name}Encoder.blockLength;`,
        'this.#section = 0;',
      ]);
    }
    out.line('return this;');
  });
}

function emitFinish(out: Writer, message: MessageIr): void {
  const count = sectionsOf(message).length;
  out
    .line()
    .doc(
      count === 0
        ? 'Offset of the byte behind the message.'
        : 'Writes what has been left out as empty, and tells the offset of the byte behind the message.',
    );
  out.block('finish(): number {', '}', () => {
    if (count === 0) out.line(`return this.#offset + ${message.blockLength};`);
    else out.lines([`if (this.#section <= ${count}) this.#turn(${count});`, 'return this.#cursor.at;']);
  });
}

/** Goes on to the section of that number; those between are written empty. */
function emitTurn(out: Writer, schema: TypescriptSchema, sections: readonly Section[], path: readonly string[]): void {
  const names = sections.map((section) => typescriptString([...path, section.name].join('.')));
  out.line();
  out.block('#turn(to: number): void {', '}', () => {
    out.line(`if (to < this.#section) throw outOfOrder([${names.join(', ')}], to);`);
    sections.forEach((section, at) => {
      const before = sections[at - 1];
      const closes = before?.kind === 'group';
      const empty = emptyCall(schema, section, path);
      if (!closes) out.line(`if (this.#section === ${at} && to > ${at}) {`);
      else out.lines([`if (this.#section === ${at}) {`, `  this.#${privateName(before.name)}.end();`]);
      const body = [empty, `this.#section = ${at + 1};`];
      if (!closes) out.lines(body.map((line) => `  ${line}`));
      else out.lines([`  if (to > ${at}) {`, ...body.map((line) => `    ${line}`), '  }']);
      out.line('}');
    });
    const last = sections.at(-1);
    if (last?.kind === 'group')
      out.line(`if (this.#section === ${sections.length}) this.#${privateName(last.name)}.end();`);
    out.line('this.#section = to + 1;');
  });
}

function emptyCall(schema: TypescriptSchema, section: Section, path: readonly string[]): string {
  if (section.kind === 'group') return `this.#${privateName(section.name)}.begin(0);`;
  return `${putCall(schema, section.data, path, "''")};`;
}

/** The statement that writes data at the cursor. */
function putCall(schema: TypescriptSchema, data: DataIr, path: readonly string[], value: string): string {
  const { encoding } = varDataOf(schema, data);
  const what = typescriptString([...path, data.name].join('.'));
  const bytes = value === 'bytes' || (encoding === undefined && value !== "''");
  if (bytes || value === "''")
    return `put${pascalCase(data.type)}(this.#cursor, ${value === "''" ? 'noBytes' : value}, ${what})`;
  return `put${pascalCase(data.type)}Text(this.#cursor, ${value}, ${what})`;
}

function emitSectionWriters(
  out: Writer,
  schema: TypescriptSchema,
  body: BlockIr,
  block: Block,
  path: readonly string[],
): void {
  sectionsOf(body).forEach((section, at) => {
    const name = memberName(section.name, block.taken);
    if (section.kind === 'group') {
      const type = `${block.name}${pascalCase(section.name)}Encoder`;
      out
        .line()
        .doc(sentences(section.group.description, 'Begins the group; each entry is then asked for with next()'));
      out.block(`${name}(count: number): ${type} {`, '}', () => {
        out.lines([`this.#turn(${at});`, `return this.#${privateName(section.name)}.begin(count);`]);
      });
      return;
    }
    const { encoding } = varDataOf(schema, section.data);
    const setter = (setterName: string, value: string, type: string): void => {
      out.block(`${setterName}(${value}: ${type}): this {`, '}', () => {
        out.lines([`this.#turn(${at});`, `${putCall(schema, section.data, path, value)};`, 'return this;']);
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

function emitGroupEncoder(out: Writer, schema: TypescriptSchema, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const sections = sectionsOf(group);
  const what = path.join('.');
  const usesOffset = block.members.some((member) => member.presence !== 'constant');
  out.doc(sentences(group.description, `Group ${what}, entries of ${group.blockLength} bytes`));
  out.block(`export class ${block.name}Encoder {`, '}', () => {
    out.line(`static readonly blockLength = ${group.blockLength};`);
    out.line('readonly #cursor: Cursor;');
    if (usesOffset) out.lines(['#view: DataView = noView;', '#offset = 0;']);
    out.lines(['#left = 0;', '#length = 0;']);
    if (sections.length > 0) out.line('#section = 0;');
    emitFlyweightsOfGroup(out, group, block);
    out.line();
    out.block('constructor(cursor: Cursor) {', '}', () => {
      out.line('this.#cursor = cursor;');
      for (const inner of group.groups) {
        out.line(`this.#${privateName(inner.name)} = new ${block.name}${pascalCase(inner.name)}Encoder(cursor);`);
      }
    });
    out.line();
    emitBegin(out, schema, group, what);
    out.line();
    emitNext(out, group, what, usesOffset);
    out.line().doc('Called by the encoder that holds the group: every entry must have been written.');
    out.block('end(): void {', '}', () => {
      out.line(`if (this.#left > 0) throw missingEntries(${typescriptString(what)}, this.#length, this.#left);`);
      if (sections.length > 0) out.line(`if (this.#section <= ${sections.length}) this.#turn(${sections.length});`);
    });
    emitMembers(out, block, 'Encoder');
    emitSectionWriters(out, schema, group, block, path);
    if (schema.rich) emitFromJson(out, block, group, 'entryFromJSON');
    if (sections.length > 0) emitTurn(out, schema, sections, path);
  });
}

function emitFlyweightsOfGroup(out: Writer, group: GroupIr, block: Block): void {
  for (const member of block.members) {
    if (member.type.kind !== 'composite') continue;
    out.line(`readonly #${privateName(member.name)} = new ${pascalCase(member.type.name)}Encoder();`);
  }
  for (const inner of group.groups) {
    out.line(`readonly #${privateName(inner.name)}: ${block.name}${pascalCase(inner.name)}Encoder;`);
  }
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
  out.block('begin(count: number): this {', '}', () => {
    out.lines(['const view = this.#cursor.view;', 'const at = this.#cursor.at;']);
    out.line(
      `if (!(count >= 0 && count <= ${highest})) throw new RangeError(\`${what} takes 0 to ${highest} entries, not \${count}\`);`,
    );
    const entries = isUniform(group) && group.blockLength > 0 ? ` + count * ${group.blockLength}` : '';
    out.line(`reach(view, at + ${dimension.size}${entries}, ${name});`);
    if (!isCovered(dimension, Object.keys(counters))) emitZeros(out, 'at', dimension.size);
    for (const member of dimension.members) {
      const value = counters[member.name];
      if (value === undefined || member.type.kind !== 'primitive' || member.presence === 'constant') continue;
      const place = member.offset === 0 ? 'at' : `at + ${member.offset}`;
      const stored = primitiveOf(member.type.primitive).size === 8 ? `BigInt(${value})` : String(value);
      out.line(
        `${typescriptStore(member.type.primitive, schema.byteOrder, place, stored).replaceAll('this.#view', 'view')};`,
      );
    }
    out.lines([`this.#cursor.at = at + ${dimension.size};`, 'this.#left = count;', 'this.#length = count;']);
    const sections = sectionsOf(group).length;
    if (sections > 0) out.line(`this.#section = ${sections + 1};`);
    out.line('return this;');
  });
}

function emitNext(out: Writer, group: GroupIr, what: string, usesOffset: boolean): void {
  const sections = sectionsOf(group).length;
  out.doc('Moves to the next entry and clears it.');
  out.block('next(): this {', '}', () => {
    out.line(`if (this.#left === 0) throw new RangeError(\`${what} was begun with \${this.#length} entries\`);`);
    if (sections > 0) out.line(`if (this.#section <= ${sections}) this.#turn(${sections});`);
    out.line('this.#left -= 1;');
    if (sections > 0) out.line('this.#section = 0;');
    if (usesOffset || group.blockLength > 0 || !isUniform(group)) out.line('const view = this.#cursor.view;');
    out.line('const at = this.#cursor.at;');
    // Entries of one length found their room when the group was begun.
    if (!isUniform(group)) out.line(`reach(view, at + ${group.blockLength}, ${typescriptString(what)});`);
    emitZeros(out, 'at', group.blockLength);
    if (usesOffset) out.lines(['this.#view = view;', 'this.#offset = at;']);
    out.line(`this.#cursor.at = at + ${group.blockLength};`);
    out.line('return this;');
  });
}
