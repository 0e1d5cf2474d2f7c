import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OperatorFailure } from '../operator_failure.js';
import { type FeedVerbOptions, feedOptionsOf, sourceText } from './options.js';

const folder = mkdtempSync(join(tmpdir(), 'hopwire-feed-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base: FeedVerbOptions = { pace: 0, idle: 'auto', busyPoll: 0 };
const live = { ...base, group: '239.255.10.1', port: 31_001 };
const other = { host: '239.255.10.2', port: 31_001 };

function failureOf(options: FeedVerbOptions): OperatorFailure {
  try {
    feedOptionsOf(options);
  } catch (error) {
    if (error instanceof OperatorFailure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the source of a feed', () => {
  it('is one or more lines with their servers', () => {
    const options = feedOptionsOf({
      ...live,
      lineB: [other],
      interfaceB: [{ value: 'eth2' }],
      source: [{ value: '10.0.0.1' }],
      wait: 250,
    });
    expect(options).toMatchObject({
      group: '239.255.10.1',
      port: 31_001,
      moreLines: [other],
      lineInterfaces: ['127.0.0.1', 'eth2'],
      source: '10.0.0.1',
      waitMicroseconds: 250,
      rerequest: [{ host: '127.0.0.1', port: 31_002 }],
    });
    expect(sourceText({ ...live, lineB: [other], source: [{ value: '10.0.0.1' }] })).toBe(
      '239.255.10.1:31001 and 239.255.10.2:31001 from 10.0.0.1, interface 127.0.0.1',
    );
    expect(feedOptionsOf({ ...live, rerequest: false }).rerequest).toEqual([]);
  });

  it('is a capture, with or without a group, and nobody is asked for anything', () => {
    const pcap = join(folder, 'a.pcap');
    writeFileSync(pcap, Buffer.from('d4c3b2a1', 'hex'));
    expect(feedOptionsOf({ ...base, pcap })).toMatchObject({ capture: pcap, rerequest: [] });
    expect(feedOptionsOf({ ...live, pcap, pace: 10 })).toMatchObject({ capture: pcap, group: live.group, speed: 10 });
  });

  it('is several channels, each with what is said of it and otherwise what is said of all', () => {
    const [nasdaq, bx] = [
      { channel: 'nasdaq', lines: [{ host: '239.1.1.1', port: 1 }, other] },
      { channel: 'bx', lines: [{ host: '239.1.1.2', port: 2 }] },
    ];
    const server = { host: '10.0.0.9', port: 9 };
    const options: FeedVerbOptions = {
      ...base,
      name: 'day',
      channel: [nasdaq, bx],
      interface: [{ value: '10.0.0.1' }, { channel: 'bx', value: 'eth3' }],
      market: [{ channel: 'bx', value: 'B' }],
      rerequest: [{ channel: 'bx', value: server }],
      snapshot: [{ channel: 'nasdaq', value: server }],
    };
    const { channels, ...shared } = feedOptionsOf(options);
    expect(shared).toMatchObject({ name: 'day', idle: 'auto' });
    expect(channels).toEqual([
      {
        channel: 'nasdaq',
        interface: '10.0.0.1',
        group: '239.1.1.1',
        port: 1,
        moreLines: [other],
        snapshot: server,
        rerequest: [{ host: '10.0.0.1', port: 2 }],
      },
      {
        channel: 'bx',
        interface: 'eth3',
        group: '239.1.1.2',
        port: 2,
        moreLines: [],
        market: 'B',
        rerequest: [server],
      },
    ]);
    expect(sourceText(options)).toBe(
      'nasdaq: 239.1.1.1:1 and 239.255.10.2:31001, interface 10.0.0.1; bx: 239.1.1.2:2, interface eth3',
    );
    expect(failureOf({ ...options, group: '239.1.1.1', port: 1 }).message).toContain('names its own lines');
    expect(failureOf({ ...options, market: [{ channel: 'psx', value: 'X' }] }).message).toContain(
      '--market psx=...: no --channel is named psx',
    );
  });

  it.each([
    [{ ...base }, 'name a source'],
    [{ ...base, group: '239.1.1.1' }, 'go together'],
    [{ ...base, lineB: [other], file: 'f' }, 'name the first'],
    [{ ...live, file: 'f' }, 'a file has no group'],
    [{ ...base, file: 'f', pcap: 'p' }, 'not both'],
    [{ ...live, pace: 1 }, '--pace is for'],
    [{ ...live, lineB: [other, other, other, other] }, 'four lines'],
  ])('is refused when it makes no sense: %o', (options, says) => {
    const failure = failureOf(options);
    expect(failure.exitStatus).toBe(2);
    expect(failure.message).toContain(says);
  });

  it('is refused when the file is something else, saying what', () => {
    const gzip = join(folder, 'a.gz');
    writeFileSync(gzip, Buffer.from('1f8b0800', 'hex'));
    expect(failureOf({ ...base, pcap: gzip }).message).toContain('HW0208');
    expect(failureOf({ ...base, pcap: gzip }).message).toContain('gzip -d');
    expect(failureOf({ ...base, file: gzip }).message).toContain('HW0202');
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    expect(failureOf({ ...base, pcap: empty }).message).toContain('it is empty');
  });
});
