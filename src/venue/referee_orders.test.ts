import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRefereeOrders, NotOrdersFileError, readRefereeOrders, refereeHeaderBytes } from './referee_orders.js';

const sound = encodeRefereeOrders([
  { type: 'new', side: 'S', quantity: 10, sequence: 0, id: 18_446_744_073_709_551_615n, price: 200_000 },
  { type: 'cancel', sequence: 1, id: 7 },
]);

describe('referee orders file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwire-orders-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const refusal = async (content: Uint8Array): Promise<string> => {
    const path = join(folder, 'orders.bin');
    writeFileSync(path, content);
    const error = await readRefereeOrders(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NotOrdersFileError);
    return (error as NotOrdersFileError).found;
  };

  it('gives the records without the header', async () => {
    const path = join(folder, 'sound.bin');
    writeFileSync(path, sound);
    expect(Buffer.from(await readRefereeOrders(path))).toEqual(sound.subarray(refereeHeaderBytes));
  });

  it('refuses every prefix and every longer file, naming the byte', async () => {
    for (let size = 0; size < sound.length; size += 1) {
      const found = await refusal(sound.subarray(0, size));
      if (size < refereeHeaderBytes) expect(found).toBe(`${size} bytes, shorter than the header of 16`);
      else expect(found).toMatch(new RegExp(`ends in or before the record at byte ${size < 56 ? 16 : 56}$`));
    }
    expect(await refusal(Buffer.concat([sound, Buffer.from([0])]))).toBe(
      'the header says 2 records; there is more at byte 96',
    );
  });

  it('refuses another magic and another version', async () => {
    const magic = Buffer.from(sound);
    magic[0] = 0;
    expect(await refusal(magic)).toBe('at byte 0 stands 0030305f5742454d, not 3130305f5742454d');
    const version = Buffer.from(sound);
    version[8] = 2;
    expect(await refusal(version)).toBe('at byte 8 stands version 2, not 1');
  });

  it('refuses a damaged zstd file', async () => {
    expect(await refusal(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]))).toMatch(/^it is zstd-compressed/);
  });

  it('passes a missing file on as the system says it', async () => {
    await expect(readRefereeOrders(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
