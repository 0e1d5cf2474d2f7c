// A C++ program that reads messages of generated schemas, prints every field it sees, writes each message again through the encoder from
// what the view said, and prints the bytes: the C++ voice of the tests that compare the two languages.
//
// Input: for each message a byte with the number of its schema, its length as a 32-bit little-endian number, its bytes. Output: for each
// one a line of fields (`path=value`, numbers as decimals, floats as their bits, text and bytes as hex) and a line of hex.

import { cppFieldName, isPlain } from '../emit/cpp_blocks.js';
import { sectionName } from '../emit/cpp_sections.js';
import { formOf, headerSizeOf, sectionsOf } from '../emit/forms.js';
import { Writer } from '../emit/writer.js';
import type { BlockIr, CompositeIr, MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { cppNamespace, pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';

const preamble = [
  '#include <bit>',
  '#include <cstdio>',
  '#include <fstream>',
  '#include <iterator>',
  '#include <string>',
  '#include <vector>',
  '',
  'namespace {',
  'std::string line;',
  'void number(const char* path, long long value) { line += path; line += std::to_string(value); line += " "; }',
  'void number(const char* path, unsigned long long value) { line += path; line += std::to_string(value); line += " "; }',
  'template <class T> void put(const char* path, T value) {',
  '  if constexpr (std::is_enum_v<T>) put(path, static_cast<std::underlying_type_t<T>>(value));',
  '  else if constexpr (std::is_same_v<T, float>) number(path, static_cast<unsigned long long>(std::bit_cast<std::uint32_t>(value)));',
  '  else if constexpr (std::is_same_v<T, double>) number(path, static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(value)));',
  '  else if constexpr (std::is_same_v<T, char>) number(path, static_cast<unsigned long long>(static_cast<unsigned char>(value)));',
  '  else if constexpr (std::is_signed_v<T>) number(path, static_cast<long long>(value));',
  '  else number(path, static_cast<unsigned long long>(value));',
  '}',
  'void hex(const char* path, std::span<const std::byte> bytes) {',
  '  line += path;',
  '  for (const std::byte byte : bytes) { char two[3]; std::snprintf(two, 3, "%02x", std::to_integer<unsigned>(byte)); line += two; }',
  '  line += " ";',
  '}',
  '[[maybe_unused]] void hex(const char* path, std::string_view text) { hex(path, std::as_bytes(std::span(text.data(), text.size()))); }',
  '}  // namespace',
];

/** `headers` are the generated headers of the schemas, in their order. */
export function cppEcho(schemas: readonly MessageSchemaIr[], headers: readonly string[]): string {
  const out = new Writer();
  out.lines(headers.map((header) => `#include "${header}"`)).lines(preamble);
  schemas.forEach((schema, at) => {
    out.line(`namespace ${cppNamespace(schema.package)} {`);
    for (const composite of schema.composites) if (composite.varData === undefined) emitComposite(out, composite);
    for (const message of schema.messages) emitMessage(out, schema, message);
    out.block(`std::size_t echo_${at}(std::span<const std::byte> bytes, std::span<std::byte> room) {`, '}', () => {
      out.line(`const ${pascalCase(schema.headerType ?? '')}View header(bytes.data());`);
      for (const message of schema.messages) {
        const name = pascalCase(message.name);
        out.line(`if (header.template_id() == ${name}View::template_id) return echo_${name}(bytes, room);`);
      }
      out.line('return 0;');
    });
    out.line('}');
  });
  emitMain(out, schemas);
  return out.toString();
}

function emitMain(out: Writer, schemas: readonly MessageSchemaIr[]): void {
  out.block('int main(int, char** arguments) {', '}', () => {
    out.line('std::ifstream file(arguments[1], std::ios::binary);');
    out.line('const std::vector<char> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};');
    out.line('const auto* at = reinterpret_cast<const std::byte*>(all.data());');
    out.line('const auto* const end = at + all.size();');
    out.block('while (at < end) {', '}', () => {
      out.line('const unsigned schema = std::to_integer<unsigned>(*at++);');
      out.lines(['std::uint32_t length;', 'std::memcpy(&length, at, 4);', 'at += 4;']);
      out.line('std::vector<std::byte> room(length + 4096, std::byte{0xa5});');
      out.lines(['std::size_t written = 0;', 'line.clear();']);
      schemas.forEach((schema, index) => {
        out.line(
          `if (schema == ${index}) written = ${cppNamespace(schema.package)}::echo_${index}({at, length}, room);`,
        );
      });
      out.line('std::printf("%s\\n", line.c_str());');
      out.lines([
        'line.clear();',
        'hex("", std::span(room).first(written));',
        'std::printf("%s\\n", line.c_str());',
        'at += length;',
      ]);
    });
  });
}

function emitComposite(out: Writer, composite: CompositeIr): void {
  const name = pascalCase(composite.name);
  const parameters = `[[maybe_unused]] const ${name}View& from, [[maybe_unused]] ${name}Encoder to`;
  out.block(`[[maybe_unused]] inline void copy_${name}(${parameters}) {`, '}', () => {
    emitMembers(out, composite.members, (field) => cppFieldName(field, false), 'from', 'to');
  });
}

function emitMessage(out: Writer, schema: MessageSchemaIr, message: MessageIr): void {
  const name = pascalCase(message.name);
  const plain = isPlain(schema, message);
  out.block(
    `inline std::size_t echo_${name}(std::span<const std::byte> bytes, std::span<std::byte> room) {`,
    '}',
    () => {
      if (plain) {
        out.line(
          `if (bytes.size() < ${name}View::encoded_length || room.size() < ${name}View::encoded_length) return 0;`,
        );
        out.line(`[[maybe_unused]] const ${name}View from(bytes.data() + ${headerSizeOf(schema)});`);
        out.line(`[[maybe_unused]] auto to = ${name}Encoder::wrap_and_apply_header(room.data());`);
        emitMembers(out, message.fields, (field) => cppFieldName(field, true), 'from', 'to');
        out.line(`return ${name}View::encoded_length;`);
        return;
      }
      out.line(`const auto from = ${name}View::read(bytes);`);
      out.line('if (!from.valid()) { line += "invalid"; return 0; }');
      out.line(`auto to = ${name}Encoder::wrap_and_apply_header(room);`);
      out.line('if (!to.ok()) return 0;');
      emitBlock(out, message, 'from', 'to', 0);
      out.line('return to.finish();');
    },
  );
}

function emitBlock(out: Writer, block: BlockIr, from: string, to: string, depth: number): void {
  emitMembers(out, block.fields, sectionName, from, to);
  for (const section of sectionsOf(block)) {
    const name = sectionName(section.name);
    if (section.kind === 'data') {
      out.line(`hex("${section.name}=", ${from}.${name}());`).line(`${to}.${name}(${from}.${name}());`);
      continue;
    }
    out.block('{', '}', () => {
      const [entry, group] = [`entry${depth}`, `group${depth}`];
      out.line(`put("${section.name}.size=", ${from}.${name}().size());`);
      out.line(`auto ${group} = ${to}.${name}(${from}.${name}().size());`);
      out.block(`for (const auto& ${entry} : ${from}.${name}()) {`, '}', () => {
        out.line(`if (!${group}.next()) return 0;`);
        out.line(`static_cast<void>(${entry});`);
        emitBlock(out, section.group, entry, group, depth + 1);
      });
    });
  }
}

function emitMembers(
  out: Writer,
  members: readonly MemberIr[],
  nameOf: (field: string) => string,
  from: string,
  to: string,
): void {
  for (const member of members) {
    const name = nameOf(member.name);
    const value = `${from}.${name}()`;
    const path = `"${member.name}="`;
    const { type } = member;
    switch (formOf(member)) {
      case 'constant':
        break;
      case 'composite':
        if (type.kind === 'composite') out.line(`copy_${pascalCase(type.name)}(${value}, ${to}.${name}());`);
        break;
      case 'set':
        out.line(`put(${path}, ${value}.bits);`).line(`${to}.${name}(${value});`);
        break;
      case 'text':
        out.line(`hex(${path}, ${value});`).line(`${to}.${name}(${value});`);
        break;
      case 'bytes':
        out.line(`hex(${path}, ${value});`).line(`${to}.${name}(${value});`);
        break;
      case 'array':
        if (type.kind !== 'primitive') break;
        out.block(
          `for (std::size_t at = 0; at < ${member.size / primitiveOf(type.primitive).size}; ++at) {`,
          '}',
          () => {
            out.line(`put(${path}, ${from}.${name}(at));`).line(`${to}.${name}(at, ${from}.${name}(at));`);
          },
        );
        break;
      default:
        out.line(`put(${path}, ${value});`).line(`${to}.${name}(${value});`);
    }
  }
}

/** The line of fields that the program prints for a message with these fields. */
export function echoLine(
  schema: MessageSchemaIr,
  message: MessageIr,
  fields: Readonly<Record<string, unknown>>,
): string {
  const parts: string[] = [];
  writeBlock(schema, message, fields, parts);
  return parts.map((part) => `${part} `).join('');
}

type Fields = Readonly<Record<string, unknown>>;

function writeBlock(schema: MessageSchemaIr, block: BlockIr, fields: Fields, parts: string[]): void {
  writeMembers(schema, block.fields, fields, parts);
  for (const section of sectionsOf(block)) {
    const value = fields[section.name];
    if (section.kind === 'data') {
      const { varData } = schema.composites.find((composite) => composite.name === section.data.type) as CompositeIr;
      const encoding = varData?.encoding === 'utf-8' ? 'utf8' : 'latin1';
      parts.push(
        `${section.name}=${varData?.encoding === undefined ? value : Buffer.from(value as string, encoding).toString('hex')}`,
      );
      continue;
    }
    const entries = value as readonly Fields[];
    parts.push(`${section.name}.size=${entries.length}`);
    for (const entry of entries) writeBlock(schema, section.group, entry, parts);
  }
}

function writeMembers(schema: MessageSchemaIr, members: readonly MemberIr[], fields: Fields, parts: string[]): void {
  for (const member of members) {
    const { type, name } = member;
    const value = fields[name];
    switch (formOf(member)) {
      case 'constant':
        break;
      case 'composite': {
        const composite = schema.composites.find(
          (candidate) => type.kind === 'composite' && candidate.name === type.name,
        );
        writeMembers(schema, composite?.members ?? [], value as Fields, parts);
        break;
      }
      case 'set': {
        const set = schema.sets.find((candidate) => type.kind === 'set' && candidate.name === type.name);
        const chosen = (set?.choices ?? []).filter((choice) => (value as readonly string[]).includes(choice.name));
        parts.push(`${name}=${chosen.reduce((bits, choice) => bits | (1n << BigInt(choice.bit)), 0n)}`);
        break;
      }
      case 'enum': {
        const named = schema.enums.find((candidate) => type.kind === 'enum' && candidate.name === type.name);
        parts.push(`${name}=${named?.values.find((candidate) => candidate.name === value)?.value ?? value}`);
        break;
      }
      case 'char':
        parts.push(`${name}=${(value as string).charCodeAt(0)}`);
        break;
      case 'text':
        parts.push(
          `${name}=${Buffer.from(value as string, member.encoding === 'utf-8' ? 'utf8' : 'latin1').toString('hex')}`,
        );
        break;
      case 'bytes':
        parts.push(`${name}=${value}`);
        break;
      case 'array':
        for (const item of value as readonly unknown[]) parts.push(`${name}=${bits(member, item)}`);
        break;
      default:
        parts.push(`${name}=${bits(member, value)}`);
    }
  }
}

function bits(member: MemberIr, value: unknown): string {
  const primitive = member.type.kind === 'primitive' ? member.type.primitive : undefined;
  const view = new DataView(new ArrayBuffer(8));
  if (primitive === 'float') {
    view.setFloat32(0, value as number);
    return String(view.getUint32(0));
  }
  if (primitive === 'double') {
    view.setFloat64(0, value as number);
    return String(view.getBigUint64(0));
  }
  return String(value);
}
