// Presence, null and constant of one use of a type: what the field says wins over what its type says, except that a constant type has no
// bytes to be optional with.
//
// The null of an optional field is, in this order: the nullValue its type states (an enum: its own, then its encodingType's), else that of
// the primitive. A set has none: no bit is set. A composite is null when its first member is.

import type { MemberIr, Presence } from '../ir.js';
import { primitiveOf } from '../primitives.js';
import type { Diagnostics } from '../source/diagnostics.js';
import type { Attributes } from './attributes.js';
import type { ResolvedType, TypeTable } from './type_table.js';
import { parseValue } from './values.js';

export interface UseScope {
  readonly types: TypeTable;
  readonly diagnostics: Diagnostics;
}

export function applyPresence(
  resolved: ResolvedType,
  wanted: Presence | undefined,
  valueRef: string | undefined,
  attributes: Attributes,
  scope: UseScope,
): Pick<MemberIr, 'presence' | 'size' | 'nullValue' | 'constant'> {
  const presence = wanted ?? (valueRef === undefined ? resolved.presence : 'constant');
  if (presence === 'constant') return constantUse(resolved, valueRef, attributes, scope);
  if (resolved.presence === 'constant') {
    attributes.warning(
      `its type is a constant, so presence="${presence}" is ignored: leave presence away`,
      attributes.place('presence'),
    );
    return constantUse(resolved, valueRef, attributes, scope);
  }
  if (presence === 'required' || resolved.type.kind === 'composite' || resolved.type.kind === 'set') {
    return { presence, size: resolved.size, nullValue: undefined, constant: undefined };
  }
  const nullValue = resolved.nullValue ?? primitiveOf(resolved.type.primitive).nullValue;
  return { presence, size: resolved.size, nullValue, constant: undefined };
}

function constantUse(
  resolved: ResolvedType,
  valueRef: string | undefined,
  attributes: Attributes,
  scope: UseScope,
): Pick<MemberIr, 'presence' | 'size' | 'nullValue' | 'constant'> {
  const { text } = attributes.element;
  let constant = valueRef === undefined ? resolved.constant : enumConstant(valueRef, resolved, attributes, scope);
  if (constant === undefined && valueRef === undefined && text !== '' && resolved.type.kind === 'primitive') {
    const { primitive, length } = resolved.type;
    const isText = primitive === 'char' && length > 1;
    constant = isText ? text : parseValue(text, primitive, 'constant', attributes.element.position, scope.diagnostics);
  } else if (constant === undefined && valueRef === undefined) {
    attributes.error('a constant field needs a constant type or a valueRef', attributes.place('presence'));
  }
  return { presence: 'constant', size: 0, nullValue: undefined, constant: constant ?? '0' };
}

function enumConstant(
  valueRef: string,
  resolved: ResolvedType,
  attributes: Attributes,
  scope: UseScope,
): string | undefined {
  const place = attributes.place('valueRef');
  const value = scope.types.enumValue(valueRef, place);
  if (value === undefined) return undefined;
  if (resolved.type.kind === 'composite' || resolved.type.kind === 'set') {
    attributes.error(`valueRef on a ${resolved.type.kind} is not possible: it needs a number to hold`, place);
    return undefined;
  }
  const { primitive } = resolved.type;
  return parseValue(value, primitive === 'char' ? 'uint8' : primitive, 'valueRef', place, scope.diagnostics);
}
