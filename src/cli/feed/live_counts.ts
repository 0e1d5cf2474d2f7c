// What a feed does, while it does it, for a person at a terminal: one line for each channel and one for each line of it, drawn again in
// place on stderr. Silent where nobody looks, so that pipes and CI see only the result.

import { performance } from 'node:perf_hooks';
import { type FeedChannel, lineName } from '../../feed/feed_channel.js';
import { ChannelState } from '../../generated/words.js';
import type { FeedLine, FeedProgress } from '../../native/feed_binding.js';
import type { HopRow } from '../../telemetry/hop_table.js';
import { formatCount, formatNanoseconds } from '../format.js';

const redrawEvery_ms = 200;
const rateOver_ms = 500;

type Watched = Pick<FeedChannel, 'name' | 'serverNames' | 'progress' | 'skews'>;

/** Messages a second of each channel, over the half second or more since they were last taken. */
export class LiveRates {
  #at = performance.now();
  #messages: number[] = [];
  #rates: number[] = [];

  update(channels: readonly Watched[], now: number): readonly number[] {
    const since = now - this.#at;
    if (since < rateOver_ms) return this.#rates;
    const messages = channels.map((channel) => channel.progress().messages);
    this.#rates = messages.map((count, index) => ((count - (this.#messages[index] ?? 0)) * 1000) / since);
    this.#messages = messages;
    this.#at = now;
    return this.#rates;
  }
}

export class LiveCounts {
  readonly #stream: NodeJS.WriteStream;
  readonly #shown: boolean;
  readonly #rates = new LiveRates();
  #drawnAt = Number.NEGATIVE_INFINITY;
  #rows = 0;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#shown = stream.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb';
  }

  update(channels: readonly Watched[]): void {
    const now = performance.now();
    if (!this.#shown || now - this.#drawnAt < redrawEvery_ms) return;
    this.#drawnAt = now;
    const rows = rowsOf(channels, this.#rates.update(channels, now));
    const width = this.#stream.columns ?? 80;
    this.#clear();
    this.#stream.write(`${rows.map((row) => row.slice(0, width - 1)).join('\n')}\n`);
    this.#rows = rows.length;
  }

  finish(): void {
    this.#clear();
  }

  /** Up over what was drawn, and away with it. */
  #clear(): void {
    if (this.#rows > 0) this.#stream.write(`\x1b[${this.#rows}F\x1b[J`);
    this.#rows = 0;
  }
}

/** Those of each channel, under its name where it has one. */
export function rowsOf(channels: readonly Watched[], rates: readonly number[]): string[] {
  return channels.flatMap((channel, index) => {
    const look = channel.progress();
    const of = [...liveRows(look, rates[index] ?? 0, channel.skews()), ...serverRows(look, channel.serverNames)];
    return channel.name === '' ? of : [`${channel.name}  ${of[0]}`, ...of.slice(1).map((row) => `  ${row}`)];
  });
}

export function liveRows(progress: FeedProgress, rate: number, skews: readonly HopRow[]): string[] {
  if (!progress.started) return ['waiting for the first packet', ...progress.lines.flatMap(alarmOf)];
  const parts = [
    `${formatCount(progress.messages)} messages`,
    `${formatCount(Math.round(rate))}/s`,
    `gaps ${formatCount(progress.gaps)}`,
    `healed ${formatCount(progress.heals)}`,
    `delayed ${formatNanoseconds(progress.delayedNanoseconds)}`,
    `stale ${formatNanoseconds(progress.staleNanoseconds)}`,
  ];
  if (progress.size > 0) parts.unshift(`${Math.floor((100 * progress.offset) / progress.size)} %`);
  if (progress.digestsCompared > 0) parts.push(`digests ${formatCount(progress.digestsCompared)}`);
  if (progress.digestsDifferent > 0) parts.push(`${formatCount(progress.digestsDifferent)} DIFFER`);
  if (progress.messagesLost > 0) parts.push(`LOST ${formatCount(progress.messagesLost)}`);
  const first = `${stateText(progress)}  ${parts.join('  ')}`;
  if (progress.lines.length < 2) return [first, ...progress.lines.flatMap(alarmOf)];
  return [first, ...progress.lines.map((line, index) => lineText(line, index, skews[index]))];
}

/** Those that do not answer. */
export function serverRows({ servers }: FeedProgress, names: readonly string[]): string[] {
  return servers.flatMap(({ down, requests, answers }, index) => {
    if (!down) return [];
    const counts = `${formatCount(answers)} answers to ${formatCount(requests)} requests`;
    return [`re-request server ${names[index]}  DOWN, ${counts}`];
  });
}

function stateText(progress: FeedProgress): string {
  const behind = formatCount(progress.knownEnd - progress.nextSequence);
  if (progress.snapshotWanted) return `STALE, taking a snapshot (${formatCount(progress.snapshotMessages)} messages)`;
  if (progress.state === ChannelState.stale) return `STALE, ${behind} behind`;
  if (progress.state === ChannelState.delayed) return `delayed, ${behind} behind`;
  return 'good';
}

function alarmOf(line: FeedLine, index: number): string[] {
  return line.silent ? [`line ${lineName(index)}  SILENT for ${formatNanoseconds(line.heardAgoNanoseconds)}`] : [];
}

function lineText(line: FeedLine, index: number, skew: HopRow | undefined): string {
  const silent = line.silent ? `  SILENT for ${formatNanoseconds(line.heardAgoNanoseconds)}` : '';
  const late =
    skew === undefined || skew.count === 0
      ? '-'
      : `${formatNanoseconds(skew.p50_ns)} / ${formatNanoseconds(skew.p99_ns)}`;
  const first = line.messages === 0 ? 0 : (100 * line.firstMessages) / line.messages;
  const parts = [
    `line ${lineName(index)}`,
    `${formatCount(line.packets)} packets`,
    `first ${first.toFixed(1)} %`,
    `gaps ${formatCount(line.gaps)} (${formatCount(line.messagesMissed)})`,
    `later by p50 / p99 ${late}`,
  ];
  if (line.kernelDrops > 0) parts.push(`kernel drops ${formatCount(line.kernelDrops)}`);
  return `${parts.join('  ')}${silent}`;
}
