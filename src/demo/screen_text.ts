/**
 * Lines for a terminal of a given width: spans of text with a style, measured by what is seen and cut by what fits. Owns the rule that
 * nothing from outside (symbols, messages) reaches the terminal as a control character.
 */

export type ScreenStyle = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';

export interface Span {
  text: string;
  style: ScreenStyle;
}

const SGR: Record<ScreenStyle, string> = {
  plain: '',
  bold: '1',
  dim: '2',
  good: '32',
  bad: '1;31',
  warn: '33',
  accent: '36',
};

export function span(text: string, style: ScreenStyle = 'plain'): Span {
  return { text: text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?'), style };
}

export function widthOf(spans: readonly Span[]): number {
  let width = 0;
  for (const each of spans) width += each.text.length;
  return width;
}

/** One line of at most `columns` characters, with the styles as ANSI sequences when `colour`. */
export function renderLine(spans: readonly Span[], columns: number, colour: boolean): string {
  let left = Math.max(0, columns);
  let line = '';
  for (const { text, style } of spans) {
    if (left === 0) break;
    const shown = text.length > left ? text.slice(0, left) : text;
    left -= shown.length;
    line += colour && SGR[style] !== '' && shown !== '' ? `\x1b[${SGR[style]}m${shown}\x1b[0m` : shown;
  }
  return colour ? line : line.trimEnd();
}

/** Pads with spaces to `width`; what is longer is cut, with an ellipsis as its last character. */
export function cell(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  if (text.length > width) return width <= 1 ? text.slice(0, width) : `${text.slice(0, width - 1)}…`;
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

/** Two blocks side by side, the left one filled up to `leftWidth`. */
export function sideBySide(left: readonly Span[][], right: readonly Span[][], leftWidth: number): Span[][] {
  const lines: Span[][] = [];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const spans = left[at] ?? [];
    const gap = Math.max(1, leftWidth - widthOf(spans));
    lines.push([...spans, span(' '.repeat(gap)), ...(right[at] ?? [])]);
  }
  return lines;
}
