// Literal values of a schema (nulls, constants, enum values) to decimal text, range-checked against the primitive that will carry them.

import { type PrimitiveName, primitiveOf } from '../primitives.js';
import type { Diagnostics, Position } from '../source/diagnostics.js';

/**
 * Decimal text of an integer literal, `NaN` or a number for floats; undefined after a report.
 * A char literal is one printable character.
 */
export function parseValue(
  text: string,
  name: PrimitiveName,
  what: string,
  at: Position,
  diagnostics: Diagnostics,
): string | undefined {
  const primitive = primitiveOf(name);
  if (name === 'char' && !/^\d+$/.test(text)) return charValue(text, what, at, diagnostics);
  if (name === 'char' && text.length === 1) return String(text.charCodeAt(0));
  if (primitive.floating) return floatValue(text, what, at, diagnostics);
  if (!/^-?(?:\d+|0x[0-9a-fA-F]+)$/.test(text)) {
    diagnostics.error(at, `${what} "${text}" is not an integer`);
    return undefined;
  }
  const value = BigInt(text);
  if (value < primitive.lowest || value > primitive.highest) {
    diagnostics.error(at, `${what} ${text} does not fit ${name} (${primitive.lowest} to ${primitive.highest})`);
    return undefined;
  }
  return value.toString();
}

function charValue(text: string, what: string, at: Position, diagnostics: Diagnostics): string | undefined {
  if (text.length === 1 && text >= ' ' && text <= '~') return String(text.charCodeAt(0));
  diagnostics.error(at, `${what} "${text}" is not one printable ASCII character`);
  return undefined;
}

function floatValue(text: string, what: string, at: Position, diagnostics: Diagnostics): string | undefined {
  if (text === 'NaN' || (text !== '' && Number.isFinite(Number(text)))) return text;
  diagnostics.error(at, `${what} "${text}" is not a number`);
  return undefined;
}
