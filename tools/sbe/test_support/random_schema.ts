// Random schemas and random messages of any schema, from a seed: the same seed gives the same text and the same fields.

import { formOf, sectionsOf, varDataOf } from '../emit/forms.js';
import type { BlockIr, MemberIr, MessageSchemaIr } from '../ir.js';
import type { VectorFields, VectorValue } from '../parse/vectors.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to below `end` (mulberry32). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * end);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  bigint(lowest: bigint, highest: bigint): bigint {
    let value = 0n;
    for (let at = 0; at < 3; at++) value = (value << 30n) | BigInt(this.below(1 << 30));
    return this.pick([lowest, highest, lowest + (value % (highest - lowest + 1n))]);
  }
}

const numbers = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double'];
const awkward = [
  'class',
  'delete',
  'next',
  'length',
  'limit',
  'version',
  'count',
  'name',
  'value',
  'wrap',
  'block',
  'view',
];

/** The text of a schema with every construct somewhere, if the seed is willing. */
export function randomSchema(seed: number): string {
  const random = new Random(seed);
  const version = random.below(4);
  const types: string[] = [];
  const names: string[] = [...numbers, 'char'];
  const declare = (name: string, text: string): void => {
    types.push(text);
    names.push(name);
  };
  const since = (): string => (version > 0 && random.chance(4) ? ` sinceVersion="${1 + random.below(version)}"` : '');
  for (let at = 0; at < 3; at++) {
    const primitive = random.pick(numbers);
    const presence = random.chance(2) ? ' presence="optional"' : '';
    declare(`Number${at}`, `<type name="Number${at}" primitiveType="${primitive}"${presence}/>`);
    const length = 1 + random.below(5);
    const element = random.pick(['char', 'uint8', 'int16', 'uint64', 'float']);
    const encoding = element === 'char' && random.chance(2) ? ' characterEncoding="UTF-8"' : '';
    declare(`Array${at}`, `<type name="Array${at}" primitiveType="${element}" length="${length}"${encoding}/>`);
    const codes = random.pick(['uint8', 'char', 'uint16', 'int8', 'uint64']);
    const value = (index: number): string => (codes === 'char' ? String.fromCharCode(65 + index) : String(index * 3));
    const values = [0, 1, 2, 3].map(
      (index) => `<validValue name="${awkward[index * 2]}${index}">${value(index)}</validValue>`,
    );
    declare(`Kind${at}`, `<enum name="Kind${at}" encodingType="${codes}">${values.join('')}</enum>`);
    const width = random.pick([8, 16, 32, 64]);
    const choices = [0, 3, width - 1].map((bit) => `<choice name="bit${bit}">${bit}</choice>`);
    declare(`Flags${at}`, `<set name="Flags${at}" encodingType="uint${width}">${choices.join('')}</set>`);
  }
  const constant = '<type name="exponent" primitiveType="int8" presence="constant">-4</type>';
  declare(
    'Decimal',
    `<composite name="Decimal"><type name="mantissa" primitiveType="int64" presence="optional"/>${constant}</composite>`,
  );
  const inner = '<enum name="inner" encodingType="uint8"><validValue name="on">1</validValue></enum>';
  const gap = random.chance(2) ? ' offset="16"' : '';
  declare(
    'Pair',
    `<composite name="Pair">${inner}<ref name="price" type="Decimal"/><type name="tail" primitiveType="uint16"${gap}/></composite>`,
  );
  const wide = random.chance(2)
    ? '<type name="numGroups" primitiveType="uint16"/><type name="numVarDataFields" primitiveType="uint16"/>'
    : '';
  const header = ['blockLength', 'templateId', 'schemaId', 'version'].map(
    (name) => `<type name="${name}" primitiveType="uint16"/>`,
  );
  types.push(`<composite name="messageHeader">${header.join('')}${wide}</composite>`);
  const count = random.pick(['uint8', 'uint16']);
  types.push(
    `<composite name="groupSizeEncoding"><type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="${count}"/>${wide}</composite>`,
  );
  types.push(
    '<composite name="Text"><type name="length" primitiveType="uint16"/><type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/></composite>',
  );
  types.push(
    '<composite name="Bytes"><type name="length" primitiveType="uint32" maxValue="100000"/><type name="varData" primitiveType="uint8" length="0"/></composite>',
  );
  let id = 0;
  const block = (depth: number): string => {
    const used = new Set<string>();
    const name = (kind: string): string => {
      const wanted = random.chance(3) ? random.pick(awkward) : `${kind}${id}`;
      const free = used.has(wanted) ? `${kind}X${id}` : wanted;
      used.add(free);
      return free;
    };
    const body: string[] = [];
    for (let at = random.below(6); at > 0; at--)
      body.push(`<field name="${name('field')}" id="${++id}" type="${random.pick(names)}"${since()}/>`);
    if (random.chance(4))
      body.push(
        `<field name="${name('fixed')}" id="${++id}" type="Kind0" presence="constant" valueRef="Kind0.class0"/>`,
      );
    for (let at = depth > 2 ? 0 : random.below(3); at > 0; at--)
      body.push(`<group name="${name('group')}" id="${++id}"${since()}>${block(depth + 1)}</group>`);
    for (let at = random.below(3); at > 0; at--)
      body.push(`<data name="${name('data')}" id="${++id}" type="${random.pick(['Text', 'Bytes'])}"${since()}/>`);
    return body.join('');
  };
  const messages = [1, 2, 3].map((at) => `<sbe:message name="Message${at}" id="${at}">${block(0)}</sbe:message>`);
  const order = random.pick(['littleEndian', 'bigEndian']);
  return `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="example.random_${seed}" id="${seed}" version="${version}" byteOrder="${order}">
<types>${types.join('\n')}</types>
${messages.join('\n')}
</sbe:messageSchema>`;
}

/** Fields of a message in the notation of the vectors. */
export function randomFields(schema: MessageSchemaIr, block: BlockIr, random: Random): VectorFields {
  const fields: Record<string, VectorValue> = { ...randomMembers(schema, block.fields, random) };
  for (const section of sectionsOf(block)) {
    if (section.kind === 'group') {
      fields[section.name] = Array.from({ length: random.below(4) }, () => randomFields(schema, section.group, random));
    } else {
      const { encoding } = varDataOf(schema, section.data);
      const length = random.below(12);
      const text = encoding === 'utf-8' ? randomText(random, length) : randomAscii(random, length);
      fields[section.name] = encoding === undefined ? randomHex(random, length) : text;
    }
  }
  return fields;
}

function randomMembers(schema: MessageSchemaIr, members: readonly MemberIr[], random: Random): VectorFields {
  const fields: Record<string, VectorValue> = {};
  for (const member of members)
    if (formOf(member) !== 'constant') fields[member.name] = randomValue(schema, member, random);
  return fields;
}

function randomValue(schema: MessageSchemaIr, member: MemberIr, random: Random): VectorValue {
  const { type } = member;
  switch (type.kind) {
    case 'composite':
      return randomMembers(
        schema,
        schema.composites.find((candidate) => candidate.name === type.name)?.members ?? [],
        random,
      );
    case 'set':
      return (schema.sets.find((candidate) => candidate.name === type.name)?.choices ?? [])
        .filter(() => random.chance(2))
        .map((choice) => choice.name);
    case 'enum':
      return random.pick(schema.enums.find((candidate) => candidate.name === type.name)?.values ?? []).name;
    case 'primitive':
      break;
  }
  if (type.primitive === 'char') {
    if (type.length === 1) return String.fromCharCode(32 + random.below(95));
    return member.encoding === 'utf-8'
      ? randomUtf8(random, type.length)
      : randomAscii(random, random.below(type.length + 1));
  }
  if (formOf(member) === 'bytes') return randomHex(random, type.length);
  if (type.length > 1)
    return Array.from({ length: type.length }, () => randomNumber(type.primitive, random)) as unknown as VectorValue;
  return randomNumber(type.primitive, random);
}

function randomNumber(name: PrimitiveName, random: Random): string | number {
  if (name === 'float') return Math.fround((random.below(1_000_000) - 500_000) / 7);
  if (name === 'double') return (random.below(1_000_000) - 500_000) / 7;
  const { lowest, highest, size } = primitiveOf(name);
  const value = random.bigint(lowest, highest);
  return size === 8 ? value.toString() : Number(value);
}

function randomAscii(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + random.below(94))).join('');
}

function randomText(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(['a', 'Z', ' ', 'é', '€', '😀', '0'])).join('');
}

function randomUtf8(random: Random, bytes: number): string {
  let text = '';
  for (;;) {
    const next = text + random.pick(['a', 'é', '€', 'x']);
    if (Buffer.byteLength(next) > bytes || random.chance(6)) return text;
    text = next;
  }
}

function randomHex(random: Random, length: number): string {
  return Array.from({ length }, () => random.below(256).toString(16).padStart(2, '0')).join('');
}
