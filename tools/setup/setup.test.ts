import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withSetupLock } from './lock.mjs';
import { addonInputsHash, packagesUpToDate, typescriptInputsHash } from './stale.mjs';
import { findNodeHeaders, missingBuildTools, unsupportedMachine } from './tools.mjs';

afterEach(() => vi.unstubAllEnvs());

describe('the tools a build needs', () => {
  it('are named with what they are for and how to install them', () => {
    vi.stubEnv('CXX', 'no-such-compiler');
    vi.stubEnv('PATH', '/nowhere');
    const lines = missingBuildTools();
    expect(lines).toEqual([
      expect.stringContaining('no-such-compiler is missing'),
      expect.stringContaining('make is missing'),
      expect.stringContaining('python3 is missing'),
      expect.stringMatching(/^to do: .*apt-get install g\+\+ make python3/),
    ]);
  });

  it('are all here when this test runs', () => {
    expect(unsupportedMachine()).toBeUndefined();
    expect(missingBuildTools()).toEqual([]);
  });

  it('include the headers of this Node, or nothing rather than those of another', () => {
    const headers = findNodeHeaders();
    if (headers !== undefined) expect(existsSync(join(headers, 'include', 'node', 'node_api.h'))).toBe(true);
  });
});

describe('staleness', () => {
  it('knows that what npm installed is what the lock file says', () => {
    expect(packagesUpToDate()).toBe(true);
  });

  it('is a matter of content: twice the same answer, another for another compiler', () => {
    expect(addonInputsHash()).toBe(addonInputsHash());
    expect(typescriptInputsHash()).toMatch(/^[0-9a-f]{64}$/);
    const before = addonInputsHash();
    vi.stubEnv('CXXFLAGS', '-DANOTHER');
    expect(addonInputsHash()).not.toBe(before);
  });
});

describe('the set-up lock', () => {
  it('is given back after work and after failure', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopwire-lock-'));
    await expect(
      withSetupLock(
        folder,
        () => {},
        async () => 7,
      ),
    ).resolves.toBe(7);
    const failing = withSetupLock(
      folder,
      () => {},
      async () => {
        throw new Error('step');
      },
    );
    await expect(failing).rejects.toThrow('step');
    expect(existsSync(join(folder, 'setup.lock'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('makes a second set-up wait, and is taken over from a process that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopwire-lock-'));
    const order: string[] = [];
    const said: string[] = [];
    const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
    const first = withSetupLock(
      folder,
      () => {},
      async () => {
        await wait(100);
        order.push('first');
      },
    );
    const second = withSetupLock(
      folder,
      (text: string) => said.push(text),
      async () => order.push('second'),
    );
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(said).toEqual([expect.stringContaining('another set-up is running')]);
    writeFileSync(join(folder, 'setup.lock'), '999999999');
    await expect(
      withSetupLock(
        folder,
        () => {},
        async () => 'taken over',
      ),
    ).resolves.toBe('taken over');
    rmSync(folder, { recursive: true });
  });
});
