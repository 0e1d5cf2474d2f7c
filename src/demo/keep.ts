/** The .hlog files of a kept run: one per role, one tagged histogram per hop. */
import { join } from 'node:path';
import { writeHlog } from '../telemetry/hlog.js';
import type { Watch } from './watch.js';

export function writeHistograms(folder: string, watch: Watch): void {
  writeHlog(join(folder, 'tick_to_trade.hlog'), watch.trader, 'tick_to_trade');
  writeHlog(join(folder, 'order_to_publish.hlog'), watch.venue, 'order_to_publish');
  writeHlog(join(folder, 'sender.hlog'), watch.flow, 'sender');
}
