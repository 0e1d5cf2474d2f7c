// Runs a referee orders file through the venue's matcher and judges the outcome: the SHA-256 of the canonical report text is what engines
// are compared by.

import { createHash } from 'node:crypto';
import { loadAddon } from '../native/addon.js';
import type { RefereeOutcome } from '../native/match_binding.js';
import { NotOrdersFileError, readRefereeOrders, refereeHeaderBytes } from './referee_orders.js';

export interface RefereeResult extends RefereeOutcome {
  sha256: string;
  /** null when the file holds no command. */
  nanosecondsPerCommand: number | null;
  /** The referee's scenario whose published hash this is. */
  publishedAs: string | undefined;
}

/** SHA-256 of the report text of each scenario, seed 23, one million new orders, as the referee publishes them. */
const publishedHashes: Readonly<Record<string, string>> = {
  cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b: 'flash-crash',
  e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e: 'normal',
  '9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1': 'static',
  '61a84be9469661bd039e00dbc9a7c011e70b6ace37aadfe60045ea083b05f4df': 'swing-25',
  '3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f': 'swing-40',
};

export async function matchRefereeFile(path: string): Promise<RefereeResult> {
  const outcome = loadAddon().runReferee(await readRefereeOrders(path));
  if (outcome.fault !== undefined) {
    const { record, offset, reason } = outcome.fault;
    throw new NotOrdersFileError(path, `record ${record} at byte ${refereeHeaderBytes + offset}: ${reason}`);
  }
  const sha256 = createHash('sha256').update(outcome.text).digest('hex');
  const perCommand = outcome.commands === 0 ? null : Number((outcome.elapsed / outcome.commands).toFixed(2));
  return { ...outcome, sha256, nanosecondsPerCommand: perCommand, publishedAs: publishedHashes[sha256] };
}
