// sbe: generated TypeScript against hand-written DataView code that checks little, protobufjs, flatbuffers and JSON, in turns: encoding and
// decoding a market data message of one block and four entries, and a car with groups in groups and text. All take their values from the
// same place and put what they read into the same sum; the ratio of each is to the code by hand. `--overwrite` is the generator's option for
// encoders that do not clear what they begin, as the code by hand does not.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Diagnostics, emitTypescript, parseSchema } from '../../tools/sbe/index.js';
import type { BenchContext } from '../harness/bench.js';
import { type CarModule, carByHand, carJson, carProtobuf } from './car.js';
import type { RefreshModule } from './market_data.js';
import type { Encoded, Peer, Values } from './peer.js';
import { dataViewPeer, flatbuffersPeer, jsonPeer, protobufPeer } from './peers.js';

/** The module generated from a schema beside this file. */
async function generated<T>(folder: string, name: string, way: string): Promise<T> {
  const path = join(dirname(fileURLToPath(import.meta.url)), `${name}.xml`);
  const schema = parseSchema(path, readFileSync(path, 'utf8'), new Diagnostics());
  if (schema === undefined) throw new Error('the schema of the benchmark has errors');
  const file = join(folder, `${name}_${way}.ts`);
  writeFileSync(file, emitTypescript(schema, 'bench', { overwrite: way === 'overwrite' }));
  return (await import(pathToFileURL(file).href)) as T;
}

/**
 * The code that uses a generated module, loaded once more for each: V8 keeps what it learns about types with the code, and two modules in
 * one piece of code would make both slow.
 */
async function user<T>(name: string, way: string): Promise<T> {
  return (await import(new URL(`./${name}.ts?${way}`, import.meta.url).href)) as T;
}

async function refreshPeers(folder: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const [way, name] of ways) {
    const { refreshPeer, refreshByField } = await user<typeof import('./market_data.js')>('market_data', way);
    const module = await generated<RefreshModule>(folder, 'market_data', way);
    peers.push((way === 'whole' ? refreshPeer : refreshByField)(name, module));
  }
  return peers;
}

async function carPeers(folder: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const [way, name] of ways) {
    const { carPeer, carByField } = await user<typeof import('./car.js')>('car', way);
    const module = await generated<CarModule>(folder, 'car', way);
    peers.push((way === 'whole' ? carPeer : carByField)(name, module));
  }
  return peers;
}

const ways = [
  ['whole', 'sbe-schema-tools'],
  ['field', 'sbe-schema-tools, field by field'],
  ['overwrite', 'sbe-schema-tools --overwrite, field by field'],
] as const;

const mask = 1023;
const values: Values = {
  mask,
  time: 1_700_000_000_000_000,
  price: Array.from({ length: mask + 1 }, (_, at) => 4_500_000_000_000 + at * 25_000_000),
  size: Array.from({ length: mask + 1 }, (_, at) => 1 + ((at * 37) % 500)),
};

/** Messages of a peer lie at so many places of one buffer, in turn. */
const places = 8;
const placeLength = 256;

/**
 * The loop of one peer, in a text of its own: V8 keeps what it learns about types with the text of a function, and one that has called
 * several peers inlines none.
 */
function loopOf(peer: Peer, target: Encoded, step: string): (operations: number) => number {
  const body = `// ${peer.name}
    return (operations) => {
      let result = 0;
      for (let at = 0; at < operations; at++) {
        target.offset = (at % ${places}) * ${placeLength};
        result = ${step};
      }
      return result;
    };`;
  const made = new Function('peer', 'values', 'target', body) as (
    ...given: unknown[]
  ) => (operations: number) => number;
  return made(peer, values, target);
}

function loops(peer: Peer): { encode(operations: number): number; decode(operations: number): number } {
  const view = new DataView(new ArrayBuffer(places * placeLength));
  const target: Encoded = { view, offset: 0, bytes: new Uint8Array(0), text: '' };
  return {
    encode: loopOf(peer, target, 'peer.encode(values, at & 0xfff, target)'),
    decode: loopOf(peer, target, '(Math.imul(result, 31) + peer.decode(target)) | 0'),
  };
}

function compare(context: BenchContext, message: string, peers: readonly Peer[]): void {
  const operations = context.size(500, 10_000);
  const measured = peers.map((peer) => ({ peer, loop: loops(peer) }));
  for (const { loop } of measured) {
    for (let warm = 0; warm < context.size(1, 20); warm++) {
      loop.encode(operations);
      loop.decode(operations);
    }
  }
  for (const way of ['encode', 'decode'] as const) {
    context.measureInTurns(
      measured.map(({ peer, loop }) => ({
        name: `${message}, ${way}: ${peer.name}`,
        operations,
        body: () => loop[way](operations),
      })),
    );
  }
}

export async function bench(context: BenchContext): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sbe-bench-'));
  try {
    compare(context, 'market data', [
      dataViewPeer(),
      ...(await refreshPeers(folder)),
      await protobufPeer(),
      await flatbuffersPeer(),
      jsonPeer(),
    ]);
    compare(context, 'car', [carByHand(), ...(await carPeers(folder)), await carProtobuf(), carJson()]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
