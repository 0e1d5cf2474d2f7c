/** The venue's face of the addon: one native thread runs order_to_publish; these cold calls start, watch and end it. */

export interface VenueInstrument {
  /** Order-entry id, stable across days. */
  id: number;
  symbol: string;
}

export interface VenueSession {
  id: number;
  accessKey: string;
  secret: string;
  /** Sessions of one firm can be kept from trading with each other. */
  firm: number;
  /** For whom it trades; empty: any account that no session of another firm lists. */
  accounts: number[];
  /** An operator's: may ask for what concerns the whole venue, and enters no orders. */
  operator: boolean;
}

/** Rules and limits to begin with, and the trading day. */
export interface VenueMarket {
  /** Pre-trade risk: an account without limits may not trade. */
  riskOn: boolean;
  /** How many accounts can have limits. */
  maximumAccounts: number;
  /** An operator's messages, SOFH frames one behind the other: carried out and journalled before the first session is admitted. */
  openingRequests: Buffer;
  /** TradingState by instrument, in order; -1: as the timetable has it. */
  openingStates: number[];
  /** Ascending; each time of day (UTC) once. */
  /** roll: 0 = a state; the new day has 1 = the date of the time, 2 = the one after. */
  schedule: { timeOfDay_ms: number; state: number; roll: number }[];
  /** Of indications while an auction is called; 0 = none. */
  imbalanceInterval_ms: number;
}

/** A venue that trades all day without limits. */
export function plainMarket(): VenueMarket {
  return {
    riskOn: false,
    maximumAccounts: 1024,
    openingRequests: Buffer.alloc(0),
    openingStates: [],
    schedule: [],
    imbalanceInterval_ms: 0,
  };
}

/** The public side. What is left out is not there. */
export interface VenueFeed {
  /** Line A. */
  group: string;
  port: number;
  interface: string;
  ttl: number;
  rerequestPort: number;
  session: string;
  /** The same messages, after the acknowledgements, in packets of at most packetBytes. */
  lineB?: { group: string; port: number; packetBytes: number } | undefined;
  /** The book-digest channel (schemas/book_digest.xml): at most perSecond, every book within sweepSeconds. */
  digests?: { group: string; port: number; perSecond: number; sweepSeconds: number } | undefined;
  /** Snapshots; user '' = anyone may log in, port 0 = any free one. */
  glimpse?: { host: string; port: number; user: string; password: string } | undefined;
}

export interface VenueConfig extends VenueMarket {
  /** Names the region files: /dev/shm/hopwire-NAME.{telemetry,journal}. */
  name: string;
  /** Stock locates are given in order, from 1. */
  instruments: VenueInstrument[];
  sessions: VenueSession[];
  orderEntry: { host: string; port: number };
  feed: VenueFeed;
  journalBytes: number;
  maximumOrders: number;
  maximumOrderQuantity: number;
  /** New orders, replaces and mass quotes (one each) a second and session; 0 = no limit. Cancels are never throttled. */
  throttlePerSecond: number;
  /** Share of multicast packets withheld at the sender, to show healing; 0 to 1. */
  loss: number;
  seed: number;
  idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  busyLoops: number;
  core: number;
  /** Files of the run (journal, pcap of both wires); empty = none. */
  keepDirectory: string;
}

export interface VenueSummary {
  marketDigest: string;
  books: { locate: number; orders: number; digest: string }[];
  nextSequence: bigint;
  commands: bigint;
  violations: string[];
}

export interface NativeVenue {
  readonly telemetryPath: string;
  readonly journalPath: string;
  /** The port order entry listens on (the one asked for, or the kernel's choice for 0). */
  readonly orderEntryPort: number;
  /** The port snapshots are served on; 0 = none are. */
  readonly glimpsePort: number;
  /** Moves journal records and captured packets to files when they are kept; returns bytes written. Call every 50 ms or so. */
  drain(): number;
  /** '' while all is well; else why the thread ended. */
  failure(): string;
  /** '' while all is well; else why snapshots and digests have ended. The venue goes on. */
  serviceFailure(): string;
  /** No more commands; end-of-day messages and end of session go out; books stand still. */
  finish(): void;
  /** true once finish() is done. */
  finished(): boolean;
  /** Only after finished(). */
  summary(): VenueSummary;
  close(): void;
}

export interface VenueBinding {
  createVenue(config: VenueConfig): NativeVenue;
}
