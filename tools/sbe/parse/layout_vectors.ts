// Golden layouts of memory regions: where each column starts for stated dimensions, worked out without the generator.
//
//   { "schema": "regions", "layouts": [
//     { "region": "Books", "dimensions": { "depth": 5, ... }, "offsets": { "bidPrice": 192, ... }, "size": 4096 } ] }

import type { RegionSchemaIr } from '../ir.js';
import type { Diagnostics } from '../source/diagnostics.js';

export interface LayoutVector {
  readonly region: string;
  readonly dimensions: Readonly<Record<string, number>>;
  readonly offsets: Readonly<Record<string, number>>;
  readonly size: number;
}

export interface LayoutVectorFile {
  readonly schema: string;
  readonly layouts: readonly LayoutVector[];
}

/** The layouts of a file, each naming what the schema has; undefined when `diagnostics` has gained an entry. */
export function parseLayoutVectors(
  file: string,
  text: string,
  schema: RegionSchemaIr,
  diagnostics: Diagnostics,
): LayoutVectorFile | undefined {
  const start = { file, line: 1, column: 1 };
  let parsed: LayoutVectorFile;
  try {
    parsed = JSON.parse(text) as LayoutVectorFile;
  } catch (error) {
    diagnostics.error(start, `not JSON: ${(error as Error).message}`);
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !Array.isArray(parsed.layouts)) {
    diagnostics.error(start, 'an object with "schema" and a list "layouts" is expected');
    return undefined;
  }
  const before = diagnostics.count;
  for (const layout of parsed.layouts) {
    const region = schema.regions.find((candidate) => candidate.name === layout.region);
    if (region === undefined) {
      diagnostics.error(start, `no region is named "${layout.region}"`);
      continue;
    }
    const compare = (
      what: string,
      declared: readonly { readonly name: string }[],
      given: Readonly<Record<string, number>>,
    ): void => {
      const names = declared.map((item) => item.name).sort();
      if (names.join() !== Object.keys(given).sort().join()) {
        diagnostics.error(start, `layout of ${layout.region}: its ${what} are ${names.join(', ')}`);
      }
    };
    compare('dimensions', region.dimensions, layout.dimensions);
    compare('columns', region.columns, layout.offsets);
  }
  return diagnostics.count === before ? parsed : undefined;
}
