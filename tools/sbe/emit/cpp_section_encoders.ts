// C++ encoders of messages with groups, data or versions. Groups and data are written in the order of the schema; one that is left out is
// written empty. What cannot be written (no room, a section after a later one, entries that were announced and never came) makes the
// message not ok() for good, and `finish` answers 0: nothing is thrown and no byte outside the room is touched.

import type { BlockIr, DataIr, GroupIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { cppName } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import { emitSetters, headerStatement } from './cpp_blocks.js';
import type { Block } from './cpp_members.js';
import { sectionBlock, sectionName } from './cpp_sections.js';
import { cppStore, cppType } from './cpp_values.js';
import { className, compositeOf, headerSizeOf, type Section, sectionsOf, varDataOf } from './forms.js';
import { messageRemark } from './remarks.js';
import { sentences, type Writer } from './writer.js';

/** The encoders of a message, those of its groups first. */
export function emitCppEncoders(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  emitGroups(out, schema, message.groups, [message.name]);
  const block = sectionBlock(schema, message, [message.name]);
  const name = block.encoderName;
  const count = sectionsOf(message).length;
  out.comment(messageRemark(`Template ${message.id}`, message.blockLength, message.description));
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    out.line(`static constexpr std::size_t block_length = ${message.blockLength};`);
    out.line(`static constexpr std::uint16_t template_id = ${message.id};`);
    out.line();
    out.comment(
      'Writes the message header at the start of room and clears the block behind it; ask ok() before any field.',
    );
    out.block(`[[nodiscard]] static ${name} wrap_and_apply_header(std::span<std::byte> room) noexcept {`, '}', () => {
      out.line(`return ${name}(room);`);
    });
    out.line(`${name}(const ${name}&) = delete;`);
    out.line(`${name}& operator=(const ${name}&) = delete;`);
    out.comment('Whether all that was written so far had room and order.');
    out.line('[[nodiscard]] bool ok() const noexcept { return cursor_.ok; }');
    emitSetters(out, block);
    emitSectionWriters(out, schema, message, block, [message.name]);
    out.line();
    out.comment('Writes what has been left out as empty. Bytes of the message with its header; 0 when it is not ok().');
    out.block('[[nodiscard]] std::size_t finish() noexcept {', '}', () => {
      if (count > 0) out.line(`if (section_ <= ${count}) turn(${count});`);
      out.line('return cursor_.ok ? static_cast<std::size_t>(cursor_.at - start_) : 0;');
    });
    out.line();
    emitPrivate(out, schema, message, name);
  });
}

function emitPrivate(out: Writer, schema: MessageSchemaIr, message: MessageIr, name: string): void {
  const header = headerSizeOf(schema);
  const sections = sectionsOf(message);
  out.outdented(' private:');
  out.block(`explicit ${name}(std::span<std::byte> room) noexcept : start_(room.data()) {`, '}', () => {
    out.lines(['cursor_.at = room.data();', 'cursor_.left = room.size();']);
    out.line(`if (cursor_.take(${header + message.blockLength}) == nullptr) return;`);
    out.line(headerStatement(schema, 'start_', message.groups.length, message.data.length));
    out.line(`block_ = start_ + ${header};`);
  });
  if (sections.length > 0) {
    out.line();
    emitTurn(out, sections, [message.name], '0', 'cursor_');
  }
  out.line();
  out.lines(['std::byte* start_;', 'std::byte* block_ = nullptr;', 'detail::Cursor cursor_;']);
  if (sections.length > 0) out.line('std::size_t section_ = 0;');
}

/** Goes on to the section of that number; those between are written empty. */
function emitTurn(
  out: Writer,
  sections: readonly Section[],
  path: readonly string[],
  base: string,
  cursor: string,
): void {
  out.block('void turn(std::size_t to) noexcept {', '}', () => {
    const open = base === '0' ? '0' : `base_ + left_ + ${sections.length} - section_`;
    out.line(`if (to < section_ || ${cursor}.pending != ${open}) {`);
    out.lines([`  ${cursor}.ok = false;`, '  return;', '}']);
    const step = base === '0' ? [] : [`--${cursor}.pending;`];
    sections.forEach((section, at) => {
      const call =
        section.kind === 'group'
          ? `${className([...path, section.name])}Encoder(${cursor}, 0);`
          : `detail::put_${cppName(section.data.type)}(${cursor}, {});`;
      out.block(`if (section_ == ${at} && to > ${at}) {`, '}', () =>
        out.lines([call, `section_ = ${at + 1};`, ...step]),
      );
    });
    if (step.length > 0) out.line(`if (to < ${sections.length}) ${step[0]}`);
    out.line('section_ = to + 1;');
  });
}

function emitGroups(out: Writer, schema: MessageSchemaIr, groups: readonly GroupIr[], path: readonly string[]): void {
  for (const group of groups) {
    emitGroups(out, schema, group.groups, [...path, group.name]);
    emitGroupEncoder(out, schema, group, [...path, group.name]);
    out.line();
  }
}

function emitGroupEncoder(out: Writer, schema: MessageSchemaIr, group: GroupIr, path: readonly string[]): void {
  const block = sectionBlock(schema, group, path);
  const name = block.encoderName;
  const sections = sectionsOf(group);
  const count = sections.length;
  out.comment(sentences(group.description, `Group ${path.join('.')}, entries of ${group.blockLength} bytes`));
  out.block(`class ${name} {`, '};', () => {
    out.outdented(' public:');
    out.line(`static constexpr std::size_t block_length = ${group.blockLength};`);
    out.line();
    emitBegin(out, schema, group, name);
    out.line();
    out.comment(
      'Moves to the next entry and clears it; false when there is none left, or no room: fields want an entry.',
    );
    out.block('[[nodiscard]] bool next() noexcept {', '}', () => {
      if (count > 0) out.line(`if (section_ <= ${count}) turn(${count});`);
      out.line('if (left_ == 0) return false;');
      out.line('if (cursor_->pending != base_ + left_) cursor_->ok = false;');
      out.line('block_ = cursor_->take(block_length);');
      out.line('if (block_ == nullptr) return false;');
      out.line('--left_;');
      if (count === 0) out.line('--cursor_->pending;');
      else out.lines([`cursor_->pending = base_ + left_ + ${count};`, 'section_ = 0;']);
      out.line('return true;');
    });
    emitSetters(out, block);
    emitSectionWriters(out, schema, group, block, path);
    out.line();
    out.outdented(' private:');
    if (count > 0) {
      emitTurn(out, sections, path, 'base_', '(*cursor_)');
      out.line();
    }
    out.lines([
      'detail::Cursor* cursor_;',
      'std::byte* block_ = nullptr;',
      'std::uint64_t base_;',
      'std::uint64_t left_ = 0;',
    ]);
    if (count > 0) out.line(`std::size_t section_ = ${count + 1};`);
  });
}

function emitBegin(out: Writer, schema: MessageSchemaIr, group: GroupIr, name: string): void {
  const dimension = compositeOf(schema, group.dimensionType);
  const values: Readonly<Record<string, string>> = {
    blockLength: 'block_length',
    numInGroup: 'count',
    numGroups: String(group.groups.length),
    numVarDataFields: String(group.data.length),
  };
  const number = dimension.members.find((member) => member.name === 'numInGroup');
  const primitive = number?.type.kind === 'primitive' ? number.type.primitive : 'uint16';
  const most = number?.maxValue ?? String(primitiveOf(primitive).highest);
  out.comment('Made by the encoder that holds the group: writes its dimensions.');
  out.block(
    `${name}(detail::Cursor& cursor, std::size_t count) noexcept : cursor_(&cursor), base_(cursor.pending) {`,
    '}',
    () => {
      out.line(`if (count > ${most}u) cursor.ok = false;`);
      out.line(`std::byte* const at = cursor.take(${dimension.size});`);
      out.line('if (at == nullptr) return;');
      for (const member of dimension.members) {
        const value = values[member.name];
        if (value === undefined || member.type.kind !== 'primitive' || member.presence === 'constant') continue;
        const place = member.offset === 0 ? 'at' : `at + ${member.offset}`;
        const cast = `static_cast<${cppType(member.type.primitive)}>(${value})`;
        out.line(`${cppStore(member.type.primitive, schema.byteOrder, place, cast)};`);
      }
      out.lines(['left_ = count;', 'cursor.pending += count;']);
    },
  );
}

function emitSectionWriters(
  out: Writer,
  schema: MessageSchemaIr,
  body: BlockIr,
  block: Block,
  path: readonly string[],
): void {
  const cursor = path.length === 1 ? 'cursor_' : '*cursor_';
  sectionsOf(body).forEach((section, at) => {
    const name = sectionName(section.name);
    out.line();
    if (section.kind === 'group') {
      const type = `${className([...path, section.name])}Encoder`;
      out.comment(sentences(section.group.description, 'Begins the group; each entry is then asked for with next()'));
      out.block(`[[nodiscard]] ${type} ${name}(std::size_t count) noexcept {`, '}', () => {
        out.lines([`turn(${at});`, `return ${type}(${cursor}, count);`]);
      });
      return;
    }
    out.comment(section.data.description);
    emitDataSetter(out, schema, section.data, block, `turn(${at});`, cursor);
  });
}

function emitDataSetter(
  out: Writer,
  schema: MessageSchemaIr,
  data: DataIr,
  block: Block,
  turn: string,
  cursor: string,
): void {
  const text = varDataOf(schema, data).encoding !== undefined;
  const parameter = text ? 'std::string_view value' : 'std::span<const std::byte> value';
  const bytes = text ? 'std::as_bytes(std::span<const char>(value.data(), value.size()))' : 'value';
  out.block(`${block.encoderName}& ${sectionName(data.name)}(${parameter}) noexcept {`, '}', () => {
    out.lines([turn, `detail::put_${cppName(data.type)}(${cursor}, ${bytes});`, 'return *this;']);
  });
}
