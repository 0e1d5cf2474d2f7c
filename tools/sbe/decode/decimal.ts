// Decimals: a composite of a mantissa and a constant exponent, written as people write numbers. Nothing is rounded: the text has as many
// places as the exponent gives it.

import type { CompositeIr, MemberIr } from '../ir.js';

/** The members called mantissa and exponent, however they are capitalised. */
export function decimalMembers(composite: CompositeIr): readonly [MemberIr | undefined, MemberIr | undefined] {
  const named = (name: string): MemberIr | undefined =>
    composite.members.find((member) => member.name.toLowerCase() === name);
  return [named('mantissa'), named('exponent')];
}

/** Whether a composite is an integer mantissa with a constant exponent and nothing else. */
export function isDecimal(composite: CompositeIr): boolean {
  const [mantissa, exponent] = decimalMembers(composite);
  if (composite.members.length !== 2 || mantissa?.type.kind !== 'primitive') return false;
  const { primitive, length } = mantissa.type;
  return (
    exponent?.presence === 'constant' &&
    mantissa.presence !== 'constant' &&
    length === 1 &&
    /^u?int\d+$/.test(primitive)
  );
}

export function decimalText(mantissa: bigint, exponent: number): string {
  const sign = mantissa < 0n ? '-' : '';
  const digits = String(mantissa < 0n ? -mantissa : mantissa);
  if (exponent >= 0) return mantissa === 0n ? '0' : sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
