/** Feeds through the addon: one native thread runs hops 1 to 3 on one or several channels; these cold calls start, watch and end it. */

import type { ChannelState } from '../generated/words.js';

export interface FeedEndpoint {
  host: string;
  port: number;
}

/** A channel is one MoldUDP64 stream with its lines, servers, books and state. */
export interface FeedChannelConfig {
  /** Names the region files: /dev/shm/hopwire-NAME.{telemetry,books,trades}. They go when the channel ends. */
  name: string;
  /** Groups of line A, line B, ...: the same stream. With a capture: the destinations to take from it, none = the first found. */
  lines: FeedEndpoint[];
  /** Address or name; '' = the routing table chooses. */
  interface: string;
  /** Of line A, line B, ...; absent or '' = `interface`. */
  lineInterfaces: string[];
  /** Packets of this sender only (source-specific multicast); '' = of anyone. */
  source: string;
  /** SO_BUSY_POLL; 0 = off. */
  busyPollMicroseconds: number;
  /** How long another line may take to bring what is missing before it is asked for and the books are stale. */
  waitMicroseconds: number;
  /** Without a packet for this long a line is silent; 0 = never. */
  silenceSeconds: number;
  /** Asked in turn; none = a gap that does not heal by itself stays. */
  rerequest: FeedEndpoint[];
  /** One GLIMPSE server, or none. */
  snapshot: FeedEndpoint[];
  snapshotUser: string;
  snapshotPassword: string;
  /** One group of the venue's book digests, or none; of sockets only. */
  digestChannel: FeedEndpoint[];
  /** An ITCH file or a pcap/pcapng capture instead of sockets; '' = none. */
  file: string;
  capture: string;
  /** Of file or capture: a multiple of the recorded pace; 0 = as fast as it can be read. */
  speed: number;
  /** '' = the first one seen, and follow changes. */
  session: string;
  /** 1 = make the Books region. */
  publishBooks: 0 | 1;
  /** Largest stock locate + 1. */
  rows: number;
  depth: number;
  /** Whose operational halts count: Q Nasdaq, B BX, X PSX. */
  market: 'Q' | 'B' | 'X';
}

/** Channels that one thread serves in turn. */
export interface FeedConfig {
  channels: FeedChannelConfig[];
  idle: 'auto' | 'spin' | 'yield' | 'adaptive';
  /** Busy loops that share this machine, this one included. */
  busyLoops: number;
  /** 0 = until the sessions of all channels have ended. */
  seconds: number;
}

/** What a line brought on its own account. */
export interface FeedLine {
  /** Of the session. */
  packets: number;
  /** In its packets, copies included. */
  messages: number;
  /** It brought them first. */
  firstMessages: number;
  /** Packets with nothing new. */
  duplicates: number;
  /** Jumps of the sequence on this line, and the messages inside them. */
  gaps: number;
  messagesMissed: number;
  /** Packets behind a later one of the same line. */
  late: number;
  silences: number;
  kernelDrops: number;
  heardAgoNanoseconds: number;
  silent: boolean;
}

/** A re-request server, as it answered. */
export interface FeedServer {
  requests: number;
  /** Packets of the session that came from it. */
  answers: number;
  /** Times it was found dead. */
  downs: number;
  /** It did not answer when last asked, and is tried only now and then. */
  down: boolean;
}

export interface FeedProgress {
  packets: number;
  messages: number;
  gaps: number;
  /** By lines, re-requests or a snapshot. */
  heals: number;
  messagesLost: number;
  rerequests: number;
  nextSequence: number;
  /** One past the highest sequence heard of. */
  knownEnd: number;
  delayedNanoseconds: number;
  staleNanoseconds: number;
  snapshots: number;
  snapshotMessages: number;
  snapshotFailures: number;
  snapshotWanted: boolean;
  digestsCompared: number;
  digestsDifferent: number;
  /** Of a file or capture, bytes; 0 of 0 otherwise. */
  offset: number;
  size: number;
  state: ChannelState;
  started: boolean;
  finished: boolean;
  lines: FeedLine[];
  /** In the order they were named. */
  servers: FeedServer[];
}

/** What stood in a capture beside the feed. */
export interface CaptureResult {
  frames: number;
  /** Datagrams of no line. */
  otherDestinations: number;
  /** Packets with a blank header, numbered in their order. */
  unsequenced: number;
  /** Frames without a usable datagram, by reason. */
  refused: Record<string, number>;
  /** Why reading ended before the end of the file; '' = it did not. */
  fault: string;
  faultOffset: number;
  /** "group:port" of line A, line B, ..., as given or as found. */
  lines: string[];
}

/** Book digests of the venue held against our books (schemas/book_digest.xml). */
export interface DigestCheck {
  received: number;
  compared: number;
  different: number;
  /** The book had moved on, or a newer digest came first. */
  tooLate: number;
  malformed: number;
  firstDifference?: {
    locate: number;
    stock: string;
    /** Of the next ITCH message when both were so. */
    sequence: number;
    venueOrders: number;
    ownOrders: number;
    venueDigest: string;
    ownDigest: string;
  };
}

/** Counts as numbers: a session of 2^53 messages does not exist. */
export interface FeedResult {
  session: string;
  /** The end of session came and everything before it was delivered. */
  ended: boolean;
  /** A gap was open at the end, messages were given up, or the session was joined in the middle without a snapshot. */
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
  /** Closed by a snapshot. */
  gapsBridged: number;
  messagesMissed: number;
  messagesLost: number;
  /** Never delivered: a snapshot contained them. */
  messagesBridged: number;
  heldOverflow: number;
  rerequests: number;
  snapshots: number;
  /** Why the last snapshot failed; '' = none did. */
  snapshotReason: string;
  delayedNanoseconds: number;
  delayedCount: number;
  staleNanoseconds: number;
  staleCount: number;
  sessionChanges: number;
  kernelDrops: number;
  /** Frames of a file that made no sense and were passed over. */
  damagedFrames: number;
  /** Of a capture only. */
  capture?: CaptureResult;
  /** Only when there was a channel. */
  digestCheck?: DigestCheck;
  /** Messages the decoder refused. */
  malformed: number;
  /** Messages booked, those of snapshots and of sessions before too. */
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

/** Every order of one side of a book at one moment, in priority order: from the best price, within a price by time. */
export interface FullSide {
  locate: number;
  side: 'B' | 'S';
  /** Nothing was missing from the book; otherwise it is what is known. */
  good: boolean;
  /** Of the next message when it was so. */
  sequence: number;
  references: BigUint64Array;
  /** 1e-4 */
  prices: Int32Array;
  shares: Uint32Array;
}

export interface NativeFeedChannel {
  readonly telemetryPath: string;
  /** '' without a Books region. */
  readonly booksPath: string;
  progress(): FeedProgress;
  /** Only once finished. */
  result(): FeedResult;
  /** Only once finished: every book with live orders, locates ascending. */
  digests(): FeedBook[];
  /** The copy once finished; before, whether it could be asked for: one at a time. */
  askSide(locate: number, side: 'B' | 'S'): FullSide | boolean;
  /** What was asked for, once the feed's thread has made it. */
  takeSide(): FullSide | undefined;
}

export interface NativeFeed {
  /** As configured. */
  readonly channels: readonly NativeFeedChannel[];
  /** Once the regions are attached: a short file is over, and they are gone, before anybody could look. */
  start(): void;
  /** All channels are. */
  finished(): boolean;
  stop(): void;
  /** stop(), and waits for the thread. */
  close(): void;
}

export interface FeedBinding {
  /** Throws an error with `operatorError` when group, port, route, file, region or memory are refused. */
  createFeed(config: FeedConfig): NativeFeed;
}
