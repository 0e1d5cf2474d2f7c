// What the generator can say beyond plain limit, market and immediate-or-cancel orders, replaces and cancels. A feature is on by default
// once both engines have it; --features asks for others by name, which is how an engine that is being taught one is held to the reference.

export interface Feature {
  readonly name: string;
  readonly what: string;
  readonly isInBothEngines: boolean;
}

const table = [
  { name: 'time', what: 'sequencer time advances, alone and with commands', isInBothEngines: true },
  { name: 'owners', what: 'accounts and firms other than the session says', isInBothEngines: true },
  { name: 'fok', what: 'fill-or-kill', isInBothEngines: true },
  { name: 'post', what: 'post-only', isInBothEngines: true },
  { name: 'min', what: 'minimum quantity', isInBothEngines: true },
  { name: 'gtt', what: 'good-till-time', isInBothEngines: true },
  { name: 'stp', what: 'self-trade prevention', isInBothEngines: true },
  { name: 'show', what: 'reserve orders', isInBothEngines: true },
  { name: 'stop', what: 'stop and stop-limit orders', isInBothEngines: true },
  { name: 'state', what: 'trading states, auctions and the orders for them', isInBothEngines: true },
  { name: 'tables', what: 'tick and lot tables, price collar', isInBothEngines: true },
  { name: 'bands', what: 'price bands, circuit breakers, reopening', isInBothEngines: true },
  { name: 'day', what: 'the trading day rolls', isInBothEngines: true },
  { name: 'scope', what: 'mass cancels by account, firm, venue, side', isInBothEngines: true },
  { name: 'quote', what: 'mass quotes', isInBothEngines: true },
  { name: 'protect', what: 'market-maker protection', isInBothEngines: true },
  { name: 'lock', what: 'purge, kill, unlock', isInBothEngines: true },
  { name: 'risk', what: 'pre-trade risk and short sales', isInBothEngines: true },
] as const satisfies readonly Feature[];

export const features: readonly Feature[] = table;
export type FeatureName = (typeof table)[number]['name'];

export const featuresInBothEngines: readonly FeatureName[] = table
  .filter(({ isInBothEngines }) => isInBothEngines)
  .map(({ name }) => name);

/** 'all', 'none', or names with commas between them; undefined for a name that is none. */
export function featuresNamed(text: string): FeatureName[] | undefined {
  if (text === 'all') return table.map(({ name }) => name);
  if (text === 'none') return [];
  const names = text.split(',').filter((name) => name !== '');
  const known = table.filter((feature) => names.includes(feature.name)).map(({ name }) => name);
  return known.length === new Set(names).size ? known : undefined;
}
