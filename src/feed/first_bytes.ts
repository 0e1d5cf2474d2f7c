// What kind of file somebody gave us shows in its first four bytes.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Up to four bytes. Throws the system's error, also for what is no regular file. */
export function firstBytesOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      const code = status.isDirectory() ? 'EISDIR' : 'EINVAL';
      throw Object.assign(new Error(`${path}: not a regular file`), { code, path });
    }
    const buffer = Buffer.alloc(4);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}
