// Getters and setters of one member of a generated C++ class. A field that came in a later version than its block is looked for before it
// is read, and answers its null when the message is older.

import type { ByteOrder, CompositeIr, MemberIr, MessageSchemaIr, TypeIr } from '../ir.js';
import { cppName, pascalCase } from '../naming.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import { cppBits, cppLiteral, cppLoad, cppStore, cppString, cppType, cppValueType } from './cpp_values.js';
import { absentValue, compositeOf, formOf, isLater } from './forms.js';
import { memberImage } from './null_image.js';
import type { Writer } from './writer.js';

/** Names made from those of a block's fields: a field that is called so in the schema gets an underscore at its end. */
export function derivedNames(members: readonly MemberIr[]): string[] {
  return members.flatMap(({ name }) => {
    const plain = cppName(name);
    return [`${plain}_offset`, `${plain}_null_value`, `${plain}_raw`, `has_${plain}`];
  });
}

/** A message, composite or group entry as its classes see it. */
export interface Block {
  /** Name of the class that reads, without `View`; an entry of a group has its own. */
  readonly name: string;
  readonly viewName: string;
  readonly encoderName: string;
  readonly schema: MessageSchemaIr;
  readonly length: number;
  readonly members: readonly MemberIr[];
  readonly order: ByteOrder;
  /** Byte that fills the rest of a char array. */
  readonly pad: string;
  /** Version that brought the block; undefined where no version is kept. */
  readonly since: number | undefined;
  /** Whether the view keeps the block length of the message at hand. */
  readonly keepsLength: boolean;
  /** Names of the class itself that a field must not take. */
  readonly taken: readonly string[];
}

/** Whether the view of a composite asks for the version of the message. */
export function needsVersion(schema: MessageSchemaIr, composite: CompositeIr): boolean {
  return composite.members.some(
    (member) =>
      isLater(member, composite.sinceVersion) ||
      (member.type.kind === 'composite' && needsVersion(schema, compositeOf(schema, member.type.name))),
  );
}

/** The condition under which a field is missing from the message at hand; undefined for a field that is always there. */
function absence(block: Block, member: MemberIr): string | undefined {
  if (block.since === undefined || !isLater(member, block.since) || member.presence === 'constant') return undefined;
  const old = `version_ < ${member.sinceVersion}`;
  return block.keepsLength ? `${old} || acting_block_length_ < ${member.offset + member.size}` : old;
}

export function emitMemberStatics(out: Writer, block: Block, member: MemberIr): void {
  if (member.presence === 'constant') return;
  const name = cppName(member.name, block.taken);
  const absent = absence(block, member);
  out.line(`static constexpr std::size_t ${name}_offset = ${member.offset};`);
  if (absent !== undefined && ['bytes', 'composite'].includes(formOf(member))) {
    const image = memberImage(block.schema, member).map((byte) => `std::byte{${byte}}`);
    out.line(`static constexpr std::array<std::byte, ${member.size}> ${name}_null_image = {`);
    for (let at = 0; at < image.length; at += 8) out.line(`    ${image.slice(at, at + 8).join(', ')},`);
    out.line('};');
  }
  if (member.type.kind === 'composite' || member.type.kind === 'set') return;
  if (member.nullValue === undefined && absent === undefined) return;
  const type = cppValueType(member.type);
  const literal = cppLiteral(absentValue(member), bitsOf(member.type));
  out.line(
    `static constexpr ${type} ${name}_null_value = ${member.type.kind === 'enum' ? `${type}{${literal}}` : literal};`,
  );
}

export function emitGetter(out: Writer, block: Block, member: MemberIr): void {
  const name = cppName(member.name, block.taken);
  const type = cppValueType(member.type);
  const at = `block_ + ${name}_offset`;
  const load = (): string => cppLoad(bitsOf(member.type), block.order, at);
  const absent = absence(block, member);
  const getter = (returns: string, body: string, otherwise = `${name}_null_value`, suffix = ''): void => {
    const signature = `[[nodiscard]] ${returns} ${name}${suffix}() const noexcept {`;
    if (absent === undefined) {
      out.line(`${signature} return ${body}; }`);
      return;
    }
    out.block(signature, '}', () => out.lines([`if (${absent}) return ${otherwise};`, `return ${body};`]));
  };
  switch (formOf(member)) {
    case 'constant':
      emitConstantGetter(out, name, member);
      break;
    case 'composite': {
      const composite = member.type.kind === 'composite' ? compositeOf(block.schema, member.type.name) : undefined;
      const version = composite !== undefined && needsVersion(block.schema, composite) ? ', version_' : '';
      getter(`${type}View`, `${type}View(${at}${version})`, `${type}View(${name}_null_image.data())`);
      break;
    }
    case 'set':
      getter(type, `{${load()}}`, `${type}{}`);
      break;
    case 'enum':
      getter(type, `static_cast<${type}>(${load()})`);
      break;
    case 'scalar':
    case 'char':
      getter(type, load());
      break;
    case 'text':
      out.comment(block.since === undefined ? 'Without trailing spaces and NULs.' : 'Up to the first NUL.');
      getter(
        'std::string_view',
        `detail::${block.since === undefined ? 'trimmed' : 'before_nul'}(${name}_raw())`,
        '{}',
      );
      if (absent !== undefined) {
        getter('std::string_view', `{reinterpret_cast<const char*>(${at}), ${member.size}}`, '{}', '_raw');
        break;
      }
      out.block(`[[nodiscard]] std::string_view ${name}_raw() const noexcept {`, '}', () => {
        out.line(`return {reinterpret_cast<const char*>(${at}), ${member.size}};`);
      });
      break;
    case 'bytes': {
      const span = `std::span<const std::byte, ${member.size}>`;
      getter(span, `${span}(${at}, ${member.size})`, `${name}_null_image`);
      break;
    }
    case 'array':
      emitArrayGetter(out, block, member, name, absent);
      break;
  }
  if (absent === undefined) return;
  out.comment(`Came in version ${member.sinceVersion}.`);
  out.line(`[[nodiscard]] bool has_${name}() const noexcept { return !(${absent}); }`);
}

/** The primitive that carries a number; an enum of char is read as uint8. */
function bitsOf(type: TypeIr): PrimitiveName {
  if (type.kind === 'composite') throw new TypeError(`${type.name} is not a number`);
  return type.kind !== 'primitive' && type.primitive === 'char' ? 'uint8' : type.primitive;
}

function emitArrayGetter(out: Writer, block: Block, member: MemberIr, name: string, absent: string | undefined): void {
  const primitive = bitsOf(member.type);
  const size = primitiveOf(primitive).size;
  out.line(`static constexpr std::size_t ${name}_count = ${member.size / size};`);
  out.block(`[[nodiscard]] ${cppType(primitive)} ${name}(std::size_t index) const noexcept {`, '}', () => {
    if (absent !== undefined) out.line(`if (${absent}) return ${name}_null_value;`);
    out.line(`return ${cppLoad(primitive, block.order, `block_ + ${name}_offset + index * ${size}`)};`);
  });
}

function emitConstantGetter(out: Writer, name: string, member: MemberIr): void {
  const { type } = member;
  const value = member.constant ?? '0';
  if (type.kind === 'primitive' && type.primitive === 'char' && type.length > 1) {
    out.line(`[[nodiscard]] static constexpr std::string_view ${name}() noexcept { return ${cppString(value)}; }`);
  } else if (type.kind === 'primitive') {
    const literal = cppLiteral(value, type.primitive);
    out.line(`[[nodiscard]] static constexpr ${cppType(type.primitive)} ${name}() noexcept { return ${literal}; }`);
  } else if (type.kind === 'enum') {
    out.line(
      `[[nodiscard]] static constexpr ${pascalCase(type.name)} ${name}() noexcept { return ${pascalCase(type.name)}{${value}}; }`,
    );
  }
}

export function emitSetter(out: Writer, block: Block, member: MemberIr): void {
  const name = cppName(member.name, block.taken);
  const type = cppValueType(member.type);
  const at = `block_ + ${block.viewName}::${name}_offset`;
  const store = (value: string): string => cppStore(bitsOf(member.type), block.order, at, value);
  const setter = (parameter: string, statement: string): void => {
    out.block(`${block.encoderName}& ${name}(${parameter}) noexcept {`, '}', () => {
      out.line(`${statement};`);
      out.line('return *this;');
    });
  };
  switch (formOf(member)) {
    case 'constant':
      break;
    case 'composite':
      out.line(`[[nodiscard]] ${type}Encoder ${name}() noexcept { return ${type}Encoder(${at}); }`);
      break;
    case 'set':
      setter(`${type} value`, store('value.bits'));
      break;
    case 'enum':
      setter(`${type} value`, store(`static_cast<${cppBits(bitsOf(member.type))}>(value)`));
      break;
    case 'scalar':
    case 'char':
      setter(`${type} value`, store('value'));
      break;
    case 'text':
      out.comment(`At most ${member.size} characters; the rest is padded.`);
      setter('std::string_view value', `detail::store_padded(${at}, ${member.size}, value, ${block.pad})`);
      break;
    case 'bytes':
      setter(`std::span<const std::byte, ${member.size}> value`, `std::memcpy(${at}, value.data(), ${member.size})`);
      break;
    case 'array': {
      const primitive = bitsOf(member.type);
      const element = `${at} + index * ${primitiveOf(primitive).size}`;
      setter(`std::size_t index, ${cppType(primitive)} value`, cppStore(primitive, block.order, element, 'value'));
      break;
    }
  }
}
