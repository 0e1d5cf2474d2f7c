import { describe, expect, it } from 'vitest';
import { hostAndPort } from '../network_options.js';
import { allFor, channelLines, lastFor, scoped } from './scoped.js';

describe('values of channels', () => {
  it('are for the channel before the sign, or for all', () => {
    const parse = scoped(hostAndPort);
    const values = [...parse('10.0.0.1:1', undefined), ...parse('bx=10.0.0.2:2', false), ...parse('bx=10.0.0.3:3', [])];
    expect(allFor(values, 'bx').map(({ port }) => port)).toEqual([2, 3]);
    expect(lastFor(values, 'bx')?.port).toBe(3);
    expect(allFor(values, 'nasdaq').map(({ port }) => port)).toEqual([1]);
    expect(lastFor(undefined, 'bx')).toBeUndefined();
    expect(parse('10.0.0.4:4', values)).toHaveLength(4);
    expect(() => parse('bx=nowhere', undefined)).toThrow('Expected an IPv4 address');
  });

  it('name their lines', () => {
    const first = channelLines('nasdaq=239.1.1.1:1,239.1.1.2:2', undefined);
    expect(first).toEqual([
      {
        channel: 'nasdaq',
        lines: [
          { host: '239.1.1.1', port: 1 },
          { host: '239.1.1.2', port: 2 },
        ],
      },
    ]);
    expect(channelLines('bx=239.1.1.3:3', first)).toHaveLength(2);
    expect(() => channelLines('nasdaq=239.1.1.3:3', first)).toThrow('Two channels are named nasdaq');
    for (const wrong of ['239.1.1.1:1', 'bx=', '=239.1.1.1:1', 'b x=239.1.1.1:1'])
      expect(() => channelLines(wrong, undefined)).toThrow('Expected a name and its lines');
    expect(() => channelLines('bx=239.1.1.1', undefined)).toThrow('Expected an IPv4 address');
  });
});
