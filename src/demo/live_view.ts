/**
 * The demo's live view: what a person watching the loop wants to see at once. `frame` is a pure function of the model and the terminal's
 * size; live_screen.ts puts its lines on the terminal.
 *
 * Lines in order of importance when the terminal is small: state and rates, books, the two flows' hops. No line is ever wider than
 * `columns`, no frame taller than `rows`.
 */
import { formatCount, formatNanoseconds } from '../cli/format.js';
import { wantsColour } from '../cli/output.js';
import { cell, renderLine, type ScreenStyle, type Span, sideBySide, span, widthOf } from './screen_text.js';

/** One side's best level; a quantity of 0 means an empty side. Prices in 1e-4. */
export interface LiveLevel {
  price: number;
  quantity: number;
  orders: number;
}

export interface LiveBook {
  symbol: string;
  bid: LiveLevel;
  ask: LiveLevel;
  lastPrice: number;
  lastQuantity: number;
  /** Own net position, shares. */
  position: number;
  stale: boolean;
  halted: boolean;
}

/** The part of a hop row the view shows; a row of the hop table fits. */
export interface LiveHop {
  hop: string;
  count: number;
  p50_ns: number;
  p99_ns: number;
  budget_ns: number;
  within: boolean | null;
}

export interface LiveFlow {
  name: string;
  hops: readonly LiveHop[];
}

export interface LiveModel {
  elapsedSeconds: number;
  totalSeconds: number;
  instruments: number;
  books: readonly LiveBook[];
  ordersPerSecond: number;
  tradesPerSecond: number;
  messagesPerSecond: number;
  orders: number;
  trades: number;
  fills: number;
  netPosition: number;
  /** Sum of absolute positions. */
  grossPosition: number;
  openOrders: number;
  gaps: number;
  heals: number;
  /** A gap is open. */
  stale: boolean;
  /** Open-loop sends later than 1 ms, as a share of those due. */
  lateShare: number;
  idleMode: string;
  idleReason: string;
  stampSource: string;
  flows: readonly LiveFlow[];
  /** The last line: what the reader can do, or what is happening. */
  note: string;
}

export interface FrameOptions {
  /** Default: what standard output and NO_COLOR ask for. */
  colour?: boolean;
}

const BAR_WIDTH = 20;
const LABEL_WIDTH = 16;
const FIGURE_WIDTH = 8;
const GAP = '   ';

export function frame(model: LiveModel, columns: number, rows: number, options: FrameOptions = {}): string[] {
  const colour = options.colour ?? wantsColour();
  const head = headLines(model).flatMap((items) => wrapped(items, columns));
  const flows = flowLines(model.flows, columns);
  const tail: Span[][] = [[span(model.note, 'dim')]];
  const blank: Span[][] = [[]];

  // What is left for books once the rest has its lines; on a small terminal the hops give way first, then the note.
  const wantsFlows = rows >= head.length + flows.length + tail.length + 2 + 3;
  const below = wantsFlows ? [...blank, ...flows, ...blank, ...tail] : tail;
  const bookRoom = Math.max(0, rows - head.length - 1 - below.length);
  const lines = [...head, ...blank, ...bookLines(model, bookRoom, columns), ...below];
  return lines.slice(0, Math.max(0, rows)).map((line) => renderLine(line, columns, colour));
}

/** Items of each line; a narrow terminal gets more lines. */
function headLines(model: LiveModel): Span[][] {
  return [
    [
      span(`hopwire ${progressBar(model.elapsedSeconds, model.totalSeconds)} ${timeText(model)}`, 'accent'),
      span(`${model.idleMode} (${model.idleReason})`, 'dim'),
      span(`stamps ${model.stampSource}`, 'dim'),
    ],
    [
      span(`orders ${perSecond(model.ordersPerSecond)}`),
      span(`trades ${perSecond(model.tradesPerSecond)}`),
      span(`messages ${perSecond(model.messagesPerSecond)}`),
      span(`gaps ${formatCount(model.gaps)} healed ${formatCount(model.heals)}`),
      model.stale ? span('books stale: a gap is open', 'bad') : span('books current', 'good'),
      ...(model.lateShare > 0.01 ? [span(`sender late ${(model.lateShare * 100).toFixed(1)}%`, 'warn')] : []),
    ],
    [
      span(`position net ${signed(model.netPosition)} gross ${formatCount(model.grossPosition)}`),
      span(`open orders ${formatCount(model.openOrders)}`),
      span(`own fills ${formatCount(model.fills)}`),
      span(`total ${formatCount(model.orders)} orders, ${formatCount(model.trades)} trades`, 'dim'),
    ],
  ];
}

function wrapped(items: readonly Span[], columns: number): Span[][] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  for (const item of items) {
    if (line.length > 0 && widthOf(line) + GAP.length + item.text.length > columns) {
      lines.push(line);
      line = [];
    }
    if (line.length > 0) line.push(span(GAP));
    line.push(item);
  }
  return [...lines, line];
}

/** Widths of the book table; the narrow one fits 80 columns by leaving the last quantity out. */
interface BookWidths {
  quantity: number;
  price: number;
  lastQuantity: number;
}
const WIDE: BookWidths = { quantity: 10, price: 11, lastQuantity: 10 };
const NARROW: BookWidths = { quantity: 9, price: 9, lastQuantity: 0 };

function bookLines(model: LiveModel, room: number, columns: number): Span[][] {
  if (room < 2) return [];
  const widths = columns >= 100 ? WIDE : NARROW;
  const header =
    `${cell('book', 8)}${cell('orders', 7, 'right')}${cell('quantity', widths.quantity, 'right')}` +
    `${cell('bid', widths.price, 'right')} │ ${cell('ask', widths.price)}${cell('quantity', widths.quantity, 'right')}` +
    `${cell('orders', 7, 'right')}${cell('last', widths.price, 'right')}` +
    `${cell('quantity', widths.lastQuantity, 'right')}${cell('position', 9, 'right')}`;
  return [[span(header, 'dim')], ...model.books.slice(0, room - 1).map((book) => bookLine(book, widths))];
}

function bookLine(book: LiveBook, widths: BookWidths): Span[] {
  const faded: ScreenStyle | undefined = book.stale ? 'dim' : undefined;
  const { bid, ask, lastQuantity } = book;
  const traded = lastQuantity !== 0;
  return [
    span(cell(book.symbol, 8), faded ?? 'bold'),
    span(cell(levelText(bid, bid.orders), 7, 'right'), 'dim'),
    span(cell(levelText(bid, bid.quantity), widths.quantity, 'right'), faded),
    span(cell(levelPrice(bid), widths.price, 'right'), faded ?? 'good'),
    span(' │ ', 'dim'),
    span(cell(levelPrice(ask), widths.price), faded ?? 'bad'),
    span(cell(levelText(ask, ask.quantity), widths.quantity, 'right'), faded),
    span(cell(levelText(ask, ask.orders), 7, 'right'), 'dim'),
    span(cell(traded ? cents(book.lastPrice) : '-', widths.price, 'right'), faded),
    span(cell(traded ? formatCount(lastQuantity) : '', widths.lastQuantity, 'right'), 'dim'),
    span(cell(signed(book.position), 9, 'right'), book.position === 0 ? 'dim' : 'plain'),
    ...(book.halted ? [span('  halted', 'warn')] : []),
    ...(book.stale ? [span('  stale', 'warn')] : []),
  ];
}

/** Flows beside each other when they fit, else their totals alone: one flow without the other would mislead. */
function flowLines(all: readonly LiveFlow[], columns: number): Span[][] {
  // What is measured beside the hops has no budget; it is in the end report.
  const flows = all.map(({ name, hops }) => ({ name, hops: hops.filter((row) => row.budget_ns > 0) }));
  const labelWidths = flows.map((flow) =>
    Math.min(LABEL_WIDTH, Math.max(flow.name.length, ...flow.hops.map((row) => row.hop.length))),
  );
  const width = labelWidths.reduce((sum, label) => sum + label + 3 * FIGURE_WIDTH + 2, -2);
  if (width > columns) {
    const totals = flows.flatMap((flow) =>
      flow.hops.filter((row) => row.hop === 'total').map((row) => hopLine(row, flow.name, LABEL_WIDTH)),
    );
    return [hopHeader('', LABEL_WIDTH), ...totals];
  }
  let lines: Span[][] = [];
  let used = 0;
  for (const [at, flow] of flows.entries()) {
    const label = labelWidths[at] ?? LABEL_WIDTH;
    const block = [hopHeader(flow.name, label), ...flow.hops.map((row) => hopLine(row, row.hop, label))];
    lines = at === 0 ? block : sideBySide(lines, block, used + 2);
    used += label + 3 * FIGURE_WIDTH + (at === 0 ? 0 : 2);
  }
  return lines;
}

function figures(p50: string, p99: string, budget: string): [string, string, string] {
  return [cell(p50, FIGURE_WIDTH, 'right'), cell(p99, FIGURE_WIDTH, 'right'), cell(budget, FIGURE_WIDTH, 'right')];
}

function hopHeader(name: string, labelWidth: number): Span[] {
  return [span(cell(name, labelWidth), 'bold'), span(figures('p50', 'p99', 'budget').join(''), 'dim')];
}

function hopLine(row: LiveHop, label: string, labelWidth: number): Span[] {
  const empty = row.count === 0;
  const style: ScreenStyle = empty || row.within === null ? 'plain' : row.within ? 'good' : 'warn';
  const [p50, p99, budget] = figures(
    empty ? '-' : brief(row.p50_ns),
    empty ? '-' : brief(row.p99_ns),
    brief(row.budget_ns),
  );
  return [
    span(cell(label, labelWidth), row.hop === 'total' ? 'bold' : 'plain'),
    span(p50),
    span(p99, style),
    span(budget, 'dim'),
  ];
}

function progressBar(elapsed: number, total: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, elapsed / total)) : 0;
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function timeText(model: LiveModel): string {
  const remaining = Math.max(0, model.totalSeconds - model.elapsedSeconds);
  return `${model.elapsedSeconds.toFixed(1)} s, ${remaining.toFixed(1)} s left`;
}

function perSecond(rate: number): string {
  return `${formatCount(Math.round(rate))}/s`;
}

function signed(value: number): string {
  return value > 0 ? `+${formatCount(value)}` : formatCount(value);
}

function levelText(level: LiveLevel, value: number): string {
  return level.quantity === 0 ? '-' : formatCount(value);
}

function levelPrice(level: LiveLevel): string {
  return level.quantity === 0 ? '-' : cents(level.price);
}

/** Two decimals while that is exact, else all four. */
function cents(price: number): string {
  const decimals = price % 100 === 0 ? 2 : 4;
  return (price / 10_000).toFixed(decimals);
}

/** Three significant digits are enough for a figure that changes five times a second. */
function brief(nanoseconds: number): string {
  if (nanoseconds < 1_000) return formatNanoseconds(nanoseconds);
  const [value, unit] = formatNanoseconds(nanoseconds).split(' ');
  return `${Number(value).toPrecision(3).replace(/e.*$/, '')} ${unit}`;
}
