/** ITCH files through the addon: mapped, decoded and booked natively in steps; only results cross. */

/** Something in the file that is no whole, right message. */
export interface ItchDamage {
  /** Of the message's two-byte length. */
  offset: number;
  /** Bytes passed over from there. */
  skipped: number;
  reason: string;
  /** First byte of the message, 0 when there is none. */
  type: number;
  /** Stated length. */
  length: number;
  /** Length of that type, 0 when the type is unknown. */
  expected: number;
}

/** Counts as numbers: a file of 2^53 messages does not exist. Times in nanoseconds since midnight. */
export interface ItchScanResult {
  messages: number;
  types: Record<string, number>;
  malformed: number;
  /** The first thousand. */
  damages: ItchDamage[];
  skippedBytes: number;
  orphans: Record<string, number>;
  duplicateReferences: number;
  overReductions: number;
  zeroShareOrders: number;
  beyondLimits: number;
  /** Replacements of orders older than the file: live, but the side was never told, so in no book. */
  sidelessOrders: number;
  liveOrders: number;
  printedShares: number;
  instruments: number;
  crossed: number;
  locked: number;
  firstTime: number;
  lastTime: number;
  timeReversals: number;
  endMarkSeen: boolean;
  /** Spent in framing, decoding and books. */
  nanoseconds: number;
  digest: string;
}

export interface ItchLevel {
  /** 1e-4 */
  price: number;
  quantity: number;
  orders: number;
}

export interface ItchBook {
  locate: number;
  stock: string;
  /** Best first. */
  bids: ItchLevel[];
  asks: ItchLevel[];
  orders: number;
  halted: boolean;
  updateTime: number;
  digest: string;
}

export interface ItchInstrument {
  locate: number;
  stock: string;
  orders: number;
}

export interface NativeItchScan {
  readonly size: number;
  readonly looksLikeItch: boolean;
  /** Reads on for at least this many bytes; true when finished. */
  step(bytes: number): boolean;
  offset(): number;
  result(): ItchScanResult;
  book(locate: number, depth: number): ItchBook;
  /** Every locate the file named, ascending. */
  instruments(): ItchInstrument[];
  /** Of one book, sixteen hexadecimal digits. */
  digest(locate: number): string;
}

export interface ItchFileBinding {
  /** lastTime: stop before the first message later than this. Throws when the file or memory is refused. */
  openItch(path: string, lastTime?: number): NativeItchScan;
}
