// C++ views of messages with groups, data or versions. `read` walks once over the whole message, so truncation is found there and nowhere
// else, and keeps the place of each group and data. A group is a range of entries; an entry is a view of its own, and one with groups or
// data inside finds their places when it is made. What came in a later version than the message at hand is absent: a group without
// entries, data without bytes, a field that answers its null.

import type { BlockIr, DataIr, GroupIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { cppName, pascalCase } from '../naming.js';
import { emitChecks, emitGetters } from './cpp_blocks.js';
import { type Block, derivedNames } from './cpp_members.js';
import { cppLoad, cppString } from './cpp_values.js';
import {
  className,
  compositeOf,
  headerSizeOf,
  isLater,
  isUniform,
  leastBlockLength,
  sectionsOf,
  varDataOf,
} from './forms.js';
import { messageRemark } from './remarks.js';
import { sentences, type Writer } from './writer.js';

export const sectionNames = [
  'block_length',
  'header_length',
  'encoded_length',
  'template_id',
  'name',
  'read',
  'wrap',
  'valid',
  'body',
  'limit',
  'acting_version',
  'acting_block_length',
  'wrap_and_apply_header',
  'ok',
  'next',
  'finish',
  'schema_id',
  'schema_version',
];

export function sectionBlock(schema: MessageSchemaIr, body: BlockIr, path: readonly string[]): Block {
  const name = className(path);
  return {
    name,
    viewName: path.length === 1 ? `${name}View` : `${name}Entry`,
    encoderName: `${name}Encoder`,
    schema,
    length: body.blockLength,
    members: body.fields,
    order: schema.byteOrder,
    pad: "'\\0'",
    since: body.sinceVersion,
    keepsLength: true,
    taken: [...sectionNames, ...derivedNames(body.fields)],
  };
}

/** The name of a group's or data's accessor; its private place is `NAME_at_`. */
export function sectionName(name: string): string {
  return cppName(name, sectionNames);
}

/** The views of a message, those of its groups first. */
export function emitCppViews(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  emitGroups(out, schema, message.groups, [message.name]);
  const block = sectionBlock(schema, message, [message.name]);
  const name = block.viewName;
  out.comment(messageRemark(`Template ${message.id}`, message.blockLength, message.description));
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    out.line(`static constexpr std::size_t block_length = ${message.blockLength};`);
    out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    out.line(`static constexpr std::string_view name = ${cppString(message.name)};`);
    out.line();
    out.line(`constexpr ${name}() noexcept = default;`);
    emitRead(out, schema, name);
    emitWrap(out, name, message);
    out.comment('Whether there is a message; ask before any field.');
    out.line('[[nodiscard]] constexpr bool valid() const noexcept { return block_ != nullptr; }');
    out.comment('Block, groups and data, without the header.');
    out.line('[[nodiscard]] constexpr std::span<const std::byte> body() const noexcept { return {block_, end_}; }');
    emitActing(out);
    emitGetters(out, block);
    emitSectionGetters(out, schema, message, [message.name]);
    out.line();
    emitPlaces(out, message);
  });
  emitChecks(out, block, 'block_length');
}

function emitActing(out: Writer): void {
  out.line('[[nodiscard]] constexpr std::uint16_t acting_version() const noexcept { return version_; }');
  out.line('[[nodiscard]] constexpr std::size_t acting_block_length() const noexcept { return acting_block_length_; }');
}

function emitPlaces(out: Writer, body: BlockIr): void {
  out.outdented(' private:');
  out.line('const std::byte* block_ = nullptr;');
  out.line('const std::byte* end_ = nullptr;');
  out.line('std::size_t acting_block_length_ = 0;');
  out.line('std::uint16_t version_ = 0;');
  for (const section of sectionsOf(body)) out.line(`const std::byte* ${sectionName(section.name)}_at_ = nullptr;`);
}

function emitRead(out: Writer, schema: MessageSchemaIr, name: string): void {
  const size = headerSizeOf(schema);
  out.comment('The message whose header is at the start of bytes; not valid() when it is another one or is truncated.');
  out.block(`[[nodiscard]] static ${name} read(std::span<const std::byte> bytes) noexcept {`, '}', () => {
    out.line(`if (bytes.size() < ${size}) return {};`);
    out.line(`const ${pascalCase(schema.headerType ?? '')}View header(bytes.data());`);
    out.line('if (header.template_id() != template_id || header.schema_id() != schema_id) return {};');
    out.line(
      `return wrap(bytes.subspan(${size}), header.block_length(), static_cast<std::uint16_t>(header.version()));`,
    );
  });
}

function emitWrap(out: Writer, name: string, message: MessageIr): void {
  out.comment('The same for bytes that begin with the block, whose length and version stand in the header.');
  out.line(
    `[[nodiscard]] static ${name} wrap(std::span<const std::byte> bytes, std::size_t acting_block_length = block_length,`,
  );
  out.block(`${' '.repeat(27 + name.length)}std::uint16_t acting_version = schema_version) noexcept {`, '}', () => {
    const least = leastBlockLength(message);
    const tooShort = least === 0 ? '' : `acting_block_length < ${least} || `;
    out.line(`if (${tooShort}acting_block_length > bytes.size()) return {};`);
    out.line(`${name} view;`);
    out.line('detail::Walk walk{bytes.data() + acting_block_length, bytes.size() - acting_block_length};');
    emitWalk(out, message, [message.name], 'view.', 'acting_version', (step) => `if (!${step}) return {};`);
    out.lines(['view.block_ = bytes.data();', 'view.end_ = walk.at;']);
    out.lines(['view.acting_block_length_ = acting_block_length;', 'view.version_ = acting_version;', 'return view;']);
  });
}

/** Statements that go over the sections of a block and keep the place of each in `object`. */
function emitWalk(
  out: Writer,
  body: BlockIr,
  path: readonly string[],
  object: string | undefined,
  version: string,
  statement: (step: string) => string,
): void {
  for (const section of sectionsOf(body)) {
    const place = object === undefined ? [] : [`${object}${sectionName(section.name)}_at_ = walk.at;`];
    const step =
      section.kind === 'data'
        ? `detail::skip_${cppName(section.data.type)}(walk)`
        : `${className([...path, section.name])}View::skip(walk, ${version})`;
    const steps = [...place, statement(step)];
    if (!isLater(section, body.sinceVersion)) out.lines(steps);
    else out.block(`if (${version} >= ${section.sinceVersion}) {`, '}', () => out.lines(steps));
  }
}

function emitGroups(out: Writer, schema: MessageSchemaIr, groups: readonly GroupIr[], path: readonly string[]): void {
  for (const group of groups) {
    emitGroups(out, schema, group.groups, [...path, group.name]);
    emitEntry(out, schema, group, [...path, group.name]);
    out.line();
    emitRange(out, schema, group, [...path, group.name]);
    out.line();
  }
}

function emitEntry(out: Writer, schema: MessageSchemaIr, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const name = block.viewName;
  out.comment(sentences(group.description, `Entry of ${path.join('.')}, ${group.blockLength} bytes and what follows`));
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    out.line(`static constexpr std::size_t block_length = ${group.blockLength};`);
    out.line();
    out.line(`constexpr ${name}() noexcept = default;`);
    out.comment('The bytes have been checked by the view of the message.');
    const signature = `(const std::byte* block, std::size_t acting_block_length, std::uint16_t acting_version) noexcept`;
    out.line(`${name}${signature}`);
    out.block('    : block_(block), acting_block_length_(acting_block_length), version_(acting_version) {', '}', () => {
      if (isUniform(group)) {
        out.line('end_ = block + acting_block_length;');
        return;
      }
      out.line('detail::Walk walk{block + acting_block_length, std::numeric_limits<std::size_t>::max()};');
      emitWalk(out, group, path, '', 'acting_version', (step) => `static_cast<void>(${step});`);
      out.line('end_ = walk.at;');
    });
    out.comment('Where the entry ends.');
    out.line('[[nodiscard]] constexpr const std::byte* limit() const noexcept { return end_; }');
    emitActing(out);
    emitGetters(out, block);
    emitSectionGetters(out, schema, group, path);
    out.line();
    emitEntryPlaces(out, group);
  });
  emitChecks(out, block, 'block_length');
}

function emitEntryPlaces(out: Writer, group: GroupIr): void {
  out.outdented(' private:');
  out.line('const std::byte* block_ = nullptr;');
  out.line('std::size_t acting_block_length_ = 0;');
  out.line('std::uint16_t version_ = 0;');
  out.line('const std::byte* end_ = nullptr;');
  for (const section of sectionsOf(group)) out.line(`const std::byte* ${sectionName(section.name)}_at_ = nullptr;`);
}

function dimensionLoad(schema: MessageSchemaIr, group: GroupIr, name: string, at: string): string {
  const member = compositeOf(schema, group.dimensionType).members.find((candidate) => candidate.name === name);
  if (member?.type.kind !== 'primitive') throw new TypeError(`${group.dimensionType} has no number ${name}`);
  if (member.presence === 'constant') return `std::uint64_t{${member.constant ?? '0'}}`;
  return cppLoad(member.type.primitive, schema.byteOrder, member.offset === 0 ? at : `${at} + ${member.offset}`);
}

function emitRange(out: Writer, schema: MessageSchemaIr, group: GroupIr, path: readonly string[]): void {
  const name = `${className(path)}View`;
  const entry = `${className(path)}Entry`;
  const header = compositeOf(schema, group.dimensionType).size;
  out.comment(sentences(group.description, `Group ${path.join('.')}: a range of entries`));
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    out.line(`static constexpr std::size_t header_length = ${header};`);
    out.line();
    emitSkip(out, schema, group, path);
    out.line();
    out.line(`constexpr ${name}() noexcept = default;`);
    out.comment('The group at a place that has been checked; null = there is none.');
    out.block(`${name}(const std::byte* at, std::uint16_t version) noexcept : version_(version) {`, '}', () => {
      out.line('if (at == nullptr) return;');
      out.line(`acting_block_length_ = ${dimensionLoad(schema, group, 'blockLength', 'at')};`);
      out.line(`size_ = ${dimensionLoad(schema, group, 'numInGroup', 'at')};`);
      out.line('first_ = at + header_length;');
    });
    out.line('[[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }');
    out.line('[[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }');
    out.line();
    emitIterator(out, entry);
    out.line(
      '[[nodiscard]] Iterator begin() const noexcept { return Iterator(first_, size_, acting_block_length_, version_); }',
    );
    out.line('[[nodiscard]] constexpr std::default_sentinel_t end() const noexcept { return {}; }');
    if (isUniform(group)) {
      out.block(`[[nodiscard]] ${entry} operator[](std::size_t index) const noexcept {`, '}', () => {
        out.line(`return ${entry}(first_ + index * acting_block_length_, acting_block_length_, version_);`);
      });
    }
    out.line();
    out.outdented(' private:');
    out.line('const std::byte* first_ = nullptr;');
    out.line('std::size_t size_ = 0;');
    out.line('std::size_t acting_block_length_ = 0;');
    out.line('std::uint16_t version_ = 0;');
  });
}

function emitSkip(out: Writer, schema: MessageSchemaIr, group: GroupIr, path: readonly string[]): void {
  out.comment(
    'Goes over a group; false when it reaches beyond the bytes or its entries are too short for their fields.',
  );
  out.block(
    '[[nodiscard]] static bool skip(detail::Walk& walk, [[maybe_unused]] std::uint16_t version) noexcept {',
    '}',
    () => {
      out.line('if (walk.left < header_length) return false;');
      out.line(`const std::uint64_t block = ${dimensionLoad(schema, group, 'blockLength', 'walk.at')};`);
      out.line(`const std::uint64_t count = ${dimensionLoad(schema, group, 'numInGroup', 'walk.at')};`);
      const least = leastBlockLength(group);
      if (least > 0) out.line(`if (count != 0 && block < ${least}) return false;`);
      if (isUniform(group)) {
        out.line('return walk.skip(header_length) && walk.skip(block * count);');
        return;
      }
      out.line('if (!walk.skip(header_length)) return false;');
      out.block('for (std::uint64_t entry = 0; entry < count; ++entry) {', '}', () => {
        out.line('if (!walk.skip(block)) return false;');
        emitWalk(out, group, path, undefined, 'version', (step) => `if (!${step}) return false;`);
      });
      out.line('return true;');
    },
  );
}

function emitIterator(out: Writer, entry: string): void {
  out.block('class Iterator {', '};', () => {
    out.outdented(' public:');
    out.line(`using value_type = ${entry};`);
    out.line('using difference_type = std::ptrdiff_t;');
    out.line('Iterator() noexcept = default;');
    out.line(
      'Iterator(const std::byte* first, std::size_t left, std::size_t block, std::uint16_t version) noexcept : left_(left) {',
    );
    out.line(`  if (left != 0) entry_ = ${entry}(first, block, version);`);
    out.line('}');
    out.line(`[[nodiscard]] const ${entry}& operator*() const noexcept { return entry_; }`);
    out.line(`[[nodiscard]] const ${entry}* operator->() const noexcept { return &entry_; }`);
    out.block('Iterator& operator++() noexcept {', '}', () => {
      out.line('--left_;');
      out.line(
        `if (left_ != 0) entry_ = ${entry}(entry_.limit(), entry_.acting_block_length(), entry_.acting_version());`,
      );
      out.line('return *this;');
    });
    out.line('void operator++(int) noexcept { ++*this; }');
    out.line('[[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept { return left_ == 0; }');
    out.line();
    out.outdented(' private:');
    out.line(`${entry} entry_;`);
    out.line('std::size_t left_ = 0;');
  });
}

function emitSectionGetters(out: Writer, schema: MessageSchemaIr, body: BlockIr, path: readonly string[]): void {
  for (const section of sectionsOf(body)) {
    const name = sectionName(section.name);
    const later = isLater(section, body.sinceVersion) ? `Since version ${section.sinceVersion}` : undefined;
    out.line();
    if (section.kind === 'data') {
      out.comment(sentences(section.data.description, later));
      emitDataGetter(out, schema, section.data, name);
      continue;
    }
    const type = `${className([...path, section.name])}View`;
    out.comment(sentences(section.group.description, later));
    out.line(`[[nodiscard]] ${type} ${name}() const noexcept { return ${type}(${name}_at_, version_); }`);
  }
}

function emitDataGetter(out: Writer, schema: MessageSchemaIr, data: DataIr, name: string): void {
  const { encoding } = varDataOf(schema, data);
  const type = encoding === undefined ? 'std::span<const std::byte>' : 'std::string_view';
  const read = encoding === undefined ? 'bytes_of' : 'text_of';
  out.block(`[[nodiscard]] ${type} ${name}() const noexcept {`, '}', () => {
    out.line(`return detail::${read}_${cppName(data.type)}(${name}_at_);`);
  });
}
