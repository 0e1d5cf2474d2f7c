/** The trader's face of the addon: cold set-up, then poll() and submit() from the strategy's own thread. */

export interface TraderInstrument {
  /** Order-entry id, stable across days. */
  id: number;
  /** As in the feed's directory; the day's stock locate is learnt from there. */
  symbol: string;
}

export interface TraderConfig {
  /** Names the region files: /dev/shm/hopwire-NAME.{books,hotloop,control,telemetry}. */
  name: string;
  feed: {
    group: string;
    port: number;
    /** The same messages once more; left out = one line. */
    lineB?: { group: string; port: number } | undefined;
    interface: string;
    rerequestHost: string;
    rerequestPort: number;
  };
  orderEntry: { host: string; port: number };
  session: { id: number; accessKey: string; secret: string; account: number };
  instruments: TraderInstrument[];
  depth: number;
  /** Largest stock locate + 1. */
  rows: number;
  maximumOrders: number;
  risk: RiskLimits;
  idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  /** Busy loops that share this machine, this one included; decides spin or yield when idle is auto. */
  busyLoops: number;
  /** Core to pin the loop to; -1 = leave it to the scheduler. */
  core: number;
}

export interface RiskLimits {
  /** Shares, one order. */
  maxOrderQuantity: number;
  /** Basis points an order's price may lie beyond the mid price. */
  priceCollarBasisPoints: number;
  /** Shares, absolute, one instrument, open orders included. */
  maxPosition: number;
  /** New orders and replaces a second. */
  maxMessagesPerSecond: number;
}

export interface TraderSummary {
  marketDigest: string;
  /** Live orders by book digest, locates ascending. */
  books: { locate: number; orders: number; digest: string }[];
  nextSequence: bigint;
  endOfSession: boolean;
  openOrders: number;
  inconsistencies: number;
}

export interface NativeTrader {
  readonly hotLoop: ArrayBuffer;
  readonly books: ArrayBuffer;
  readonly control: ArrayBuffer;
  readonly telemetryPath: string;
  readonly booksPath: string;
  readonly controlPath: string;
  readonly hotLoopPath: string;
  /** Hops 1 to 3 and the session's reports. Returns touched rows plus events. */
  poll(): number;
  /** Hops 5 to 7 for the outbox. Returns orders handed to the kernel. */
  submit(): number;
  summary(): TraderSummary;
  /** Ends the session and closes the regions. */
  close(): void;
}

export interface SimulatedTraderConfig {
  name: string;
  instruments: number;
  seed: number;
  /** Every so many new orders and replaces one executes in full; 0 = never. */
  executedOneIn: number;
}

export interface TraderBinding {
  createTrader(config: TraderConfig): NativeTrader;
  /** The same loop with simulated packets and a simulated venue; for tests and benchmarks of the strategy boundary. */
  createSimulatedTrader(config: SimulatedTraderConfig): NativeTrader;
}
