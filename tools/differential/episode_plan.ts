// What one episode of a run is like, drawn from the run's seed and the episode's number and from nothing else. An episode begins with an
// empty engine. Episodes differ on purpose: each takes a random half of the features, its own limits, price range, number of orders, so
// that rare meetings of two features are not drowned by all the others, and small limits are met as well as deep books.

import type { FeatureName } from './features.js';
import { Random } from './random.js';

export interface EpisodePlan {
  readonly number: number;
  readonly commands: number;
  readonly setup: readonly string[];
  readonly features: ReadonlySet<FeatureName>;
  /** Once in how many new orders each feature is used. */
  readonly featureEvery: number;
  readonly sessions: number;
  readonly maximumSessions: number;
  readonly instruments: number;
  /** Prices lie this far around the middle on each side. */
  readonly priceRange: number;
  readonly maximumQuantity: number;
  /** Orders the generator tries to keep alive. */
  readonly liveOrders: number;
  /** Ids of a session rise by up to this. */
  readonly idStride: number;
  /** Once in how many fields a wrong value stands. */
  readonly wrongEvery: number;
}

export const episodeCommands = 5_000;
/** One episode in this many is long: tables wear, indexes fill with what was erased. */
const longEvery = 40;
const longCommands = 100_000;

/** A random half; what expires needs time that passes. */
function someOf(features: readonly FeatureName[], random: Random): Set<FeatureName> {
  const chosen = new Set(features.filter(() => random.onceIn(2)));
  if (chosen.has('gtt')) chosen.add('time');
  return chosen;
}

export function planEpisode(seed: number, number: number, features: readonly FeatureName[]): EpisodePlan {
  const random = new Random(seed, number);
  const isLong = random.onceIn(longEvery);
  const hasSmallLimits = random.onceIn(4);
  const maximumSessions = random.between(2, 8);
  const limits = hasSmallLimits
    ? { orders: random.between(3, 60), levels: random.between(2, 20), quantity: random.pick([60, 1000]) }
    : { orders: 2000, levels: 2000, quantity: 1_000_000 };
  const isRequeueing = random.onceIn(4);
  const maximumQuantity = Math.min(limits.quantity, random.pick([3, 50, 50, 1000]));
  const chosen = someOf(features, random);
  return {
    number,
    commands: isLong ? longCommands : random.between(1000, 2 * episodeCommands - 1000),
    setup: [
      ...(isRequeueing ? ['profile always_requeue'] : []),
      ...(random.onceIn(3) ? ['fields'] : []),
      ...(chosen.has('risk') ? ['risk on'] : []),
      `limits orders ${limits.orders} levels ${limits.levels} quantity ${limits.quantity} sessions ${maximumSessions}`,
    ],
    features: chosen,
    featureEvery: random.pick([2, 4, 8, 16]),
    sessions: random.between(1, maximumSessions),
    maximumSessions,
    instruments: random.between(1, 3),
    priceRange: random.pick([1, 3, 10, 40, 300]),
    maximumQuantity,
    liveOrders: random.pick([10, 40, 100, 250]),
    idStride: random.pick([1, 1, 7, 1_000_003]),
    wrongEvery: random.pick([60, 200, 1000]),
  };
}
