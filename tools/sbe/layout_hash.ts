// The 64-bit layout hash: what a region header and a journal segment carry, so that a reader made from another schema is refused.
// First eight bytes, big-endian, of SHA-256 over the canonical JSON of the model: keys sorted, no white space, descriptions and other
// remarks left out (a better comment does not make old data unreadable). What a message does not have (groups, data, a later version)
// is left out too, so that the compiler can learn a construct without renaming every layout that does not use it.

import { createHash } from 'node:crypto';
import type { SchemaIr } from './ir.js';
import { compareText } from './source/diagnostics.js';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

const remarks = new Set(['description', 'deprecated', 'minValue', 'maxValue', 'encoding']);

function counts(key: string, value: Json | undefined): value is Json {
  if (value === undefined || remarks.has(key)) return false;
  if (key === 'sinceVersion') return value !== 0;
  if (key === 'groups' || key === 'data' || key === 'numbers') return (value as readonly Json[]).length > 0;
  return true;
}

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter((entry): entry is [string, Json] => counts(entry[0], entry[1]))
      .sort(([a], [b]) => compareText(a, b));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function layoutHash(schema: SchemaIr): bigint {
  const digest = createHash('sha256')
    .update(canonicalJson(schema as unknown as Json))
    .digest();
  return digest.readBigUInt64BE(0);
}
