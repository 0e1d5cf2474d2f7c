/**
 * Puts frames on a terminal: alternate screen, hidden cursor, only the lines that changed. Whatever ends the process — the run's end, an
 * exception, a signal — the terminal is as it was before; the restoring write is synchronous, so it also happens inside 'exit'. Ctrl-Z
 * gives it back for as long as the process is stopped.
 *
 * A terminal that reads slowly skips frames; nothing queues up.
 */
import { writeSync } from 'node:fs';

/** What it needs of a tty.WriteStream. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly fd?: number;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Bytes that turn the lines on the screen into `next`: changed lines only. */
export function difference(shown: readonly string[], next: readonly string[]): string {
  let bytes = '';
  for (let at = 0; at < Math.max(shown.length, next.length); at++) {
    const line = next[at] ?? '';
    if (shown[at] === line) continue;
    bytes += `\x1b[${at + 1};1H${line}\x1b[K`;
  }
  return bytes;
}

export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #writeNow: (text: string) => void;
  #shown: string[] = [];
  #open = false;

  /** `writeNow` writes synchronously; a test gives its own. */
  constructor(terminal: Terminal, writeNow?: (text: string) => void) {
    this.#terminal = terminal;
    this.#writeNow = writeNow ?? ((text) => writeWhole(terminal.fd ?? 1, text));
  }

  static possible(terminal: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
    return terminal.isTTY === true && env['TERM'] !== 'dumb';
  }

  get columns(): number {
    return this.#terminal.columns ?? 80;
  }

  get rows(): number {
    return this.#terminal.rows ?? 24;
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#shown = [];
    this.#writeNow(ENTER);
    this.#terminal.on('resize', this.#resized);
    process.on('exit', this.close);
    process.on('uncaughtExceptionMonitor', this.close);
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    process.on('SIGTSTP', this.#stopped);
    process.on('SIGCONT', this.#continued);
  }

  show(lines: readonly string[]): void {
    if (!this.#open || this.#terminal.writableNeedDrain === true) return;
    const bytes = difference(this.#shown, lines);
    if (bytes !== '') this.#terminal.write(bytes);
    this.#shown = [...lines];
  }

  /** Gives the terminal back. May be called any number of times. */
  readonly close = (): void => {
    if (!this.#open) return;
    this.#open = false;
    this.#writeNow(LEAVE);
    this.#terminal.off('resize', this.#resized);
    process.off('exit', this.close);
    process.off('uncaughtExceptionMonitor', this.close);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    process.off('SIGTSTP', this.#stopped);
    process.off('SIGCONT', this.#continued);
  };

  readonly #resized = (): void => {
    this.#shown = [];
    this.#terminal.write('\x1b[2J');
  };

  readonly #stopped = (): void => {
    this.#writeNow(LEAVE);
    process.kill(process.pid, 'SIGSTOP'); // what the signal would have done without a listener
  };

  readonly #continued = (): void => {
    this.#shown = [];
    this.#writeNow(ENTER);
  };

  /** With a listener of the program's own, the program decides how to end and closes us. Alone, the signal must still end the process. */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    this.close();
    process.kill(process.pid, signal);
  };
}

function writeWhole(descriptor: number, text: string): void {
  let bytes = Buffer.from(text);
  for (let attempt = 0; bytes.length > 0 && attempt < 1000; attempt++) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return; // the terminal is gone: there is nothing to restore
    }
  }
}
