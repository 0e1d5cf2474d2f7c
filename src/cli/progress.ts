// A progress line for long work: on stderr, only when a person is watching (a terminal, no CI), redrawn at most ten times a second.
// It never mixes with data: stdout stays clean, and `finish` leaves an empty line behind.

import { performance } from 'node:perf_hooks';

const width = 24;
const redrawEvery_ms = 100;

export class Progress {
  readonly #label: string;
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #shown: boolean;
  readonly #started = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;

  constructor(label: string, total: number, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#total = total;
    this.#stream = stream;
    this.#shown = stream.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb';
  }

  /** Cheap enough to call for every block of work. */
  update(done: number, remark = ''): void {
    if (!this.#shown) return;
    const now = performance.now();
    if (now - this.#drawn < redrawEvery_ms) return;
    this.#drawn = now;
    const share = this.#total > 0 ? Math.min(1, done / this.#total) : 0;
    const filled = Math.round(share * width);
    const bar = '#'.repeat(filled) + '.'.repeat(width - filled);
    const elapsed_s = (now - this.#started) / 1000;
    const left = share > 0.01 ? `, ${Math.ceil((elapsed_s * (1 - share)) / share)} s left` : '';
    this.#stream.write(`\r\x1b[2K${this.#label} [${bar}] ${Math.floor(share * 100)}%${left} ${remark}`);
  }

  finish(): void {
    if (this.#shown && this.#drawn > 0) this.#stream.write('\r\x1b[2K');
  }
}
