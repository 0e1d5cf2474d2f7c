// `hopwire admin show` and `hopwire admin watch`: what stands at a venue, and what happens to it, for its operators.

import type { Command } from 'commander';
import type { Query } from '../../operator/requests.js';
import { operatorVerb } from '../admin/operator_verb.js';
import type { ShowFlags } from '../admin/show.js';
import type { WatchFlags } from '../admin/watch.js';
import { wholeNumber } from '../number_options.js';

const whats: readonly (readonly [kind: Query['kind'], description: string, filters: string])[] = [
  ['state', 'Trading states, best prices, reference prices', 'instrument'],
  ['rules', 'Lots, ticks, collars, bands, breakers, reopenings', 'instrument'],
  ['limits', 'Pre-trade limits and what is used of them', 'instrument account'],
  ['positions', 'What accounts hold and have open, and what they may not trade', 'instrument account'],
  ['locks', 'Kills and purges, and market makers’ protections', 'instrument account'],
];

export function registerShow(admin: Command): void {
  const show = admin
    .command('show')
    .description('Show what stands: state, rules, limits, positions, locks')
    .addHelpText('after', '\nExample:\n  hopwire admin show limits --account 7 --json');
  for (const [kind, description, filters] of whats) {
    const verb = operatorVerb(show, kind, description, `show ${kind}`);
    if (filters.includes('instrument')) verb.option('--instrument <instruments>', 'only of these (default: all)');
    if (filters.includes('account')) verb.option('--account <n>', 'only of this one', wholeNumber(0, 0xffff_ffff));
    verb.action(async (flags: ShowFlags) => {
      const { runShow } = await import('../admin/show.js');
      process.exitCode = await runShow(flags, kind);
    });
  }
  operatorVerb(
    admin,
    'watch',
    'Follow it live: states, auctions, kills, trips, warnings, requests of other operators, limits that are nearly used up',
    'watch --as 10 --access-key WATCH --secret-file watch.secret',
  )
    .option('--used <percent>', 'of a limit, from which on it is shown', wholeNumber(0, 1_000), 80)
    .option('--interval <seconds>', 'between two looks at the limits', wholeNumber(1, 3_600), 1)
    .option('--seconds <n>', 'end after this time (default: until Ctrl-C)', wholeNumber(1, 86_400))
    .addHelpText(
      'after',
      '\nA session has one connection: who watches needs one of his own beside those that halt and kill (operator: true).' +
        '\n--json prints a line for each thing.',
    )
    .action(async (flags: WatchFlags) => {
      const { runWatch } = await import('../admin/watch.js');
      process.exitCode = await runWatch(flags);
    });
}
