// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template strings of the code that is generated
// Support code of generated TypeScript messages that have groups, data or versions: bounds, the cursor of an encoder, text of variable
// length. Text is written without an intermediate array; text is read byte by byte up to the first byte that is not ASCII, and by
// TextDecoder from there on.

export interface SupportPart {
  /** Text whose presence in the module asks for this part; the first line declares it and does not ask. */
  readonly mark: string;
  readonly lines: readonly string[];
}

/**
 * Statements that write the characters of `text` at `offset`, four with one store; the variable `at` ends behind the last. One above
 * `highest` is refused: `field` takes `only` those.
 */
export function writeCharacters(names: {
  readonly text: string;
  readonly count: string;
  readonly at: string;
  readonly highest: string;
  readonly only: string;
}): string[] {
  const { text, count, at, highest, only } = names;
  const refuse = `throw new RangeError(\`\${field} takes ${only} only\`);`;
  return [
    `  let ${at} = 0;`,
    `  for (; ${at} + 4 <= ${count}; ${at} += 4) {`,
    `    const a = ${text}.charCodeAt(${at});`,
    ...['b', 'c', 'd'].map((name, index) => `    const ${name} = ${text}.charCodeAt(${at} + ${index + 1});`),
    `    if ((a | b | c | d) > ${highest}) ${refuse}`,
    `    view.setUint32(offset + ${at}, a | (b << 8) | (c << 16) | (d << 24), true);`,
    '  }',
    `  for (; ${at} < ${count}; ${at}++) {`,
    `    const code = ${text}.charCodeAt(${at});`,
    `    if (code > ${highest}) ${refuse}`,
    `    view.setUint8(offset + ${at}, code);`,
    '  }',
  ];
}

export const sectionSupport: readonly SupportPart[] = [
  {
    mark: 'badBlock(',
    lines: [
      'function badBlock(what: string, end: number, blockLength: number, least: number, size: number): RangeError {',
      '  if (blockLength < least) return shortBlock(what, blockLength, least);',
      '  if (end - blockLength >= 0) return beyond(what, end, size);',
      '  return new RangeError(`${what} cannot begin at byte ${end - blockLength}`);',
      '}',
    ],
  },
  {
    mark: 'beyond(',
    lines: [
      'function beyond(what: string, end: number, size: number): RangeError {',
      '  return new RangeError(`${what} ends at byte ${end}, the view has ${size} bytes`);',
      '}',
    ],
  },
  {
    mark: 'shortBlock(',
    lines: [
      'function shortBlock(what: string, blockLength: number, least: number): RangeError {',
      '  return new RangeError(`${what}: a block of ${blockLength} bytes is shorter than its fields, which take ${least}`);',
      '}',
    ],
  },
  {
    mark: 'badEntries(',
    lines: [
      'function badEntries(what: string, blockLength: number, least: number, end: number, size: number): RangeError {',
      '  return blockLength < least ? shortBlock(what, blockLength, least) : beyond(what, end, size);',
      '}',
    ],
  },
  {
    mark: 'noEntry(',
    lines: [
      'function noEntry(what: string, length: number, index: number): RangeError {',
      '  return new RangeError(`${what} has ${length} entries, none at ${index}`);',
      '}',
    ],
  },
  {
    mark: 'badGroup(',
    lines: [
      'function badGroup(what: string, count: number, most: number, end: number, size: number): RangeError {',
      '  if (count >= 0 && count <= most) return beyond(what, end, size);',
      '  return new RangeError(`${what} takes 0 to ${most} entries, not ${count}`);',
      '}',
    ],
  },
  {
    mark: 'tooManyEntries(',
    lines: [
      'function tooManyEntries(what: string, length: number): RangeError {',
      '  return new RangeError(`${what} was begun with ${length} entries`);',
      '}',
    ],
  },
  {
    mark: 'zero(',
    lines: [
      'function zero(view: DataView, offset: number, length: number): void {',
      '  let at = offset;',
      '  for (; at + 8 <= offset + length; at += 8) view.setFloat64(at, 0);',
      '  for (; at < offset + length; at++) view.setUint8(at, 0);',
      '}',
    ],
  },
  {
    mark: ': finished;',
    lines: ['const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };'],
  },
  {
    mark: 'Cursor',
    lines: [
      '/** Where the next group or data of a message is written, and how many bytes the view has. */',
      'class Cursor {',
      '  view: DataView = noView;',
      '  size = 0;',
      '  at = 0;',
      '',
      '  attach(view: DataView): void {',
      '    this.view = view;',
      '    this.size = view.byteLength;',
      '  }',
      '}',
    ],
  },
  { mark: 'noBytes', lines: ['const noBytes = new Uint8Array(0);'] },
  {
    mark: 'outOfOrder(',
    lines: [
      'function outOfOrder(names: readonly string[], section: number): RangeError {',
      "  const what = names[section] ?? 'the end';",
      "  const order = names.join(', ');",
      '  return new RangeError(`${what} comes too late: the order is ${order}`);',
      '}',
    ],
  },
  {
    mark: 'missingEntries(',
    lines: [
      'function missingEntries(what: string, length: number, left: number): RangeError {',
      '  return new RangeError(`${what} was begun with ${length} entries, ${left} of them are missing`);',
      '}',
    ],
  },
  {
    mark: 'readString(',
    lines: [
      '/** Up to the first NUL. */',
      'function readString(view: DataView, offset: number, length: number): string {',
      "  let text = '';",
      '  for (let at = offset; at < offset + length; at++) {',
      '    const code = view.getUint8(at);',
      '    if (code === 0) break;',
      '    text += String.fromCharCode(code);',
      '  }',
      '  return text;',
      '}',
    ],
  },
  {
    mark: 'readUtf8Text(',
    lines: [
      '/** Up to the first NUL. */',
      'function readUtf8Text(view: DataView, offset: number, length: number): string {',
      '  let used = 0;',
      '  while (used < length && view.getUint8(offset + used) !== 0) used += 1;',
      '  return readUtf8(view, offset, used);',
      '}',
    ],
  },
  {
    mark: 'readUtf8(',
    lines: [
      'function readUtf8(view: DataView, offset: number, length: number): string {',
      "  let text = '';",
      '  for (let at = offset; at < offset + length; at++) {',
      '    const code = view.getUint8(at);',
      '    if (code > 0x7f) return text + utf8.decode(new Uint8Array(view.buffer, view.byteOffset + at, offset + length - at));',
      '    text += String.fromCharCode(code);',
      '  }',
      '  return text;',
      '}',
    ],
  },
  {
    mark: 'utf8.decode',
    lines: [
      'declare const TextDecoder: new (label: string, options: { ignoreBOM: boolean }) => { decode(bytes: Uint8Array): string };',
      "const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });",
    ],
  },
  {
    mark: 'readLatin1(',
    lines: [
      'function readLatin1(view: DataView, offset: number, length: number): string {',
      "  let text = '';",
      '  for (let at = offset; at < offset + length; at++) text += String.fromCharCode(view.getUint8(at));',
      '  return text;',
      '}',
    ],
  },
  {
    mark: 'writeUtf8Text(',
    lines: [
      'function writeUtf8Text(view: DataView, offset: number, length: number, value: string, pad: number, field: string): void {',
      '  const used = utf8Length(value);',
      '  if (used > length) throw new RangeError(`${field} takes ${length} bytes of UTF-8, not ${used}`);',
      '  for (let at = writeUtf8(view, offset, value); at < offset + length; at++) view.setUint8(at, pad);',
      '}',
    ],
  },
  {
    mark: 'utf8Length(',
    lines: [
      'function utf8Length(text: string): number {',
      '  let length = 0;',
      '  for (let at = 0; at < text.length; at++) {',
      '    const code = text.charCodeAt(at);',
      '    const pair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;',
      '    if (pair) at += 1;',
      '    length += pair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;',
      '  }',
      '  return length;',
      '}',
    ],
  },
  {
    mark: 'writeUtf8(',
    lines: [
      '/** Writes text at offset and tells where it ends; half of a surrogate pair becomes U+FFFD. */',
      'function writeUtf8(view: DataView, offset: number, text: string): number {',
      '  let to = offset;',
      '  for (let at = 0; at < text.length; at++) {',
      '    let code = text.charCodeAt(at);',
      '    if (code < 0x80) {',
      '      view.setUint8(to++, code);',
      '      continue;',
      '    }',
      '    if ((code & 0xf800) === 0xd800) {',
      '      const low = code < 0xdc00 ? text.charCodeAt(at + 1) : 0;',
      '      if ((low & 0xfc00) === 0xdc00) at += 1;',
      '      code = (low & 0xfc00) === 0xdc00 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;',
      '    }',
      '    if (code < 0x800) view.setUint8(to++, 0xc0 | (code >> 6));',
      '    else {',
      '      if (code < 0x10000) view.setUint8(to++, 0xe0 | (code >> 12));',
      '      else {',
      '        view.setUint8(to++, 0xf0 | (code >> 18));',
      '        view.setUint8(to++, 0x80 | ((code >> 12) & 0x3f));',
      '      }',
      '      view.setUint8(to++, 0x80 | ((code >> 6) & 0x3f));',
      '    }',
      '    view.setUint8(to++, 0x80 | (code & 0x3f));',
      '  }',
      '  return to;',
      '}',
    ],
  },
  {
    mark: 'writeLatin1(',
    lines: [
      'const writeLatin1 = (view: DataView, offset: number, text: string, field: string): void => {',
      '  const length = text.length;',
      ...writeCharacters({ text: 'text', count: 'length', at: 'at', highest: '0xff', only: 'single-byte characters' }),
      '};',
    ],
  },
];
