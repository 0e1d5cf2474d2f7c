// What the generator can say beyond plain limit, market and immediate-or-cancel orders, replaces and cancels. A feature is on by default
// once both engines have it; --features asks for others by name, which is how an engine that is being taught one is held to the reference.

export interface Feature {
  readonly name: string;
  readonly what: string;
  readonly isInBothEngines: boolean;
}

const table = [
  { name: 'time', what: 'sequencer time advances, alone and with commands', isInBothEngines: false },
  { name: 'owners', what: 'accounts and firms other than the session says', isInBothEngines: false },
  { name: 'fok', what: 'fill-or-kill', isInBothEngines: false },
  { name: 'post', what: 'post-only', isInBothEngines: false },
  { name: 'min', what: 'minimum quantity', isInBothEngines: false },
  { name: 'gtt', what: 'good-till-time', isInBothEngines: false },
  { name: 'stp', what: 'self-trade prevention', isInBothEngines: false },
  { name: 'show', what: 'reserve orders', isInBothEngines: false },
  { name: 'stop', what: 'stop and stop-limit orders', isInBothEngines: false },
] as const satisfies readonly Feature[];

export const features: readonly Feature[] = table;
export type FeatureName = (typeof table)[number]['name'];

export const featuresInBothEngines: readonly FeatureName[] = table
  .filter(({ isInBothEngines }) => isInBothEngines)
  .map(({ name }) => name);

/** 'all', or names with commas between them; undefined for a name that is none. */
export function featuresNamed(text: string): FeatureName[] | undefined {
  if (text === 'all') return table.map(({ name }) => name);
  const names = text.split(',').filter((name) => name !== '');
  const known = table.filter((feature) => names.includes(feature.name)).map(({ name }) => name);
  return known.length === new Set(names).size ? known : undefined;
}
