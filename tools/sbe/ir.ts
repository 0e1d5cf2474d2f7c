// The intermediate representation: the only thing a parser hands to an emitter. Plain data, fully resolved: every offset and size is a
// number, every reference names a type that is in the same schema, every default has been applied. Values that may need 64 bits are
// decimal text, so that the whole model is JSON; the layout hash is taken over that JSON without descriptions (layout_hash.ts).

import type { PrimitiveName } from './primitives.js';

export type ByteOrder = 'littleEndian' | 'bigEndian';
export type Presence = 'required' | 'optional' | 'constant';

export type TypeIr =
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveName; readonly length: number }
  | { readonly kind: 'enum'; readonly name: string; readonly primitive: PrimitiveName }
  | { readonly kind: 'set'; readonly name: string; readonly primitive: PrimitiveName }
  | { readonly kind: 'composite'; readonly name: string };

/** A field of a message or a member of a composite. */
export interface MemberIr {
  readonly name: string;
  /** FIX tag; undefined in composites and where the schema gives none. */
  readonly id: number | undefined;
  readonly type: TypeIr;
  readonly presence: Presence;
  /** Bytes from the start of the block or composite; 0 and size 0 for constants, which are not on the wire. */
  readonly offset: number;
  readonly size: number;
  /** Decimal, or `NaN`; only for optional members. */
  readonly nullValue: string | undefined;
  /** Decimal for numbers and enums, the characters for char arrays; only for constants. */
  readonly constant: string | undefined;
  /** Version of the schema that added it: 0 or the version of what holds it = it was always there. */
  readonly sinceVersion: number;
  /** Version of the schema in which it went out of use. */
  readonly deprecated: number | undefined;
  /** Smallest and largest allowed value as decimal text, where the schema narrows the primitive's range. */
  readonly minValue: string | undefined;
  readonly maxValue: string | undefined;
  /** Characters of a char array other than ASCII. */
  readonly encoding: TextEncoding | undefined;
  readonly description: string;
}

/** ASCII is read as Latin-1: the characters above 0x7f are no reason to lose a message. */
export type TextEncoding = 'utf-8' | 'latin-1';

export interface CompositeIr {
  readonly name: string;
  readonly sinceVersion: number;
  /** The bytes of a <data>: a member `length` and behind it a member without size. */
  readonly varData: VarDataIr | undefined;
  readonly size: number;
  readonly members: readonly MemberIr[];
  readonly description: string;
}

/** How a <data> of one composite lies in the message. */
export interface VarDataIr {
  readonly lengthOffset: number;
  readonly lengthPrimitive: PrimitiveName;
  /** Where the bytes begin. */
  readonly dataOffset: number;
  /** undefined = bytes, not text. */
  readonly encoding: TextEncoding | undefined;
}

/** What an enum and a list of a vocabulary have in common. */
export interface NamedNumbers {
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly values: readonly { readonly name: string; readonly value: string; readonly description: string }[];
  readonly description: string;
}

export interface EnumIr extends NamedNumbers {
  readonly values: readonly {
    readonly name: string;
    readonly value: string;
    readonly sinceVersion: number;
    readonly deprecated: number | undefined;
    readonly description: string;
  }[];
}

export interface SetIr {
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly choices: readonly {
    readonly name: string;
    readonly bit: number;
    readonly sinceVersion: number;
    readonly deprecated: number | undefined;
    readonly description: string;
  }[];
  readonly description: string;
}

/** A named type with presence="constant": a number both languages share. */
export interface ConstantIr {
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly value: string;
  readonly description: string;
}

/** What a message and an entry of a group have in common: fields at fixed places, then groups, then data, each in its order. */
export interface BlockIr {
  readonly name: string;
  readonly blockLength: number;
  readonly fields: readonly MemberIr[];
  readonly groups: readonly GroupIr[];
  readonly data: readonly DataIr[];
  readonly sinceVersion: number;
  readonly deprecated: number | undefined;
  readonly description: string;
}

export interface GroupIr extends BlockIr {
  readonly id: number | undefined;
  /** The composite in front of the entries; its members blockLength and numInGroup are what a decoder reads. */
  readonly dimensionType: string;
}

export interface DataIr {
  readonly name: string;
  readonly id: number | undefined;
  /** A composite that has varData. */
  readonly type: string;
  readonly sinceVersion: number;
  readonly deprecated: number | undefined;
  readonly description: string;
}

export interface MessageIr extends BlockIr {
  /** SBE template id; undefined in a fixed layout. */
  readonly id: number | undefined;
  /** First byte of a fixed-layout message; undefined when it has none. */
  readonly discriminator: string | undefined;
}

export interface MessageSchemaIr {
  readonly kind: 'messages';
  readonly package: string;
  readonly description: string;
  readonly layout: 'sbe' | 'fixed';
  readonly byteOrder: ByteOrder;
  readonly id: number;
  readonly version: number;
  /** Name of the header composite; undefined in a fixed layout. */
  readonly headerType: string | undefined;
  readonly enums: readonly EnumIr[];
  readonly sets: readonly SetIr[];
  readonly constants: readonly ConstantIr[];
  /** A composite comes after the composites it contains. */
  readonly composites: readonly CompositeIr[];
  readonly messages: readonly MessageIr[];
}

export type ColumnType = 'uint8' | 'uint16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'float64';

export interface HeaderFieldIr {
  readonly name: string;
  readonly type: ColumnType;
  readonly count: number;
  readonly offset: number;
  readonly description: string;
}

export interface ColumnIr {
  readonly name: string;
  readonly type: ColumnType;
  /** Names of dimensions, outermost first. */
  readonly per: readonly string[];
  /** Values for each index. */
  readonly count: number;
  readonly description: string;
}

export interface RegionIr {
  readonly name: string;
  /** Position in the schema, from 1. */
  readonly id: number;
  readonly dimensions: readonly { readonly name: string; readonly max: number; readonly description: string }[];
  readonly columns: readonly ColumnIr[];
  readonly description: string;
}

export interface RegionSchemaIr {
  readonly kind: 'regions';
  readonly package: string;
  readonly description: string;
  readonly headerSize: number;
  readonly magic: string;
  readonly header: readonly HeaderFieldIr[];
  readonly regions: readonly RegionIr[];
}

export type AttributeType = 'string' | 'uint32' | 'uint64' | 'boolean';

export interface ListItemIr {
  readonly name: string;
  readonly value: string;
  /** One per attribute of the list, in its order, as written. */
  readonly attributes: readonly string[];
  readonly description: string;
}

export interface ListIr {
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly attributes: readonly { readonly name: string; readonly type: AttributeType }[];
  readonly items: readonly ListItemIr[];
  readonly description: string;
}

/** A number both languages compute with; at most 2^53 - 1, so that TypeScript has it as a number. */
export interface NumberIr {
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly value: string;
  readonly description: string;
}

export interface VocabularyIr {
  readonly kind: 'vocabulary';
  readonly package: string;
  readonly description: string;
  readonly lists: readonly ListIr[];
  readonly numbers: readonly NumberIr[];
}

export type SchemaIr = MessageSchemaIr | RegionSchemaIr | VocabularyIr;
