// A whole differential run: episodes by number over as many worker processes as there are cores, until enough commands were compared or two
// engines disagreed. What a run compares depends on seed, number of commands and features alone; the workers only share the work.

import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Disagreement, EpisodeResult } from './episode.js';
import { type EpisodePlan, planEpisode } from './episode_plan.js';
import type { FeatureName } from './features.js';
import type { EpisodeOrder } from './shard.js';

export interface RunOptions {
  readonly program: string;
  readonly seed: number;
  readonly commands: number;
  readonly features: readonly FeatureName[];
  readonly jobs: number;
  /** Stop after this, whatever was asked; the result says how far it got. */
  readonly limit_s?: number;
  readonly onProgress?: (commands: number, events: number) => void;
}

export interface RunResult {
  readonly commands: number;
  readonly events: number;
  readonly episodes: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** SHA-256 over the hashes of the episodes in their order. */
  readonly hash: string;
  readonly disagreement?: Disagreement;
}

/** The episodes of a run, one after the other; the last is cut to the number of commands asked for. */
export function* plansOf(options: Pick<RunOptions, 'seed' | 'commands' | 'features'>): Generator<EpisodePlan> {
  let left = options.commands;
  for (let number = 0; left > 0; number++) {
    const plan = planEpisode(options.seed, number, options.features);
    yield { ...plan, commands: Math.min(plan.commands, left) };
    left -= plan.commands;
  }
}

class Totals {
  commands = 0;
  events = 0;
  readonly kinds: Record<string, number> = {};
  disagreement: Disagreement | undefined;
  private readonly hashes: string[] = [];

  add(number: number, result: EpisodeResult) {
    this.commands += result.commands;
    this.events += result.events;
    for (const [kind, count] of Object.entries(result.kinds)) this.kinds[kind] = (this.kinds[kind] ?? 0) + count;
    this.hashes[number] = result.hash;
    this.disagreement ??= result.disagreement;
  }

  result(): RunResult {
    const { commands, events, kinds, disagreement } = this;
    const hash = createHash('sha256').update(this.hashes.join('\n')).digest('hex');
    return { commands, events, episodes: this.hashes.length, kinds, hash, disagreement };
  }
}

function startShard(program: string): ChildProcess {
  const path = fileURLToPath(new URL('shard.ts', import.meta.url));
  return fork(path, [program], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

export async function runDifferential(options: RunOptions): Promise<RunResult> {
  const plans = plansOf(options);
  const totals = new Totals();
  const deadline = performance.now() + (options.limit_s ?? Number.POSITIVE_INFINITY) * 1000;
  const work = (shard: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      let current: EpisodePlan | undefined;
      const takeNext = () => {
        const isOver = totals.disagreement !== undefined || performance.now() > deadline;
        current = isOver ? undefined : (plans.next().value as EpisodePlan | undefined);
        if (current === undefined) return resolve();
        shard.send({ seed: options.seed, plan: current } satisfies EpisodeOrder);
      };
      shard.on('message', (result: EpisodeResult) => {
        totals.add((current as EpisodePlan).number, result);
        options.onProgress?.(totals.commands, totals.events);
        takeNext();
      });
      shard.on('exit', (status) => reject(new Error(`a worker ended with ${status} in episode ${current?.number}`)));
      takeNext();
    });
  const shards = Array.from({ length: options.jobs }, () => startShard(options.program));
  try {
    await Promise.all(shards.map(work));
  } finally {
    for (const shard of shards) {
      shard.removeAllListeners();
      if (shard.connected) shard.disconnect();
    }
  }
  return totals.result();
}
