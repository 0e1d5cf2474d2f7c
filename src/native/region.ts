/**
 * Opening a region and knowing whether somebody still writes it. The buffer is the writer's memory itself, mapped once more: reading it
 * costs the writer nothing, and what it shows changes while you look.
 *
 * What can go wrong: no such file, not a region, cut short -> RegionOpenError; another version -> RegionError from the generated columns.
 */
import { RegionHeaderView } from '../generated/regions.js';
import { RegionState } from '../generated/words.js';
import { loadAddon } from './addon.js';

export interface Region {
  readonly path: string;
  readonly buffer: ArrayBuffer;
  readonly header: RegionHeaderView;
  /** Lets the memory go. Views over the buffer are empty from then on; without it the memory goes when the buffer is collected. */
  close(): void;
}

export class RegionOpenError extends Error {
  readonly path: string;
  /** There is no such file, as opposed to one that is not a region. */
  readonly missing: boolean;

  constructor(path: string, message: string, missing: boolean) {
    super(message);
    this.name = 'RegionOpenError';
    this.path = path;
    this.missing = missing;
  }
}

const NO_SUCH_FILE = 2;

/** Where a process named `name` keeps its region of a kind; as core/region_file.hpp has it. */
export function regionPath(name: string, kind: string): string {
  return `/dev/shm/hopwire-${name}.${kind}`;
}

/** `writable` is for words that belong to this side (control words); the writer's columns are never stored into. */
export function openRegion(path: string, writable = false): Region {
  const addon = loadAddon();
  let buffer: ArrayBuffer;
  try {
    buffer = addon.mapRegion(path, writable);
  } catch (error) {
    const { message, errno } = error as Error & { errno?: number };
    throw new RegionOpenError(path, message, errno === NO_SUCH_FILE);
  }
  return { path, buffer, header: new RegionHeaderView(buffer), close: () => addon.unmapRegion(buffer) };
}

export interface RegionHealth {
  /**
   * making: not ready yet. live: its writer beats. closed: its writer ended in order. dead: its writer's process is gone without a word.
   * stalled: the process is there but has not beaten for longer than asked (it hangs, or its number was given to another process).
   */
  readonly state: 'making' | 'live' | 'closed' | 'dead' | 'stalled';
  readonly sinceBeat_ns: number;
}

export const STALLED_AFTER_NS = 1_000_000_000;

/** Costs a system call and a little garbage: once in a while, or when a read did not succeed; not per read. */
export function regionHealth(header: RegionHeaderView, stalledAfter_ns = STALLED_AFTER_NS): RegionHealth {
  const sinceBeat_ns = Math.max(0, Number(process.hrtime.bigint() - header.heartbeat));
  return { state: healthState(header, sinceBeat_ns > stalledAfter_ns), sinceBeat_ns };
}

function healthState(header: RegionHeaderView, silent: boolean): RegionHealth['state'] {
  if (header.state === RegionState.closed) return 'closed';
  if (!processExists(header.writerProcess)) return 'dead';
  if (header.state === RegionState.making) return 'making';
  return silent ? 'stalled' : 'live';
}

function processExists(id: number): boolean {
  if (id === 0) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there and somebody else's
  }
}
