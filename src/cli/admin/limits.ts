// limits: from the flags of the command line to one request for the account's own limits and one for each of its instruments.
import type { OperatorRequest, RiskLimitName } from '../../operator/requests.js';
import type { InstrumentNames } from './instrument_names.js';

export interface LimitFlags {
  readonly account: number;
  /** Of the limits that are an instrument's; all of them when it is not said. */
  readonly instrument?: string;
  readonly soft?: boolean;
  readonly orderQuantity?: number;
  readonly orderValue?: number;
  readonly longPosition?: number;
  readonly shortPosition?: number;
  readonly openQuantity?: number;
  readonly grossPosition?: number;
  readonly openValue?: number;
  readonly messageRate?: number;
  readonly messageBurst?: number;
  readonly duplicateWindow?: number;
}

export const instrumentLimits = [
  'orderQuantity',
  'orderValue',
  'longPosition',
  'shortPosition',
  'openQuantity',
] as const;
export const accountLimits = ['grossPosition', 'openValue', 'messageRate', 'messageBurst', 'duplicateWindow'] as const;

const isMoney = (limit: RiskLimitName): boolean => limit === 'orderValue' || limit === 'openValue';

/** Empty when no limit is named. */
export function limitRequests(flags: LimitFlags, names: InstrumentNames): OperatorRequest[] {
  const severity = flags.soft === true ? 'soft' : 'hard';
  const named = (which: readonly (keyof LimitFlags & RiskLimitName)[]) =>
    which.flatMap((limit) => {
      const value = flags[limit];
      return value === undefined ? [] : [{ limit, value: isMoney(limit) ? value * 10_000 : value }];
    });
  const [ofAccount, ofInstrument] = [named(accountLimits), named(instrumentLimits)];
  const { account } = flags;
  const ids = ofInstrument.length === 0 ? [] : names.idsOf(flags.instrument ?? 'all');
  return [
    ...(ofAccount.length === 0 ? [] : [{ kind: 'setLimits' as const, account, severity, limits: ofAccount } as const]),
    ...ids.map(
      (instrumentId) => ({ kind: 'setLimits', account, instrumentId, severity, limits: ofInstrument }) as const,
    ),
  ];
}
