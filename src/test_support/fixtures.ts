// Where third-party test files are found: the folder named by HOPWIRE_FIXTURES, by default ../shared/fixtures beside the checkout.
// An absent file is not an error: the test skips and says so (`it.skipIf(path === undefined)`).

import { accessSync, constants } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The path of a fixture, or undefined when the folder or the file is absent. */
export function fixture(relative: string): string | undefined {
  const folder = process.env['HOPWIRE_FIXTURES'] || join(checkout, '..', 'shared', 'fixtures');
  const path = join(folder, relative);
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    return undefined;
  }
}
