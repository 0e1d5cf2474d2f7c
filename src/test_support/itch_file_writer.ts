/** Small ITCH files for tests: two stocks, orders on both sides, some executed. Written by offset, sharing nothing with the codecs. */

export function frame(type: string, length: number, locate: number, time: number): Buffer {
  const message = Buffer.alloc(2 + length);
  message.writeUInt16BE(length, 0);
  message.write(type, 2, 'latin1');
  message.writeUInt16BE(locate, 3);
  message.writeUIntBE(time, 7, 6);
  return message;
}

export const testStocks = ['ACME', 'BOLT'];

/** `orders` orders a microsecond apart or as given, every fourth executed in part, the next one deleted. */
export function smallItchFile(orders: number, spacing_ns = 1_000): { bytes: Buffer; trades: number[] } {
  const frames: Buffer[] = [];
  const trades: number[] = [];
  for (let n = 1; n <= orders; n++) {
    const locate = 1 + (n % 2);
    const time = n * spacing_ns;
    const add = frame('A', 36, locate, time);
    add.writeBigUInt64BE(BigInt(n), 13);
    add.write(n % 4 < 2 ? 'B' : 'S', 21, 'latin1');
    add.writeUInt32BE(100 + n, 22);
    add.write((testStocks[locate - 1] as string).padEnd(8), 26, 'latin1');
    add.writeUInt32BE(n % 4 < 2 ? 100_000 - (n % 9) * 100 : 100_100 + (n % 7) * 100, 34);
    frames.push(add);
    if (n % 4 === 0) {
      const executed = frame('E', 31, locate, time);
      executed.writeBigUInt64BE(BigInt(n), 13);
      executed.writeUInt32BE(10, 21);
      executed.writeBigUInt64BE(BigInt(n) + (1n << 40n), 25);
      frames.push(executed);
      trades.push(n);
    } else if (n % 4 === 1 && n > 4) {
      const remove = frame('D', 19, locate, time);
      remove.writeBigUInt64BE(BigInt(n), 13);
      frames.push(remove);
    }
  }
  return { bytes: Buffer.concat(frames), trades };
}
