import { describe, expect, it } from 'vitest';
import { machineChecks, settingChecks } from './checks.js';
import type { Machine } from './machine.js';
import { multicastCheck, pauseCheck } from './trials.js';

function machine(files: Record<string, string>, changes: Partial<Machine> = {}): Machine {
  return {
    file: (path) => files[path],
    cores: 8,
    cpuModel: 'a processor',
    nodeVersion: '20.20.2',
    napiVersion: 9,
    freeBytes: () => 4 * 1024 ** 3,
    ...changes,
  };
}

const goodFlags = 'flags\t\t: fpu sse4_2 ssse3 popcnt constant_tsc nonstop_tsc';

describe('doctor', () => {
  it('shows what cannot be read as n/a and gives no advice on it', () => {
    for (const check of settingChecks(machine({}))) {
      expect(check).toMatchObject({ state: 'unknown', value: 'n/a', command: '' });
    }
  });

  it('names the command that changes a setting', () => {
    const found = settingChecks(machine({ '/proc/sys/net/core/rmem_max': '212992' })).find(
      (check) => check.name === 'net.core.rmem_max',
    );
    expect(found).toMatchObject({ state: 'improve', value: '212992', command: 'sysctl -w net.core.rmem_max=16777216' });
  });

  it('reads the chosen huge-page mode, not the list of modes', () => {
    const path = '/sys/kernel/mm/transparent_hugepage/enabled';
    const stateOf = (text: string) =>
      settingChecks(machine({ [path]: text })).find((check) => check.name === 'transparent huge pages')?.state;
    expect(stateOf('always [madvise] never')).toBe('ok');
    expect(stateOf('[always] madvise never')).toBe('improve');
  });

  it('says when the kernel watches what memory is used', () => {
    const path = '/sys/kernel/mm/damon/admin/kdamonds/0/state';
    const stateOf = (files: Record<string, string>) =>
      settingChecks(machine(files)).find((check) => check.name === 'memory watched by DAMON')?.state;
    expect(stateOf({ [path]: 'on' })).toBe('improve');
    expect(stateOf({ [path]: 'off' })).toBe('ok');
    expect(stateOf({})).toBe('unknown');
  });

  it('finds nothing wrong with a good machine', () => {
    const files = {
      '/proc/cpuinfo': goodFlags,
      '/proc/self/limits': 'Max locked memory         unlimited            unlimited            bytes',
    };
    expect(machineChecks(machine(files)).map((check) => check.state)).toEqual(Array(7).fill('ok'));
  });

  it('fails a machine that cannot run hopwire, and only advises one that is slow', () => {
    const states = (changed: Machine) =>
      Object.fromEntries(machineChecks(changed).map((check) => [check.name, check.state]));
    expect(states(machine({ '/proc/cpuinfo': 'flags : fpu' }))['instructions']).toBe('fail');
    expect(states(machine({}, { napiVersion: 7 }))['node']).toBe('fail');
    expect(states(machine({}, { freeBytes: () => undefined }))['shared memory']).toBe('fail');
    expect(states(machine({ '/proc/cpuinfo': `${goodFlags} hypervisor` }, { cores: 2 }))).toMatchObject({
      machine: 'improve',
      cores: 'improve',
    });
  });

  it('measures a pause and sends a real datagram over loopback', async () => {
    expect(pauseCheck(0.05).value).toMatch(/^\d+ us in 0\.05 s$/);
    const multicast = await multicastCheck();
    expect(['ok', 'fail']).toContain(multicast.state);
    expect(multicast.state === 'ok').toBe(multicast.command === '');
  });
});
