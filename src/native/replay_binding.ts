/** Replays through the addon: one native thread puts an ITCH file onto multicast; these cold calls start, watch and end it. */

export interface ReplayConfig {
  path: string;
  group: string;
  port: number;
  /** Address or name; '' = the routing table chooses. */
  interface: string;
  ttl: number;
  /** MoldUDP64 session, at most ten characters. */
  session: string;
  /** '' = no re-request server. */
  rerequestHost: string;
  /** 0 = any free port. */
  rerequestPort: number;
  /** 1 = recorded pace, 0 = as fast as possible. */
  speed: number;
  /** Re-requests are served until nobody has asked for this long. */
  lingerSeconds: number;
  /** Share of data packets withheld, 0 to 1. */
  loss: number;
  seed: number;
}

export interface ReplayProgress {
  /** Bytes of the file. */
  offset: number;
  messages: number;
  packets: number;
  /** Withheld by the loss setting. */
  suppressed: number;
  refusedSends: number;
  controlPackets: number;
  /** Damaged frames of the file, passed over. */
  damaged: number;
  rerequestsServed: number;
  rerequestsRefused: number;
  messagesResent: number;
  /** First to last data packet; 0 until then. */
  sendNanoseconds: number;
  sentAll: boolean;
  finished: boolean;
}

export interface NativeReplay {
  readonly size: number;
  readonly rerequestPort: number;
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
