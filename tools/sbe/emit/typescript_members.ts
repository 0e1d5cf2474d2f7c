// Getters and setters of one member of a generated TypeScript class. Fields of up to 53 bits are read and written without allocation; a
// 64-bit field is a bigint and, beside it, two unsigned halves. A field that came in a later version than its block is looked for before
// it is read, and answers its null when the message is older.

import type { ByteOrder, CompositeIr, DataIr, MemberIr, TypeIr } from '../ir.js';
import { identifier, memberName, pascalCase } from '../naming.js';
import { isSixtyFourBit, type PrimitiveName, primitiveOf } from '../primitives.js';
import { absentValue, compositeOf, formOf, isLater, type TypescriptSchema } from './forms.js';
import { memberRemark } from './remarks.js';
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

/** A message, composite or group entry as its classes see it. */
export interface Block {
  readonly name: string;
  readonly schema: TypescriptSchema;
  readonly members: readonly MemberIr[];
  readonly order: ByteOrder;
  /** Code of the byte that fills the rest of a char array. */
  readonly pad: number;
  /** Version that brought the block; undefined where nothing has ever changed and no version is kept. */
  readonly since: number | undefined;
  /** Whether the decoder keeps the version of the message at hand. */
  readonly keepsVersion: boolean;
  /** Whether the classes keep the block length of the message at hand. */
  readonly keepsLength: boolean;
  /** Names of the class itself that a field must not take. */
  readonly taken: readonly string[];
}

export type Role = 'Decoder' | 'Encoder';

/** Names made from those of a block's fields and data: a field that is called so in the schema gets an underscore at its end. */
export function derivedNames(members: readonly MemberIr[], data: readonly DataIr[]): string[] {
  const ofMember = (member: MemberIr): string[] => {
    const { name, type } = member;
    const names = [`has${pascalCase(name)}`];
    if (type.kind === 'composite') return names;
    if (isSixtyFourBit(type.primitive)) names.push(`${name}Lo`, `${name}Hi`, `${name}Parts`, `${name}Number`);
    if (type.primitive === 'char') names.push(`${name}Code`);
    return names;
  };
  return [
    ...members.flatMap(ofMember),
    ...data.flatMap(({ name }) => [`${name}Bytes`, `${name}Offset`, `${name}Length`]),
  ];
}

const ownFields = [
  ...['view', 'size', 'offset', 'version', 'blockLength', 'limit', 'step', 'cursor', 'section'],
  ...['first', 'before', 'next', 'last', 'left', 'length'],
  ...['attach', 'wrap', 'absent', 'rewind', 'turn', 'begin', 'end', 'enter', 'take', 'refused', 'tooMany', 'isOpen'],
];

/**
 * The field that holds the flyweight of a composite or group. Private by TypeScript and not by `#`: that costs bytecode, and V8 inlines a
 * getter in every loop only as long as it has no more than 27 bytes of it; one that reads a number has just that.
 */
export function privateName(name: string): string {
  return `_${identifier(ownFields.includes(name) ? `${name}Field` : name)}`;
}

/** Whether the decoder of a composite asks for the version of the message. */
export function needsVersion(schema: TypescriptSchema, composite: CompositeIr): boolean {
  return composite.members.some(
    (member) =>
      isLater(member, composite.sinceVersion) ||
      (member.type.kind === 'composite' && needsVersion(schema, compositeOf(schema, member.type.name))),
  );
}

/** A block without fields has nothing to read or write, so its classes keep no view. */
export function hasPlace(block: Block): boolean {
  return block.members.some((member) => formOf(member) !== 'constant');
}

export function emitNull(out: Writer, block: Block, member: MemberIr): void {
  const later = block.since !== undefined && isLater(member, block.since);
  if (member.type.kind === 'composite' || member.presence === 'constant') return;
  if (member.nullValue === undefined && !later) return;
  out.line(
    `static readonly ${member.name}NullValue = ${typescriptLiteral(absentValue(member), member.type.primitive)};`,
  );
}

/** The condition under which a field is missing from the message at hand; undefined for a field that is always there. */
function absence(block: Block, member: MemberIr): string | undefined {
  if (block.since === undefined || !isLater(member, block.since) || member.presence === 'constant') return undefined;
  const old = `this._version < ${member.sinceVersion}`;
  return block.keepsLength ? `${old} || this._blockLength < ${member.offset + member.size}` : old;
}

export function emitGetter(out: Writer, block: Block, member: MemberIr): void {
  const name = memberName(member.name, block.taken);
  const at = placeOf(member.offset);
  const absent = absence(block, member);
  const getter = (getterName: string, returns: string, body: string, otherwise: string): void => {
    out.block(`get ${getterName}(): ${returns} {`, '}', () => {
      if (absent !== undefined) out.line(`if (${absent}) return ${otherwise};`);
      out.line(`return ${body};`);
    });
  };
  out.doc(memberRemark(member));
  switch (formOf(member)) {
    case 'constant':
      getter(name, ...constantOf(member), '');
      break;
    case 'composite':
      emitCompositeGetter(out, block, member, name, absent);
      break;
    case 'set':
    case 'enum':
    case 'scalar':
      emitNumberGetters(block, member, name, getter);
      break;
    case 'char':
      getter(name, 'string', `String.fromCharCode(this._view.getUint8(${at}))`, "'\\0'");
      getter(`${member.name}Code`, 'number', `this._view.getUint8(${at})`, '0');
      break;
    case 'text': {
      const plain =
        block.since === undefined ? 'readText' : member.encoding === 'utf-8' ? 'readUtf8Text' : 'readString';
      getter(name, 'string', `${plain}(this._view, ${at}, ${member.size})`, "''");
      break;
    }
    case 'bytes': {
      const view = `new Uint8Array(this._view.buffer, this._view.byteOffset + ${at}, ${member.size})`;
      getter(name, 'Uint8Array', view, 'new Uint8Array(0)');
      break;
    }
    case 'array': {
      const element = elementOf(member);
      out.block(`${name}(index: number): ${typescriptType(element.primitive)} {`, '}', () => {
        out.line(element.guard);
        if (absent !== undefined)
          out.line(`if (${absent}) return ${typescriptLiteral(absentValue(member), element.primitive)};`);
        out.line(`return ${typescriptLoad(element.primitive, block.order, element.place)};`);
      });
      break;
    }
  }
  if (absent === undefined) return;
  out.line().doc(`Whether the message has ${member.name}, which came in version ${member.sinceVersion}.`);
  out.block(`get has${pascalCase(member.name)}(): boolean {`, '}', () => out.line(`return !(${absent});`));
}

function emitNumberGetters(
  block: Block,
  member: MemberIr,
  name: string,
  getter: (name: string, returns: string, body: string, otherwise: string) => void,
): void {
  const primitive = primitiveNameOf(member.type);
  const otherwise = `${block.name}Decoder.${member.name}NullValue`;
  const at = placeOf(member.offset);
  getter(name, typescriptType(primitive), typescriptLoad(primitive, block.order, at), otherwise);
  if (!isSixtyFourBit(primitive)) return;
  const halves = halvesOf(member.offset, block.order);
  const bits = BigInt.asUintN(64, BigInt(absentValue(member)));
  const load = (offset: number): string => typescriptLoad('uint32', block.order, placeOf(offset));
  getter(`${member.name}Lo`, 'number', load(halves.low), String(bits & 0xffffffffn));
  getter(`${member.name}Hi`, 'number', load(halves.high), String(bits >> 32n));
  if (!block.schema.rich || !isInteger64(member)) return;
  const number = `read${primitive === 'int64' ? 'Int' : 'Uint'}64Number${suffix(block)}(this._view, ${at}, '${member.name}')`;
  getter(`${member.name}Number`, 'number', number, `Number(${otherwise})`);
}

/** Support functions come in both byte orders: an argument for it would make them too large to be inlined. */
function suffix(block: Block): 'Le' | 'Be' {
  return block.order === 'littleEndian' ? 'Le' : 'Be';
}

function isInteger64(member: MemberIr): boolean {
  return member.type.kind === 'primitive' && member.type.length === 1;
}

function emitCompositeGetter(
  out: Writer,
  block: Block,
  member: MemberIr,
  name: string,
  absent: string | undefined,
): void {
  const type = `${typeName(member.type)}Decoder`;
  const field = `this.${privateName(member.name)}`;
  const versioned =
    member.type.kind === 'composite' && needsVersion(block.schema, compositeOf(block.schema, member.type.name));
  out.block(`get ${name}(): ${type} {`, '}', () => {
    if (absent !== undefined) out.line(`if (${absent}) return ${field}.wrap(${type}.nullImage, 0);`);
    out.line(`return ${field}.wrap(this._view, ${placeOf(member.offset)}${versioned ? ', this._version' : ''});`);
  });
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

export function emitSetter(out: Writer, block: Block, member: MemberIr): void {
  const name = memberName(member.name, block.taken);
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
        out.line(`return this.${privateName(member.name)}.wrap(this._view, ${at});`);
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
      if (!block.schema.rich || !isInteger64(member)) break;
      setter(
        `${member.name}Number`,
        'value: number',
        `write64${suffix(block)}(this._view, ${at}, value, '${member.name}');`,
      );
      break;
    }
    case 'char':
    case 'text': {
      const write = member.encoding === 'utf-8' && block.since !== undefined ? 'writeUtf8Text' : 'writeText';
      setter(
        name,
        'value: string',
        `${write}(this._view, ${at}, ${member.size}, value, ${block.pad}, '${member.name}');`,
      );
      if (member.size === 1) setter(`${member.name}Code`, 'value: number', `this._view.setUint8(${at}, value);`);
      break;
    }
    case 'bytes':
      setter(name, 'value: Uint8Array', `writeBytes(this._view, ${at}, ${member.size}, value, '${member.name}');`);
      break;
    case 'array': {
      const element = elementOf(member);
      const store = `${typescriptStore(element.primitive, block.order, element.place, 'value')};`;
      setter(name, `index: number, value: ${typescriptType(element.primitive)}`, element.guard, store);
      break;
    }
  }
}
