// What this machine does to latency, setting by setting: the value found, the value wanted, why, and the command that changes it.
// Reads only.
//
// A table of kernel settings with one rule each, then the checks that need more than one file. Only what keeps hopwire from running at all
// is a failure; everything else is advice, because a laptop is a fine place to develop.

import type { Check, CheckState } from './check.js';
import type { Machine } from './machine.js';

interface Setting {
  readonly name: string;
  readonly path: string;
  readonly wanted: string;
  readonly holds: (value: string) => boolean;
  readonly why: string;
  readonly command: string;
}

const number = (value: string): number => Number.parseInt(value, 10);
const sysctl = (key: string, value: number | string): string => `sysctl -w ${key}=${value}`;

function sysctlSetting(
  key: string,
  wanted: string,
  holds: (value: number) => boolean,
  set: number,
  why: string,
): Setting {
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  return { name: key, path, wanted, holds: (value) => holds(number(value)), why, command: sysctl(key, set) };
}

const settings: readonly Setting[] = [
  {
    name: 'clock source',
    path: '/sys/devices/system/clocksource/clocksource0/current_clocksource',
    wanted: 'tsc or kvm-clock',
    holds: (value) => value === 'tsc' || value === 'kvm-clock',
    why: 'reading another clock source is a system call of a microsecond or more',
    command: 'boot with tsc=reliable, or echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource',
  },
  {
    name: 'frequency governor',
    path: '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor',
    wanted: 'performance',
    holds: (value) => value === 'performance',
    why: 'a core that clocks down needs tens of microseconds to come back',
    command: 'cpupower frequency-set -g performance',
  },
  {
    name: 'hyper-threading',
    path: '/sys/devices/system/cpu/smt/active',
    wanted: '0',
    holds: (value) => value === '0',
    why: 'a busy sibling takes half the execution units of a spinning core',
    command: 'echo off > /sys/devices/system/cpu/smt/control',
  },
  {
    name: 'isolated cores',
    path: '/sys/devices/system/cpu/isolated',
    wanted: 'the cores of the hot loops',
    holds: (value) => value !== '',
    why: 'the scheduler moves other work onto a core that is not isolated',
    command: 'boot with isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3',
  },
  {
    name: 'tickless cores',
    path: '/sys/devices/system/cpu/nohz_full',
    wanted: 'the cores of the hot loops',
    holds: (value) => value !== '' && value !== '(null)',
    why: 'the scheduler tick interrupts a spinning core up to a thousand times a second',
    command: 'boot with nohz_full=2-3',
  },
  {
    name: 'transparent huge pages',
    path: '/sys/kernel/mm/transparent_hugepage/enabled',
    wanted: 'never or madvise',
    holds: (value) => /\[(?:never|madvise)\]/.test(value),
    why: 'the kernel stops a process to move its memory into huge pages',
    command: 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
  },
  {
    name: 'memory watched by DAMON',
    path: '/sys/kernel/mm/damon/admin/kdamonds/0/state',
    wanted: 'off',
    holds: (value) => value !== 'on',
    why: 'memory is marked to see whether it is used: its next touch costs microseconds, more where it was paged out',
    command: 'echo off > /sys/kernel/mm/damon/admin/kdamonds/0/state',
  },
  sysctlSetting(
    'net.core.rmem_max',
    '>= 16777216',
    (value) => value >= 16_777_216,
    16_777_216,
    'a short receive buffer drops packets of a burst',
  ),
  sysctlSetting(
    'net.core.busy_poll',
    '>= 50',
    (value) => value >= 50,
    50,
    'polling the card saves the interrupt and its wake-up',
  ),
  sysctlSetting(
    'net.core.busy_read',
    '>= 50',
    (value) => value >= 50,
    50,
    'polling the card saves the interrupt and its wake-up',
  ),
  sysctlSetting(
    'net.ipv4.igmp_max_memberships',
    '>= 64',
    (value) => value >= 64,
    64,
    'a feed of many multicast groups runs into this limit',
  ),
  sysctlSetting(
    'kernel.numa_balancing',
    '0',
    (value) => value === 0,
    0,
    'page faults are injected to learn where memory is used',
  ),
  sysctlSetting('kernel.nmi_watchdog', '0', (value) => value === 0, 0, 'the watchdog interrupts every core'),
  sysctlSetting(
    'kernel.timer_migration',
    '0',
    (value) => value === 0,
    0,
    'timers of other cores are moved onto quiet ones',
  ),
  sysctlSetting(
    'kernel.sched_rt_runtime_us',
    '-1',
    (value) => value === -1,
    -1,
    'a real-time thread that spins is stopped 50 ms of each second',
  ),
  sysctlSetting('vm.swappiness', '<= 10', (value) => value <= 10, 10, 'a swapped page costs milliseconds'),
  sysctlSetting(
    'vm.stat_interval',
    '>= 10',
    (value) => value >= 10,
    10,
    'statistics are folded on every core each interval',
  ),
];

export function settingChecks(machine: Machine): Check[] {
  return settings.map(({ name, path, wanted, holds, why, command }) => {
    const value = machine.file(path);
    const state: CheckState = value === undefined ? 'unknown' : holds(value) ? 'ok' : 'improve';
    return {
      name,
      state,
      value: value === undefined ? 'n/a' : value || 'none',
      wanted,
      why,
      command: state === 'improve' ? command : '',
    };
  });
}

const coresWanted = 4;
const sharedMemoryWanted = 512 * 1024 * 1024;
const lockedMemoryWanted = 1024 * 1024 * 1024;

export function machineChecks(machine: Machine): Check[] {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(machine.file('/proc/cpuinfo') ?? '')?.[1]?.split(' ') ?? []);
  return [
    nodeCheck(machine),
    instructionCheck(flags),
    steadyClockCheck(flags),
    virtualMachineCheck(flags, machine.cpuModel),
    coresCheck(machine),
    sharedMemoryCheck(machine),
    lockedMemoryCheck(machine),
  ];
}

function nodeCheck(machine: Machine): Check {
  const holds = machine.napiVersion >= 8;
  return {
    name: 'node',
    state: holds ? 'ok' : 'fail',
    value: `${machine.nodeVersion}, Node-API ${machine.napiVersion}`,
    wanted: '>= 20.19, Node-API >= 8',
    why: 'the native addon is built against Node-API 8',
    command: holds ? '' : 'install Node 20.19 or newer',
  };
}

function instructionCheck(flags: ReadonlySet<string>): Check {
  const missing = ['sse4_2', 'ssse3', 'popcnt'].filter((flag) => !flags.has(flag));
  const unknown = flags.size === 0;
  return {
    name: 'instructions',
    state: unknown ? 'unknown' : missing.length === 0 ? 'ok' : 'fail',
    value: unknown ? 'n/a' : missing.length === 0 ? 'x86-64-v2' : `without ${missing.join(', ')}`,
    wanted: 'x86-64-v2',
    why: 'the addon is compiled for it (CRC32C in hardware among others)',
    command: missing.length === 0 || unknown ? '' : 'use a machine of 2010 or later',
  };
}

function steadyClockCheck(flags: ReadonlySet<string>): Check {
  const holds = flags.has('constant_tsc') && flags.has('nonstop_tsc');
  return {
    name: 'invariant tsc',
    state: flags.size === 0 ? 'unknown' : holds ? 'ok' : 'improve',
    value: flags.size === 0 ? 'n/a' : holds ? 'yes' : 'no',
    wanted: 'yes',
    why: 'hops are stamped with it: without it intervals stretch with the clock frequency',
    command: holds || flags.size === 0 ? '' : 'read hop times on this machine as rough ones',
  };
}

function virtualMachineCheck(flags: ReadonlySet<string>, model: string): Check {
  const virtual = flags.has('hypervisor');
  return {
    name: 'machine',
    state: virtual ? 'improve' : 'ok',
    value: virtual ? `${model}, virtual` : model,
    wanted: 'bare metal',
    why: 'the hypervisor takes the core away for milliseconds: publish no tail latency from a virtual machine',
    command: virtual ? 'compare runs on this machine only with each other' : '',
  };
}

function coresCheck(machine: Machine): Check {
  const holds = machine.cores >= coresWanted;
  return {
    name: 'cores',
    state: holds ? 'ok' : 'improve',
    value: String(machine.cores),
    wanted: `>= ${coresWanted}`,
    why: 'with fewer cores than busy loops the loops yield to each other, and every hop waits for the scheduler',
    command: holds ? '' : 'give the demo four cores, or read its hop times as those of yielding loops',
  };
}

function sharedMemoryCheck(machine: Machine): Check {
  const free = machine.freeBytes('/dev/shm');
  const state: CheckState =
    free === undefined || free < 64 * 1024 * 1024 ? 'fail' : free < sharedMemoryWanted ? 'improve' : 'ok';
  return {
    name: 'shared memory',
    state,
    value: free === undefined ? 'no /dev/shm' : `${Math.floor(free / 1024 ** 2)} MiB free`,
    wanted: '>= 512 MiB in /dev/shm',
    why: 'books, counters, histograms and the journal ring are files there',
    command: state === 'ok' ? '' : 'mount -o remount,size=1G /dev/shm (in a container: --shm-size=1g)',
  };
}

function lockedMemoryCheck(machine: Machine): Check {
  const limit = /^Max locked memory\s+(\S+)/m.exec(machine.file('/proc/self/limits') ?? '')?.[1];
  const holds = limit === 'unlimited' || Number(limit) >= lockedMemoryWanted;
  return {
    name: 'locked memory',
    state: limit === undefined ? 'unknown' : holds ? 'ok' : 'improve',
    value: limit === undefined ? 'n/a' : limit === 'unlimited' ? limit : `${Math.floor(Number(limit) / 1024)} KiB`,
    wanted: 'unlimited',
    why: 'memory that is not locked can be paged out under a hot loop',
    command: holds || limit === undefined ? '' : 'ulimit -l unlimited (service: LimitMEMLOCK=infinity)',
  };
}
