/**
 * Loads the native addon: the only place that does. Looked for in $HOPWIRE_NATIVE, then in the checkout's build, then among the prebuilt
 * files of an installed package. Each Worker that calls this gets its own instance over the same code.
 *
 * What can go wrong: it is not built, was built for another platform, or its own libraries are missing; each is one line that says so.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { OperatorFailure } from '../cli/operator_failure.js';
import type { FeedBinding } from './feed_binding.js';
import type { ItchFileBinding } from './itch_file_binding.js';
import type { LoadBinding } from './load_binding.js';
import type { MatchBinding } from './match_binding.js';
import type { RegionBinding, TestingBinding } from './region_binding.js';
import type { ReplayBinding } from './replay_binding.js';
import type { TraderBinding } from './trader_binding.js';
import type { VenueBinding } from './venue_binding.js';

export type Addon = RegionBinding &
  TestingBinding &
  ItchFileBinding &
  MatchBinding &
  LoadBinding &
  ReplayBinding &
  FeedBinding &
  TraderBinding &
  VenueBinding;

let loaded: Addon | undefined;

export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}

/** Where the addon would be loaded from now, first match; the last place of the list when it is nowhere. */
export function addonPath(): string {
  const chosen = process.env['HOPWIRE_NATIVE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const built = inPackage('build/Release/hopwire.node');
  const prebuilt = inPackage(`prebuilds/${process.platform}-${process.arch}/hopwire.node`);
  return !existsSync(built) && existsSync(prebuilt) ? prebuilt : built;
}

function inPackage(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

function load(): Addon {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new OperatorFailure('unsupportedPlatform', `${process.platform} ${process.arch}`);
  }
  const path = addonPath();
  if (!existsSync(path)) throw new OperatorFailure('addonMissing', path);
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    throw new OperatorFailure(
      'addonMissing',
      path,
      error instanceof Error ? error.message : String(error),
      'build it again: npm run build',
    );
  }
}
