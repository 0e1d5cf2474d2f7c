import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { BooksColumns, RegionError, TelemetryColumns } from '../generated/regions.js';
import { addonPath, loadAddon } from './addon.js';
import { openRegion, RegionOpenError, regionHealth, regionPath } from './region.js';

const path = regionPath(`test-region-${process.pid}`, 'books');

afterEach(() => rmSync(path, { force: true }));

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('regions opened from TypeScript', () => {
  it('are memory: no copy, several mappings, gone after close', () => {
    const writer = loadAddon().startBooksWriter(path, 2, 3);
    const first = openRegion(path);
    const second = openRegion(path);
    writer.stop();
    expect(new BooksColumns(first.buffer).updates).toEqual(new BooksColumns(second.buffer).updates);
    const { updates } = new BooksColumns(first.buffer);
    expect(updates.length).toBe(2);
    first.close();
    first.close();
    expect(updates.length).toBe(0);
    expect(new BooksColumns(second.buffer).updates.length).toBe(2);
    expect(regionHealth(second.header).state).toBe('closed');
    second.close();
  });

  it('opened writable, words reach the other mapping', () => {
    const writer = loadAddon().startBooksWriter(path, 2, 3);
    writer.stop();
    const ours = new BooksColumns(openRegion(path, true).buffer);
    const theirs = new BooksColumns(openRegion(path).buffer);
    ours.instrumentId[1] = 77;
    expect(theirs.instrumentId[1]).toBe(77);
  });

  it('are refused with what and where: missing, not a region, cut short, another region', () => {
    const missing = caught(() => openRegion(path));
    expect(missing).toBeInstanceOf(RegionOpenError);
    expect(missing).toMatchObject({ path, missing: true, message: `open region: ${path}: No such file or directory` });
    writeFileSync(path, 'HOPWIRE1');
    expect(caught(() => openRegion(path))).toMatchObject({
      missing: false,
      message: expect.stringContaining('shorter'),
    });
    writeFileSync(path, Buffer.alloc(4096, 1));
    expect(caught(() => openRegion(path))).toMatchObject({ message: `open region: ${path}: not a hopwire region` });
    rmSync(path);
    loadAddon().startBooksWriter(path, 2, 3).stop();
    expect(caught(() => new TelemetryColumns(openRegion(path).buffer))).toBeInstanceOf(RegionError);
  });

  it('of another layout are refused by the columns', () => {
    loadAddon().startBooksWriter(path, 2, 3).stop();
    const { buffer } = openRegion(path, true);
    new DataView(buffer).setBigUint64(8, 1n, true);
    expect(caught(() => new BooksColumns(buffer))).toMatchObject({ reason: 'layout' });
  });
});

describe('the addon', () => {
  it('is loaded once, from where HOPWIRE_NATIVE says', () => {
    expect(loadAddon()).toBe(loadAddon());
    const before = process.env['HOPWIRE_NATIVE'];
    process.env['HOPWIRE_NATIVE'] = '/somewhere/hopwire.node';
    expect(addonPath()).toBe('/somewhere/hopwire.node');
    delete process.env['HOPWIRE_NATIVE'];
    expect(addonPath()).toMatch(/\/build\/Release\/hopwire\.node$|\/prebuilds\/linux-x64\/hopwire\.node$/);
    if (before !== undefined) process.env['HOPWIRE_NATIVE'] = before;
  });

  it('knows the cores and refuses one that is not there', () => {
    expect(loadAddon().availableCores()).toBeGreaterThan(0);
    expect(loadAddon().pinThread(-1)).toBe(false);
    expect(loadAddon().pinThread(100_000)).toBe(false);
  });
});
