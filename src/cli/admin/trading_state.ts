// halt, resume, state: what moves instruments from one trading state to another.

import type { Outcome } from '../../operator/operator_client.js';
import type { OperatorRequest, TradingStateName } from '../../operator/requests.js';
import type { AdminWork } from './run.js';
import { requests } from './run.js';

export function moveTo(instruments: string, state: TradingStateName, haltReason = ''): AdminWork {
  return requests((names) =>
    names.idsOf(instruments).map((instrumentId) => ({ kind: 'setTradingState', instrumentId, state, haltReason })),
  );
}

/**
 * From a halt, or from the reopening auction that follows one, to continuous trading: what was halted collects orders first and trades what
 * they make of it in one auction. `onlyCall` stops there, so that orders can be collected; the next resume ends the auction.
 */
export function resume(instruments: string, onlyCall: boolean): AdminWork {
  return async (ask, names) => {
    const outcomes: Outcome[] = [];
    const move = (instrumentId: number, state: TradingStateName): OperatorRequest => ({
      kind: 'setTradingState',
      instrumentId,
      state,
    });
    for (const instrumentId of names.idsOf(instruments)) {
      const call = await ask(move(instrumentId, 'reopeningAuction'));
      const [answer] = call.answers;
      const isCalled = answer?.report === 'OperatorReport' && answer.stateBefore === 'reopeningAuction';
      if (!isCalled || onlyCall) outcomes.push(call);
      if (onlyCall || (!call.taken && !isCalled)) continue;
      outcomes.push(await ask(move(instrumentId, 'continuous')));
    }
    return outcomes;
  };
}
