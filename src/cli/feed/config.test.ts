import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigFailure } from '../../config/config_failure.js';
import { fromConfig } from './config.js';
import { type FeedVerbOptions, feedOptionsOf } from './options.js';

const folder = mkdtempSync(join(tmpdir(), 'hopwire-feed-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const base: FeedVerbOptions = { pace: 0, idle: 'auto', busyPoll: 0 };

function fileOf(text: string): string {
  const file = join(folder, 'feeds.yaml');
  writeFileSync(file, text);
  return file;
}

const two = `feed:
  name: day
  channels:
    - name: nasdaq
      interface: 10.0.0.1
      lines: [{group: 239.1.1.1, port: 1001}, {group: 239.1.1.2, port: 1001}]
      snapshot: {host: 10.0.0.5, port: 18075, user: ME, password: a=b}
    - name: bx
      market: B
      interface: eth3
      lines: [{group: 239.1.1.3, port: 1003}]
      rerequest: []
      digests: {group: 239.1.1.9, port: 1009}
`;

describe('a feed from a config file', () => {
  it('has the channels of the file', () => {
    const options = feedOptionsOf(fromConfig({ ...base, config: fileOf(two), seconds: 5 }));
    expect(options).toMatchObject({ name: 'day', seconds: 5, idle: 'auto' });
    expect(options.channels).toEqual([
      {
        channel: 'nasdaq',
        interface: '10.0.0.1',
        group: '239.1.1.1',
        port: 1001,
        moreLines: [{ host: '239.1.1.2', port: 1001 }],
        market: 'Q',
        snapshot: { host: '10.0.0.5', port: 18_075 },
        snapshotUser: 'ME',
        snapshotPassword: 'a=b',
        rerequest: [{ host: '10.0.0.1', port: 1002 }],
      },
      {
        channel: 'bx',
        interface: 'eth3',
        group: '239.1.1.3',
        port: 1003,
        moreLines: [],
        market: 'B',
        digestChannel: { host: '239.1.1.9', port: 1009 },
        rerequest: [],
      },
    ]);
  });

  it('is one channel without a list, and what concerns the run may come as a flag', () => {
    const file = fileOf('feed: {group: 239.1.1.1, port: 7, rerequestPort: 8, idle: yield}\n');
    expect(feedOptionsOf(fromConfig({ ...base, config: file, name: 'mine' }))).toMatchObject({
      name: 'mine',
      idle: 'yield',
      group: '239.1.1.1',
      port: 7,
      rerequest: [{ host: '127.0.0.1', port: 8 }],
    });
  });

  it('refuses what is said twice and what makes no sense, by its place', () => {
    const config = fileOf(two);
    expect(() => fromConfig({ ...base, config, group: '239.1.1.1' })).toThrow('--group stands in the config file');
    expect(() => fromConfig({ ...base, config, rerequest: false })).toThrow('--rerequest stands in the config file');
    const wrong = fileOf(two.replace('name: bx', 'name: nasdaq').replace('239.1.1.3', '10.1.1.3'));
    try {
      fromConfig({ ...base, config: wrong });
      expect.unreachable();
    } catch (error) {
      const lines = (error as ConfigFailure).lines().join('\n');
      expect(error).toBeInstanceOf(ConfigFailure);
      expect(lines).toContain(':8:13: feed.channels.1.name: two channels are named nasdaq');
      expect(lines).toContain('feed.channels.1.lines.0.group: expected a multicast group');
    }
  });
});
