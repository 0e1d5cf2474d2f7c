// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template strings of the code that is generated
// The few functions a generated message module needs beside its classes; only those it uses are written into it, so it depends on nothing.

import { jsonSupport } from './typescript_json_support.js';
import { type SupportPart, sectionSupport, writeCharacters } from './typescript_section_support.js';

const parts: readonly SupportPart[] = [
  { mark: 'noView', lines: ['const noView = new DataView(new ArrayBuffer(0));'] },
  {
    mark: 'clear(',
    lines: [
      'function clear(view: DataView, offset: number, length: number): void {',
      '  for (let at = offset; at < offset + length; at++) view.setUint8(at, 0);',
      '}',
    ],
  },
  {
    mark: 'readText(',
    lines: [
      '/** Without trailing spaces and NULs. */',
      'function readText(view: DataView, offset: number, length: number): string {',
      '  let end = offset + length;',
      '  while (end > offset && (view.getUint8(end - 1) === 0x20 || view.getUint8(end - 1) === 0)) end -= 1;',
      "  let text = '';",
      '  for (let at = offset; at < end; at++) text += String.fromCharCode(view.getUint8(at));',
      '  return text;',
      '}',
    ],
  },
  {
    mark: 'writeText(',
    lines: [
      'const writeText = (view: DataView, offset: number, length: number, value: string, pad: number, field: string): void => {',
      '  const given = value.length;',
      '  if (given > length) throw new RangeError(`${field} takes ${length} characters, not ${given}`);',
      ...writeCharacters({ text: 'value', count: 'given', at: 'next', highest: '0x7f', only: 'ASCII' }),
      '  for (let at = given; at < length; at++) view.setUint8(offset + at, pad);',
      '};',
    ],
  },
  {
    mark: 'writeBytes(',
    lines: [
      'function writeBytes(view: DataView, offset: number, length: number, value: Uint8Array, field: string): void {',
      '  if (value.length !== length) throw new RangeError(`${field} takes ${length} bytes, not ${value.length}`);',
      '  for (let at = 0; at < length; at++) view.setUint8(offset + at, value[at] as number);',
      '}',
    ],
  },
  {
    mark: 'readUint48be(',
    lines: [
      'const readUint48be = (view: DataView, offset: number): number => {',
      '  return view.getUint16(offset, false) * 0x100000000 + view.getUint32(offset + 2, false);',
      '};',
    ],
  },
  {
    mark: 'readUint48le(',
    lines: [
      'const readUint48le = (view: DataView, offset: number): number => {',
      '  return view.getUint16(offset + 4, true) * 0x100000000 + view.getUint32(offset, true);',
      '};',
    ],
  },
  {
    mark: 'writeUint48be(',
    lines: [
      'const writeUint48be = (view: DataView, offset: number, value: number): void => {',
      '  view.setUint16(offset, Math.floor(value / 0x100000000), false);',
      '  view.setUint32(offset + 2, value, false);',
      '};',
    ],
  },
  {
    mark: 'writeUint48le(',
    lines: [
      'const writeUint48le = (view: DataView, offset: number, value: number): void => {',
      '  view.setUint16(offset + 4, Math.floor(value / 0x100000000), true);',
      '  view.setUint32(offset, value, true);',
      '};',
    ],
  },
  ...sectionSupport,
  ...jsonSupport,
];

/** Support code for a module body, each function followed by an empty line; parts ask for parts. */
export function supportFor(body: string): string[] {
  let asking = body;
  let chosen: readonly SupportPart[] = [];
  for (;;) {
    const next = parts.filter((part) => asking.includes(part.mark));
    if (next.length === chosen.length) return chosen.flatMap((part) => [...part.lines, '']);
    chosen = next;
    asking = [body, ...chosen.flatMap((part) => part.lines.slice(1))].join('\n');
  }
}
