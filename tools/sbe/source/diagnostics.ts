// Everything that is wrong with a schema, found in one run: each finding carries the file, line and column it is about and says what to
// change. Parsers report here and go on with a stand-in, so that one mistake does not hide the next; nothing is emitted while a finding is
// open.

/** A place in a schema file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Position {
  /** A warning is about something that can be compiled and is probably not meant. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export class Diagnostics {
  readonly #found: Diagnostic[] = [];
  #errors = 0;

  error(at: Position, message: string): void {
    this.add({ file: at.file, line: at.line, column: at.column, severity: 'error', message });
  }

  warning(at: Position, message: string): void {
    this.add({ file: at.file, line: at.line, column: at.column, severity: 'warning', message });
  }

  add(diagnostic: Diagnostic): void {
    this.#found.push(diagnostic);
    if (diagnostic.severity === 'error') this.#errors += 1;
  }

  /** Errors; warnings stop nothing. */
  get count(): number {
    return this.#errors;
  }

  /** In order of place; findings at one place keep the order in which they were made. */
  sorted(): Diagnostic[] {
    return [...this.#found].sort((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
  }
}

/** `file:line:column: message`, the form editors and compilers jump to. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const severity = diagnostic.severity === 'warning' ? 'warning: ' : '';
  return `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}: ${severity}${diagnostic.message}`;
}

/** Code-unit order: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `, did you mean X?` when one of the known words is close to the word given, else nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === undefined ? '' : `, did you mean "${best}"?`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
