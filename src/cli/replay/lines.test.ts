// What is typed for lines A and B becomes what each of them does.
import { describe, expect, it } from 'vitest';
import { death, type LineOptions, linesOf, multicastGroup, NEVER, perLine } from './lines.js';

const none = [0, 0] as const;
const options: LineOptions = {
  group: '239.255.10.1',
  port: 31_001,
  packetBytes: [1400, 1000],
  loss: [0.01, 0.05],
  burst: [1, 4],
  duplicate: none,
  reorder: none,
  corrupt: none,
  skew: [0, 80],
  diesAt: [death('30s'), NEVER],
};

describe('values of two lines', () => {
  it('are one for both, or one each', () => {
    expect(perLine(Number)('0.5')).toEqual([0.5, 0.5]);
    expect(perLine(Number)('1,2')).toEqual([1, 2]);
    expect(() => perLine(Number)('1,2,3')).toThrow('one for line A and one for line B');
  });

  it('say when a line dies', () => {
    expect(death('-')).toEqual(NEVER);
    expect(death('1.5s')).toEqual({ seconds: 1.5, messages: 0 });
    expect(death('12000')).toEqual({ seconds: 0, messages: 12_000 });
    for (const wrong of ['', '0', '0s', '1.5', 's', '-1s', '1m', '1e3'])
      expect(() => death(wrong)).toThrow('Expected seconds');
  });

  it('name a group and a port', () => {
    expect(multicastGroup('239.255.10.2:31001')).toEqual({ host: '239.255.10.2', port: 31_001 });
    expect(() => multicastGroup('239.255.10.2')).toThrow('Expected a group and a port');
    expect(() => multicastGroup('239.255.10.2:70000')).toThrow('Expected a port');
  });
});

describe('lines of a replay', () => {
  it('are one without --line-b', () => {
    expect(linesOf(options)).toHaveLength(1);
  });

  it('are A and B with it, each with its own faults', () => {
    const [a, b] = linesOf({ ...options, lineB: { host: '239.255.10.2', port: 31_003 } });
    expect(a).toMatchObject({
      group: '239.255.10.1',
      port: 31_001,
      packetBytes: 1400,
      loss: 0.01,
      burst: 1,
      diesAtSeconds: 30,
    });
    expect(b).toMatchObject({
      group: '239.255.10.2',
      port: 31_003,
      packetBytes: 1000,
      loss: 0.05,
      burst: 4,
      diesAtSeconds: 0,
    });
    expect(b).toMatchObject({ skewMicroseconds: 80, diesAtMessages: 0 });
  });
});
