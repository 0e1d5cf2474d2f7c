import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { defaultRerequest, hostAndPort, hostsAndPorts, ipv4Address, port, seconds } from './network_options.js';

describe('network options', () => {
  it('take what is right', () => {
    expect(port('31001')).toBe(31_001);
    expect(seconds('0.5')).toBe(0.5);
    expect(hostAndPort('127.0.0.1:31002')).toEqual({ host: '127.0.0.1', port: 31_002 });
    expect(ipv4Address('206.200.43.72')).toBe('206.200.43.72');
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
    [ipv4Address, '10.0.0'],
    [ipv4Address, '10.0.0.256'],
    [ipv4Address, 'eth0'],
  ])('refuse the rest: %o of %s', (parse, text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
  });

  it('agree on a re-request server when nobody names one', () => {
    expect(defaultRerequest('127.0.0.1', 31_001)).toEqual({ host: '127.0.0.1', port: 31_002 });
    expect(defaultRerequest('eth0', 31_001)).toBeUndefined();
    expect(defaultRerequest('127.0.0.1', 65_535)).toBeUndefined();
  });
});
