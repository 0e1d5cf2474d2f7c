// Generated Wireshark dissectors in a real tshark, on packets of others: the fields tshark names are those the decoder names. Skipped, and
// said so, where no tshark is installed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';
import { ByteSource } from './decode/byte_source.js';
import { decodeFile } from './decode/decode_file.js';
import { framingNamed } from './decode/framing.js';
import type { JsonValue } from './decode/message.js';
import { emitDissector } from './emit/dissector.js';
import { schemaOf } from './test_support/generated.js';

const scratch = mkdtempSync(join(tmpdir(), 'sbe-dissector-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const root = fixture('sbe');
const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

function hasTshark(): boolean {
  try {
    return execFileSync('tshark', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(
      'Lua',
    );
  } catch {
    return false;
  }
}

/** Tree of the dissector, one line a field, without the layers below. */
function dissect(lua: string, title: string, pcap: string): string[] {
  const script = join(scratch, 'dissector.lua');
  writeFileSync(script, lua);
  const output = execFileSync('tshark', ['-X', `lua_script:${script}`, '-r', pcap, '-V'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, HOME: scratch, XDG_CONFIG_HOME: scratch },
  });
  const trees = output.split(new RegExp(`^${title.replaceAll('.', '\\.')}.*$`, 'm')).slice(1);
  return trees
    .flatMap((tree) => (tree.split(/^(?=\S)/m)[0] ?? '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Number fields of a decoded message, which both spell alike. */
function numbersOf(value: JsonValue, into: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return into;
  if (Array.isArray(value)) {
    for (const item of value) numbersOf(item as JsonValue, into);
    return into;
  }
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === 'number') into.push(`${name}: ${item}`);
    else numbersOf(item as JsonValue, into);
  }
  return into;
}

/** A capture of one UDP datagram to `port`. */
function datagram(bytes: Uint8Array, port: number): Buffer {
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(4000, 0);
  udp.writeUInt16BE(port, 2);
  udp.writeUInt16BE(8 + bytes.length, 4);
  const ip = Buffer.from('450000000000000040110000' + '7f000001' + '7f000001', 'hex');
  ip.writeUInt16BE(28 + bytes.length, 2);
  const packet = Buffer.concat([ip, udp, bytes]);
  const head = Buffer.alloc(40);
  const words = [0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101, 0, 0, packet.length, packet.length];
  for (const [at, word] of words.entries()) head.writeUInt32LE(word, at * 4);
  return Buffer.concat([head, packet]);
}

interface Case {
  readonly schema: string;
  readonly framing: string;
  readonly port: number;
  readonly pcap: string;
}

const organizations = 'sbe/omi-directory/Organizations';
const cases: readonly Case[] = [
  {
    schema: `${organizations}/Coinbase/Specifications/MarketDataApi/Coinbase.Derivatives.MarketDataApi.Sbe.v1.2.xml`,
    framing: 'skip:24+sbe',
    port: 5223,
    pcap: 'pcap/Coinbase/MarketDataApi.v1.2/OrderPutMessage.pcap',
  },
  {
    schema: `${organizations}/Coinbase/Specifications/OrdersApi/Coinbase.Derivatives.OrdersApi.Sbe.v1.4.xml`,
    framing: 'sbe',
    port: 6210,
    pcap: 'pcap/Coinbase/OrderApi.v1.4/NewOrderMessage.pcap',
  },
  {
    schema: `${organizations}/Memx/Specifications/Equities/MemoirDepth/Memx.Equities.MemoirDepth.Sbe.v1.3.xml`,
    framing: 'memx-udp',
    port: 19780,
    pcap: 'pcap/Memx/Equities.MemiorDepth.v1.3/MultipleMessages.pcap',
  },
];

describe.skipIf(root === undefined || !hasTshark())('dissectors in tshark', () => {
  it.each(cases)('$pcap', ({ schema: path, framing: text, port, pcap }) => {
    const schema = schemaOf(fixture(path) ?? '');
    const framing = framingNamed(text);
    if (framing === undefined) throw new Error(`no framing ${text}`);
    const file = fixture(pcap) ?? '';
    const lines = dissect(emitDissector(schema, 'test', { framing, ports: [port] }), schema.package, file);
    const decoded = [...decodeFile([schema], ByteSource.of(readFileSync(file)), { framing }).lines].map(
      (line) => line.decoded,
    );
    expect(decoded.length).toBeGreaterThan(0);
    const names = decoded.map((one) => one?.message.name);
    expect(lines.filter((line) => names.includes(line))).toEqual(names);
    const wanted = decoded.flatMap((one) => numbersOf(one?.fields ?? null));
    expect(wanted.length).toBeGreaterThan(0);
    const shown = new Set(lines.map((line) => line.replace(/ \(null\)$/, '')));
    expect(wanted.filter((line) => !shown.has(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('Expert Info'))).toEqual([]);
  });

  it('nested groups and data of the reference tool, and what a truncated message says', () => {
    const folder = fixture('sbe/aeron-sbe') ?? '';
    const schema = schemaOf(join(folder, 'sbe-tool/src/test/resources/example-bigendian-test-schema.xml'));
    const bytes = readFileSync(join(folder, 'byte-vectors/car_0_211B.bin'));
    const lua = emitDissector(schema, 'test', { framing: { name: 'sbe', skip: 0 }, ports: [5555] });
    const pcap = join(scratch, 'car.pcap');
    writeFileSync(pcap, datagram(bytes, 5555));
    const lines = dissect(lua, schema.package, pcap);
    for (const line of ['vehicleCode: abcdef', 'extras: 0x06 {sportsPack, cruiseControl}', 'BoostType: NITROUS (78)']) {
      expect(lines).toContain(line);
    }
    expect(lines.filter((line) => line.startsWith('acceleration: '))).toEqual(
      Array(2).fill('acceleration: 3 entries of 6 bytes'),
    );
    expect(lines.slice(-3)).toEqual(['manufacturer: Honda', 'model: Civic VTi', 'activationCode: abcdef']);
    writeFileSync(pcap, datagram(bytes.subarray(0, 180), 5555));
    expect(dissect(lua, schema.package, pcap).join('\n')).toMatch(/(?:ends|begins) behind the message/);
  });

  it('ITCH in MoldUDP64', () => {
    const schema = schemaOf(join(checkout, 'schemas/itch_5_0.xml'));
    const framing = { name: 'moldudp64', skip: 0 } as const;
    const source = readFileSync(fixture('pcap/Nasdaq.Equities.TotalView.Itch.v5.0.20230822/AddOrderNoMPID.pcap') ?? '');
    const [line] = [...decodeFile([schema], ByteSource.of(source), { framing }).lines];
    // The packets of this capture have port 0, which no dissector can take.
    const payload = source.subarray(24 + 16 + 46, 24 + 16 + 46 + 58);
    const pcap = join(scratch, 'itch.pcap');
    writeFileSync(pcap, datagram(payload, 26400));
    const lines = dissect(emitDissector(schema, 'test', { framing, ports: [26400] }), schema.package, pcap);
    expect(line?.decoded?.message.name).toBe('AddOrder');
    expect(lines).toContain('AddOrder');
    expect(numbersOf(line?.decoded?.fields ?? null).filter((one) => !lines.includes(one))).toEqual([]);
    expect(lines).toContain(`stock: ${(line?.decoded?.fields as { stock: string } | undefined)?.stock}`);
  });
});
