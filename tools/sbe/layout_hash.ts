// The 64-bit layout hash: what a region header and a journal segment carry, so that a reader made from another schema is refused.
// First eight bytes, big-endian, of SHA-256 over the canonical JSON of the model: keys sorted, no white space, descriptions left out
// (a better comment does not make old data unreadable).

import { createHash } from 'node:crypto';
import type { SchemaIr } from './ir.js';
import { compareText } from './source/diagnostics.js';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[0] !== 'description')
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
