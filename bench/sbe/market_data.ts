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
  add(values: EntryValues): EntryEncoder;
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
interface EntryValues {
  readonly price: number;
  readonly size: number;
  readonly securityId: number;
  readonly sequence: number;
  readonly orders: number;
  readonly level: number;
  readonly action: number;
  readonly kind: number;
}
interface Encoder {
  write(view: DataView, offset: number, values: { transactTime: number; matchEventIndicator: number }): Encoder;
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

/** Encoding by whole blocks: what the README shows first. */
export function refreshPeer(name: string, module: RefreshModule): Peer {
  const encoder = new module.RefreshEncoder();
  return {
    ...refreshByField(name, module),
    encode(values, at, { view, offset }) {
      const message = encoder.write(view, offset, { transactTime: values.time + at, matchEventIndicator: at & 0x7f });
      const entries = message.entries(entryCount);
      for (let index = 0; index < entryCount; index++) {
        const from = (at + index) & values.mask;
        entries.add({
          price: values.price[from] as number,
          size: values.size[from] as number,
          securityId: index,
          sequence: at,
          orders: index + 1,
          level: index,
          action: at & 3,
          kind: index & 1,
        });
      }
      return message.finish() - offset;
    },
  };
}

/** Encoding field by field. */
export function refreshByField(name: string, module: RefreshModule): Peer {
  const decoder = new module.RefreshDecoder();
  const encoder = new module.RefreshEncoder();
  return {
    name,
    encode(values, at, { view, offset }) {
      const message = encoder.wrapAndApplyHeader(view, offset);
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
      return message.finish() - offset;
    },
    decode({ view, offset }) {
      const message = decoder.wrapWithHeader(view, offset);
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
