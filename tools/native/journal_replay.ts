// A kept journal played through a fresh matcher (native/order_to_publish/journal_replay.program.cpp): built here, run by the end-to-end
// tests.
import { execFileSync } from 'node:child_process';
import { nativeSources } from '../native_sources.mjs';
import { buildBinary } from './build.js';
import { programVariant } from './scenario_program.js';

const parts =
  /^native\/(?:core|levels|risk|net|order_to_publish\/(?:1_order_in|2_sequence|3_journal|4_match|5_publish))\//;

export interface Replayed {
  readonly commands: number;
  readonly events: number;
  /** What the gateway decided beside the commands. */
  readonly notes: number;
  readonly eventHash: string;
  readonly marketDigest: string;
  /** Messages of the public line, without those that open and close the run. */
  readonly itch: number;
  readonly itchHash: string;
}

export async function replayJournal(file: string, options: readonly string[]): Promise<Replayed> {
  const { library, programs } = nativeSources();
  const own = programs.filter((path) => path.endsWith('/journal_replay.program.cpp'));
  const sources = [...own, ...library.filter((path) => parts.test(path))];
  const { binary } = await buildBinary('journal_replay', sources, programVariant());
  const words = execFileSync(binary, [file, ...options], { encoding: 'utf8' })
    .trim()
    .split(' ');
  const of = (name: string): string => words[words.indexOf(name) + 1] ?? '';
  return {
    commands: Number(of('commands')),
    events: Number(of('events')),
    notes: Number(of('notes')),
    eventHash: of('event_hash'),
    marketDigest: of('market_digest'),
    itch: Number(of('itch')),
    itchHash: of('itch_hash'),
  };
}
