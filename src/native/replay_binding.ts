/** Replays through the addon: one native thread puts an ITCH file onto multicast; these cold calls start, watch and end it. */

/** One multicast line and what the network does to it. Shares are of its packets, 0 to 1. */
export interface ReplayLine {
  group: string;
  port: number;
  /** Largest packet, UDP payload with its header. */
  packetBytes: number;
  loss: number;
  /** Packets lost in a row, on average; 1 = each for itself. */
  burst: number;
  duplicate: number;
  reorder: number;
  corrupt: number;
  /** Its packets come so much later. */
  skewMicroseconds: number;
  /** Of the file's time; 0 = never. */
  diesAtSeconds: number;
  /** 0 = never. */
  diesAtMessages: number;
}

export interface ReplayConfig {
  path: string;
  /** Line A, and B when there are two. */
  lines: ReplayLine[];
  /** Address or name; '' = the routing table chooses. */
  interface: string;
  ttl: number;
  /** MoldUDP64 session, at most ten characters. */
  session: string;
  /** Messages after which the session breaks off and secondSession brings the whole file; 0 = never. */
  newSessionAt: number;
  secondSession: string;
  /** '' = no re-request server. */
  rerequestHost: string;
  /** 0 = any free port. */
  rerequestPort: number;
  /** Answers; 0 = never. */
  rerequestDiesAfter: number;
  /** '' = no GLIMPSE server. */
  glimpseHost: string;
  glimpsePort: number;
  /** 1 = recorded pace, 0 = as fast as possible. */
  speed: number;
  /** Re-requests are served until nobody has asked for this long. */
  lingerSeconds: number;
  /** Of all faults. */
  seed: number;
  /** pcap file of all that is sent on the lines; '' = none. */
  capturePath: string;
}

export interface ReplayLineProgress {
  /** Data packets sent, copies and damaged ones included. */
  packets: number;
  lost: number;
  duplicated: number;
  reordered: number;
  damaged: number;
  /** Not sent because the line was dead. */
  afterDeath: number;
  /** By the kernel. */
  refusedSends: number;
  controlPackets: number;
}

export interface ReplayProgress {
  lines: ReplayLineProgress[];
  /** Bytes of the file. */
  offset: number;
  /** Of the session at hand. */
  messages: number;
  /** Of the session that broke off. */
  messagesBefore: number;
  /** Damaged frames of the file, passed over. */
  damaged: number;
  rerequestsServed: number;
  rerequestsRefused: number;
  messagesResent: number;
  rerequestDead: boolean;
  /** Sent whole. */
  snapshots: number;
  captureFailed: boolean;
  /** First to last data packet; 0 until then. */
  sendNanoseconds: number;
  sentAll: boolean;
  finished: boolean;
}

export interface NativeReplay {
  readonly size: number;
  readonly rerequestPort: number;
  /** 0 = none. */
  readonly glimpsePort: number;
  progress(): ReplayProgress;
  /** Ends the session early, in order. */
  stop(): void;
  /** stop(), and waits for the thread. */
  close(): void;
}

export interface ReplayBinding {
  /** Throws an error with `operatorError` when file, group, port or route are refused. */
  createReplay(config: ReplayConfig): NativeReplay;
}
