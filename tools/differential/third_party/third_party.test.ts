// Scenarios that other engines ship, on both of ours: what their authors expect of a book is what a book of ours must do, where the rules
// are the same.
//
// CppTrader (tools/matching/scenario-NN.txt: scripts whose comments say what comes of them):
//   run      03 changes · 04, 05 full matches · 06 half of the asks · 07 slippage · 09 IOC · 10 FOK · 11 stop · 12 stop-limit · 14 mitigate
//   01, 02   add and delete a symbol and a book: no order in them; our instruments are set up, not traded away
//   08       all-or-none orders that rest: ours are fill-or-kill, which never rest, and minimum quantities
//   13       trailing stops: none in our rules; up to that order the script runs
//
// exchange-core (features/*.feature: cucumber scenarios with expected books, trades and orders):
//   basic    all of it, once for each symbol · risk    all that is about orders and books
//   balances and reserve prices, and the orders they refuse for lack of funds: a venue for shares holds no client money

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../../../src/test_support/fixtures.js';
import { buildScenarioProgram, playNative } from '../../native/scenario_program.js';
import { playReference, scriptText } from '../script.js';
import { commandsOf, drawnBook, NotOurs, playCppTrader } from './cpptrader.js';
import { parseFeatures, playExchangeCore } from './exchange_core.js';
import { Player } from './player.js';

let program = '';
beforeAll(async () => {
  program = await buildScenarioProgram();
}, 120_000);

function expectMatcherAgrees(player: Player) {
  expect(playNative(program, scriptText(player.script))).toBe(playReference(player.script));
}

interface Expectation {
  readonly trades: readonly string[];
  readonly levels: readonly string[];
  /** How the last command ended, where a comment says so. */
  readonly last?: string;
}

const bids = ['bid 30: 10, 20, 30', 'bid 20: 10, 20, 30', 'bid 10: 10, 20, 30'];
const asks = ['ask 60: 30, 20, 10', 'ask 50: 30, 20, 10', 'ask 40: 30, 20, 10'];

const cppTrader: Readonly<Record<string, Expectation>> = {
  '03': { trades: [], levels: [], last: 'canceled' },
  '04': { trades: ['1 x 2: 10 @ 10'], levels: [] },
  '05': { trades: ['1 x 2: 10 @ 10'], levels: [] },
  '06': {
    trades: ['16 x 19: 30 @ 40', '17 x 19: 20 @ 40', '18 x 19: 10 @ 40', '13 x 19: 30 @ 50', '14 x 19: 10 @ 50'],
    levels: ['ask 60: 30, 20, 10', 'ask 50: 10, 10', ...bids],
  },
  '07': {
    trades: [
      '7 x 19: 10 @ 30',
      '8 x 19: 20 @ 30',
      '9 x 19: 30 @ 30',
      '4 x 19: 10 @ 20',
      '5 x 19: 20 @ 20',
      '6 x 19: 30 @ 20',
    ],
    levels: [...asks, 'bid 10: 10, 20, 30'],
    last: 'canceled',
  },
  '09': { trades: ['3 x 4: 30 @ 30', '2 x 4: 20 @ 20', '1 x 4: 10 @ 10'], levels: [], last: 'canceled' },
  '10': { trades: ['3 x 5: 30 @ 30', '2 x 5: 10 @ 20'], levels: ['bid 20: 10', 'bid 10: 10'] },
  '11': { trades: ['3 x 5: 30 @ 30', '2 x 5: 10 @ 20', '2 x 4: 10 @ 20', '1 x 4: 10 @ 10'], levels: [] },
  '12': {
    trades: ['3 x 5: 30 @ 30', '2 x 5: 10 @ 20'],
    levels: ['ask 30: 30', 'bid 20: 10', 'bid 10: 10'],
    last: 'rested',
  },
  '14': { trades: ['1 x 2: 20 @ 10'], levels: [], last: 'canceled' },
};

const scriptOf = (number: string): string | undefined =>
  fixture(`matching/cpptrader/tools/matching/scenario-${number}.txt`);

describe('CppTrader', () => {
  test.skipIf(scriptOf('03') === undefined).each(Object.entries(cppTrader))('scenario %s', (number, expected) => {
    const text = readFileSync(scriptOf(number) as string, 'utf8');
    const player = new Player(`cpptrader ${number}`);
    const drawn = drawnBook(text);
    let wasAsDrawn = drawn.length === 0;
    for (const command of commandsOf(text)) {
      playCppTrader(player, command);
      if (player.levels().join() === drawn.join()) wasAsDrawn = true;
    }
    expect(wasAsDrawn, 'the book that the comments draw').toBe(true);
    expect(player.trades).toEqual(expected.trades);
    expect(player.levels()).toEqual(expected.levels);
    if (expected.last !== undefined) expect(player.events.at(-1)?.kind).toBe(expected.last);
    expectMatcherAgrees(player);
  });

  test.skipIf(scriptOf('08') === undefined).each(['08', '13'])('scenario %s has orders that are not ours', (number) => {
    const player = new Player(`cpptrader ${number}`);
    const play = () => {
      for (const command of commandsOf(readFileSync(scriptOf(number) as string, 'utf8')))
        playCppTrader(player, command);
    };
    expect(play).toThrow(NotOurs);
    expect(play).toThrow(/ aon | trailing /);
  });
});

const feature = (name: string): string | undefined =>
  fixture(`matching/exchange-core/src/test/resources/exchange/core2/tests/features/${name}.feature`);

describe('exchange-core', () => {
  // Commands and statements that must have been found, so that a change of their form is seen.
  const cases = [
    { name: 'basic', commands: 5 + 5 + 2, statements: 9 + 9 + 3 },
    { name: 'risk', commands: 2 + 8, statements: 7 + 17 },
  ];
  test.skipIf(feature('basic') === undefined).each(cases)('$name', ({ name, commands, statements }) => {
    const seen = { commands: 0, statements: 0 };
    for (const { scenario, steps } of parseFeatures(readFileSync(feature(name) as string, 'utf8'))) {
      const player = new Player(`exchange-core ${scenario}`);
      for (const step of steps) {
        const outcome = playExchangeCore(player, step);
        if (outcome === 'played') seen.commands += 1;
        else if (outcome !== undefined) {
          seen.statements += 1;
          expect(outcome.does, `${scenario}: ${step.text}`).toEqual(outcome.should);
        }
      }
      expectMatcherAgrees(player);
    }
    expect(seen).toEqual({ commands, statements });
  });
});
