// One number that two equal books share: FNV-1a 64 over the canonical walk, as native/levels/book_digest.hpp defines it. An order adds
// side ('B' or 'S'), price u32, reference u64, displayed shares u32, big-endian; the market adds locate u16, order count u32, book digest
// u64 for each locate, ascending, that has an order. Printed as 16 lower-case hex digits.

import type { Book } from './book.js';

const prime = 0x100000001b3n;
const mask = 0xffff_ffff_ffff_ffffn;

export class Fnv1a64 {
  value = 0xcbf29ce484222325n;

  addBigEndian(number: bigint, bytes: number) {
    for (let shift = BigInt(8 * (bytes - 1)); shift >= 0n; shift -= 8n) {
      this.value = ((this.value ^ ((number >> shift) & 0xffn)) * prime) & mask;
    }
  }
}

export function bookDigest(book: Book): bigint {
  const hash = new Fnv1a64();
  for (const order of book.walk()) {
    hash.addBigEndian(order.side === 'buy' ? 0x42n : 0x53n, 1);
    hash.addBigEndian(BigInt(order.price as number), 4);
    hash.addBigEndian(BigInt(order.reference), 8);
    hash.addBigEndian(BigInt(order.displayed), 4);
  }
  return hash.value;
}

export function marketDigest(books: Iterable<Book>): bigint {
  const hash = new Fnv1a64();
  for (const book of [...books].sort((a, b) => a.locate - b.locate)) {
    const count = book.orderCount;
    if (count === 0) continue;
    hash.addBigEndian(BigInt(book.locate), 2);
    hash.addBigEndian(BigInt(count), 4);
    hash.addBigEndian(bookDigest(book), 8);
  }
  return hash.value;
}

export function digestText(digest: bigint): string {
  return digest.toString(16).padStart(16, '0');
}
