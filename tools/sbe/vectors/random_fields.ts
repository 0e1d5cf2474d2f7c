// Random fields of any message from a seed, in the notation of the vectors: extremes as often as what lies between them.

import { formOf, sectionsOf, varDataOf } from '../emit/forms.js';
import type { BlockIr, MemberIr, MessageSchemaIr } from '../ir.js';
import type { VectorFields, VectorValue } from '../parse/vectors.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Random } from './random.js';

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
