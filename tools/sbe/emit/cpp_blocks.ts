// C++ flyweights of messages and composites: a View that reads and an Encoder that writes fields in place, each a pointer and nothing more.

import type { ByteOrder, CompositeIr, MemberIr, MessageIr, MessageSchemaIr, TypeIr } from '../ir.js';
import { cppName, pascalCase } from '../naming.js';
import { type PrimitiveName, primitiveOf } from '../primitives.js';
import { cppBits, cppLiteral, cppLoad, cppStore, cppString, cppType, cppValueType } from './cpp_values.js';
import { formOf, headerSizeOf } from './forms.js';
import { memberRemark, messageRemark } from './remarks.js';
import type { Writer } from './writer.js';

interface Block {
  readonly name: string;
  readonly length: number;
  readonly members: readonly MemberIr[];
  readonly order: ByteOrder;
  /** Byte that fills the rest of a char array. */
  readonly pad: string;
  /** Names of the class itself that a field must not take. */
  readonly taken: readonly string[];
}

const messageNames = [
  'block_length',
  'encoded_length',
  'template_id',
  'name',
  'discriminator',
  'wrap',
  'wrap_and_apply_header',
  'block',
];
const compositeNames = ['encoded_length', 'block'];

/** The accessor of a field: of a message, or of a composite. */
export function cppFieldName(field: string, inMessage: boolean): string {
  return cppName(field, inMessage ? messageNames : compositeNames);
}

export function emitCppComposite(out: Writer, schema: MessageSchemaIr, composite: CompositeIr): void {
  const name = pascalCase(composite.name);
  const block = blockOf(schema, composite.name, composite.size, composite.members, compositeNames);
  out.comment(messageRemark('Composite', composite.size, composite.description));
  emitView(out, block, () => out.line(`static constexpr std::size_t encoded_length = ${composite.size};`));
  out.line();
  emitEncoder(out, block, () => out.line(`static constexpr std::size_t encoded_length = ${name}View::encoded_length;`));
}

export function emitCppMessage(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  const name = pascalCase(message.name);
  const block = blockOf(schema, message.name, message.blockLength, message.fields, messageNames);
  const headerSize = headerSizeOf(schema);
  const kind = message.id === undefined ? kindOfFixed(message) : `Template ${message.id}`;
  out.comment(messageRemark(kind, message.blockLength, message.description));
  emitView(out, block, () => {
    out.line(`static constexpr std::size_t block_length = ${message.blockLength};`);
    out.line(`static constexpr std::size_t encoded_length = ${headerSize + message.blockLength};`);
    if (message.id !== undefined) out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    if (message.discriminator !== undefined) {
      out.line(
        `static constexpr char discriminator = ${cppLiteral(String(message.discriminator.charCodeAt(0)), 'char')};`,
      );
    }
    out.line(`static constexpr std::string_view name = ${cppString(message.name)};`);
  });
  out.line();
  emitEncoder(out, block, () => {
    out.line(`static constexpr std::size_t block_length = ${name}View::block_length;`);
    out.line(`static constexpr std::size_t encoded_length = ${name}View::encoded_length;`);
    if (message.id !== undefined) out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    out.line();
    if (schema.headerType === undefined) emitFixedWrap(out, name, message);
    else emitSbeWrap(out, name, schema.headerType, headerSize);
  });
}

function kindOfFixed(message: MessageIr): string {
  return message.discriminator === undefined ? 'Fixed layout' : `Type '${message.discriminator}'`;
}

function blockOf(
  schema: MessageSchemaIr,
  name: string,
  length: number,
  members: readonly MemberIr[],
  taken: readonly string[],
): Block {
  const pad = schema.layout === 'fixed' ? "' '" : "'\\0'";
  return { name: pascalCase(name), length, members, order: schema.byteOrder, pad, taken };
}

function emitFixedWrap(out: Writer, name: string, message: MessageIr): void {
  const discriminator = message.discriminator === undefined ? '' : ' and writes the discriminator';
  out.comment(`Clears encoded_length bytes at start${discriminator}.`);
  out.block(`static ${name}Encoder wrap(std::byte* start) noexcept {`, '}', () => {
    out.line('std::memset(start, 0, encoded_length);');
    if (message.discriminator !== undefined) out.line(`*start = static_cast<std::byte>(${name}View::discriminator);`);
    out.line(`return ${name}Encoder(start);`);
  });
}

function emitSbeWrap(out: Writer, name: string, headerType: string, headerSize: number): void {
  const header = `${pascalCase(headerType)}Encoder`;
  out.comment(
    'Writes the message header at start and clears the block behind it; start has room for encoded_length bytes.',
  );
  out.block(`static ${name}Encoder wrap_and_apply_header(std::byte* start) noexcept {`, '}', () => {
    out.line('std::memset(start, 0, encoded_length);');
    out.line(
      `${header}(start).block_length(block_length).template_id(template_id).schema_id(schema_id).version(schema_version);`,
    );
    out.line(`return ${name}Encoder(start + ${headerSize});`);
  });
}

function emitView(out: Writer, block: Block, statics: () => void): void {
  const name = `${block.name}View`;
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    statics();
    out.line();
    out.line(`explicit constexpr ${name}(const std::byte* block) noexcept : block_(block) {}`);
    out.line('[[nodiscard]] constexpr const std::byte* block() const noexcept { return block_; }');
    for (const member of block.members) {
      out.line();
      out.comment(memberRemark(member));
      emitMemberStatics(out, block, member);
      emitGetter(out, block, member);
    }
    out.line();
    out.outdented(' private:');
    out.line('const std::byte* block_;');
  });
  const checks = block.members.filter((member) => member.presence !== 'constant');
  for (const member of checks) {
    const limit = block.taken === messageNames ? 'block_length' : 'encoded_length';
    out.line(
      `static_assert(${name}::${cppName(member.name, block.taken)}_offset + ${member.size} <= ${name}::${limit});`,
    );
  }
}

function emitMemberStatics(out: Writer, block: Block, member: MemberIr): void {
  if (member.presence === 'constant') return;
  const name = cppName(member.name, block.taken);
  out.line(`static constexpr std::size_t ${name}_offset = ${member.offset};`);
  if (member.nullValue === undefined || member.type.kind === 'composite') return;
  const type = cppValueType(member.type);
  const literal = cppLiteral(member.nullValue, bitsOf(member.type));
  out.line(
    `static constexpr ${type} ${name}_null_value = ${member.type.kind === 'enum' ? `${type}{${literal}}` : literal};`,
  );
}

function emitGetter(out: Writer, block: Block, member: MemberIr): void {
  const name = cppName(member.name, block.taken);
  const type = cppValueType(member.type);
  const at = `block_ + ${name}_offset`;
  const load = (): string => cppLoad(bitsOf(member.type), block.order, at);
  const getter = (returns: string, body: string): void => {
    out.line(`[[nodiscard]] ${returns} ${name}() const noexcept { return ${body}; }`);
  };
  switch (formOf(member)) {
    case 'constant':
      emitConstantGetter(out, name, member);
      break;
    case 'composite':
      getter(`${type}View`, `${type}View(${at})`);
      break;
    case 'set':
      getter(type, `{${load()}}`);
      break;
    case 'enum':
      getter(type, `static_cast<${type}>(${load()})`);
      break;
    case 'scalar':
    case 'char':
      getter(type, load());
      break;
    case 'text':
      out.comment('Without trailing spaces and NULs.');
      getter('std::string_view', `detail::trimmed(${name}_raw())`);
      out.block(`[[nodiscard]] std::string_view ${name}_raw() const noexcept {`, '}', () => {
        out.line(`return {reinterpret_cast<const char*>(${at}), ${member.size}};`);
      });
      break;
    case 'bytes':
      getter(
        `std::span<const std::byte, ${member.size}>`,
        `std::span<const std::byte, ${member.size}>(${at}, ${member.size})`,
      );
      break;
    case 'array':
      emitArrayGetter(out, block, member, name);
      break;
  }
}

/** The primitive that carries a number; an enum of char is read as uint8. */
function bitsOf(type: TypeIr): PrimitiveName {
  if (type.kind === 'composite') throw new TypeError(`${type.name} is not a number`);
  return type.kind !== 'primitive' && type.primitive === 'char' ? 'uint8' : type.primitive;
}

function emitArrayGetter(out: Writer, block: Block, member: MemberIr, name: string): void {
  const primitive = bitsOf(member.type);
  const size = primitiveOf(primitive).size;
  out.line(`static constexpr std::size_t ${name}_count = ${member.size / size};`);
  out.block(`[[nodiscard]] ${cppType(primitive)} ${name}(std::size_t index) const noexcept {`, '}', () => {
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

function emitEncoder(out: Writer, block: Block, statics: () => void): void {
  const name = `${block.name}Encoder`;
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    statics();
    out.line();
    out.line(`explicit constexpr ${name}(std::byte* block) noexcept : block_(block) {}`);
    out.line('[[nodiscard]] constexpr std::byte* block() const noexcept { return block_; }');
    for (const member of block.members) {
      if (member.presence === 'constant') continue;
      out.line();
      emitSetter(out, block, member);
    }
    out.line();
    out.outdented(' private:');
    out.line('std::byte* block_;');
  });
}

function emitSetter(out: Writer, block: Block, member: MemberIr): void {
  const name = cppName(member.name, block.taken);
  const type = cppValueType(member.type);
  const at = `block_ + ${block.name}View::${name}_offset`;
  const store = (value: string): string => cppStore(bitsOf(member.type), block.order, at, value);
  const setter = (parameter: string, statement: string): void => {
    out.block(`${block.name}Encoder& ${name}(${parameter}) noexcept {`, '}', () => {
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
