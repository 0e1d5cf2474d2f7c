// The one way a verb ends badly on purpose: an OperatorFailure carries an entry of the errors table (schemas/errors.xml: stable code, exit
// status, what it means, what to do) and what was found here. It is printed as one line, never with a stack.
//
// Anything else that is thrown is our own mistake; it is reported as HW0603 with its place in the code only when HOPWIRE_DEBUG is set.

import { operatorErrorTable } from '../generated/errors.js';

type OperatorErrorRow = (typeof operatorErrorTable)[number];
export type OperatorErrorName = OperatorErrorRow['name'];

function rowOf(name: OperatorErrorName): OperatorErrorRow {
  const row = operatorErrorTable.find((candidate) => candidate.name === name);
  if (row === undefined) throw new TypeError(`no operator error is named ${name}`);
  return row;
}

export class OperatorFailure extends Error {
  readonly errorName: OperatorErrorName;
  readonly code: string;
  readonly exitStatus: number;

  /**
   * @param name entry of schemas/errors.xml
   * @param where the file, address, group or option that is meant
   * @param found what was seen there
   * @param hint replaces the table's hint where a better one is known
   */
  constructor(name: OperatorErrorName, where: string, found?: string, hint?: string) {
    const row = rowOf(name);
    const what = found === undefined ? where : `${where}: ${found}`;
    super(oneLine(`${row.code} ${row.description}: ${what} -- ${hint ?? row.hint}`));
    this.name = 'OperatorFailure';
    this.errorName = name;
    this.code = row.code;
    this.exitStatus = row.exitStatus;
  }

  /** One that came from a Worker: it kept its fields on the way, but not its class. */
  static from(error: Error): OperatorFailure {
    const failure = new OperatorFailure((error as OperatorFailure).errorName, '');
    failure.message = error.message;
    return failure;
  }

  /** What the operator sees, without line end. */
  lines(): string[] {
    return [`hopwire: ${this.message}`];
  }
}

/** Folds control characters and line ends, which may come from a file or a peer, so that one failure stays one line. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
    .trim();
}

/** System errors every verb can meet, as the operator failures they are; undefined when it is none of these. */
export function operatorFailureOf(error: unknown): OperatorFailure | undefined {
  if (error instanceof OperatorFailure) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'OperatorFailure') return OperatorFailure.from(error);
  // The addon names the entry of the table itself; its message already says what was tried, on what, and why not.
  const { operatorError } = error as { operatorError?: string };
  const named = operatorErrorTable.find((row) => row.name === operatorError);
  if (named !== undefined) return new OperatorFailure(named.name, error.message);
  const { code, path, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const endpoint = address === undefined ? error.message : `${address}${port === undefined ? '' : `:${port}`}`;
  switch (code) {
    case 'ENOENT':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return path === undefined ? undefined : new OperatorFailure('fileNotFound', path, reasonOf(code));
    case 'ENOSPC':
    case 'EMFILE':
    case 'ENOMEM':
      return new OperatorFailure('resource', path ?? 'this process', reasonOf(code));
    case 'EADDRINUSE':
      return new OperatorFailure('portInUse', endpoint);
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'ECONNRESET':
      return new OperatorFailure('connectFailed', endpoint, reasonOf(code));
    default:
      return undefined;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EEXIST: 'something else has this name',
  ENAMETOOLONG: 'the name is too long',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EMFILE: 'too many open files',
  ENOMEM: 'out of memory',
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection was reset',
};

/** A system error's code in words. */
export function reasonOf(code: string): string {
  return reasons[code] ?? code;
}

/** Prints a failure on stderr and returns the exit status it stands for. */
export function reportFailure(error: unknown): number {
  const failure = operatorFailureOf(error);
  if (failure !== undefined) {
    process.stderr.write(`${failure.lines().join('\n')}\n`);
    return failure.exitStatus;
  }
  const row = rowOf('invariant');
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`hopwire: ${row.code} ${row.description}: ${oneLine(text)} -- ${row.hint}\n`);
  if (process.env['HOPWIRE_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return row.exitStatus;
}
