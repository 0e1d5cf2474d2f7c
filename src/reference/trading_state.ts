// The state an instrument trades in, and what ITCH says of it.

import type { TradingState } from './admin_commands.js';

/** The four letters of ITCH H. */
export type TradingAction = 'T' | 'Q' | 'H' | 'P';

/** T while it trades, Q while orders are taken without trading, P for the venue's own pauses (LUDP, T5), H for all that is not trading. */
export function tradingAction(state: TradingState, haltReason: string): TradingAction {
  if (state === 'continuous') return 'T';
  if (state === 'halt') return haltReason === 'LUDP' || haltReason === 'T5' ? 'P' : 'H';
  return state === 'closed' ? 'H' : 'Q';
}
