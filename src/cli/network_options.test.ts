import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { liveText } from './feed/live_counts.js';
import { defaultRerequest, hostAndPort, hostsAndPorts, port, seconds } from './network_options.js';

describe('network options', () => {
  it('take what is right', () => {
    expect(port('31001')).toBe(31_001);
    expect(seconds('0.5')).toBe(0.5);
    expect(hostAndPort('127.0.0.1:31002')).toEqual({ host: '127.0.0.1', port: 31_002 });
    expect(hostsAndPorts('127.0.0.1:2', hostsAndPorts('127.0.0.1:1', undefined))).toHaveLength(2);
  });

  it.each([
    [port, '0'],
    [port, '65536'],
    [port, '1e3'],
    [seconds, '-1'],
    [seconds, 'soon'],
    [hostAndPort, '127.0.0.1'],
    [hostAndPort, 'example:1'],
    [hostAndPort, '127.0.0.1:0'],
  ])('refuse the rest: %o of %s', (parse, text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
  });

  it('agree on a re-request server when nobody names one', () => {
    expect(defaultRerequest('127.0.0.1', 31_001)).toEqual({ host: '127.0.0.1', port: 31_002 });
    expect(defaultRerequest('eth0', 31_001)).toBeUndefined();
    expect(defaultRerequest('127.0.0.1', 65_535)).toBeUndefined();
  });
});

describe('the line of live counts', () => {
  const quiet = {
    packets: 0,
    messages: 0,
    gaps: 0,
    heals: 0,
    messagesLost: 0,
    rerequests: 0,
    nextSequence: 1,
    knownEnd: 1,
    started: false,
    stale: false,
    finished: false,
  };

  it('says what matters', () => {
    expect(liveText(quiet, 0)).toBe('waiting for the first packet');
    const running = { ...quiet, started: true, messages: 12_345, gaps: 2, heals: 1 };
    expect(liveText(running, 99.6)).toBe('12,345 messages  100/s  gaps 2  healed 1');
    const stale = { ...running, stale: true, nextSequence: 10, knownEnd: 15, messagesLost: 3 };
    expect(liveText(stale, 0)).toBe('12,345 messages  0/s  gaps 2  healed 1  LOST 3  STALE, 5 behind');
  });
});
