/** Feeds through the addon: one native thread runs hops 1 to 3 on a multicast group; these cold calls start, watch and end it. */

export interface FeedConfig {
  /** Names the region files: /dev/shm/hopwire-NAME.{telemetry,books}. They go when the feed ends. */
  name: string;
  group: string;
  port: number;
  /** Address or name; '' = the routing table chooses. */
  interface: string;
  /** Asked in turn; none = a gap that does not heal by itself stays. */
  rerequest: { host: string; port: number }[];
  /** '' = the first one seen, and follow changes. */
  session: string;
  /** 1 = make the Books region. */
  publishBooks: 0 | 1;
  /** Largest stock locate + 1. */
  rows: number;
  depth: number;
  idle: 'auto' | 'spin' | 'yield';
  /** Busy loops that share this machine, this one included. */
  busyLoops: number;
  /** 0 = until the end of the session. */
  seconds: number;
}

export interface FeedProgress {
  packets: number;
  messages: number;
  gaps: number;
  heals: number;
  messagesLost: number;
  rerequests: number;
  nextSequence: number;
  /** One past the highest sequence heard of. */
  knownEnd: number;
  started: boolean;
  stale: boolean;
  finished: boolean;
}

/** Counts as numbers: a session of 2^53 messages does not exist. */
export interface FeedResult {
  session: string;
  /** The end of session came and everything before it was delivered. */
  ended: boolean;
  /** A gap was open at the end, messages were given up, or the session was joined in the middle. */
  stale: boolean;
  joinedMidSession: boolean;
  nextSequence: number;
  packets: number;
  bytes: number;
  /** Delivered in order, each once. */
  messages: number;
  controlPackets: number;
  duplicates: number;
  foreign: number;
  malformedPackets: number;
  gaps: number;
  heals: number;
  gapsLost: number;
  messagesMissed: number;
  messagesLost: number;
  heldOverflow: number;
  rerequests: number;
  staleNanoseconds: number;
  sessionChanges: number;
  kernelDrops: number;
  /** Messages the decoder refused. */
  malformed: number;
  types: Record<string, number>;
  orphans: Record<string, number>;
  duplicateReferences: number;
  overReductions: number;
  beyondLimits: number;
  liveOrders: number;
  instruments: number;
  crossed: number;
  digest: string;
}

export interface FeedBook {
  locate: number;
  stock: string;
  orders: number;
  digest: string;
}

export interface NativeFeed {
  readonly telemetryPath: string;
  /** '' without a Books region. */
  readonly booksPath: string;
  progress(): FeedProgress;
  stop(): void;
  /** Only once finished. */
  result(): FeedResult;
  /** Only once finished: every book with live orders, locates ascending. */
  digests(): FeedBook[];
  /** stop(), and waits for the thread. */
  close(): void;
}

export interface FeedBinding {
  /** Throws an error with `operatorError` when group, port, route, region or memory are refused. */
  createFeed(config: FeedConfig): NativeFeed;
}
