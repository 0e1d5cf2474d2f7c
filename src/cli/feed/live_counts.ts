// One line of live counts on stderr, for a person at a terminal; silent otherwise, so that pipes and CI see only the result.

import { performance } from 'node:perf_hooks';
import type { FeedProgress } from '../../native/feed_binding.js';
import { formatCount } from '../format.js';

const clearLine = '\r\x1b[2K';

export class LiveCounts {
  readonly #stream: NodeJS.WriteStream;
  readonly #shown: boolean;
  #at = performance.now();
  #messages = 0;
  #rate = 0;
  #drawn = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#shown = stream.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb';
  }

  update(progress: FeedProgress): void {
    if (!this.#shown) return;
    const now = performance.now();
    const elapsed_s = (now - this.#at) / 1000;
    if (elapsed_s >= 0.5) {
      this.#rate = (progress.messages - this.#messages) / elapsed_s;
      this.#messages = progress.messages;
      this.#at = now;
    }
    this.#stream.write(`${clearLine}${liveText(progress, this.#rate)}`);
    this.#drawn = true;
  }

  finish(): void {
    if (this.#drawn) this.#stream.write(clearLine);
    this.#drawn = false;
  }
}

export function liveText(progress: FeedProgress, rate: number): string {
  if (!progress.started) return 'waiting for the first packet';
  const parts = [
    `${formatCount(progress.messages)} messages`,
    `${formatCount(Math.round(rate))}/s`,
    `gaps ${formatCount(progress.gaps)}`,
    `healed ${formatCount(progress.heals)}`,
  ];
  if (progress.messagesLost > 0) parts.push(`LOST ${formatCount(progress.messagesLost)}`);
  if (progress.stale) parts.push(`STALE, ${formatCount(progress.knownEnd - progress.nextSequence)} behind`);
  return parts.join('  ');
}
