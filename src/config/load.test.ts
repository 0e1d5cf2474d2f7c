import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OperatorFailure } from '../cli/operator_failure.js';
import { ConfigFailure } from './config_failure.js';
import { loadConfig, secretOf } from './load.js';
import type { Role } from './schema.js';

const folder = mkdtempSync(join(tmpdir(), 'hopwire-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let fileCount = 0;
function fileWith(text: string): string {
  const path = join(folder, `config_${++fileCount}.yaml`);
  writeFileSync(path, text);
  return path;
}

/** The lines an operator would see, with the file's folder taken off. */
function linesOf(role: Role, text: string, env: NodeJS.ProcessEnv = {}): string[] {
  const file = fileWith(text);
  try {
    loadConfig(role, { file, env });
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    expect(error.exitStatus).toBe(3);
    return error.lines().map((line) => line.replaceAll(file, 'hopwire.yaml'));
  }
  return [];
}

describe('a wrong config is named by file, line and column', () => {
  const cases: [string, Role, string, string[]][] = [
    [
      'a misspelt key in a section',
      'feed',
      'feed:\n  prot: 31001\n',
      ['hopwire.yaml:2:3: feed.prot: unknown key; did you mean "port"? [HW0102]'],
    ],
    [
      'a misspelt section',
      'venue',
      'venu:\n  name: a\n',
      ['hopwire.yaml:1:1: venu: unknown key; did you mean "venue"? [HW0102]'],
    ],
    [
      'a value out of its bounds',
      'venue',
      'venue:\n  orderEntry:\n    port: 70000\n',
      ['hopwire.yaml:3:11: venue.orderEntry.port: expected number to be <=65535 [HW0102]'],
    ],
    [
      'public services: a group that is none, a rate of nothing, a user too long for SoupBinTCP',
      'venue',
      'venue:\n  feed:\n    lineB: {group: 10.0.0.1, port: 31001}\n    digests:\n      group: 239.255.10.3\n      port: 31001\n      perSecond: 0\n    glimpse: {port: 31010, user: TOOLONG}\n',
      [
        'hopwire.yaml:3:20: venue.feed.lineB.group: expected a multicast group, 224.0.0.0 to 239.255.255.255, such as 239.255.10.1 [HW0102]',
        'hopwire.yaml:7:18: venue.feed.digests.perSecond: expected number to be >0 [HW0102]',
        'hopwire.yaml:8:34: venue.feed.glimpse.user: expected up to 6 printable ASCII characters [HW0102]',
      ],
    ],
    [
      'two mistakes at once, in a list',
      'venue',
      'venue:\n  sessions:\n    - id: 1\n      accessKey: maker\n      secert: long enough\n    - id: none\n      accessKey: maker\n      secret: long enough\n',
      [
        'hopwire.yaml:5:7: venue.sessions.0.secert: unknown key; did you mean "secret"? [HW0102]',
        'hopwire.yaml:6:11: venue.sessions.1.id: expected number, received string [HW0102]',
      ],
    ],
    [
      'a mistake inside the alternative that was meant',
      'venue',
      'venue:\n  instruments:\n    - id: 1\n      symbol: TOOLONGSYMBOL\n',
      [
        'hopwire.yaml:4:15: venue.instruments.0.symbol: expected a symbol of 1 to 8 characters, such as AAPL or BRK.A [HW0102]',
      ],
    ],
    [
      'an instrument listed twice',
      'venue',
      'venue:\n  instruments:\n    - {id: 1, symbol: A}\n    - {id: 1, symbol: B}\n',
      ['hopwire.yaml:4:12: venue.instruments.1.id: instrument id 1 is used twice [HW0102]'],
    ],
    [
      'a value of neither type',
      'venue',
      'venue:\n  instruments: true\n',
      ['hopwire.yaml:2:16: venue.instruments: expected number or array [HW0102]'],
    ],
    [
      'a missing section',
      'trade',
      'trade:\n  name: a\n',
      ['hopwire.yaml:2:3: trade.session: missing; expected a section with keys [HW0102]'],
    ],
    [
      'a group that is no multicast group',
      'feed',
      'feed: {group: 10.0.0.1}\n',
      [
        'hopwire.yaml:1:15: feed.group: expected a multicast group, 224.0.0.0 to 239.255.255.255, such as 239.255.10.1 [HW0102]',
      ],
    ],
    [
      'a scalar where sections belong',
      'feed',
      'hello\n',
      ['hopwire.yaml:1:1: expected sections named venue, trade, feed, load, operator [HW0102]'],
    ],
  ];
  it.each(cases)('%s', (_title, role, text, expected) => {
    expect(linesOf(role, text)).toEqual(expected);
  });

  const market = 'venue:\n  instruments: [{id: 1, symbol: AAPL}]\n';
  const ofMarket: [string, string, string[]][] = [
    [
      'a misspelt rule of one instrument',
      'rules:\n    instruments:\n      AAPL: {lott: 5}\n',
      ['hopwire.yaml:5:14: venue.rules.instruments.AAPL.lott: unknown key; did you mean "lot"? [HW0102]'],
    ],
    [
      'rules of an instrument that is not listed',
      'rules: {instruments: {APPL: {lot: 5}}}\n',
      ['hopwire.yaml:3:31: venue.rules.instruments.APPL: no instrument APPL; did you mean "AAPL"? [HW0102]'],
    ],
    [
      'a price that ITCH cannot say',
      'rules: {default: {referencePrice: 1.00005}}\n',
      ['hopwire.yaml:3:37: venue.rules.default.referencePrice: expected at most four decimals [HW0102]'],
    ],
    [
      'a price off its tick, and a band off its own',
      'rules: {default: {ticks: [{from: 1.005, tick: 0.01}], referencePrice: 2.005}}\n',
      [
        'hopwire.yaml:3:36: venue.rules.default.ticks.0.from: a band begins on its own tick, 0.01 [HW0102]',
        'hopwire.yaml:3:73: venue.rules.default.referencePrice: not a multiple of its tick, 0.01 [HW0102]',
      ],
    ],
    [
      'a minimum that is no lot',
      'rules: {default: {lot: 10, minimumQuantity: 15}}\n',
      ['hopwire.yaml:3:47: venue.rules.default.minimumQuantity: minimumQuantity 15 is no multiple of lot 10 [HW0102]'],
    ],
    [
      'levels that do not fall',
      'rules: {marketLevels: [1, 2, 3]}\n',
      ['hopwire.yaml:3:25: venue.rules.marketLevels: each level lies below the one before [HW0102]'],
    ],
    [
      'a limit of the other kind of row',
      'risk: {accountLimits: [{accounts: [1], hard: {orderQuantity: 5}}]}\n',
      [
        'hopwire.yaml:3:49: venue.risk.accountLimits.0.hard.orderQuantity: unknown key; allowed: grossPosition, openValue, ' +
          'messageRate, messageBurst, duplicateWindow_ms [HW0102]',
      ],
    ],
    [
      'a soft limit on a rate',
      'risk: {accountLimits: [{accounts: [1], soft: {messageRate: 5}}]}\n',
      [
        'hopwire.yaml:3:49: venue.risk.accountLimits.0.soft.messageRate: unknown key; allowed: grossPosition, openValue [HW0102]',
      ],
    ],
    [
      'limits that name none',
      'risk: {accountLimits: [{accounts: [1]}]}\n',
      ['hopwire.yaml:3:26: venue.risk.accountLimits.0: name at least one limit, hard or soft [HW0102]'],
    ],
    [
      'all accounts where nobody lists any, and too many',
      'risk: {maximumAccounts: 1, accountLimits: [{accounts: all, hard: {openValue: 1}}], positions: ' +
        '[{account: 1, instrument: AAPL, position: 1}, {account: 2, instrument: MSFT, position: 1}]}\n',
      [
        'hopwire.yaml:3:27: venue.risk.maximumAccounts: 2 accounts are named here [HW0102]',
        'hopwire.yaml:3:57: venue.risk.accountLimits.0.accounts: no session of this venue lists accounts; name them [HW0102]',
        'hopwire.yaml:3:168: venue.risk.positions.1.instrument: no instrument MSFT [HW0102]',
      ],
    ],
    [
      'a time that is none, a state that is none, and a time twice',
      'schedule: [{at: "25:00:00", state: continuous}, {at: "08:00:00", state: open}]\n',
      [
        'hopwire.yaml:3:19: venue.schedule.0.at: expected a time of day in UTC such as "13:30:00" [HW0102]',
        'hopwire.yaml:3:75: venue.schedule.1.state: Invalid option: expected one of "continuous"|"preOpen"|"openingAuction"|"halt"|' +
          '"reopeningAuction"|"closingAuction"|"closed" [HW0102]',
      ],
    ],
    [
      'two states at one time',
      'schedule: [{at: "08:00:00", state: closed}, {at: "08:00:00", state: preOpen}]\n',
      ['hopwire.yaml:3:52: venue.schedule.1.at: 08:00:00 stands there twice [HW0102]'],
    ],
    [
      'a time at which nothing happens, and a day without a name',
      'schedule: [{at: "08:00:00"}, {at: "09:00:00", state: closed, rollDay: next}, {at: "10:00:00", rollDay: tomorrow}]\n',
      [
        'hopwire.yaml:3:14: venue.schedule.0: expected a state or rollDay: today or next [HW0102]',
        'hopwire.yaml:3:32: venue.schedule.1: expected a state or rollDay: today or next [HW0102]',
        'hopwire.yaml:3:106: venue.schedule.2.rollDay: Invalid option: expected one of "today"|"next" [HW0102]',
      ],
    ],
    [
      'an operator who trades',
      'sessions: [{id: 1, accessKey: OPS, secret: long enough, operator: true, accounts: [1]}]\n',
      ["hopwire.yaml:3:85: venue.sessions.0.accounts: an operator's session trades for no account [HW0102]"],
    ],
  ];
  it.each(ofMarket)('of the market: %s', (_title, text, expected) => {
    expect(linesOf('venue', `${market}  ${text}`)).toEqual(expected);
  });

  it('names a syntax error and a key given twice', () => {
    expect(linesOf('feed', 'feed:\n  port: [1\n')[0]).toMatch(/^hopwire\.yaml:\d+:\d+: .+ \[HW0101\]$/);
    expect(linesOf('feed', 'feed:\n  port: 1\n  port: 2\n')[0]).toMatch(/^hopwire\.yaml:3:3: Map keys must be unique/);
  });

  it('names the environment variable when the value came from there', () => {
    expect(linesOf('feed', 'feed: {}\n', { HOPWIRE_FEED_PORT: '0' })).toEqual([
      'HOPWIRE_FEED_PORT: feed.port: expected number to be >=1 [HW0102]',
    ]);
    expect(linesOf('feed', '', { HOPWIRE_FEED_PROT: '1' })).toEqual([
      'HOPWIRE_FEED_PROT: environment: unknown key; did you mean "HOPWIRE_FEED_PORT"? [HW0102]',
    ]);
  });
});

describe('precedence', () => {
  it('flags win over environment over file over defaults', () => {
    const file = fileWith('feed:\n  group: 239.1.1.1\n  port: 1001\n  interface: 127.0.0.2\n');
    const env = { HOPWIRE_FEED_PORT: '1002', HOPWIRE_FEED_INTERFACE: '127.0.0.3' };
    const flags = [
      { flag: '--interface', path: ['interface'], value: '127.0.0.4' },
      { flag: '--port', path: ['port'], value: undefined },
    ];
    const { config } = loadConfig('feed', { file, env, flags });
    expect(config).toMatchObject({ group: '239.1.1.1', port: 1002, interface: '127.0.0.4', rerequestPort: 31_002 });
  });

  it('names the flag when its value is wrong', () => {
    const flags = [{ flag: '--port', path: ['port'], value: 0 }];
    expect(() => loadConfig('feed', { file: fileWith(''), env: {}, flags })).toThrow(/--port: feed.port/);
  });

  it('fills every default, so that an empty file runs a venue', () => {
    const { config } = loadConfig('venue', { file: fileWith(''), env: {} });
    expect(config.instruments).toBe(50);
    expect(config.orderEntry).toEqual({ host: '127.0.0.1', port: 31_100 });
    expect(config.journal.bytes).toBe(64 * 1024 * 1024);
  });
});

describe('values', () => {
  it('takes sizes with binary units and lists from the environment', () => {
    const env = { HOPWIRE_VENUE_JOURNAL_BYTES: '16MiB', HOPWIRE_VENUE_CORES: '[0, 1]', HOPWIRE_VENUE_NAME: '7' };
    expect(() => loadConfig('venue', { file: fileWith(''), env })).toThrow(
      /HOPWIRE_VENUE_NAME: venue.name: expected a lower-case name/,
    );
    const { config } = loadConfig('venue', { file: fileWith(''), env: { ...env, HOPWIRE_VENUE_NAME: 'a7' } });
    expect(config.journal.bytes).toBe(16 * 1024 * 1024);
    expect(config.cores).toEqual([0, 1]);
  });

  it('reads a secret from a file named relative to the config', () => {
    writeFileSync(join(folder, 'maker.secret'), 'a long secret\n');
    const file = fileWith('venue:\n  sessions:\n    - {id: 1, accessKey: maker, secretFile: maker.secret}\n');
    const session = loadConfig('venue', { file, env: {} }).config.sessions[0];
    expect(session && secretOf(session)).toBe('a long secret');
  });

  it('refuses a session with two secrets or none', () => {
    const both = 'venue:\n  sessions:\n    - {id: 1, accessKey: maker, secret: long enough, secretFile: x}\n';
    expect(linesOf('venue', both)).toEqual([
      'hopwire.yaml:3:7: venue.sessions.0: give either secret or secretFile [HW0102]',
    ]);
  });

  it('refuses an account that sessions of two firms list', () => {
    const entry = (id: number, firm: number, accounts: string) =>
      `    - {id: ${id}, firm: ${firm}, accounts: [${accounts}], accessKey: maker, secret: long enough}\n`;
    const config = `venue:\n  sessions:\n${entry(1, 9, '4, 5')}${entry(2, 9, '5')}`;
    expect(linesOf('venue', config)).toEqual([]);
    expect(linesOf('venue', config + entry(3, 8, '3, 5'))).toEqual([
      'hopwire.yaml:5:34: venue.sessions.2.accounts: account 5 belongs to firm 9 [HW0102]',
    ]);
  });

  it('reports a file that is not there as an operator failure', () => {
    let seen: unknown;
    try {
      loadConfig('venue', { file: join(folder, 'absent.yaml'), env: {} });
    } catch (error) {
      seen = error;
    }
    expect(seen).toMatchObject({ code: 'ENOENT' });
    expect(seen).not.toBeInstanceOf(OperatorFailure);
  });
});
