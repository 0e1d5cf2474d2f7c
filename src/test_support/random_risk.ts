// For tests: lists that begin with limits for both accounts, tight enough to be met within a list, and go on with what clients and market
// makers send: sells marked short or not, and the operator who restricts and frees, and, in the loose lists, moves limits and positions.

import fc from 'fast-check';
import type { SequencedCommand } from '../reference/commands.js';
import type { AccountLimit, InstrumentLimit, RiskCommand } from '../reference/control_commands.js';
import { clientDraft, type Draft, listOf } from './random_commands.js';
import { controlDraft } from './random_control.js';

export const instrumentLimits: Readonly<Record<InstrumentLimit, number>> = {
  orderQuantity: 45,
  orderValue: 44_000,
  longPosition: 120,
  shortPosition: 110,
  openQuantity: 150,
};
export const accountLimits: Readonly<Record<AccountLimit, number>> = {
  grossPosition: 190,
  openValue: 190_000,
  messageRate: 1_000_000,
  messageBurst: 25,
  duplicateWindow: 20,
};
export const accounts = [10, 11];
export const rows = [1, 2];

function setUp(): RiskCommand[] {
  return accounts.flatMap((account): RiskCommand[] => [
    { kind: 'setLimits', account, severity: 'hard', limits: accountLimits },
    { kind: 'setLimits', account, severity: 'soft', limits: { grossPosition: 100, openValue: 90_000 } },
    ...rows.flatMap((locate): RiskCommand[] => [
      { kind: 'setLimits', account, locate, severity: 'hard', limits: instrumentLimits },
      { kind: 'setLimits', account, locate, severity: 'soft', limits: { orderQuantity: 20, longPosition: 40 } },
    ]),
  ]);
}

const account = fc.constantFrom(...accounts);
const locate = fc.constantFrom(...rows);
const always = (command: fc.Arbitrary<RiskCommand>): fc.Arbitrary<Draft> =>
  command.map(
    (given): Draft =>
      () =>
        given,
  );

const restricting = always(
  fc.oneof(
    fc.record({ kind: fc.constant('restrictInstrument' as const), account, locate, isRestricted: fc.boolean() }),
    fc.record({ kind: fc.constant('restrictShortSales' as const), locate, isRestricted: fc.boolean() }),
  ),
);
const limiting = always(
  fc.oneof(
    fc
      .record({
        account,
        locate,
        severity: fc.constantFrom('hard' as const, 'soft' as const),
        name: fc.constantFrom(...(Object.keys(instrumentLimits) as InstrumentLimit[])),
        value: fc.integer({ min: 0, max: 200 }),
      })
      .map(({ name, value, ...given }): RiskCommand => ({ kind: 'setLimits', ...given, limits: { [name]: value } })),
    fc.record({
      kind: fc.constant('setPosition' as const),
      account,
      locate,
      position: fc.integer({ min: -100, max: 100 }),
    }),
  ),
);

/** One order in three is not marked short; now and then one is sent again. */
function varied(
  { time, command }: SequencedCommand,
  index: number,
  list: readonly SequencedCommand[],
): SequencedCommand {
  const earlier = list[index - 1]?.command;
  if (index % 9 === 8 && earlier?.kind === 'newOrder' && 'clOrdId' in command) {
    return { time, command: { ...earlier, clOrdId: command.clOrdId, shortSale: true } };
  }
  const isMarked = command.kind === 'newOrder' && index % 3 !== 0;
  return { time, command: isMarked ? { ...command, shortSale: true } : command };
}

const begin = (list: readonly SequencedCommand[]): SequencedCommand[] => [
  ...setUp().map((command) => ({ time: 0, command })),
  ...list.map(varied),
];

const draft = fc.oneof(
  { weight: 60, arbitrary: clientDraft },
  { weight: 25, arbitrary: controlDraft },
  { weight: 4, arbitrary: restricting },
);

/** Limits and positions stay as they were set. */
export const fixedRiskList = listOf(draft).map(begin);
export const riskCommandList = listOf(
  fc.oneof({ weight: 90, arbitrary: draft }, { weight: 5, arbitrary: limiting }),
).map(begin);
