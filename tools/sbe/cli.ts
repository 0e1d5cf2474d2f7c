#!/usr/bin/env node
// The executable of the package: command_line.ts on this process's arguments and streams. Output is collected and written in large pieces,
// since `decode` prints a line for each of millions of messages; a reader that goes away (`| head`) ends the program without a word.

import { writeSync } from 'node:fs';
import { main } from './command_line.js';

const portion = 1 << 16;
const redrawAfterMs = 100;
let pending: string[] = [];
let pendingLength = 0;
let drawnAt = 0;
let isDrawn = false;

function write(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error; // a pipe that someone made non-blocking: try again
    }
  }
}

function flush(): void {
  write(1, pending.join(''));
  pending = [];
  pendingLength = 0;
}

const terminal = {
  out(text: string): void {
    pending.push(text);
    pendingLength += text.length;
    if (pendingLength >= portion) flush();
  },
  err(text: string): void {
    flush();
    write(2, text);
  },
};

/** On standard error, where a person watches, at most ten times a second. */
function progress(text: string): void {
  if (text !== '' && Date.now() - drawnAt < redrawAfterMs) return;
  if (text !== '' || isDrawn) write(2, `\r\x1b[K${text}`);
  drawnAt = Date.now();
  isDrawn = text !== '';
}

const status = main(process.argv.slice(2), process.stderr.isTTY === true ? { ...terminal, progress } : terminal);
flush();
process.exitCode = status;
