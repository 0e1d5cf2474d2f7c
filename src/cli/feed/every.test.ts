import { expect, it } from 'vitest';
import { ChannelState } from '../../generated/words.js';
import type { FeedProgress } from '../../native/feed_binding.js';
import { Every } from './every.js';

const progress = {
  started: true,
  state: ChannelState.delayed,
  messages: 70,
  nextSequence: 71,
  knownEnd: 80,
  gaps: 1,
  heals: 0,
  delayedNanoseconds: 1_500,
  staleNanoseconds: 0,
  lines: [{ silent: false, packets: 3, messages: 70, heardAgoNanoseconds: 5 }],
  servers: [{ requests: 2, answers: 0, downs: 1, down: true }],
} as unknown as FeedProgress;
const channel = { name: 'bx', serverNames: ['10.0.0.1:9'], progress: () => progress, skews: () => [] };

function run(json: boolean, name: string, times: readonly number[]): string[] {
  const written: string[] = [];
  let now = 0;
  const every = new Every({ every: 2, json, write: (text) => written.push(text), now: () => now });
  for (const time of times) {
    now = time;
    every.update([{ ...channel, name }]);
  }
  return written;
}

it('tells how a feed stands each so many seconds, however seldom it is asked', () => {
  expect(run(true, '', [0, 1_999, 2_000, 2_100, 3_999, 4_100, 9_000, 9_900, 10_000])).toHaveLength(4);
  const never = new Every({ json: true, write: () => expect.unreachable() });
  never.update([channel]);
});

it('is a line of JSON, with the channel where there is one', () => {
  const [line] = run(true, '', [2_000]);
  const only = JSON.parse(line as string);
  expect(only).toMatchObject({ running: true, state: 'delayed', messages: 70, next_sequence: 71, delayed_ns: 1_500 });
  expect(only.lines).toMatchObject([{ line: 'A', packets: 3, heard_ago_ns: 5 }]);
  expect(only.rerequest_servers).toEqual([{ server: '10.0.0.1:9', requests: 2, answers: 0, downs: 1, down: true }]);
  expect(JSON.parse(run(true, 'bx', [2_000])[0] as string).channels).toMatchObject([{ channel: 'bx', gaps: 1 }]);
});

it('is rows with the time of day for a log', () => {
  const rows = run(false, 'bx', [2_000]);
  expect(rows[0]).toMatch(/^\d\d:\d\d:\d\d bx {2}delayed, 9 behind {2}70 messages/);
  expect(rows[1]).toMatch(/ {3}re-request server 10\.0\.0\.1:9 {2}DOWN, 0 answers to 2 requests$/);
});
