// What one episode of a run is like, drawn from the run's seed and the episode's number and from nothing else. An episode begins with an
// empty engine. Episodes differ on purpose: each takes a few of the features, half or most of them, its own limits, price range, number of
// orders, so that rare meetings of two features are not drowned by all the others, and small limits are met as well as deep books.

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
  /** Prices and quantities are multiples of it, mostly: what every tick and lot divides. */
  readonly step: number;
  /** How far time goes on at once, in nanoseconds. */
  readonly timeStep: number;
  /** Once in how many commands something is said about the market. */
  readonly venueEvery: number;
  /** Once in how many fields a wrong value stands. */
  readonly wrongEvery: number;
}

export const episodeCommands = 5_000;
/** One episode in this many is long: tables wear, indexes fill with what was erased. */
const longEvery = 40;
const longCommands = 40_000;

/** A few, half or most; what expires needs time that passes. */
function someOf(features: readonly FeatureName[], random: Random): Set<FeatureName> {
  const share = random.pick([1, 1, 3, 3, 3, 5]);
  const chosen = new Set(features.filter(() => random.below(6) < share));
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
  const step = chosen.has('tables') ? 10 : 1;
  return {
    number,
    commands: isLong ? longCommands : random.between(1000, 2 * episodeCommands - 1000),
    setup: [
      ...(isRequeueing ? ['profile always_requeue'] : []),
      ...(random.onceIn(3) ? ['fields'] : []),
      ...(chosen.has('risk') ? ['risk on'] : []),
      `limits orders ${limits.orders} levels ${limits.levels} quantity ${limits.quantity * step} sessions ${maximumSessions}`,
    ],
    features: chosen,
    featureEvery: random.pick([3, 6, 12, 24]),
    sessions: random.between(1, maximumSessions),
    maximumSessions,
    instruments: random.between(1, 3),
    priceRange: random.pick([1, 3, 10, 40, 300]),
    maximumQuantity,
    liveOrders: random.pick([10, 40, 100, 250]),
    idStride: random.pick([1, 1, 7, 1_000_003]),
    step,
    timeStep: random.pick([40, 40, 1500]),
    venueEvery: random.pick([25, 60, 200]),
    wrongEvery: random.pick([100, 400, 2000]),
  };
}
