// Is a count of instructions near enough to its figure?

export interface Verdict {
  readonly flow: string;
  readonly perCommand: number;
  readonly figure: number;
  readonly isWrong: boolean;
  readonly text: string;
}

/** A part of the figure: what a change elsewhere may move without anyone's doing (inlining, the order of fields). */
export const tolerance = 0.03;

export function verdictOf(flow: string, perCommand: number, figure: number): Verdict {
  const change = perCommand / figure - 1;
  const isWrong = !(Math.abs(change) <= tolerance);
  const sign = change > 0 ? '+' : '';
  const advice = change > 0 ? 'make it shorter, or say why with --write' : 'make this the figure with --write';
  const text =
    `${flow.padEnd(8)} ${perCommand.toFixed(1)} instructions a command, figure ${figure.toFixed(1)} ` +
    `(${sign}${(change * 100).toFixed(1)} %)${isWrong ? `: ${advice}` : ''}`;
  return { flow, perCommand, figure, isWrong, text };
}
