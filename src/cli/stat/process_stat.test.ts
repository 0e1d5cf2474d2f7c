import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Counter } from '../../generated/counters.js';
import { Hop, IdleMode } from '../../generated/hops.js';
import { loadAddon } from '../../native/addon.js';
import type { NativeTelemetry } from '../../native/region_binding.js';
import { runProcessList, runProcessStat } from './process_stat.js';

const name = `test-stat-${process.pid}`;
let native: NativeTelemetry | undefined;

function start(): NativeTelemetry {
  native = loadAddon().makeTelemetry(name);
  native.setIdle(IdleMode.spin);
  return native;
}

afterEach(() => {
  native?.close();
  native = undefined;
  vi.restoreAllMocks();
});

function printed(run: () => void): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk.toString();
    return true;
  });
  run();
  return text;
}

describe('hopwire stat', () => {
  it('shows counters and the hops that have samples', () => {
    const recorder = start();
    recorder.add(Counter.trades, 1_234);
    recorder.record(Hop.orderToPublishMatch, Float64Array.from([400, 500]));
    const text = printed(() => runProcessStat(name, {}));
    expect(text).toMatch(
      new RegExp(`^${name}  process ${process.pid}, live, last beat .* ago\nidle  spin: set by configuration`),
    );
    expect(text).toMatch(/trades +1,234\n/);
    expect(text).toMatch(/4_match +2 +400 ns +500 ns/);
    expect(text).not.toContain('tick_to_trade');
  });

  it('as JSON, by path', () => {
    const { path, record } = start();
    record(Hop.tickToTradeBook, Float64Array.from([100]));
    const report = JSON.parse(printed(() => runProcessStat(path, { json: true })));
    expect(report).toMatchObject({
      name,
      path,
      process: process.pid,
      state: 'live',
      generation: 1,
      idle: 'spin',
      counters: {},
    });
    expect(Object.keys(report.flows)).toEqual(['tick_to_trade']);
    expect(report.flows.tick_to_trade[2]).toMatchObject({ hop: '3_book', count: 1, p99_ns: 100, within: true });
  });

  it('lists the processes there are', () => {
    const { path } = start();
    const report = JSON.parse(printed(() => runProcessList({ json: true })));
    expect(report.processes).toContainEqual({ name, path, process: process.pid, state: 'live' });
    expect(printed(() => runProcessList({}))).toContain(path);
  });

  it('says in one line what is wrong', () => {
    expect(() => runProcessStat('test-no-such-process', {})).toThrow(
      /^HW0201 .*hopwire-test-no-such-process.telemetry: no such process -- /,
    );
    const path = `/dev/shm/hopwire-${name}.foreign`;
    writeFileSync(path, 'x'.repeat(500));
    expect(() => runProcessStat(path, {})).toThrow(/^HW0401 .*: not a hopwire region -- /);
    rmSync(path);
  });

  it('refuses a region of another kind', () => {
    const path = `/dev/shm/hopwire-${name}.books`;
    const writer = loadAddon().startBooksWriter(path, 2, 1);
    writer.stop();
    expect(() => runProcessStat(path, {})).toThrow(/^HW0401 /);
    rmSync(path);
  });
});
