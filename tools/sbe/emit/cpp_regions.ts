// C++ for memory regions: the header as a struct, the byte layout as constexpr functions of the dimensions, the columns as typed pointers.

import type { ColumnIr, ColumnType, RegionIr, RegionSchemaIr } from '../ir.js';
import { cppName, hex64, pascalCase } from '../naming.js';
import { cppString } from './cpp_values.js';
import { magicNumber } from './forms.js';
import { columnRemark } from './remarks.js';
import { sentence, sentences, type Writer } from './writer.js';

const columnTypes: Readonly<Record<ColumnType, string>> = {
  uint8: 'std::uint8_t',
  uint16: 'std::uint16_t',
  uint32: 'std::uint32_t',
  int32: 'std::int32_t',
  uint64: 'std::uint64_t',
  int64: 'std::int64_t',
  float64: 'double',
};

export function emitCppRegions(out: Writer, schema: RegionSchemaIr): void {
  out.comment(`The bytes "${schema.magic}" in memory order, read as a little-endian integer.`);
  out.line(`inline constexpr std::uint64_t region_magic = ${hex64(magicNumber(schema.magic))}ull;`);
  out.line(`inline constexpr std::size_t region_header_size = ${schema.headerSize};`);
  out.line('inline constexpr std::size_t column_alignment = 64;');
  out.line();
  emitHeader(out, schema);
  out.line('namespace detail {').line();
  out.block('[[nodiscard]] constexpr std::size_t aligned(std::size_t bytes) noexcept {', '}', () => {
    out.line('return (bytes + column_alignment - 1) & ~(column_alignment - 1);');
  });
  out.line().line('}  // namespace detail');
  for (const region of schema.regions) {
    out.line();
    emitDimensions(out, region);
    out.line();
    emitLayout(out, region);
    out.line();
    emitColumns(out, region);
  }
  out.line();
  out.comment('Empty for a number that is no region of this schema.');
  out.block('[[nodiscard]] constexpr std::string_view region_name(std::uint32_t region_id) noexcept {', '}', () => {
    out.block('switch (region_id) {', '}', () => {
      for (const region of schema.regions) out.line(`case ${region.id}: return ${cppString(region.name)};`);
    });
    out.line('return {};');
  });
  out.line();
}

function emitHeader(out: Writer, schema: RegionSchemaIr): void {
  out.comment(`Start of every region; ${schema.headerSize} bytes are kept for it.`);
  out.block('struct RegionHeader {', '};', () => {
    for (const field of schema.header) {
      out.comment(sentence(field.description));
      const count = field.count === 1 ? '' : `[${field.count}]`;
      out.line(`${columnTypes[field.type]} ${cppName(field.name)}${count};`);
    }
  });
  out.line('static_assert(std::is_trivially_copyable_v<RegionHeader> && sizeof(RegionHeader) <= region_header_size);');
  for (const field of schema.header) {
    out.line(`static_assert(offsetof(RegionHeader, ${cppName(field.name)}) == ${field.offset});`);
  }
  out.line();
}

function emitDimensions(out: Writer, region: RegionIr): void {
  const name = pascalCase(region.name);
  out.comment(sentence(region.description));
  out.block(`struct ${name}Dimensions {`, '};', () => {
    for (const dimension of region.dimensions) {
      out.comment(sentences(dimension.description, `At most ${dimension.max}`));
      out.line(`std::uint32_t ${cppName(dimension.name)};`);
    }
  });
}

function bytesOf(column: ColumnIr): string {
  const factors = column.per.map((dimension) => `std::size_t{dimensions.${cppName(dimension)}}`);
  if (column.count !== 1) factors.push(String(column.count));
  return [...factors, `sizeof(${columnTypes[column.type]})`].join(' * ');
}

function emitLayout(out: Writer, region: RegionIr): void {
  const name = pascalCase(region.name);
  out.block(`struct ${name}Layout {`, '};', () => {
    out.line(`static constexpr std::uint32_t region_id = ${region.id};`);
    out.line(`static constexpr std::string_view name = ${cppString(region.name)};`);
    out.line(`static constexpr std::uint32_t dimension_count = ${region.dimensions.length};`);
    for (const dimension of region.dimensions) {
      out.line(`static constexpr std::uint32_t ${cppName(dimension.name)}_max = ${dimension.max}u;`);
    }
    let previous = 'region_header_size';
    for (const column of region.columns) {
      const parameter = `${name}Dimensions${column === region.columns[0] ? '' : ' dimensions'}`;
      out.line();
      out.block(
        `[[nodiscard]] static constexpr std::size_t ${cppName(column.name)}_offset(${parameter}) noexcept {`,
        '}',
        () => {
          out.line(`return ${previous};`);
        },
      );
      previous = `detail::aligned(${cppName(column.name)}_offset(dimensions) + ${bytesOf(column)})`;
    }
    out.line();
    out.comment('Bytes of the whole region, header included.');
    out.block(`[[nodiscard]] static constexpr std::size_t size(${name}Dimensions dimensions) noexcept {`, '}', () => {
      out.line(`return ${previous};`);
    });
  });
}

function emitColumns(out: Writer, region: RegionIr): void {
  const name = pascalCase(region.name);
  out.comment(
    `Pointers into a mapped ${region.name} region. over() trusts the header: check magic, layout_hash, region_id and size before.`,
  );
  out.block(`struct ${name}Columns {`, '};', () => {
    out.line('RegionHeader* header;');
    out.line(`${name}Dimensions dimensions;`);
    for (const column of region.columns) {
      out.comment(columnRemark(column));
      out.line(`${columnTypes[column.type]}* ${cppName(column.name)};`);
    }
    out.line();
    out.block(`[[nodiscard]] static ${name}Columns over(std::byte* base) noexcept {`, '}', () => {
      out.line('auto* const header = reinterpret_cast<RegionHeader*>(base);');
      const dimensions = region.dimensions.map((_, at) => `header->dimension[${at}]`);
      out.line(`const ${name}Dimensions dimensions{${dimensions.join(', ')}};`);
      out.block('return {', '};', () => {
        out.line('header,');
        out.line('dimensions,');
        for (const column of region.columns) {
          out.line(
            `reinterpret_cast<${columnTypes[column.type]}*>(base + ${name}Layout::${cppName(column.name)}_offset(dimensions)),`,
          );
        }
      });
    });
  });
}
