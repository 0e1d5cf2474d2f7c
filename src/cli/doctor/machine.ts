// What doctor reads from the machine, behind one small face so that the checks can be tested on invented machines. A file that is not there
// (no cpufreq in a virtual machine, no nohz_full in this kernel) is undefined, never an error.

import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

export interface Machine {
  /** Trimmed content of a file under /proc or /sys; undefined when it cannot be read. */
  file(path: string): string | undefined;
  /** Cores this process may run on. */
  readonly cores: number;
  readonly cpuModel: string;
  readonly nodeVersion: string;
  readonly napiVersion: number;
  /** Free bytes of a mounted folder; undefined when it is not there. */
  freeBytes(folder: string): number | undefined;
}

export const thisMachine: Machine = {
  file(path) {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  cores: availableParallelism(),
  cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
  nodeVersion: process.versions.node,
  napiVersion: Number(process.versions['napi'] ?? 0),
  freeBytes(folder) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  },
};
