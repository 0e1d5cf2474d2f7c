import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../operator/operator_client.js';
import type { OperatorRequest } from '../../operator/requests.js';
import { OperatorFailure } from '../operator_failure.js';
import { InstrumentNames } from './instrument_names.js';
import { limitRequests } from './limits.js';
import { moveTo, resume } from './trading_state.js';
import { basisPoints, dayNumber, duration, haltReason, limit, price, signedNumber, tradingState } from './values.js';

const names = new InstrumentNames([
  { id: 11, symbol: 'AAPL' },
  { id: 12, symbol: 'MSFT' },
]);

describe('values as the operator types them', () => {
  it('reads them in the units of the wire', () => {
    expect([price('180.25'), price('0'), basisPoints('500'), basisPoints('off')]).toEqual([1_802_500, 0, 500, 0]);
    expect([duration('0'), duration('500ms'), duration('30s'), duration('5m'), duration('24h')]).toEqual([
      0, 500_000_000, 30_000_000_000, 300_000_000_000, 86_400_000_000_000,
    ]);
    expect([haltReason('T1'), haltReason(''), signedNumber('-200'), dayNumber('20261130')]).toEqual([
      'T1',
      '',
      -200,
      20_261_130,
    ]);
    expect(limit(String(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    [price, ['', '1.00001', '-1', '1e3', '1234567']],
    [basisPoints, ['', '10001', '-1', '1.5', 'OFF']],
    [duration, ['', '5', '-5m', '25h', '1.5s', '5 m']],
    [haltReason, ['t1', 'LONGER', 'T 1']],
    [limit, ['', '-1', '9007199254740992', '1.5', 'x']],
    [dayNumber, ['0', '4294967296']],
  ] as [(text: string) => unknown, string[]][])('refuses what makes no sense: %s', (read, texts) => {
    for (const text of texts) expect(() => read(text), text).toThrow(/^Expected /);
  });

  it('knows the trading states, and lists them when it does not know one', () => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    expect(tradingState('preOpen', command)).toBe('preOpen');
    expect(() => tradingState('open', command)).toThrow('expected continuous, preOpen, openingAuction');
  });
});

describe('instruments as the operator names them', () => {
  it('takes symbols, ids it need not know, several, and all', () => {
    expect([names.idsOf('AAPL'), names.idsOf('MSFT, AAPL,77'), names.idsOf('all')]).toEqual([
      [11],
      [12, 11, 77],
      [11, 12],
    ]);
    expect([names.symbolOf(12), names.symbolOf(77)]).toEqual(['MSFT', 'instrument 77']);
  });

  it('refuses others as usage, with the nearest symbol', () => {
    for (const text of ['APPL', '', '0', '4294967296', 'AAPL,,MSFT'])
      expect(() => names.idsOf(text)).toThrow(OperatorFailure);
    expect(() => names.idsOf('APPL')).toThrow('did you mean AAPL?');
  });
});

describe('limits', () => {
  it('are one request for the account and one for each instrument, money in 1e-4', () => {
    const requests = limitRequests({ account: 7, orderQuantity: 5, orderValue: 2, openValue: 3 }, names);
    const limits = [
      { limit: 'orderQuantity', value: 5 },
      { limit: 'orderValue', value: 20_000 },
    ];
    expect(requests).toEqual([
      { kind: 'setLimits', account: 7, severity: 'hard', limits: [{ limit: 'openValue', value: 30_000 }] },
      { kind: 'setLimits', account: 7, instrumentId: 11, severity: 'hard', limits },
      { kind: 'setLimits', account: 7, instrumentId: 12, severity: 'hard', limits },
    ]);
    const soft = limitRequests({ account: 7, soft: true, instrument: 'MSFT', openQuantity: 0 }, names);
    expect(soft).toMatchObject([{ instrumentId: 12, severity: 'soft', limits: [{ limit: 'openQuantity', value: 0 }] }]);
    expect(limitRequests({ account: 7 }, names)).toEqual([]);
  });
});

describe('halt and resume', () => {
  /** A venue of one rule: which state leads where. Says what it was asked. */
  function venueIn(state: string) {
    const asked: string[] = [];
    const leads: Readonly<Record<string, readonly string[]>> = {
      halt: ['reopeningAuction'],
      reopeningAuction: ['continuous', 'halt'],
      continuous: ['halt'],
    };
    const ask = async (request: OperatorRequest): Promise<Outcome> => {
      if (request.kind !== 'setTradingState') throw new TypeError(request.kind);
      const taken = leads[state]?.includes(request.state) === true;
      asked.push(`${request.state} ${taken}`);
      const answer = {
        report: 'OperatorReport',
        stateBefore: state,
        ...(taken ? {} : { reason: 'invalidTransition' }),
      };
      if (taken) state = request.state;
      return { request, taken, events: [], answers: [answer as never] };
    };
    return { ask, asked };
  }

  it.each([
    ['halt', false, ['reopeningAuction true', 'continuous true'], [true, true]],
    ['halt', true, ['reopeningAuction true'], [true]],
    ['reopeningAuction', false, ['reopeningAuction false', 'continuous true'], [true]],
    ['reopeningAuction', true, ['reopeningAuction false'], [false]],
    ['continuous', false, ['reopeningAuction false'], [false]],
  ])('resumes from %s, only the call: %s', async (state, onlyCall, asked, taken) => {
    const venue = venueIn(state);
    const outcomes = await resume('AAPL', onlyCall)(venue.ask, names);
    expect(venue.asked).toEqual(asked);
    expect(outcomes.map((outcome) => outcome.taken)).toEqual(taken);
  });

  it('asks for each instrument, whatever becomes of the one before', async () => {
    const venue = venueIn('continuous');
    const outcomes = await moveTo('all', 'halt', 'T1')(venue.ask, names);
    expect(outcomes.map(({ request, taken }) => [request, taken])).toEqual([
      [{ kind: 'setTradingState', instrumentId: 11, state: 'halt', haltReason: 'T1' }, true],
      [{ kind: 'setTradingState', instrumentId: 12, state: 'halt', haltReason: 'T1' }, false],
    ]);
  });
});
