/** The simulated participants' face of the addon: one native thread sends and listens; these cold calls start, watch and end it. */

export interface LoadInstrument {
  /** Order-entry id, stable across days. */
  id: number;
  /** 1e-4; the instrument's fair price wanders around it. */
  referencePrice: number;
}

export interface LoadConfig {
  /** Names the region file: /dev/shm/hopwire-NAME.telemetry. */
  name: string;
  orderEntry: { host: string; port: number };
  session: { id: number; accessKey: string; secret: string };
  instruments: LoadInstrument[];
  seed: number;
  /** Commands due a second, all instruments together. */
  ratePerSecond: number;
  /** Participants share the session and are told apart by account: firstAccount and the numbers after it. */
  participants: number;
  firstAccount: number;
  /** Of the measured phase, which begins when the books are seeded; 0 = until stop(). */
  seconds: number;
  idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  busyLoops: number;
  /** Core to pin the thread to; -1 = leave it to the scheduler. */
  core: number;
}

/**
 * seeding: books get their first orders, unmeasured. draining: nothing is sent, answers are awaited. done: orders stay, reports are read.
 */
export type LoadPhase = 'seeding' | 'running' | 'draining' | 'done';

export interface LoadStats {
  phase: LoadPhase;
  /** Requests without an answer. */
  outstanding: number;
  openOrders: number;
}

export interface NativeLoad {
  readonly telemetryPath: string;
  stats(): LoadStats;
  /** '' while all is well; else why the thread ended. */
  failure(): string;
  /** Nothing new is sent from now on. */
  stop(): void;
  /** Ends the session and the thread. */
  close(): void;
}

export interface LoadBinding {
  /** Connects and starts. Throws an error with `operatorError` when the venue does not answer or refuses the session. */
  createLoad(config: LoadConfig): NativeLoad;
}
