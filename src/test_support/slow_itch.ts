// For tests only: a third voice beside the two native books. Reads framed ITCH by the published offsets with Map and Array, computes
// the digests from their definition (tools/adr/0001-book-digest.md), and shares no code, schema or structure with the real path.

interface SlowOrder {
  readonly locate: number;
  /** '' for a replacement of an unknown order: live, but in no book. */
  readonly side: string;
  readonly price: number;
  shares: number;
}

export interface SlowBooks {
  readonly messages: number;
  readonly types: Record<string, number>;
  readonly orphans: Record<string, number>;
  readonly liveOrders: number;
  readonly marketDigest: string;
  /** Of every locate with a live order. */
  readonly digests: Map<number, string>;
  levels(locate: number, side: 'B' | 'S'): { price: number; quantity: number; orders: number }[];
}

const prime = 0x100000001b3n;
const mask = (1n << 64n) - 1n;

function fnv(hash: bigint, value: bigint, bytes: number): bigint {
  for (let shift = BigInt(bytes - 1) * 8n; shift >= 0n; shift -= 8n)
    hash = ((hash ^ ((value >> shift) & 0xffn)) * prime) & mask;
  return hash;
}

const offsetBasis = 0xcbf29ce484222325n;
const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0');

/** At most `limit` messages of a file without damage. */
export function readSlowly(file: Buffer, limit = Number.POSITIVE_INFINITY): SlowBooks {
  const orders = new Map<bigint, SlowOrder>(); // insertion order is time order
  const types: Record<string, number> = {};
  const orphans: Record<string, number> = {};
  let messages = 0;
  for (let at = 0; at < file.length && messages < limit; at += 2 + file.readUInt16BE(at)) {
    const m = file.subarray(at + 2, at + 2 + file.readUInt16BE(at));
    const type = m.toString('latin1', 0, 1);
    types[type] = (types[type] ?? 0) + 1;
    messages += 1;
    if (!'AFECXDU'.includes(type)) continue;
    const reference = m.readBigUInt64BE(11);
    if (type === 'A' || type === 'F') {
      orders.set(reference, {
        locate: m.readUInt16BE(1),
        side: m.toString('latin1', 19, 20),
        price: m.readUInt32BE(32),
        shares: m.readUInt32BE(20),
      });
      continue;
    }
    const order = orders.get(reference);
    if (order === undefined) orphans[type] = (orphans[type] ?? 0) + 1;
    if (type === 'U') {
      orders.delete(reference);
      orders.set(m.readBigUInt64BE(19), {
        locate: order?.locate ?? 0,
        side: order?.side ?? '',
        price: m.readUInt32BE(31),
        shares: m.readUInt32BE(27),
      });
    } else if (order !== undefined) {
      order.shares -= type === 'D' ? order.shares : m.readUInt32BE(19);
      if (order.shares <= 0) orders.delete(reference);
    }
  }
  return summary(orders, messages, types, orphans);
}

function summary(
  orders: Map<bigint, SlowOrder>,
  messages: number,
  types: Record<string, number>,
  orphans: Record<string, number>,
): SlowBooks {
  const inBooks = [...orders].filter(([, order]) => order.side !== '');
  const sideOf = (locate: number, side: string): [bigint, SlowOrder][] =>
    inBooks
      .filter(([, order]) => order.locate === locate && order.side === side)
      .sort(([, a], [, b]) => (side === 'B' ? b.price - a.price : a.price - b.price)); // stable: time order stays
  const digests = new Map<number, string>();
  let market = offsetBasis;
  for (const locate of [...new Set(inBooks.map(([, order]) => order.locate))].sort((a, b) => a - b)) {
    const walk = [...sideOf(locate, 'B'), ...sideOf(locate, 'S')];
    let hash = offsetBasis;
    for (const [reference, order] of walk) {
      hash = fnv(hash, BigInt(order.side.charCodeAt(0)), 1);
      hash = fnv(hash, BigInt(order.price), 4);
      hash = fnv(hash, reference, 8);
      hash = fnv(hash, BigInt(order.shares), 4);
    }
    digests.set(locate, hex(hash));
    market = fnv(fnv(fnv(market, BigInt(locate), 2), BigInt(walk.length), 4), hash, 8);
  }
  return {
    messages,
    types,
    orphans,
    liveOrders: inBooks.length,
    marketDigest: hex(market),
    digests,
    levels(locate, side) {
      const levels: { price: number; quantity: number; orders: number }[] = [];
      for (const [, order] of sideOf(locate, side)) {
        const last = levels.at(-1);
        if (last?.price === order.price) {
          last.quantity += order.shares;
          last.orders += 1;
        } else {
          levels.push({ price: order.price, quantity: order.shares, orders: 1 });
        }
      }
      return levels;
    },
  };
}
