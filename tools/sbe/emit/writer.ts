// Lines of a generated file, with indentation by nesting and comments folded at the column where generated code stops.

const lineWidth = 140;

export class Writer {
  readonly #lines: string[] = [];
  #indent = '';

  line(text = ''): this {
    this.#lines.push(text === '' ? '' : this.#indent + text);
    return this;
  }

  /** A line that ignores the innermost level of nesting: access specifiers. */
  outdented(text: string): this {
    this.#lines.push(this.#indent.slice(2) + text);
    return this;
  }

  lines(texts: readonly string[]): this {
    for (const text of texts) this.line(text);
    return this;
  }

  /** Lines that were written elsewhere, as they are. */
  raw(text: string): this {
    this.#lines.push(...text.trimEnd().split('\n'));
    return this;
  }

  /** `open`, the body one level deeper, `close`. */
  block(open: string, close: string, body: () => void): this {
    this.line(open);
    const outer = this.#indent;
    this.#indent = `${outer}  `;
    body();
    this.#indent = outer;
    return this.line(close);
  }

  /** `// text`, folded; nothing for an empty text. */
  comment(text: string): this {
    return this.#folded(text, '// ');
  }

  /** A documentation comment; nothing for an empty text. */
  doc(text: string): this {
    const oneLine = text.trim().replaceAll('*/', '* /');
    if (oneLine === '') return this;
    if (this.#indent.length + oneLine.length + 7 <= lineWidth) return this.line(`/** ${oneLine} */`);
    this.line('/**');
    this.#folded(oneLine, ' * ');
    return this.line(' */');
  }

  #folded(text: string, prefix: string): this {
    const room = lineWidth - this.#indent.length - prefix.length;
    let current = '';
    for (const word of text.split(/\s+/).filter((part) => part !== '')) {
      if (current !== '' && current.length + 1 + word.length > room) {
        this.line(prefix + current);
        current = word;
      } else {
        current = current === '' ? word : `${current} ${word}`;
      }
    }
    return current === '' ? this : this.line(prefix + current);
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** First letter up, full stop at the end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Several remarks as one text. */
export function sentences(...texts: readonly (string | undefined)[]): string {
  return texts
    .filter((text) => text !== undefined && text !== '')
    .map((text) => sentence(text as string))
    .join(' ');
}
