// One C++ header for one message schema: constants, enums, sets, composites, messages, then the tables that tell messages apart.

import type { BlockIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { emitCppComposite, emitCppMessage, isPlain } from './cpp_blocks.js';
import { emitCppEncoders } from './cpp_section_encoders.js';
import { emitCppSectionSupport } from './cpp_section_support.js';
import { emitCppViews } from './cpp_sections.js';
import { emitCppConstant, emitCppEnum, emitCppSet } from './cpp_types.js';
import { cppLiteral, cppString } from './cpp_values.js';
import { isData, isFlat } from './forms.js';
import type { Writer } from './writer.js';

export function emitCppMessages(out: Writer, schema: MessageSchemaIr): void {
  if (schema.layout === 'sbe') {
    out.line(`inline constexpr std::uint16_t schema_id = ${schema.id};`);
    out.line(`inline constexpr std::uint16_t schema_version = ${schema.version};`);
    out.line();
  }
  if (usesCharArrays(schema)) emitCharArraySupport(out, isFlat(schema));
  if (!isFlat(schema)) emitCppSectionSupport(out, schema);
  const parts: (() => void)[] = [
    ...schema.constants.map((constant) => () => emitCppConstant(out, constant)),
    ...schema.enums.map((type) => () => emitCppEnum(out, type)),
    ...schema.sets.map((type) => () => emitCppSet(out, type)),
    ...schema.composites
      .filter((composite) => !isData(schema, composite.name))
      .map((composite) => () => emitCppComposite(out, schema, composite)),
    ...schema.messages.map((message) => () => emitAnyMessage(out, schema, message)),
  ];
  for (const part of parts) {
    part();
    out.line();
  }
  if (schema.layout === 'sbe') emitTemplateTables(out, schema);
  else if (schema.messages.some((message) => message.discriminator !== undefined)) emitDiscriminatorTables(out, schema);
}

function emitAnyMessage(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  if (isPlain(schema, message)) {
    emitCppMessage(out, schema, message);
    return;
  }
  emitCppViews(out, schema, message);
  out.line();
  emitCppEncoders(out, schema, message);
}

function fieldsOf(block: BlockIr): MemberIr[] {
  return [...block.fields, ...block.groups.flatMap(fieldsOf)];
}

function usesCharArrays(schema: MessageSchemaIr): boolean {
  const members = [
    ...schema.messages.flatMap(fieldsOf),
    ...schema.composites.flatMap((composite) => composite.members),
  ];
  return members.some(({ type }) => type.kind === 'primitive' && type.primitive === 'char' && type.length > 1);
}

function emitCharArraySupport(out: Writer, flat: boolean): void {
  out.line('namespace detail {').line();
  if (flat) {
    out.block('[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {', '}', () => {
      out.line("while (!text.empty() && (text.back() == ' ' || text.back() == '\\0')) text.remove_suffix(1);");
      out.line('return text;');
    });
  } else {
    out.block('[[nodiscard]] constexpr std::string_view before_nul(std::string_view text) noexcept {', '}', () => {
      out.line("return text.substr(0, text.find('\\0'));");
    });
  }
  out.line();
  out.block(
    'inline void store_padded(std::byte* at, std::size_t length, std::string_view text, char pad) noexcept {',
    '}',
    () => {
      out.line('assert(text.size() <= length);');
      out.line('const std::size_t used = text.size() < length ? text.size() : length;');
      out.line('if (used != 0) std::memcpy(at, text.data(), used);');
      out.line('std::memset(at + used, pad, length - used);');
    },
  );
  out.line().line('}  // namespace detail').line();
}

function emitTemplateTables(out: Writer, schema: MessageSchemaIr): void {
  const cases = (result: (name: string) => string): void => {
    out.block('switch (template_id) {', '}', () => {
      for (const message of schema.messages) {
        const view = `${pascalCase(message.name)}View`;
        out.line(`case ${view}::template_id: return ${result(view)};`);
      }
    });
  };
  out.comment('Empty for a template that is not in this schema.');
  out.block('[[nodiscard]] constexpr std::string_view message_name(std::uint16_t template_id) noexcept {', '}', () => {
    cases((view) => `${view}::name`);
    out.line('return {};');
  });
  out.line();
  out.comment('Length of the block of a template in this version; 0 for a template that is not in this schema.');
  out.block('[[nodiscard]] constexpr std::uint16_t block_length_of(std::uint16_t template_id) noexcept {', '}', () => {
    cases((view) => `${view}::block_length`);
    out.line('return 0;');
  });
  out.line();
}

function emitDiscriminatorTables(out: Writer, schema: MessageSchemaIr): void {
  const messages = schema.messages.filter((message) => message.discriminator !== undefined);
  const literals = messages.map((message) => cppLiteral(String(message.discriminator?.charCodeAt(0) ?? 0), 'char'));
  out.comment('Discriminators in the order of the schema.');
  out.line(`inline constexpr std::array<char, ${messages.length}> message_types = {${literals.join(', ')}};`);
  out.line();
  out.comment('Whole length of a message by its first byte; 0 = no such message.');
  out.block('inline constexpr std::array<std::uint16_t, 256> message_length = [] {', '}();', () => {
    out.line('std::array<std::uint16_t, 256> lengths{};');
    messages.forEach((message, at) => {
      out.line(`lengths[static_cast<std::uint8_t>(${literals[at]})] = ${pascalCase(message.name)}View::block_length;`);
    });
    out.line('return lengths;');
  });
  out.line();
  out.comment('Empty for a byte that starts no message.');
  out.block('[[nodiscard]] constexpr std::string_view message_name(char type) noexcept {', '}', () => {
    out.block('switch (type) {', '}', () => {
      messages.forEach((message, at) => {
        out.line(`case ${literals[at]}: return ${cppString(message.name)};`);
      });
    });
    out.line('return {};');
  });
  out.line();
}
