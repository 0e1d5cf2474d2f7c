// How primitive values are spelt, read and written in TypeScript. 64-bit integers are bigint; everything else is number.

import type { ByteOrder } from '../ir.js';
import { isSixtyFourBit, type PrimitiveName } from '../primitives.js';

type Accessor =
  | 'Int8'
  | 'Uint8'
  | 'Int16'
  | 'Uint16'
  | 'Int32'
  | 'Uint32'
  | 'BigInt64'
  | 'BigUint64'
  | 'Float32'
  | 'Float64';

const accessors: Readonly<Record<Exclude<PrimitiveName, 'uint48'>, Accessor>> = {
  char: 'Uint8',
  int8: 'Int8',
  uint8: 'Uint8',
  int16: 'Int16',
  uint16: 'Uint16',
  int32: 'Int32',
  uint32: 'Uint32',
  int64: 'BigInt64',
  uint64: 'BigUint64',
  float: 'Float32',
  double: 'Float64',
};

export function typescriptType(primitive: PrimitiveName): 'number' | 'bigint' {
  return isSixtyFourBit(primitive) ? 'bigint' : 'number';
}

export function typescriptLiteral(value: string, primitive: PrimitiveName): string {
  if (value === 'NaN') return 'Number.NaN';
  return isSixtyFourBit(primitive) ? `${value}n` : value;
}

export function typescriptString(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replace(/[^ -~]/g, (character) => [...character].map(unicodeEscape).join(''))}'`;
}

function unicodeEscape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `this._offset + 8`, or without the sum at 0. */
export function placeOf(offset: number): string {
  return offset === 0 ? 'this._offset' : `this._offset + ${offset}`;
}

function orderArgument(accessor: Accessor, order: ByteOrder): string {
  return accessor === 'Int8' || accessor === 'Uint8' ? '' : `, ${order === 'littleEndian'}`;
}

export function typescriptLoad(primitive: PrimitiveName, order: ByteOrder, at: string): string {
  if (primitive === 'uint48') return `${order === 'bigEndian' ? 'readUint48be' : 'readUint48le'}(this._view, ${at})`;
  const accessor = accessors[primitive];
  return `this._view.get${accessor}(${at}${orderArgument(accessor, order)})`;
}

export function typescriptStore(primitive: PrimitiveName, order: ByteOrder, at: string, value: string): string {
  if (primitive === 'uint48')
    return `${order === 'bigEndian' ? 'writeUint48be' : 'writeUint48le'}(this._view, ${at}, ${value})`;
  const accessor = accessors[primitive];
  return `this._view.set${accessor}(${at}, ${value}${orderArgument(accessor, order)})`;
}

/** Offsets of the low and high half of a 64-bit value. */
export function halvesOf(offset: number, order: ByteOrder): { readonly low: number; readonly high: number } {
  return order === 'littleEndian' ? { low: offset, high: offset + 4 } : { low: offset + 4, high: offset };
}
