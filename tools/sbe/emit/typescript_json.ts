// toJSON and fromJSON of generated TypeScript classes, with a type for what they give and take. Notation: 64-bit integers as decimal text,
// null for the null of an optional field and for what an older message does not have, enums as the name of the value (or its number where
// it has none), sets as a list of names (and of bit numbers without a name), uint8 arrays and data without encoding as hex, decimals as
// text, NaN and infinities as text. Constants are left out: they are not on the wire. For people and tests; the rest of the class is what
// allocates nothing.

import { decimalMembers, isDecimal } from '../decode/decimal.js';
import type { BlockIr, CompositeIr, MemberIr } from '../ir.js';
import { camelCase, memberName, pascalCase } from '../naming.js';
import { isSixtyFourBit, primitiveOf } from '../primitives.js';
import { compositeOf, formOf, isLater, type Section, sectionsOf, varDataOf } from './forms.js';
import type { Block } from './typescript_members.js';
import { typescriptLiteral, typescriptStore } from './typescript_values.js';
import type { Writer } from './writer.js';

/** Fields in braces of an object type or literal need no quotes: names are identifiers, or begin with a digit. */
function key(name: string): string {
  return /^\d/.test(name) ? `'${name}'` : name;
}

function access(object: string, name: string): string {
  return /^\d/.test(name) ? `${object}['${name}']` : `${object}.${name}`;
}

/** What a block is made of; a composite has no sections. */
type Body = Pick<BlockIr, 'fields' | 'groups' | 'data' | 'sinceVersion'>;

export function bodyOfComposite(composite: CompositeIr): Body {
  return { fields: composite.members, groups: [], data: [], sinceVersion: composite.sinceVersion };
}

function sectionsIn(body: Body): Section[] {
  return sectionsOf(body as BlockIr);
}

export function emitJsonType(out: Writer, block: Block, body: Body): void {
  out.doc(`What toJSON of ${block.name} gives and fromJSON takes.`);
  out.block(`export interface ${block.name}Json {`, '}', () => {
    for (const member of body.fields) {
      if (member.presence === 'constant') continue;
      const absent = isLater(member, body.sinceVersion) ? ' | null' : '';
      const type = jsonType(block, member);
      out.line(`readonly ${key(member.name)}: ${type}${type.endsWith('| null') ? '' : absent};`);
    }
    for (const section of sectionsIn(body)) {
      const type = section.kind === 'group' ? `readonly ${block.name}${pascalCase(section.name)}Json[]` : 'string';
      out.line(`readonly ${key(section.name)}: ${type}${isLater(section, body.sinceVersion) ? ' | null' : ''};`);
    }
  });
}

function jsonType(block: Block, member: MemberIr): string {
  const { type } = member;
  const none = member.presence === 'optional' ? ' | null' : '';
  switch (formOf(member)) {
    case 'composite': {
      const composite = compositeOf(block.schema, type.kind === 'composite' ? type.name : '');
      if (!isDecimal(composite)) return `${pascalCase(composite.name)}Json`;
      return decimalMembers(composite)[0]?.presence === 'optional' ? 'string | null' : 'string';
    }
    case 'set':
      return 'readonly (string | number)[]';
    case 'enum':
      return `string | number${none}`;
    case 'char':
      return 'string | null';
    case 'text':
    case 'bytes':
      return 'string';
    case 'array':
      return `readonly ${elementType(member)}[]`;
    default:
      return `${elementType(member)}${none}`;
  }
}

function elementType(member: MemberIr): string {
  const primitive = member.type.kind === 'primitive' ? member.type.primitive : 'uint8';
  if (isSixtyFourBit(primitive)) return 'string';
  return primitiveOf(primitive).floating ? '(number | string)' : 'number';
}

/** `method` is toJSON; of an entry of a group, entryToJSON. */
export function emitToJson(out: Writer, block: Block, body: Body, method: string): void {
  out.line();
  out.block(`${method}(): ${block.name}Json {`, '}', () => {
    out.block('return {', '};', () => {
      for (const member of body.fields) {
        if (member.presence === 'constant') continue;
        const later = isLater(member, body.sinceVersion);
        const value = readExpression(block, member);
        out.line(`${key(member.name)}: ${later ? `this.has${pascalCase(member.name)} ? ${value} : null` : value},`);
      }
      for (const section of sectionsIn(body)) {
        const name = `this.${memberName(section.name, block.taken)}`;
        const bytes = section.kind === 'data' && varDataOf(block.schema, section.data).encoding === undefined;
        const value = section.kind === 'group' ? `${name}.toJSON()` : bytes ? `hexOf(${name})` : name;
        const later = isLater(section, body.sinceVersion);
        const absent = `this._version < ${section.sinceVersion}`;
        out.line(`${key(section.name)}: ${later ? `${absent} ? null : ${value}` : value},`);
      }
    });
  });
}

function readExpression(block: Block, member: MemberIr): string {
  const value = `this.${memberName(member.name, block.taken)}`;
  const { type } = member;
  const isNull = (): string => {
    const none = `${block.name}Decoder.${member.name}NullValue`;
    return member.nullValue === 'NaN' ? `Number.isNaN(${value})` : `${value} === ${none}`;
  };
  const nullable = (expression: string): string =>
    member.presence === 'optional' ? `${isNull()} ? null : ${expression}` : expression;
  switch (formOf(member)) {
    case 'composite': {
      const composite = compositeOf(block.schema, type.kind === 'composite' ? type.name : '');
      if (!isDecimal(composite)) return `${value}.toJSON()`;
      return decimalMembers(composite)[0]?.presence === 'optional' ? `${value}.decimal` : `${value}.decimal`;
    }
    case 'set':
      return `namesOf(${type.kind === 'set' ? pascalCase(type.name) : ''}, ${value})`;
    case 'enum': {
      const wide = type.kind === 'enum' && isSixtyFourBit(type.primitive);
      const number = wide ? `String(${value})` : value;
      const name = `${camelCase(type.kind === 'enum' ? type.name : '')}Name(${value})`;
      return member.presence === 'optional' ? `${name} ?? (${isNull()} ? null : ${number})` : `${name} ?? ${number}`;
    }
    case 'char':
      return `this.${member.name}Code === 0 ? null : ${value}`;
    case 'text':
      return value;
    case 'bytes':
      return `hexOf(${value})`;
    case 'array': {
      const primitive = type.kind === 'primitive' ? type.primitive : 'uint8';
      const element = jsonNumber(primitive, `${value}(at)`);
      return `Array.from({ length: ${member.size / primitiveOf(primitive).size} }, (_, at) => ${element})`;
    }
    default:
      return nullable(jsonNumber(type.kind === 'primitive' ? type.primitive : 'uint8', value));
  }
}

function jsonNumber(primitive: Parameters<typeof isSixtyFourBit>[0], value: string): string {
  if (isSixtyFourBit(primitive)) return `String(${value})`;
  return primitiveOf(primitive).floating ? `finiteOrText(${value})` : value;
}

/** `method` is fromJSON; of an entry of a group, entryFromJSON. */
export function emitFromJson(out: Writer, block: Block, body: Body, method: string): void {
  const empty = body.fields.every((member) => member.presence === 'constant') && sectionsIn(body).length === 0;
  out.line();
  out.block(`${method}(${empty ? '_' : ''}json: ${block.name}Json): this {`, '}', () => {
    for (const member of body.fields) if (member.presence !== 'constant') emitWrite(out, block, member, body);
    for (const section of sectionsIn(body)) {
      const name = memberName(section.name, block.taken);
      const value = access('json', section.name);
      const later = isLater(section, body.sinceVersion);
      if (section.kind === 'data') {
        const bytes = varDataOf(block.schema, section.data).encoding === undefined;
        const given = later ? `${value} ?? ''` : value;
        out.line(`this.${name}(${bytes ? `bytesOf(${given})` : given});`);
        continue;
      }
      const entries = `${camelCase(section.name)}Entries`;
      out.block('{', '}', () => {
        out.line(`const ${entries} = ${value}${later ? ' ?? []' : ''};`);
        out.line(`const group = this.${name}(${entries}.length);`);
        out.line(`for (const entry of ${entries}) group.next().entryFromJSON(entry);`);
      });
    }
    out.line('return this;');
  });
}

function emitWrite(out: Writer, block: Block, member: MemberIr, body: Body): void {
  const setter = `this.${memberName(member.name, block.taken)}`;
  const value = access('json', member.name);
  const { type } = member;
  const form = formOf(member);
  const nullable = member.presence === 'optional' || isLater(member, body.sinceVersion);
  const none = `${block.name}Decoder.${member.name}NullValue`;
  const orNull = (expression: string): string =>
    nullable ? `${value} === null ? ${none} : ${expression}` : expression;
  if (form === 'composite') {
    const composite = compositeOf(block.schema, type.kind === 'composite' ? type.name : '');
    const call = isDecimal(composite) ? 'decimal' : 'fromJSON';
    const line = `${setter}().${call}(${value});`;
    const decimalNull = isDecimal(composite) && decimalMembers(composite)[0]?.presence === 'optional';
    const guarded = isLater(member, body.sinceVersion) && !decimalNull;
    out.line(guarded ? `if (${value} !== null) ${line}` : line);
  } else if (form === 'set') {
    const primitive = type.kind === 'set' ? type.primitive : 'uint8';
    const given = isLater(member, body.sinceVersion) ? `${value} ?? []` : value;
    const mask = `maskOf(${type.kind === 'set' ? pascalCase(type.name) : ''}, ${given})`;
    out.line(`${setter}(${isSixtyFourBit(primitive) ? mask : `Number(${mask})`});`);
  } else if (form === 'enum') emitEnumWrite(out, block, member, value, nullable ? none : undefined);
  else if (form === 'char') out.line(`${setter}(${value} ?? '\\0');`);
  else if (form === 'text') out.line(`${setter}(${isLater(member, body.sinceVersion) ? `${value} ?? ''` : value});`);
  else if (form === 'bytes') {
    const line = `${setter}(bytesOf(${value}));`;
    out.line(isLater(member, body.sinceVersion) ? `if (${value} !== null) ${line}` : line);
  } else if (form === 'array') {
    const primitive = type.kind === 'primitive' ? type.primitive : 'uint8';
    const given = isLater(member, body.sinceVersion) ? `(${value} ?? [])` : value;
    out
      .line(`${given}.forEach((item, at) => {`)
      .line(`  ${setter}(at, ${numberFrom(primitive, 'item')});`)
      .line('});');
  } else {
    const primitive = type.kind === 'primitive' ? type.primitive : 'uint8';
    out.line(`${setter}(${orNull(numberFrom(primitive, value))});`);
  }
}

function numberFrom(primitive: Parameters<typeof isSixtyFourBit>[0], value: string): string {
  if (isSixtyFourBit(primitive)) return `BigInt(${value})`;
  return primitiveOf(primitive).floating ? `Number(${value})` : value;
}

function emitEnumWrite(out: Writer, block: Block, member: MemberIr, value: string, none: string | undefined): void {
  const { type } = member;
  if (type.kind !== 'enum') return;
  const number = `numberOf(${pascalCase(type.name)}, ${value}, '${member.name}')`;
  const place = member.offset === 0 ? 'this._offset' : `this._offset + ${member.offset}`;
  const stored = isSixtyFourBit(type.primitive) ? number : `Number(${number})`;
  const given = none === undefined ? stored : `${value} === null ? ${none} : ${stored}`;
  out.line(`${typescriptStore(type.primitive, block.order, place, given)};`);
}

/** `decimal` of a composite of mantissa and constant exponent: a getter of the decoder. */
export function emitDecimalGetter(out: Writer, block: Block, composite: CompositeIr): void {
  const [mantissa, exponent] = decimalMembers(composite);
  if (mantissa === undefined) return;
  const optional = mantissa.presence === 'optional';
  const value = `this.${memberName(mantissa.name, block.taken)}`;
  out.line().doc(`The number as text, exact${optional ? '; null when it is null' : ''}.`);
  out.block(`get decimal(): string${optional ? ' | null' : ''} {`, '}', () => {
    if (optional) out.line(`if (${value} === ${block.name}Decoder.${mantissa.name}NullValue) return null;`);
    out.line(`return decimalText(BigInt(${value}), ${exponent?.constant});`);
  });
}

/** The setter that goes with it. */
export function emitDecimalSetter(out: Writer, block: Block, composite: CompositeIr): void {
  const [mantissa, exponent] = decimalMembers(composite);
  if (mantissa?.type.kind !== 'primitive') return;
  const { primitive } = mantissa.type;
  const optional = mantissa.presence === 'optional';
  const { lowest, highest } = primitiveOf(primitive);
  out
    .line()
    .doc('From text such as 12.5; one with more places than the exponent has, or beyond the range, is refused.');
  out.block(`decimal(value: string${optional ? ' | null' : ''}): this {`, '}', () => {
    const parsed = `decimalMantissa(value, ${exponent?.constant}, ${lowest}n, ${highest}n)`;
    const number = isSixtyFourBit(primitive) ? parsed : `Number(${parsed})`;
    const none = typescriptLiteral(mantissa.nullValue ?? '0', primitive);
    out.line(
      `return this.${memberName(mantissa.name, block.taken)}(${optional ? `value === null ? ${none} : ` : ''}${number});`,
    );
  });
}
