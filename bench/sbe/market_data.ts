// The market data message of the SBE benchmark through the generated module.

import { entryCount, type Peer } from './peer.js';

interface Entry {
  readonly priceNumber: number;
  readonly size: number;
  readonly securityId: number;
  readonly sequence: number;
  readonly orders: number;
  readonly level: number;
  readonly action: number;
  readonly kind: number;
}
interface Decoder {
  wrapWithHeader(view: DataView, offset: number): Decoder;
  readonly transactTimeNumber: number;
  readonly matchEventIndicator: number;
  readonly entries: Entry & { advance(): boolean };
}
interface EntryEncoder {
  next(): EntryEncoder;
  priceNumber(value: number): EntryEncoder;
  size(value: number): EntryEncoder;
  securityId(value: number): EntryEncoder;
  sequence(value: number): EntryEncoder;
  orders(value: number): EntryEncoder;
  level(value: number): EntryEncoder;
  action(value: number): EntryEncoder;
  kind(value: number): EntryEncoder;
}
interface Encoder {
  wrapAndApplyHeader(view: DataView, offset: number): Encoder;
  transactTimeNumber(value: number): Encoder;
  matchEventIndicator(value: number): Encoder;
  entries(count: number): EntryEncoder;
  finish(): number;
}

/** What the benchmark uses of the generated module. */
export interface RefreshModule {
  readonly RefreshDecoder: new () => Decoder;
  readonly RefreshEncoder: new () => Encoder;
}

export function refreshPeer(name: string, module: RefreshModule): Peer {
  const decoder = new module.RefreshDecoder();
  const encoder = new module.RefreshEncoder();
  return {
    name,
    encode(values, at, target) {
      const message = encoder.wrapAndApplyHeader(target.view, 0);
      message.transactTimeNumber(values.time + at).matchEventIndicator(at & 0x7f);
      const entries = message.entries(entryCount);
      for (let index = 0; index < entryCount; index++) {
        const from = (at + index) & values.mask;
        entries
          .next()
          .priceNumber(values.price[from] as number)
          .size(values.size[from] as number)
          .securityId(index);
        entries
          .sequence(at)
          .orders(index + 1)
          .level(index)
          .action(at & 3)
          .kind(index & 1);
      }
      return message.finish();
    },
    decode(source) {
      const message = decoder.wrapWithHeader(source.view, 0);
      let sum = message.transactTimeNumber + message.matchEventIndicator;
      const entry = message.entries;
      while (entry.advance()) {
        sum += entry.priceNumber + entry.size + entry.securityId + entry.sequence + entry.orders + entry.level;
        sum += entry.action + entry.kind;
      }
      return sum;
    },
  };
}
