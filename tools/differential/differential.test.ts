// The differential tools themselves: what they generate repeats, a run of some size agrees, and a difference is seen and shrunken. The
// planted differences are two rule profiles of the same matcher, so nothing has to be broken for it.

import { beforeAll, describe, expect, test } from 'vitest';
import { parseScenarios } from '../../src/reference/scenario_file.js';
import { buildScenarioProgram, NativeStream, playNative } from '../native/scenario_program.js';
import { Episode, runEpisode } from './episode.js';
import { type EpisodePlan, planEpisode } from './episode_plan.js';
import { features, featuresInBothEngines, featuresNamed } from './features.js';
import { minimise, plainerSteps } from './minimise.js';
import { Random } from './random.js';
import { plansOf } from './run.js';
import { asScenario, playReference, type Script, scriptText } from './script.js';

let program = '';
beforeAll(async () => {
  program = await buildScenarioProgram();
}, 120_000);

const plan = (changes: Partial<EpisodePlan> = {}): EpisodePlan => ({
  ...planEpisode(7, 0, featuresInBothEngines),
  commands: 3000,
  setup: ['limits orders 500 levels 500 quantity 1000 sessions 4'],
  maximumSessions: 4,
  ...changes,
});

test('a random sequence repeats, and differs by seed and by stream', () => {
  const draw = (seed: number, stream: number) => {
    const random = new Random(seed, stream);
    return Array.from({ length: 8 }, () => random.between(1, 1_000_000));
  };
  expect(draw(1, 2)).toEqual(draw(1, 2));
  expect(draw(1, 2)).not.toEqual(draw(1, 3));
  expect(draw(1, 2)).not.toEqual(draw(2, 2));
  expect(draw(2 ** 33, 0)).not.toEqual(draw(0, 0));
});

test('a run consists of as many commands as are asked for', () => {
  const plans = [...plansOf({ seed: 3, commands: 123_456, features: [] })];
  expect(plans.reduce((sum, { commands }) => sum + commands, 0)).toBe(123_456);
  expect(plans.map(({ number }) => number)).toEqual(plans.map((_, index) => index));
});

test('features are named, or refused', () => {
  expect(featuresNamed('none')).toEqual([]);
  expect(featuresNamed('all')).toHaveLength(features.length);
  expect(featuresNamed('stop,fok')).toEqual(['fok', 'stop']);
  expect(featuresNamed('stop,teleport')).toBeUndefined();
});

// A run in which nearly everything is refused compares little; so much must happen in a run of this size.
test('most of what is generated is taken, and every family of rules has its turn', () => {
  const kinds: Record<string, number> = {};
  let commands = 0;
  for (let number = 0; number < 16; number++) {
    const episode = new Episode(3, { ...planEpisode(3, number, featuresInBothEngines), commands: 2000 });
    while (!episode.isOver) episode.nextBatch();
    expect(episode.wrong).toBeUndefined();
    commands += episode.commands;
    for (const [kind, count] of Object.entries(episode.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  const countOf = (start: string) =>
    Object.entries(kinds).reduce((sum, [kind, count]) => sum + (kind.startsWith(start) ? count : 0), 0);
  expect(commands).toBe(32_000);
  expect(countOf('executed')).toBeGreaterThan(commands / 10);
  expect(countOf('rejected') + countOf('cancelRejected')).toBeLessThan(commands / 3);
  for (const kind of [
    'crossed',
    'triggered',
    'refreshed',
    'prevented',
    'massQuoted',
    'riskWarning',
    'canceled expired',
  ])
    expect(countOf(kind), kind).toBeGreaterThan(commands / 500);
  for (const kind of [
    'uncrossed',
    'protectionTripped',
    'limitState',
    'dayRolled',
    'killed',
    'purged',
    'marketBreached',
  ])
    expect(countOf(kind), kind).toBeGreaterThan(0);
}, 120_000);

describe('an episode', () => {
  test('agrees, and gives the same hash each time', async () => {
    const stream = new NativeStream(program);
    const first = await runEpisode(stream, 7, plan());
    const second = await runEpisode(stream, 7, plan());
    stream.stop();
    expect(first.disagreement).toBeUndefined();
    expect(first.commands).toBe(3000);
    expect(first.events).toBeGreaterThan(3000);
    expect(second).toEqual(first);
  });

  test('says how the program ended when it does', async () => {
    const stream = new NativeStream('/bin/false');
    const { disagreement } = await runEpisode(stream, 7, plan());
    expect(disagreement?.what).toContain('the matcher ended with status 1');
  });
});

describe('a counterexample', () => {
  // The matcher is told the other profile: it differs from the reference at every reduction.
  const otherProfile = (script: Script): string =>
    playNative(program, scriptText({ ...script, setup: ['profile always_requeue', ...script.setup] })).replace(
      'profile always_requeue\n',
      '',
    );
  const differs = (script: Script): boolean => playReference(script) !== otherProfile(script);

  test('is shrunken to the commands that make it and reads as a scenario', async () => {
    const steps: string[] = [];
    for (let id = 1; id <= 60; id++)
      steps.push(`> s${id % 3} new ${id} ${id % 2 ? 'buy' : 'sell'} 40 @ ${id % 2 ? 990 : 1010}`);
    steps.push('> s1 replace 70 1 30 @ 990', '> s2 cancel 71 2', '? state');
    const script: Script = { name: 'planted', setup: ['limits orders 500'], steps };
    expect(differs(script)).toBe(true);
    const small = minimise(script, differs, { seconds: 20 });
    expect(small.steps).toHaveLength(2);
    expect(small.setup).toEqual([]);
    const [scenario] = parseScenarios(asScenario(small));
    expect(scenario?.steps.map(({ line }) => line)).toEqual(small.steps);
    expect(scenario?.steps[1]?.expected[0]).toMatch(/^replaced 1 by 70 ref 1 .* kept/);
  }, 60_000);

  test('is found by halves when only the state told', () => {
    const steps = Array.from({ length: 500 }, (_, index) => `> new ${index + 1} buy 1 @ 990`);
    const script: Script = { name: 'state', setup: [], steps: [...steps, '? state'] };
    let asked = 0;
    const fails = (candidate: Script): boolean => {
      asked += 1;
      return candidate.steps.some((step) => step.startsWith('> new 321 ')) && candidate.steps.at(-1) === '? state';
    };
    expect(minimise(script, fails, { seconds: 20 }).steps).toEqual(['> new 321 buy 1 @ 990', '? state']);
    expect(asked).toBeLessThan(200);
  });

  test('loses words and grows small', () => {
    const plain = plainerSteps('> t5 s1 new 4 buy 40 @ 990 stop 995 gtt 20us keep stp firm both');
    expect(plain).toContain('> t5 s1 new 4 buy 40 @ 990 stop 995 gtt 20us keep');
    expect(plain).toContain('> s1 new 4 buy 40 @ 990 stop 995 gtt 20us keep stp firm both');
    expect(plain).toContain('> t5 s1 new 4 buy 1 @ 990 stop 995 gtt 20us keep stp firm both');
    expect(plainerSteps('? state')).toEqual([]);
  });
});
