// What every peer of the SBE benchmark does with the same values.

export const entryCount = 4;

export interface Values {
  readonly mask: number;
  readonly time: number;
  readonly price: readonly number[];
  readonly size: readonly number[];
}

/** Where a peer puts its message: at a place in the view that is another each time, as bytes it made, or as text. */
export interface Encoded {
  readonly view: DataView;
  offset: number;
  bytes: Uint8Array;
  text: string;
}

export interface Peer {
  readonly name: string;
  /** Writes message number `at`; the length. */
  encode(values: Values, at: number, target: Encoded): number;
  /** The sum of every field of the message last written. */
  decode(source: Encoded): number;
}
