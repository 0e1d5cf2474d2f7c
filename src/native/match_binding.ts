/** A referee orders file through the venue's matcher; only the outcome crosses. */

export interface RefereeFault {
  record: number;
  /** Within the records, the file header not counted. */
  offset: number;
  reason: string;
}

export interface RefereeRestingOrder {
  id: bigint;
  side: 'B' | 'S';
  price: number;
  quantity: number;
}

export interface RefereeOutcome {
  /** Set when a record is damaged; nothing was run and nothing else is set. */
  fault?: RefereeFault;
  commands: number;
  /** Lines of the report text. */
  reports: number;
  trades: number;
  /** New orders the venue refuses; the referee's text has no line for them. */
  refused: number;
  restingOrders: number;
  /** Nanoseconds of the engine loop: records to events, text not included. */
  elapsed: number;
  /** Of the book at the end, 16 hexadecimal digits. */
  digest: string;
  /** '' when every structure of the matcher agrees with every other. */
  violation: string;
  /** The canonical report text, ASCII. */
  text: Buffer;
  /** In the canonical walk's order; only when asked for. */
  resting?: RefereeRestingOrder[];
}

export interface MatchBinding {
  /** @param records whole 40-byte records, without the file header */
  runReferee(records: Uint8Array, wantResting?: boolean): RefereeOutcome;
}
