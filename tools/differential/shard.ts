// One worker process of a differential run: takes episode numbers from its parent, plays each, answers with what came of it. Own process,
// because the reference keeps a core busy and an engine that fails must not take the others along.

import { NativeStream } from '../native/scenario_program.js';
import { runEpisode } from './episode.js';
import type { EpisodePlan } from './episode_plan.js';

export interface EpisodeOrder {
  readonly seed: number;
  readonly plan: EpisodePlan;
}

const program = process.argv[2] as string;
let stream = new NativeStream(program);

process.on('message', (order: EpisodeOrder) => {
  runEpisode(stream, order.seed, order.plan).then(
    (result) => {
      if (result.disagreement !== undefined) {
        stream.stop(); // what is still in its pipes belongs to the failed episode
        stream = new NativeStream(program);
      }
      process.send?.(result);
    },
    (error: Error) => {
      process.stderr.write(`differential: ${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => {
  stream.stop();
  process.exit(0);
});
