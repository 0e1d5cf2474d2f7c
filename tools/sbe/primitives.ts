// The primitive types of SBE 1.0 and the one this dialect adds (uint48): sizes, ranges and default nulls, in one table.

import type { ColumnType } from './ir.js';

export type PrimitiveName =
  | 'char'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'uint48'
  | 'float'
  | 'double';

export interface Primitive {
  readonly name: PrimitiveName;
  readonly size: number;
  readonly floating: boolean;
  /** Smallest and largest value the bits can hold; the range of a float is not checked. */
  readonly lowest: bigint;
  readonly highest: bigint;
  /** Default null as text: decimal for integers, `NaN` for floats. */
  readonly nullValue: string;
}

function integer(name: PrimitiveName, bits: number, signed: boolean): Primitive {
  const lowest = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const highest = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const nullValue = (signed ? lowest : highest).toString();
  return { name, size: bits / 8, floating: false, lowest, highest, nullValue };
}

function floating(name: PrimitiveName, size: number): Primitive {
  return { name, size, floating: true, lowest: 0n, highest: 0n, nullValue: 'NaN' };
}

export const primitives: ReadonlyMap<string, Primitive> = new Map(
  [
    { ...integer('char', 8, false), nullValue: '0' },
    integer('int8', 8, true),
    integer('uint8', 8, false),
    integer('int16', 16, true),
    integer('uint16', 16, false),
    integer('int32', 32, true),
    integer('uint32', 32, false),
    integer('int64', 64, true),
    integer('uint64', 64, false),
    integer('uint48', 48, false),
    floating('float', 4),
    floating('double', 8),
  ].map((primitive) => [primitive.name, primitive]),
);

export function primitiveOf(name: PrimitiveName): Primitive {
  const primitive = primitives.get(name);
  if (primitive === undefined) throw new TypeError(`no primitive is named ${name}`);
  return primitive;
}

export function isSixtyFourBit(name: PrimitiveName): boolean {
  return name === 'int64' || name === 'uint64';
}

/** Bytes of one value of a region column. */
export const columnSizes: Readonly<Record<ColumnType, number>> = {
  uint8: 1,
  uint16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float64: 8,
};
