// A file, a pipe or bytes in memory, read from front to back through one buffer: a capture of any size takes the memory of its largest
// packet. Reading is done by a function, so tests can hand out bytes in whatever portions they like.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunk = 1 << 18;

export class ByteSource {
  /** Bytes taken so far. */
  position = 0;
  /** Bytes there are in all; undefined for a pipe. */
  readonly size: number | undefined;
  /** Called before bytes are asked for: reading from a pipe may take as long as the other side likes. */
  beforeRead: (() => void) | undefined;
  readonly #read: (target: Uint8Array) => number;
  #buffer = new Uint8Array(chunk);
  #from = 0;
  #to = 0;
  #ended = false;

  /** `read` fills the front of its target and tells how many bytes; 0 at the end. */
  constructor(read: (target: Uint8Array) => number, size?: number) {
    this.#read = read;
    this.size = size;
  }

  static of(bytes: Uint8Array): ByteSource {
    let at = 0;
    return new ByteSource((target) => {
      const part = bytes.subarray(at, at + target.length);
      target.set(part);
      at += part.length;
      return part.length;
    }, bytes.length);
  }

  /** The next `count` bytes, or as many as there are; valid until the next call. */
  peek(count: number): Uint8Array {
    if (this.#to - this.#from < count && !this.#ended) this.#fill(count);
    return this.#buffer.subarray(this.#from, Math.min(this.#from + count, this.#to));
  }

  /** Whatever is at hand without reading, at least one byte unless the source has ended. */
  available(): Uint8Array {
    if (this.#from === this.#to) this.peek(1);
    return this.#buffer.subarray(this.#from, this.#to);
  }

  skip(count: number): void {
    let left = count;
    while (left > 0) {
      const step = Math.min(left, this.available().length);
      if (step === 0) return;
      this.#from += step;
      this.position += step;
      left -= step;
    }
  }

  #fill(count: number): void {
    if (this.#buffer.length < count) {
      const larger = new Uint8Array(Math.max(count, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(this.#from, this.#to));
      this.#buffer = larger;
    } else this.#buffer.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
    while (this.#to < count && !this.#ended) {
      this.beforeRead?.();
      const read = this.#read(this.#buffer.subarray(this.#to));
      this.#to += read;
      this.#ended = read === 0;
    }
  }
}

/** Opens a file or pipe, `-` for standard input, and closes it behind `use`. */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const file = path === '-' ? 0 : openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    const size = stat.isFile() ? stat.size : undefined;
    return use(new ByteSource((target) => readSync(file, target), size));
  } finally {
    if (path !== '-') closeSync(file);
  }
}
