// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template strings of the code that is generated
// Support code of toJSON, fromJSON, decimals and 64-bit fields as numbers in generated TypeScript.

import type { SupportPart } from './typescript_section_support.js';

export const jsonSupport: readonly SupportPart[] = [
  {
    mark: 'hexOf(',
    lines: [
      'function hexOf(bytes: Uint8Array): string {',
      "  let text = '';",
      "  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');",
      '  return text;',
      '}',
    ],
  },
  {
    mark: 'bytesOf(',
    lines: [
      'function bytesOf(hex: string): Uint8Array {',
      '  if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new RangeError(`"${hex}" is not pairs of hexadecimal digits`);',
      '  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));',
      '}',
    ],
  },
  {
    mark: 'namesOf(',
    lines: [
      'function namesOf(masks: Readonly<Record<string, number | bigint>>, value: number | bigint): (string | number)[] {',
      '  let bits = BigInt(value);',
      '  const found: (string | number)[] = [];',
      '  for (const [name, mask] of Object.entries(masks)) {',
      '    if ((bits & BigInt(mask)) === 0n) continue;',
      '    found.push(name);',
      '    bits &= ~BigInt(mask);',
      '  }',
      '  for (let bit = 0; bits > 0n; bit++, bits >>= 1n) if ((bits & 1n) === 1n) found.push(bit);',
      '  return found;',
      '}',
    ],
  },
  {
    mark: 'maskOf(',
    lines: [
      'function maskOf(masks: Readonly<Record<string, number | bigint>>, names: readonly (string | number)[]): bigint {',
      '  let bits = 0n;',
      '  for (const name of names) {',
      "    const mask = typeof name === 'number' ? 1n << BigInt(name) : masks[name];",
      '    if (mask === undefined) throw new RangeError(`"${name}" is no choice; there are ${Object.keys(masks).join(", ")}`);',
      '    bits |= BigInt(mask);',
      '  }',
      '  return bits;',
      '}',
    ],
  },
  {
    mark: 'numberOf(',
    lines: [
      'function numberOf(values: Readonly<Record<string, number | bigint>>, name: string | number, field: string): bigint {',
      "  const value = typeof name === 'number' ? name : (values[name] ?? (/^-?\\d+$/.test(name) ? BigInt(name) : undefined));",
      '  if (value === undefined) throw new RangeError(`${field}: "${name}" is none of ${Object.keys(values).join(", ")}`);',
      '  return BigInt(value);',
      '}',
    ],
  },
  {
    mark: 'finiteOrText(',
    lines: [
      'function finiteOrText(value: number): number | string {',
      '  return Number.isFinite(value) ? value : String(value);',
      '}',
    ],
  },
  {
    mark: 'decimalText(',
    lines: [
      'function decimalText(mantissa: bigint, exponent: number): string {',
      "  const sign = mantissa < 0n ? '-' : '';",
      '  const digits = String(mantissa < 0n ? -mantissa : mantissa);',
      "  if (exponent >= 0) return mantissa === 0n ? '0' : sign + digits + '0'.repeat(exponent);",
      "  const padded = digits.padStart(1 - exponent, '0');",
      '  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;',
      '}',
    ],
  },
  {
    mark: 'decimalMantissa(',
    lines: [
      'function decimalMantissa(text: string, exponent: number, lowest: bigint, highest: bigint): bigint {',
      '  const match = /^([+-]?)(\\d+)(?:\\.(\\d*))?$/.exec(text);',
      '  if (match === null) throw new RangeError(`"${text}" is not a decimal number`);',
      "  let digits = `${match[2]}${match[3] ?? ''}`;",
      "  const missing = -exponent - (match[3] ?? '').length;",
      "  const beyond = missing < 0 ? digits.slice(missing) : '';",
      '  if (/[1-9]/.test(beyond)) throw new RangeError(`${text} has more places than 10^${exponent} can hold`);',
      "  digits = missing < 0 ? digits.slice(0, missing) : digits + '0'.repeat(missing);",
      "  const mantissa = BigInt(match[1] === '-' ? `-${digits || '0'}` : digits || '0');",
      '  if (mantissa >= lowest && mantissa <= highest) return mantissa;',
      '  throw new RangeError(`${text} is beyond the range of its field`);',
      '}',
    ],
  },
  {
    mark: 'codeOf(',
    lines: [
      'const codeOf = (value: string | number, field: string): number => {',
      "  if (typeof value === 'number') return value;",
      '  if (value.length !== 1 || value.charCodeAt(0) > 0x7f) throw new RangeError(`${field} takes one ASCII character`);',
      '  return value.charCodeAt(0);',
      '};',
    ],
  },
  { mark: '?? leftOut;', lines: ['const leftOut = {};'] },
  {
    mark: 'otherLength(',
    lines: [
      'function otherLength(field: string, length: number, given: number): RangeError {',
      '  return new RangeError(`${field} takes ${length} numbers, not ${given}`);',
      '}',
    ],
  },
  ...numberSupport('Le'),
  ...numberSupport('Be'),
  {
    mark: 'beyondSafe(',
    lines: [
      'function beyondSafe(field: string): RangeError {',
      '  return new RangeError(`${field} is beyond 2^53: read it as a bigint or as two halves`);',
      '}',
    ],
  },
  {
    mark: 'notSafe(',
    lines: [
      'function notSafe(value: number, field: string): RangeError {',
      '  return new RangeError(`${field}: ${value} is not an integer within 2^53`);',
      '}',
    ],
  },
];

/**
 * 64-bit fields as numbers, in one byte order. These and what else runs once per field are constants and not declarations: V8 takes the
 * value of a constant for granted, and looks up at every call a function that could be given another value.
 */
function numberSupport(order: 'Le' | 'Be'): SupportPart[] {
  const little = order === 'Le';
  const [low, high] = little ? ['at', 'at + 4'] : ['at + 4', 'at'];
  return [
    {
      mark: `readInt64Number${order}(`,
      lines: [
        `const readInt64Number${order} = (view: DataView, at: number, field: string): number => {`,
        `  const value = view.getInt32(${high}, ${little}) * 0x100000000 + view.getUint32(${low}, ${little});`,
        '  if (Math.abs(value) > 0x1fffffffffffff) throw beyondSafe(field);',
        '  return value;',
        '};',
      ],
    },
    {
      mark: `readUint64Number${order}(`,
      lines: [
        `const readUint64Number${order} = (view: DataView, at: number, field: string): number => {`,
        `  const high = view.getUint32(${high}, ${little});`,
        '  if (high > 0x1fffff) throw beyondSafe(field);',
        `  return high * 0x100000000 + view.getUint32(${low}, ${little});`,
        '};',
      ],
    },
    {
      mark: `write64${order}(`,
      lines: [
        `const write64${order} = (view: DataView, at: number, value: number | bigint, field: string): void => {`,
        '  if (!Number.isSafeInteger(value)) {',
        "    if (typeof value === 'number') throw notSafe(value, field);",
        `    view.setBigInt64(at, value, ${little});`,
        '    return;',
        '  }',
        `  view.setUint32(${low}, value as number, ${little});`,
        `  view.setInt32(${high}, Math.floor((value as number) / 0x100000000), ${little});`,
        '};',
      ],
    },
  ];
}
