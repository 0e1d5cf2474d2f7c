// A whole block in one call: `write` of a message and `add` of a group take an object with every field. V8 looks again where a flyweight
// keeps its view and its place after each store into a DataView; here both are locals, and neighbours of one or two bytes share a store.
// Nothing is cleared first, because nothing is left out: an optional field that the caller leaves out becomes null, padding becomes zero.

import type { ByteOrder, CompositeIr, MemberIr } from '../ir.js';
import { identifier, pascalCase } from '../naming.js';
import { isSixtyFourBit, type PrimitiveName, primitiveOf } from '../primitives.js';
import { compositeOf, formOf, type TypescriptSchema } from './forms.js';
import { emitZeros, gapsOf, offsetBy } from './typescript_image.js';
import type { Block } from './typescript_members.js';
import { typescriptLiteral, typescriptStore, typescriptString, typescriptType } from './typescript_values.js';
import type { Writer } from './writer.js';

/** An integer of up to four bytes, which may share a store with its neighbours. */
export interface Part {
  readonly offset: number;
  readonly primitive: PrimitiveName;
  readonly value: string;
}

/** Everything else: statements of their own. */
interface Store {
  readonly offset: number;
  readonly lines: readonly string[];
}

interface Plan {
  readonly locals: string[];
  readonly parts: Part[];
  readonly stores: Store[];
}

function onWire(members: readonly MemberIr[]): MemberIr[] {
  return members.filter((member) => member.presence !== 'constant');
}

/** The interface of what `write` or `add` take, or of a composite in it. */
export function emitValuesType(out: Writer, block: Block, doc: string): void {
  out.doc(doc);
  out.block(`export interface ${block.name}Values {`, '}', () => {
    for (const member of onWire(block.members)) {
      const mayMiss = mayBeLeftOut(block.schema, member);
      const type = valueType(member);
      out.line(`readonly ${keyOf(member.name)}${mayMiss ? '?' : ''}: ${type}${mayMiss ? ' | undefined' : ''};`);
    }
  });
}

function keyOf(name: string): string {
  return /^\d/.test(name) ? `'${name}'` : name;
}

/** An optional field; a composite when all that is in it is optional. */
function mayBeLeftOut(schema: TypescriptSchema, member: MemberIr): boolean {
  const { type } = member;
  if (type.kind === 'composite') {
    const inner = onWire(compositeOf(schema, type.name).members);
    return inner.length > 0 && inner.every((one) => mayBeLeftOut(schema, one));
  }
  const single = ['enum', 'scalar', 'char', 'text'].includes(formOf(member));
  return member.presence === 'optional' && single;
}

function valueType(member: MemberIr): string {
  const { type } = member;
  switch (formOf(member)) {
    case 'composite':
      return type.kind === 'composite' ? `${pascalCase(type.name)}Values` : '';
    case 'enum':
      return type.kind === 'enum' ? pascalCase(type.name) : '';
    case 'char':
      return 'string | number';
    case 'text':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    case 'array':
      return `ArrayLike<${numberType(member)}>`;
    default:
      return numberType(member);
  }
}

function primitiveNameOf({ type }: MemberIr): PrimitiveName {
  return type.kind === 'composite' ? 'uint8' : type.primitive;
}

function numberType(member: MemberIr): string {
  return typescriptType(primitiveNameOf(member)) === 'bigint' ? 'bigint | number' : 'number';
}

/** Statements that write all of a block at `at` of `view` from `values`. */
export function emitWholeBlock(out: Writer, block: Block, blockLength: number, at: string): void {
  const plan: Plan = { locals: [], parts: [], stores: [] };
  collect(plan, block, block.members, { at, base: 0, values: 'values', path: '' });
  for (const [from, to] of gapsOf(block.schema, block.members, blockLength)) {
    if (to - from > 3) {
      emitZeros(out, offsetBy(at, from), to - from);
      continue;
    }
    for (let byte = from; byte < to; byte++) plan.parts.push({ offset: byte, primitive: 'uint8', value: '0' });
  }
  out.lines(plan.locals);
  const stores = [...plan.stores, ...joined(plan.parts, block.order, at)];
  for (const { lines } of stores.sort((one, other) => one.offset - other.offset)) out.lines(lines);
}

interface Place {
  readonly at: string;
  readonly base: number;
  /** The object that holds the values of these members. */
  readonly values: string;
  /** What stands before their names where they are told of: `price.` */
  readonly path: string;
}

function collect(plan: Plan, block: Block, members: readonly MemberIr[], place: Place): void {
  for (const member of onWire(members)) {
    const value = /^\d/.test(member.name) ? `${place.values}['${member.name}']` : `${place.values}.${member.name}`;
    if (member.type.kind === 'composite') {
      const local = localOf(place, member);
      const { members: inner, name } = compositeOf(block.schema, member.type.name);
      const optional = mayBeLeftOut(block.schema, member);
      plan.locals.push(
        optional ? `const ${local}: ${pascalCase(name)}Values = ${value} ?? leftOut;` : `const ${local} = ${value};`,
      );
      const path = `${place.path}${member.name}.`;
      collect(plan, block, inner, { at: place.at, base: place.base + member.offset, values: local, path });
      continue;
    }
    collectMember(plan, block, member, value, place);
  }
}

/** The constant that holds the values of a composite or array; names of fields are no names of its own kind. */
function localOf({ values }: Place, { name }: MemberIr): string {
  return values === 'values' ? `${identifier(name)}Values` : `${values}_${name}`;
}

function collectMember(plan: Plan, block: Block, member: MemberIr, value: string, place: Place): void {
  const { at, base } = place;
  const offset = base + member.offset;
  const to = offsetBy(at, offset);
  const primitive = primitiveNameOf(member);
  const field = typescriptString(place.path + member.name);
  const store = (...lines: string[]): void => {
    plan.stores.push({ offset, lines });
  };
  const orNull = mayBeLeftOut(block.schema, member)
    ? ` ?? ${typescriptLiteral(member.nullValue ?? '0', primitive)}`
    : '';
  switch (formOf(member)) {
    case 'char':
      plan.parts.push({ offset, primitive, value: `codeOf(${value}${orNull}, ${field})` });
      return;
    case 'text': {
      const text = mayBeLeftOut(block.schema, member) ? `${value} ?? ''` : value;
      const write = member.encoding === 'utf-8' && block.since !== undefined ? 'writeUtf8Text' : 'writeText';
      store(`${write}(view, ${to}, ${member.size}, ${text}, ${block.pad}, ${field});`);
      return;
    }
    case 'bytes':
      store(`writeBytes(view, ${to}, ${member.size}, ${value}, ${field});`);
      return;
    case 'array':
      plan.locals.push(`const ${localOf(place, member)} = ${value};`);
      store(...arrayLines(block, member, localOf(place, member), to, field));
      return;
    default:
  }
  if (isSixtyFourBit(primitive)) {
    const write = `write64${suffix(block)}(view, ${to}, ${value}, ${field});`;
    if (orNull === '') store(write);
    else {
      const none = BigInt.asIntN(64, BigInt(member.nullValue ?? '0'));
      const null64 = inView(typescriptStore('int64', block.order, to, `${none}n`));
      store(`if (${value} === undefined) ${null64};`, `else ${write}`);
    }
  } else if (primitive === 'uint48' || primitiveOf(primitive).floating)
    store(`${inView(typescriptStore(primitive, block.order, to, `${value}${orNull}`))};`);
  else plan.parts.push({ offset, primitive, value: `${value}${orNull}` });
}

function suffix(block: Block): 'Le' | 'Be' {
  return block.order === 'littleEndian' ? 'Le' : 'Be';
}

function inView(store: string): string {
  return store.replaceAll('this._view', 'view');
}

function arrayLines(block: Block, member: MemberIr, array: string, to: string, field: string): string[] {
  const primitive = primitiveNameOf(member);
  const size = primitiveOf(primitive).size;
  const count = member.size / size;
  const element = `${array}[index] as ${numberType(member)}`;
  const place = size === 1 ? `${to} + index` : `${to} + index * ${size}`;
  const write = isSixtyFourBit(primitive)
    ? `write64${suffix(block)}(view, ${place}, ${element}, ${field})`
    : inView(typescriptStore(primitive, block.order, place, element));
  return [
    `if (${array}.length !== ${count}) throw otherLength(${field}, ${count}, ${array}.length);`,
    `for (let index = 0; index < ${count}; index++) ${write};`,
  ];
}

/** Parts that touch and fill four or two bytes together become one store. */
export function joined(parts: readonly Part[], order: ByteOrder, at: string): Store[] {
  const stores: Store[] = [];
  const left = [...parts].sort((one, other) => one.offset - other.offset);
  while (left.length > 0) {
    const run = left.splice(0, countToJoin(left));
    const offset = run[0]?.offset ?? 0;
    const bytes = run.reduce((sum, part) => sum + sizeOf(part), 0);
    const own = run.length === 1 ? run[0]?.primitive : undefined;
    const primitive = own ?? (bytes === 4 ? 'uint32' : 'uint16');
    const value = joinedValue(run, bytes, order);
    stores.push({ offset, lines: [`${inView(typescriptStore(primitive, order, offsetBy(at, offset), value))};`] });
  }
  return stores;
}

function sizeOf(part: Part): number {
  return primitiveOf(part.primitive).size;
}

/** How many of the first parts go into one store: as many as fill four bytes, else two, else one. */
function countToJoin(parts: readonly Part[]): number {
  let [bytes, best] = [0, 1];
  for (const [at, part] of parts.entries()) {
    if (part.offset !== (parts[0]?.offset ?? 0) + bytes) break;
    bytes += sizeOf(part);
    if (bytes > 4) break;
    if (bytes !== 3) best = at + 1;
  }
  return best;
}

function joinedValue(run: readonly Part[], bytes: number, order: ByteOrder): string {
  if (run.length === 1) return run[0]?.value ?? '0';
  let done = 0;
  let known = 0;
  const terms: string[] = [];
  for (const part of run) {
    const bits = 8 * sizeOf(part);
    const shift = order === 'littleEndian' ? done : 8 * bytes - done - bits;
    done += bits;
    if (/^\d+$/.test(part.value)) {
      known += (Number(part.value) % 2 ** bits) * 2 ** shift;
      continue;
    }
    const value = /^[\w.]+$|^\w+\([\w., ']*\)$/.test(part.value) ? part.value : `(${part.value})`;
    // What is shifted to the top loses the rest by itself.
    const masked = shift + bits === 32 ? value : `(${value} & 0x${'ff'.repeat(bits / 8)})`;
    terms.push(shift === 0 ? masked : `(${masked} << ${shift})`);
  }
  return (known > 0 || terms.length === 0 ? [String(known), ...terms] : terms).join(' | ');
}

/** Whether a composite is part of some block, so that its values have a type. */
export function isInBlocks(schema: TypescriptSchema, composite: CompositeIr): boolean {
  const isIt = (member: MemberIr): boolean =>
    member.type.kind === 'composite' &&
    member.presence !== 'constant' &&
    (member.type.name === composite.name || compositeOf(schema, member.type.name).members.some(isIt));
  const inBlock = (block: { fields: readonly MemberIr[]; groups: readonly (typeof block)[] }): boolean =>
    block.fields.some(isIt) || block.groups.some(inBlock);
  return schema.messages.some((message) => inBlock(message as Parameters<typeof inBlock>[0]));
}
