// C++ flyweights of composites, and of messages that are one block and have never changed: a View that reads and an Encoder that writes
// fields in place, each a pointer and nothing more. Messages with groups, data or versions: cpp_sections.ts.

import type { CompositeIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { cppName, pascalCase } from '../naming.js';
import { type Block, derivedNames, emitGetter, emitMemberStatics, emitSetter, needsVersion } from './cpp_members.js';
import { cppLiteral, cppString } from './cpp_values.js';
import { compositeOf, headerSizeOf, isFlat } from './forms.js';
import { memberRemark, messageRemark } from './remarks.js';
import type { Writer } from './writer.js';

const messageNames = [
  'block_length',
  'encoded_length',
  'template_id',
  'name',
  'discriminator',
  'wrap',
  'wrap_and_apply_header',
  'block',
  'read',
  'valid',
  'schema_id',
  'schema_version',
];
const compositeNames = ['encoded_length', 'block', 'schema_version'];

/** The accessor of a field: of a message, or of a composite. */
export function cppFieldName(field: string, inMessage: boolean): string {
  return cppName(field, inMessage ? messageNames : compositeNames);
}

/** Whether a message of a schema with groups, data or versions is itself a plain block. */
export function isPlain(schema: MessageSchemaIr, message: MessageIr): boolean {
  return (
    message.groups.length + message.data.length === 0 &&
    message.fields.every((field) => field.sinceVersion <= message.sinceVersion) &&
    message.fields.every(
      ({ type }) => type.kind !== 'composite' || !needsVersion(schema, compositeOf(schema, type.name)),
    )
  );
}

export function emitCppComposite(out: Writer, schema: MessageSchemaIr, composite: CompositeIr): void {
  const name = pascalCase(composite.name);
  const versioned = needsVersion(schema, composite);
  const block = {
    ...blockOf(schema, composite.name, composite.size, composite.members, compositeNames),
    since: isFlat(schema) ? undefined : composite.sinceVersion,
  };
  out.comment(messageRemark('Composite', composite.size, composite.description));
  const statics = (): void => {
    out.line(`static constexpr std::size_t encoded_length = ${composite.size};`);
  };
  emitView(out, block, versioned, statics, () => undefined);
  out.line();
  emitEncoder(out, block, () => out.line(`static constexpr std::size_t encoded_length = ${name}View::encoded_length;`));
}

export function emitCppMessage(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  const name = pascalCase(message.name);
  const flat = isFlat(schema);
  const block = {
    ...blockOf(schema, message.name, message.blockLength, message.fields, messageNames),
    since: flat ? undefined : message.sinceVersion,
  };
  const headerSize = headerSizeOf(schema);
  const kind = message.id === undefined ? kindOfFixed(message) : `Template ${message.id}`;
  out.comment(messageRemark(kind, message.blockLength, message.description));
  const statics = (): void => {
    out.line(`static constexpr std::size_t block_length = ${message.blockLength};`);
    out.line(`static constexpr std::size_t encoded_length = ${headerSize + message.blockLength};`);
    if (message.id !== undefined) out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    if (message.discriminator !== undefined) {
      out.line(
        `static constexpr char discriminator = ${cppLiteral(String(message.discriminator.charCodeAt(0)), 'char')};`,
      );
    }
    out.line(`static constexpr std::string_view name = ${cppString(message.name)};`);
  };
  emitView(out, block, false, statics, () => {
    if (!flat) emitPlainRead(out, schema, block, headerSize);
  });
  out.line();
  emitEncoder(out, block, () => {
    out.line(`static constexpr std::size_t block_length = ${name}View::block_length;`);
    out.line(`static constexpr std::size_t encoded_length = ${name}View::encoded_length;`);
    if (message.id !== undefined) out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    out.line();
    if (schema.headerType === undefined) emitFixedWrap(out, name, message);
    else emitSbeWrap(out, name, schema, headerSize);
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
  const className = pascalCase(name);
  const names = { name: className, viewName: `${className}View`, encoderName: `${className}Encoder` };
  const order = schema.byteOrder;
  const all = [...taken, ...derivedNames(members)];
  return { ...names, schema, length, members, order, pad, since: undefined, keepsLength: false, taken: all };
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

function emitSbeWrap(out: Writer, name: string, schema: MessageSchemaIr, headerSize: number): void {
  out.comment(
    'Writes the message header at start and clears the block behind it; start has room for encoded_length bytes.',
  );
  out.block(`static ${name}Encoder wrap_and_apply_header(std::byte* start) noexcept {`, '}', () => {
    out.line('std::memset(start, 0, encoded_length);');
    out.line(headerStatement(schema, 'start', 0, 0));
    out.line(`return ${name}Encoder(start + ${headerSize});`);
  });
}

/** The statement that writes the message header at a place where all is zero already. */
export function headerStatement(schema: MessageSchemaIr, at: string, groups: number, data: number): string {
  const header = compositeOf(schema, schema.headerType ?? '');
  const values: Readonly<Record<string, string>> = {
    blockLength: 'block_length',
    templateId: 'template_id',
    schemaId: 'schema_id',
    version: 'schema_version',
    ...(groups > 0 ? { numGroups: String(groups) } : {}),
    ...(data > 0 ? { numVarDataFields: String(data) } : {}),
  };
  const calls = Object.entries(values)
    .filter(([name]) => header.members.some((member) => member.name === name && member.presence !== 'constant'))
    .map(([name, value]) => `.${cppFieldName(name, false)}(${value})`);
  return `${pascalCase(header.name)}Encoder(${at})${calls.join('')};`;
}

/** What a view of a plain block offers beside those of messages with sections. */
function emitPlainRead(
  out: Writer,
  schema: MessageSchemaIr,
  { viewName: view, length }: Block,
  headerSize: number,
): void {
  out.comment('The message whose header is at the start of bytes; not valid() when it is another one or does not fit.');
  out.block(`[[nodiscard]] static ${view} read(std::span<const std::byte> bytes) noexcept {`, '}', () => {
    out.line(`if (bytes.size() < ${headerSize}) return ${view}(nullptr);`);
    out.line(`const ${pascalCase(schema.headerType ?? '')}View header(bytes.data());`);
    out.line(`if (header.template_id() != template_id || header.schema_id() != schema_id) return ${view}(nullptr);`);
    out.line('const std::size_t length = header.block_length();');
    const short = length === 0 ? '' : 'length < block_length || ';
    out.line(`if (${short}length > bytes.size() - ${headerSize}) return ${view}(nullptr);`);
    out.line(`return ${view}(bytes.data() + ${headerSize});`);
  });
  out.line('[[nodiscard]] constexpr bool valid() const noexcept { return block_ != nullptr; }');
}

function emitView(out: Writer, block: Block, versioned: boolean, statics: () => void, reads: () => void): void {
  const name = block.viewName;
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    statics();
    out.line();
    if (versioned) {
      out.line(`explicit constexpr ${name}(const std::byte* block, std::uint16_t version = schema_version) noexcept`);
      out.line('    : block_(block), version_(version) {}');
    } else out.line(`explicit constexpr ${name}(const std::byte* block) noexcept : block_(block) {}`);
    reads();
    out.line('[[nodiscard]] constexpr const std::byte* block() const noexcept { return block_; }');
    emitGetters(out, block);
    out.line();
    out.outdented(' private:');
    out.line('const std::byte* block_;');
    if (versioned) out.line('std::uint16_t version_;');
  });
  emitChecks(out, block, block.taken.includes('block_length') ? 'block_length' : 'encoded_length');
}

export function emitGetters(out: Writer, block: Block): void {
  for (const member of block.members) {
    out.line();
    out.comment(memberRemark(member));
    emitMemberStatics(out, block, member);
    emitGetter(out, block, member);
  }
}

export function emitChecks(out: Writer, block: Block, limit: string): void {
  const name = block.viewName;
  for (const member of block.members.filter((candidate) => candidate.presence !== 'constant')) {
    const offset = `${name}::${cppName(member.name, block.taken)}_offset`;
    out.line(`static_assert(${offset} + ${member.size} <= ${name}::${limit});`);
  }
}

function emitEncoder(out: Writer, block: Block, statics: () => void): void {
  const name = block.encoderName;
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    statics();
    out.line();
    out.line(`explicit constexpr ${name}(std::byte* block) noexcept : block_(block) {}`);
    out.line('[[nodiscard]] constexpr std::byte* block() const noexcept { return block_; }');
    emitSetters(out, block);
    out.line();
    out.outdented(' private:');
    out.line('std::byte* block_;');
  });
}

export function emitSetters(out: Writer, block: Block): void {
  for (const member of block.members) {
    if (member.presence === 'constant') continue;
    out.line();
    emitSetter(out, block, member);
  }
}
