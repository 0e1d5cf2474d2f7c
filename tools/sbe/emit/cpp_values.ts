// How primitive values are spelt, loaded and stored in C++.

import type { ByteOrder, TypeIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import type { PrimitiveName } from '../primitives.js';

const cppTypes: Readonly<Record<PrimitiveName, string>> = {
  char: 'char',
  int8: 'std::int8_t',
  uint8: 'std::uint8_t',
  int16: 'std::int16_t',
  uint16: 'std::uint16_t',
  int32: 'std::int32_t',
  uint32: 'std::uint32_t',
  int64: 'std::int64_t',
  uint64: 'std::uint64_t',
  uint48: 'std::uint64_t',
  float: 'float',
  double: 'double',
};

export function cppType(primitive: PrimitiveName): string {
  return cppTypes[primitive];
}

/** The integer an enum or set is made of: char becomes uint8. */
export function cppBits(primitive: PrimitiveName): string {
  return primitive === 'char' ? cppTypes.uint8 : cppTypes[primitive];
}

/** The type a getter returns for one value. */
export function cppValueType(type: TypeIr): string {
  return type.kind === 'primitive' ? cppTypes[type.primitive] : pascalCase(type.name);
}

/** A literal that has no surprise in it: unsigned suffixes, the lowest signed values spelt as expressions, NaN by name. */
export function cppLiteral(value: string, primitive: PrimitiveName): string {
  switch (primitive) {
    case 'char':
      return printableChar(Number(value)) ?? `static_cast<char>(${value})`;
    case 'float':
    case 'double':
      return value === 'NaN'
        ? `std::numeric_limits<${cppTypes[primitive]}>::quiet_NaN()`
        : `${cppTypes[primitive]}{${value}}`;
    case 'uint32':
      return `${value}u`;
    case 'uint64':
    case 'uint48':
      return `${value}ull`;
    case 'int64':
      return value === '-9223372036854775808' ? '(-9223372036854775807ll - 1)' : `${value}ll`;
    case 'int32':
      return value === '-2147483648' ? '(-2147483647 - 1)' : value;
    default:
      return value;
  }
}

function printableChar(code: number): string | undefined {
  if (code < 0x20 || code > 0x7e) return undefined;
  const text = String.fromCharCode(code);
  return text === "'" || text === '\\' ? `'\\${text}'` : `'${text}'`;
}

export function cppString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (character) => utf8Escapes(character))}"`;
}

function utf8Escapes(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** Home of the load and store functions (native/core/endian.hpp). */
export const endianNamespace = '::hopwire::core';

export function cppLoad(primitive: PrimitiveName, order: ByteOrder, at: string): string {
  const suffix = order === 'bigEndian' ? 'be' : 'le';
  if (primitive === 'uint48') return `${endianNamespace}::load_${suffix}48(${at})`;
  return `${endianNamespace}::load_${suffix}<${cppTypes[primitive]}>(${at})`;
}

export function cppStore(primitive: PrimitiveName, order: ByteOrder, at: string, value: string): string {
  const suffix = order === 'bigEndian' ? 'be' : 'le';
  if (primitive === 'uint48') return `${endianNamespace}::store_${suffix}48(${at}, ${value})`;
  return `${endianNamespace}::store_${suffix}<${cppTypes[primitive]}>(${at}, ${value})`;
}
