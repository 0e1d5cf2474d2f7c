// The generated regions in TypeScript: the layouts both languages are held to, columns without copies, and refusal of memory that is not
// ours.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as regions from '../../src/generated/regions.js';
import type { LayoutVectorFile } from './parse/layout_vectors.js';

const schemas = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'schemas');
const golden = JSON.parse(readFileSync(join(schemas, 'vectors', 'regions.json'), 'utf8')) as LayoutVectorFile;

const classes: Readonly<Record<string, unknown>> = { ...regions };

interface ColumnsClass {
  offsets(dimensions: Readonly<Record<string, number>>): Readonly<Record<string, number>>;
  size(dimensions: Readonly<Record<string, number>>): number;
}

describe('golden layouts', () => {
  for (const layout of golden.layouts) {
    it(`${layout.region} ${JSON.stringify(layout.dimensions)}`, () => {
      const columns = classes[`${layout.region}Columns`] as ColumnsClass;
      expect(columns.offsets(layout.dimensions)).toEqual({ ...layout.offsets, end: layout.size });
      expect(columns.size(layout.dimensions)).toBe(layout.size);
    });
  }
});

describe('a mapped region', () => {
  const dimensions = { instruments: 3, depth: 5 };
  const made = (): ArrayBuffer => {
    const buffer = new ArrayBuffer(regions.BooksColumns.size(dimensions));
    regions.BooksColumns.format(buffer, dimensions);
    return buffer;
  };

  it('shows the same memory to every reader', () => {
    const buffer = made();
    const writer = new regions.BooksColumns(buffer);
    const reader = new regions.BooksColumns(buffer);
    writer.bidPrice[2 * 5 + 4] = 2_000_000_000;
    writer.bidQuantity[14] = 2 ** 40 + 1;
    writer.symbol[8 * 2] = 65;
    expect(reader.bidPrice[14]).toBe(2_000_000_000);
    expect(reader.bidQuantity[14]).toBe(2 ** 40 + 1);
    expect(reader.symbol).toHaveLength(24);
    expect(reader.symbol[16]).toBe(65);
    expect(reader.dimensions).toEqual(dimensions);
    expect(reader.header.layoutHash).toBe(regions.layoutHash);
    expect(reader.header.dimension(1)).toBe(5);
    expect(() => reader.header.dimension(8)).toThrow('dimension has no index 8');
  });

  it('begins with the magic in reading order', () => {
    expect(Buffer.from(made().slice(0, 8)).toString('latin1')).toBe('HOPWIRE1');
  });

  it('reads the header live, whole or as halves', () => {
    const buffer = made();
    const { header } = new regions.BooksColumns(buffer);
    new DataView(buffer).setBigUint64(24, 0xfedcba9876543210n, true);
    expect(header.heartbeat).toBe(0xfedcba9876543210n);
    expect([header.heartbeatLo, header.heartbeatHi]).toEqual([0x76543210, 0xfedcba98]);
  });

  const refusals: readonly (readonly [string, (buffer: ArrayBuffer) => ArrayBuffer, string, string])[] = [
    [
      'shorter than a header',
      () => new ArrayBuffer(64),
      'size',
      'a region has at least 192 bytes, this has 64: its writer has not made it yet',
    ],
    [
      'other bytes',
      (buffer) => patched(buffer, 0, 0n),
      'magic',
      'this is not a region: it does not begin with HOPWIRE1; check the path, or restart its writer',
    ],
    ['another version', (buffer) => patched(buffer, 8, 1n), 'layout', 'restart its writer with this version'],
    [
      'another region',
      (buffer) => patched(buffer, 32, 2n),
      'region',
      'this is the region Telemetry, not Books: open the other file',
    ],
    ['cut short', (buffer) => buffer.slice(0, buffer.byteLength - 64), 'size', 'the region is cut short'],
    ['a size that is not true', (buffer) => patched(buffer, 16, 192n), 'size', 'the region is cut short'],
  ];
  for (const [what, spoil, reason, message] of refusals) {
    it(`is refused: ${what}`, () => {
      const open = (): unknown => new regions.BooksColumns(spoil(made()));
      expect(open).toThrow(message);
      expect(open).toThrow(expect.objectContaining({ name: 'RegionError', reason }));
    });
  }
});

function patched(buffer: ArrayBuffer, offset: number, value: bigint): ArrayBuffer {
  new DataView(buffer).setBigUint64(offset, value, true);
  return buffer;
}
