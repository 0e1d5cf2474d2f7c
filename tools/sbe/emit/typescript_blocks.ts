// TypeScript flyweights of messages and composites: a Decoder and an Encoder over a DataView, made once and wrapped around one message
// after another. Fields of up to 53 bits are read and written without allocation; a 64-bit field is a bigint and, beside it, two unsigned
// halves.

import type { ByteOrder, CompositeIr, MemberIr, MessageIr, MessageSchemaIr, TypeIr } from '../ir.js';
import { memberName, pascalCase } from '../naming.js';
import { isSixtyFourBit, type PrimitiveName, primitiveOf } from '../primitives.js';
import { formOf, headerSizeOf } from './forms.js';
import { memberRemark, messageRemark } from './remarks.js';
import {
  halvesOf,
  placeOf,
  typescriptLiteral,
  typescriptLoad,
  typescriptStore,
  typescriptString,
  typescriptType,
} from './typescript_values.js';
import type { Writer } from './writer.js';

interface Block {
  readonly name: string;
  readonly members: readonly MemberIr[];
  readonly order: ByteOrder;
  /** Code of the byte that fills the rest of a char array. */
  readonly pad: number;
}

function blockOf(schema: MessageSchemaIr, name: string, members: readonly MemberIr[]): Block {
  return { name: pascalCase(name), members, order: schema.byteOrder, pad: schema.layout === 'fixed' ? 0x20 : 0 };
}

export function emitTypescriptComposite(out: Writer, schema: MessageSchemaIr, composite: CompositeIr): void {
  const block = blockOf(schema, composite.name, composite.members);
  const remark = messageRemark('Composite', composite.size, composite.description);
  const statics = (): void => {
    out.line(`static readonly encodedLength = ${composite.size};`);
  };
  out.doc(remark);
  emitClass(out, block, 'Decoder', statics, () => emitPlainWrap(out, block, 'Points this decoder at the composite.'));
  out.line().doc(remark);
  emitClass(out, block, 'Encoder', statics, () =>
    emitPlainWrap(out, block, 'Points this encoder at the composite; clears nothing.'),
  );
}

export function emitTypescriptMessage(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  const block = blockOf(schema, message.name, message.fields);
  const headerSize = headerSizeOf(schema);
  const fixedKind = message.discriminator === undefined ? 'Fixed layout' : `Type '${message.discriminator}'`;
  const remark = messageRemark(
    message.id === undefined ? fixedKind : `Template ${message.id}`,
    message.blockLength,
    message.description,
  );
  const statics = (): void => {
    if (message.id !== undefined) out.line(`static readonly templateId = ${message.id};`);
    if (message.discriminator !== undefined)
      out.line(`static readonly discriminator = ${typescriptString(message.discriminator)};`);
    out.line(`static readonly blockLength = ${message.blockLength};`);
    out.line(`static readonly encodedLength = ${headerSize + message.blockLength};`);
  };
  const place = headerSize === 0 ? 'the start of the message' : 'the block, which follows the message header';
  out.doc(remark);
  emitClass(out, block, 'Decoder', statics, () => emitPlainWrap(out, block, `Points this decoder at ${place}.`));
  out.line().doc(remark);
  emitClass(out, block, 'Encoder', statics, () => {
    if (schema.headerType === undefined) emitFixedWrap(out, block, message);
    else emitSbeWraps(out, block, message, headerSize);
  });
}

/** A block without fields has nothing to read or write, so its classes keep no view. */
function hasPlace(block: Block): boolean {
  return block.members.some((member) => formOf(member) !== 'constant');
}

function emitPlainWrap(out: Writer, block: Block, doc: string): void {
  out.doc(doc);
  const used = hasPlace(block) ? '' : '_';
  out.block(`wrap(${used}view: DataView, ${used}offset: number): this {`, '}', () => {
    if (hasPlace(block)) out.lines(['this.#view = view;', 'this.#offset = offset;']);
    out.line('return this;');
  });
}

function emitFixedWrap(out: Writer, block: Block, message: MessageIr): void {
  const discriminator = message.discriminator === undefined ? '' : ' and writes its discriminator';
  out.doc(`Points this encoder at a message to be written, clears it${discriminator}.`);
  out.block('wrap(view: DataView, offset: number): this {', '}', () => {
    if (hasPlace(block)) out.lines(['this.#view = view;', 'this.#offset = offset;']);
    out.line(`clear(view, offset, ${message.blockLength});`);
    if (message.discriminator !== undefined) out.line(`view.setUint8(offset, ${message.discriminator.charCodeAt(0)});`);
    out.line('return this;');
  });
}

function emitSbeWraps(out: Writer, block: Block, message: MessageIr, headerSize: number): void {
  emitPlainWrap(out, block, 'Points this encoder at a block behind a header already written; clears nothing.');
  out.line();
  out.doc('Writes the message header at offset and clears the block behind it.');
  out.block('wrapAndApplyHeader(view: DataView, offset: number): this {', '}', () => {
    out.line(`clear(view, offset, ${headerSize + message.blockLength});`);
    out.line('headerEncoder');
    out.lines([
      '  .wrap(view, offset)',
      `  .blockLength(${message.blockLength})`,
      `  .templateId(${message.id})`,
      '  .schemaId(schemaId)',
      '  .version(schemaVersion);',
    ]);
    out.line(`return this.wrap(view, offset + ${headerSize});`);
  });
}

type Role = 'Decoder' | 'Encoder';

function emitClass(out: Writer, block: Block, role: Role, statics: () => void, wraps: () => void): void {
  out.block(`export class ${block.name}${role} {`, '}', () => {
    statics();
    if (role === 'Decoder') for (const member of block.members) emitNull(out, member);
    if (hasPlace(block)) out.lines(['#view: DataView = noView;', '#offset = 0;']);
    for (const member of block.members) {
      if (member.type.kind !== 'composite') continue;
      const type = `${pascalCase(member.type.name)}${role}`;
      out.line(`readonly #${member.name} = new ${type}();`);
    }
    out.line();
    wraps();
    for (const member of block.members) {
      if (role === 'Encoder' && member.presence === 'constant') continue;
      out.line();
      if (role === 'Decoder') emitGetter(out, block, member);
      else emitSetter(out, block, member);
    }
  });
}

function emitNull(out: Writer, member: MemberIr): void {
  if (member.nullValue === undefined || member.type.kind === 'composite') return;
  out.line(`static readonly ${member.name}NullValue = ${typescriptLiteral(member.nullValue, member.type.primitive)};`);
}

function emitGetter(out: Writer, block: Block, member: MemberIr): void {
  const name = memberName(member.name);
  const at = placeOf(member.offset);
  const getter = (getterName: string, returns: string, body: string): void => {
    out.block(`get ${getterName}(): ${returns} {`, '}', () => out.line(`return ${body};`));
  };
  out.doc(memberRemark(member));
  switch (formOf(member)) {
    case 'constant':
      getter(name, ...constantOf(member));
      break;
    case 'composite':
      getter(name, `${typeName(member.type)}Decoder`, `this.#${member.name}.wrap(this.#view, ${at})`);
      break;
    case 'set':
    case 'enum':
    case 'scalar': {
      const primitive = primitiveNameOf(member.type);
      getter(name, typescriptType(primitive), typescriptLoad(primitive, block.order, at));
      if (!isSixtyFourBit(primitive)) break;
      const halves = halvesOf(member.offset, block.order);
      getter(`${member.name}Lo`, 'number', typescriptLoad('uint32', block.order, placeOf(halves.low)));
      getter(`${member.name}Hi`, 'number', typescriptLoad('uint32', block.order, placeOf(halves.high)));
      break;
    }
    case 'char':
      getter(name, 'string', `String.fromCharCode(this.#view.getUint8(${at}))`);
      getter(`${member.name}Code`, 'number', `this.#view.getUint8(${at})`);
      break;
    case 'text':
      getter(name, 'string', `readText(this.#view, ${at}, ${member.size})`);
      break;
    case 'bytes':
      getter(name, 'Uint8Array', `new Uint8Array(this.#view.buffer, this.#view.byteOffset + ${at}, ${member.size})`);
      break;
    case 'array': {
      const element = elementOf(member);
      out.block(`${name}(index: number): ${typescriptType(element.primitive)} {`, '}', () => {
        out.line(element.guard);
        out.line(`return ${typescriptLoad(element.primitive, block.order, element.place)};`);
      });
      break;
    }
  }
}

function typeName(type: TypeIr): string {
  return type.kind === 'primitive' ? type.primitive : pascalCase(type.name);
}

function primitiveNameOf(type: TypeIr): PrimitiveName {
  if (type.kind === 'composite') throw new TypeError(`${type.name} is not a number`);
  return type.primitive;
}

/** One element of an array member: where it is, and the check of the index that comes before. */
function elementOf(member: MemberIr): {
  readonly primitive: PrimitiveName;
  readonly place: string;
  readonly guard: string;
} {
  const primitive = primitiveNameOf(member.type);
  const size = primitiveOf(primitive).size;
  const range = `index >= 0 && index < ${member.size / size}`;
  return {
    primitive,
    place: `${placeOf(member.offset)} + index * ${size}`,
    guard: `if (!(${range})) throw new RangeError(\`${member.name} has no index \${index}\`);`,
  };
}

function constantOf(member: MemberIr): [returns: string, body: string] {
  const { type } = member;
  const value = member.constant ?? '0';
  if (type.kind === 'primitive' && type.primitive === 'char') {
    return ['string', typescriptString(type.length > 1 ? value : String.fromCharCode(Number(value)))];
  }
  if (type.kind === 'composite') throw new TypeError(`${member.name}: a composite cannot be constant`);
  return [typescriptType(type.primitive), typescriptLiteral(value, type.primitive)];
}

function emitSetter(out: Writer, block: Block, member: MemberIr): void {
  const name = memberName(member.name);
  const at = placeOf(member.offset);
  const setter = (setterName: string, parameters: string, ...statements: string[]): void => {
    out.block(`${setterName}(${parameters}): this {`, '}', () => out.lines([...statements, 'return this;']));
  };
  out.doc(memberRemark(member));
  switch (formOf(member)) {
    case 'constant':
      break;
    case 'composite':
      out.block(`${name}(): ${typeName(member.type)}Encoder {`, '}', () => {
        out.line(`return this.#${member.name}.wrap(this.#view, ${at});`);
      });
      break;
    case 'set':
    case 'enum':
    case 'scalar': {
      const primitive = primitiveNameOf(member.type);
      const valueType = member.type.kind === 'enum' ? typeName(member.type) : typescriptType(primitive);
      setter(name, `value: ${valueType}`, `${typescriptStore(primitive, block.order, at, 'value')};`);
      if (!isSixtyFourBit(primitive)) break;
      const halves = halvesOf(member.offset, block.order);
      setter(
        `${member.name}Parts`,
        'lo: number, hi: number',
        `${typescriptStore('uint32', block.order, placeOf(halves.low), 'lo')};`,
        `${typescriptStore('uint32', block.order, placeOf(halves.high), 'hi')};`,
      );
      break;
    }
    case 'char':
    case 'text':
      setter(
        name,
        'value: string',
        `writeText(this.#view, ${at}, ${member.size}, value, ${block.pad}, '${member.name}');`,
      );
      if (member.size === 1) setter(`${member.name}Code`, 'value: number', `this.#view.setUint8(${at}, value);`);
      break;
    case 'bytes':
      setter(name, 'value: Uint8Array', `writeBytes(this.#view, ${at}, ${member.size}, value, '${member.name}');`);
      break;
    case 'array': {
      const element = elementOf(member);
      const store = `${typescriptStore(element.primitive, block.order, element.place, 'value')};`;
      setter(name, `index: number, value: ${typescriptType(element.primitive)}`, element.guard, store);
      break;
    }
  }
}
