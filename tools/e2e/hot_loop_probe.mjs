// A strategy's Worker over a simulated network: warms up, then runs the number of ticks given and says what happened. Started by
// hot_loop.test.ts under --trace-gc; the main thread waits on a word and allocates nothing, so any collection between `begin` and `end`
// is the Worker's. Prints with writeSync: stdout through the main thread would wake it.
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { loadAddon } from '../../dist/native/addon.js';
import { HotLoop } from '../../dist/strategy/hot_loop.js';
import { Quoter } from '../../dist/strategy/quoter.js';

const WARM_UP_TICKS = 1_000_000;

function run({ ticks, done }) {
  const quoter = new Quoter();
  const native = loadAddon().createSimulatedTrader({
    name: `probe-${process.pid}`,
    instruments: 50,
    seed: 1,
    executedOneIn: 10,
  });
  const loop = new HotLoop(native, quoter);
  loop.control.parameter.set([1, 100, 2_000]);
  loop.control.stop[2] = 1; // ControlWord.quoting
  for (let tick = 0; tick < WARM_UP_TICKS; tick++) loop.turn();
  writeSync(1, 'begin\n');
  const started = process.hrtime.bigint();
  for (let tick = 0; tick < ticks; tick++) loop.turn();
  const nanoseconds = Number(process.hrtime.bigint() - started);
  writeSync(1, 'end\n');
  writeSync(
    1,
    `${JSON.stringify({ ticks, fills: quoter.fills, overflowed: loop.intents.overflowed, ns_per_tick: nanoseconds / ticks })}\n`,
  );
  native.close();
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}

if (isMainThread) {
  const done = new Int32Array(new SharedArrayBuffer(4));
  new Worker(new URL(import.meta.url), { workerData: { ticks: Number(process.argv[2] ?? 10_000_000), done } });
  Atomics.wait(done, 0, 0, 110_000);
} else {
  run(workerData);
}
