// sbe: generated TypeScript against hand-written DataView, protobufjs, flatbuffers and JSON: encoding and decoding a market data message of
// one block and four entries. All take their values from the same arrays and put what they read into the same sum, so the result hashes of
// all decoders are equal; every case runs before any is measured.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Diagnostics, emitTypescript, parseSchema } from '../../tools/sbe/index.js';
import type { BenchContext } from '../harness/bench.js';
import { type Encoded, entryCount, type Peer } from './peer.js';
import { dataViewPeer, flatbuffersPeer, jsonPeer, protobufPeer } from './peers.js';

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

async function generatedPeer(folder: string): Promise<Peer> {
  const path = join(dirname(fileURLToPath(import.meta.url)), 'market_data.xml');
  const schema = parseSchema(path, readFileSync(path, 'utf8'), new Diagnostics());
  if (schema === undefined) throw new Error('the schema of the benchmark has errors');
  const file = join(folder, 'market_data.ts');
  writeFileSync(file, emitTypescript(schema, 'bench'));
  const module = (await import(pathToFileURL(file).href)) as {
    RefreshDecoder: new () => Decoder;
    RefreshEncoder: new () => Encoder;
  };
  const decoder = new module.RefreshDecoder();
  const encoder = new module.RefreshEncoder();
  return {
    name: 'sbe-schema-tools',
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

const mask = 1023;

export async function bench(context: BenchContext): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sbe-bench-'));
  const values = {
    mask,
    time: 1_700_000_000_000_000,
    price: Array.from({ length: mask + 1 }, (_, at) => 4_500_000_000_000 + at * 25_000_000),
    size: Array.from({ length: mask + 1 }, (_, at) => 1 + ((at * 37) % 500)),
  };
  try {
    const others = [dataViewPeer(), await protobufPeer(), await flatbuffersPeer(), jsonPeer()];
    const peers = [await generatedPeer(folder), ...others];
    const operations = context.size(2_000, 200_000);
    const targets = new Map<Peer, Encoded>();
    for (const peer of peers) {
      const target: Encoded = { view: new DataView(new ArrayBuffer(1024)), bytes: new Uint8Array(0), text: '' };
      targets.set(peer, target);
      for (let at = 0; at < context.size(500, 20_000); at++) {
        peer.encode(values, at, target);
        peer.decode(target);
      }
    }
    for (const peer of peers) {
      const target = targets.get(peer) as Encoded;
      context.measure(`encode ${peer.name}`, operations, () => {
        let length = 0;
        for (let at = 0; at < operations; at++) length = peer.encode(values, at & 0xfff, target);
        return length;
      });
    }
    for (const peer of peers) {
      const target = targets.get(peer) as Encoded;
      context.measure(`decode ${peer.name}`, operations, () => {
        let sum = 0;
        for (let at = 0; at < operations; at++) sum = (sum + peer.decode(target)) % 1_000_000_007;
        return sum;
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
