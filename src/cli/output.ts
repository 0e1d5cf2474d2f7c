// How verbs show results: one JSON object for machines, aligned tables for people, colour only where a terminal wants it.
//
// Data goes to stdout; notes, warnings and progress go to stderr. Owns the rules for NO_COLOR, FORCE_COLOR and TERM=dumb.

/** One JSON document on stdout. A 64-bit integer is written as a number when a double holds it exactly, else as a string. */
export function printJson(value: unknown, indent = 2): void {
  process.stdout.write(`${toJson(value, indent)}\n`);
}

export function toJson(value: unknown, indent = 2): string {
  const plain = (_key: string, member: unknown): unknown => {
    if (typeof member !== 'bigint') return member;
    const inDouble = member >= BigInt(Number.MIN_SAFE_INTEGER) && member <= BigInt(Number.MAX_SAFE_INTEGER);
    return inDouble ? Number(member) : member.toString();
  };
  return JSON.stringify(value, plain, indent);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A remark for the person at the terminal; never part of the data. */
export function note(text: string): void {
  process.stderr.write(`hopwire: ${text}\n`);
}

export function wantsColour(
  stream: { isTTY?: boolean } = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof styles;

export function styled(style: Style, text: string, colour = wantsColour()): string {
  return colour ? `\x1b[${styles[style]}m${text}\x1b[0m` : text;
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Aligned columns, two spaces apart, no trailing space. Cells may carry colour; width counts visible characters. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(visibleWidth(column.title), ...rows.map((row) => visibleWidth(row[index] ?? ''))),
  );
  const lineOf = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const padding = ' '.repeat((widths[index] ?? 0) - visibleWidth(cell));
        return column.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [lineOf(columns.map((column) => column.title)), ...rows.map(lineOf)].join('\n');
}

function visibleWidth(text: string): number {
  return text.replace(/\x1b\[[0-9;]*m/g, '').length;
}
