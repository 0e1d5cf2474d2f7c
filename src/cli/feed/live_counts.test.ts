import { describe, expect, it } from 'vitest';
import { ChannelState } from '../../generated/words.js';
import type { FeedLine, FeedProgress } from '../../native/feed_binding.js';
import type { HopRow } from '../../telemetry/hop_table.js';
import { LiveCounts, liveRows, serverRows } from './live_counts.js';

const line: FeedLine = {
  packets: 0,
  messages: 0,
  firstMessages: 0,
  duplicates: 0,
  gaps: 0,
  messagesMissed: 0,
  late: 0,
  silences: 0,
  kernelDrops: 0,
  heardAgoNanoseconds: 0,
  silent: false,
};
const waiting: FeedProgress = {
  packets: 0,
  messages: 0,
  gaps: 0,
  heals: 0,
  messagesLost: 0,
  rerequests: 0,
  nextSequence: 1,
  knownEnd: 1,
  delayedNanoseconds: 0,
  staleNanoseconds: 0,
  snapshots: 0,
  snapshotMessages: 0,
  snapshotFailures: 0,
  digestsCompared: 0,
  digestsDifferent: 0,
  snapshotWanted: false,
  offset: 0,
  size: 0,
  state: ChannelState.good,
  started: false,
  finished: false,
  lines: [line],
  servers: [],
};
const running = { ...waiting, started: true, messages: 12_345, gaps: 2, heals: 1, nextSequence: 10, knownEnd: 15 };
const skew = { count: 7, p50_ns: 1_500, p99_ns: 20_000 } as HopRow;

describe('the live view of a feed', () => {
  it('waits, then counts', () => {
    expect(liveRows(waiting, 0, [])).toEqual(['waiting for the first packet']);
    expect(liveRows(running, 99.6, [])).toEqual([
      'good  12,345 messages  100/s  gaps 2  healed 1  delayed 0 ns  stale 0 ns',
    ]);
  });

  it.each([
    [{ ...running, state: ChannelState.delayed }, 'delayed, 5 behind  12,345 messages'],
    [{ ...running, state: ChannelState.stale }, 'STALE, 5 behind  12,345 messages'],
    [
      { ...running, state: ChannelState.stale, snapshotWanted: true, snapshotMessages: 77 },
      'STALE, taking a snapshot (77 messages)',
    ],
    [{ ...running, offset: 50, size: 200 }, 'good  25 %  12,345'],
  ])('says how it stands: %o', (progress, begins) => {
    expect(liveRows(progress, 0, [])[0]).toContain(begins);
  });

  it('shows each line with its skew, drops and silence', () => {
    const a = { ...line, packets: 1_000, messages: 200, firstMessages: 150, gaps: 1, messagesMissed: 3 };
    const b = { ...line, silent: true, heardAgoNanoseconds: 4_000_000_000, kernelDrops: 9 };
    expect(liveRows({ ...running, lines: [a, b] }, 0, [skew]).slice(1)).toEqual([
      'line A  1,000 packets  first 75.0 %  gaps 1 (3)  later by p50 / p99 1.50 us / 20.00 us',
      'line B  0 packets  first 0.0 %  gaps 0 (0)  later by p50 / p99 -  kernel drops 9  SILENT for 4.00 s',
    ]);
  });

  it('names the re-request servers that do not answer', () => {
    const servers = [
      { requests: 9, answers: 9, downs: 1, down: false },
      { requests: 1_200, answers: 3, downs: 2, down: true },
    ];
    expect(serverRows({ ...running, servers }, ['10.0.0.1:1', '10.0.0.2:2'])).toEqual([
      're-request server 10.0.0.2:2  DOWN, 3 answers to 1,200 requests',
    ]);
  });

  it('has the rows of each channel under its name', () => {
    const written: string[] = [];
    const stream = { isTTY: true, columns: 120, write: (text: string) => written.push(text) };
    const before = { ci: process.env['CI'], term: process.env['TERM'] };
    delete process.env['CI'];
    process.env['TERM'] = 'xterm';
    const live = new LiveCounts(stream as unknown as NodeJS.WriteStream);
    live.update([
      { name: 'nasdaq', serverNames: [], progress: () => ({ ...running, lines: [line, line] }), skews: () => [] },
      { name: 'bx', serverNames: [], progress: () => waiting, skews: () => [] },
    ]);
    if (before.ci !== undefined) process.env['CI'] = before.ci;
    if (before.term !== undefined) process.env['TERM'] = before.term;
    const rows = written.join('').trimEnd().split('\n');
    expect(rows.map((row) => row.slice(0, 14))).toEqual([
      'nasdaq  good  ',
      '  line A  0 pa',
      '  line B  0 pa',
      'bx  waiting fo',
    ]);
  });

  it('is drawn over itself on a terminal and leaves nothing behind', () => {
    const written: string[] = [];
    const stream = { isTTY: true, columns: 30, write: (text: string) => written.push(text) };
    const before = { ci: process.env['CI'], term: process.env['TERM'] };
    delete process.env['CI'];
    process.env['TERM'] = 'xterm';
    const live = new LiveCounts(stream as unknown as NodeJS.WriteStream);
    live.update([
      { name: '', serverNames: [], progress: () => ({ ...running, lines: [line, line] }), skews: () => [] },
    ]);
    live.finish();
    if (before.ci !== undefined) process.env['CI'] = before.ci;
    if (before.term !== undefined) process.env['TERM'] = before.term;
    expect(written[0]?.trimEnd().split('\n')).toHaveLength(3);
    for (const row of written[0]?.trimEnd().split('\n') ?? []) expect(row.length).toBeLessThan(30);
    expect(written[1]).toBe('\x1b[3F\x1b[J');
  });
});
