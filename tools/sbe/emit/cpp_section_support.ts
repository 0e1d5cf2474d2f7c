// The few functions a generated C++ header needs beside its classes when its messages have groups or data: going over bytes that may be
// too few, and the cursor of an encoder.

import type { CompositeIr, MessageSchemaIr } from '../ir.js';
import { cppName } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import { cppLoad, cppStore, cppType } from './cpp_values.js';
import { isData } from './forms.js';
import type { Writer } from './writer.js';

const cursor = [
  '// Bytes still to be looked at.',
  'struct Walk {',
  '  const std::byte* at;',
  '  std::size_t left;',
  '',
  '  [[nodiscard]] constexpr bool skip(std::uint64_t length) noexcept {',
  '    if (length > left) return false;',
  '    at += length;',
  '    left -= static_cast<std::size_t>(length);',
  '    return true;',
  '  }',
  '};',
  '',
  '// Where the next group or data of a message is written, and how many entries, groups and data are still to come.',
  'struct Cursor {',
  '  std::byte* at = nullptr;',
  '  std::size_t left = 0;',
  '  std::uint64_t pending = 0;',
  '  bool ok = true;',
  '',
  '  // Room for that many bytes, all zero; null once anything has gone wrong.',
  '  [[nodiscard]] std::byte* take(std::size_t length) noexcept {',
  '    if (!ok || length > left) {',
  '      ok = false;',
  '      return nullptr;',
  '    }',
  '    std::byte* const taken = at;',
  '    if (length != 0) std::memset(taken, 0, length);',
  '    at += length;',
  '    left -= length;',
  '    return taken;',
  '  }',
  '};',
];

export function emitCppSectionSupport(out: Writer, schema: MessageSchemaIr): void {
  out.line('namespace detail {').line();
  out.lines(cursor);
  for (const composite of schema.composites) {
    if (composite.varData !== undefined && isData(schema, composite.name)) emitVarData(out, schema, composite);
  }
  out.line().line('}  // namespace detail').line();
}

function emitVarData(out: Writer, schema: MessageSchemaIr, composite: CompositeIr): void {
  const { varData } = composite;
  if (varData === undefined) return;
  const { lengthOffset, lengthPrimitive, dataOffset, encoding } = varData;
  const name = cppName(composite.name);
  const load = (at: string): string =>
    cppLoad(lengthPrimitive, schema.byteOrder, lengthOffset === 0 ? at : `${at} + ${lengthOffset}`);
  out.line();
  out.block(`[[nodiscard]] inline bool skip_${name}(Walk& walk) noexcept {`, '}', () => {
    out.line(`if (walk.left < ${dataOffset}) return false;`);
    out.line(`const auto length = static_cast<std::uint64_t>(${load('walk.at')});`);
    out.line(`return walk.skip(${dataOffset}) && walk.skip(length);`);
  });
  out.line();
  const bytes = encoding === undefined;
  const type = bytes ? 'std::span<const std::byte>' : 'std::string_view';
  const start = bytes ? `at + ${dataOffset}` : `reinterpret_cast<const char*>(at + ${dataOffset})`;
  out.block(
    `[[nodiscard]] inline ${type} ${bytes ? 'bytes' : 'text'}_of_${name}(const std::byte* at) noexcept {`,
    '}',
    () => {
      out.line('if (at == nullptr) return {};');
      out.line(`return {${start}, static_cast<std::size_t>(${load('at')})};`);
    },
  );
  out.line();
  const most = composite.members.find((member) => member.name === 'length')?.maxValue;
  const limit = most ?? String(primitiveOf(lengthPrimitive).highest);
  out.block(`inline void put_${name}(Cursor& cursor, std::span<const std::byte> value) noexcept {`, '}', () => {
    if (primitiveOf(lengthPrimitive).size < 8) out.line(`if (value.size() > ${limit}u) cursor.ok = false;`);
    out.line(`std::byte* const at = cursor.take(${dataOffset} + value.size());`);
    out.line('if (at == nullptr) return;');
    const place = lengthOffset === 0 ? 'at' : `at + ${lengthOffset}`;
    const length = `static_cast<${cppType(lengthPrimitive)}>(value.size())`;
    out.line(`${cppStore(lengthPrimitive, schema.byteOrder, place, length)};`);
    out.line(`if (!value.empty()) std::memcpy(at + ${dataOffset}, value.data(), value.size());`);
  });
}
