/**
 * A strategy that throws ends its trader: what it had decided is unknown. This tells its mistakes from ours and names the line, so that its
 * author reads "TypeError: x is not a function, at joiner.js:8:31" and not a request to report a bug of hopwire.
 */

import { fileURLToPath } from 'node:url';
import { OperatorFailure } from '../cli/operator_failure.js';

const FRAME = /^\s+at (?:.*\()?(file:\/\/[^\s)]+|\/[^\s)]+):(\d+):(\d+)\)?$/m;
/** How Node shows where a file does not parse: the first line of the stack. */
const SYNTAX = /^(file:\/\/\S+|\/\S+):(\d+)$/m;

/** ", at FILE:LINE:COLUMN" of the innermost frame, or ''. */
export function placeIn(error: Error): string {
  const stack = error.stack ?? '';
  const syntax = error.name === 'SyntaxError' ? SYNTAX.exec(stack) : null;
  if (syntax !== null) return `, at ${pathOf(syntax[1] as string)}:${syntax[2]}`;
  const frame = FRAME.exec(stack);
  return frame === null ? '' : `, at ${pathOf(frame[1] as string)}:${frame[2]}:${frame[3]}`;
}

/** What the hot loop threw, as the operator should read it: an error of the loop or of the addon stays what it is. */
export function strategyFailure(strategy: string, thrown: unknown): unknown {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { operatorError } = error as { operatorError?: string };
  const place = placeIn(error);
  if (error instanceof OperatorFailure || operatorError !== undefined || /\/hot_loop\.[jt]s:/.test(place))
    return thrown;
  return new OperatorFailure('strategyThrew', strategy, `${error.name}: ${error.message}${place}`);
}

function pathOf(place: string): string {
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}
