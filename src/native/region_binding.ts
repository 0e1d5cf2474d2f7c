/** Mapping memory, and the two things about threads that Node cannot do itself. */

export interface RegionBinding {
  /**
   * The region file's bytes, as mapped memory. A buffer made with writable = false must never be stored into: the processor ends the
   * process. Throws when the file cannot be opened or is no region.
   */
  mapRegion(path: string, writable: boolean): ArrayBuffer;
  /** Lets a mapping go; views over it have length 0 from then on. */
  unmapRegion(buffer: ArrayBuffer): void;
  /** Binds the calling thread to a core; false when that core is not there or not allowed. */
  pinThread(core: number): boolean;
  /** Cores this process may run on. */
  availableCores(): number;
}

export interface NativeBooksWriter {
  stop(): void;
  /** Stops inside a row, which stays open: what a writer killed there leaves behind. */
  openRow(locate: number): void;
  writes(): number;
}

export interface NativeTelemetry {
  readonly path: string;
  record(hop: number, values: Float64Array): void;
  add(counter: number, amount: number): void;
  setIdle(mode: number): void;
  /** Ends the writer and removes the file. */
  close(): void;
}

export interface NativeTradesWriter {
  /** So many prints at once. */
  append(count: number): void;
  /** A thread appends bursts for ever. */
  run(): void;
  stop(): void;
  /** Prints so far. */
  written(): number;
}

/** Native writers for tests; native/addon/testing_binding.cpp says what the rows hold. */
export interface TestingBinding {
  makeTelemetry(name: string): NativeTelemetry;
  startBooksWriter(path: string, instruments: number, depth: number): NativeBooksWriter;
  makeTradesWriter(path: string, prints: number): NativeTradesWriter;
}
