// Real packets of others, whole files of them: every message of the Coinbase and MEMX captures decodes, by the model and by generated code,
// with the block lengths on the wire equal to the schemas'; the worked examples of the standard decode to the stated fields and encode to
// the same bytes.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../src/test_support/fixtures.js';
import { ByteSource } from './decode/byte_source.js';
import { decodeFile, lineObject } from './decode/decode_file.js';
import { type Framing, type MeasureMessage, splitMessages } from './decode/framing.js';
import { MessageReader } from './decode/message.js';
import { payloadsOf } from './decode/payloads.js';
import { headerSizeOf } from './emit/forms.js';
import type { MessageIr, MessageSchemaIr } from './ir.js';
import type { VectorFields } from './parse/vectors.js';
import { Codec } from './test_support/codec.js';
import { checkout, moduleOf, schemaOf } from './test_support/generated.js';

const root = fixture('sbe');
const pcap = fixture('pcap');
const specifications = join(root ?? '', 'omi-directory/Organizations');

function schemaNamed(path: string): MessageSchemaIr {
  return schemaOf(join(specifications, path));
}

interface Capture {
  readonly folder: string;
  readonly schemas: readonly string[];
  readonly framing: Framing;
  /** Messages by file. */
  readonly counts: Readonly<Record<string, number>>;
}

const captures: readonly Capture[] = [
  {
    folder: 'Coinbase/MarketDataApi.v1.2',
    schemas: ['Coinbase/Specifications/MarketDataApi/Coinbase.Derivatives.MarketDataApi.Sbe.v1.2.xml'],
    framing: { name: 'sbe', skip: 24 },
    counts: {
      'OrderDeleteMessage.pcap': 2,
      'OrderPutMessage.pcap': 1,
      'OrderSnapshotMessage.pcap': 6,
      'StartOfOutrightInstrumentSnapshotMessage.pcap': 2,
      'StartOfSpreadInstrumentSnapshotMessage.pcap': 2,
    },
  },
  {
    folder: 'Coinbase/OrderApi.v1.4',
    schemas: [
      'Coinbase/Specifications/OrdersApi/Coinbase.Derivatives.OrdersApi.Sbe.v1.4.xml',
      'Coinbase/Specifications/Common/Coinbase.Derivatives.Session.Sbe.v0.1.xml',
    ],
    framing: { name: 'sbe', skip: 0 },
    counts: {
      'InstrumentInfoMessage.pcap': 25,
      'InstrumentInfoRequestMessage.pcap': 1,
      'MassCancelOrderAckMessage.pcap': 1,
      'MassCancelOrderMessage.pcap': 1,
      'NewOrderMessage.pcap': 1,
      'OrderFilledMessage.pcap': 1,
      'OrderReplacedMessage.pcap': 1,
      'ReplaceOrderMessage.pcap': 1,
      'SetAccountMessage.pcap': 1,
      'SetAckMessage.pcap': 2,
      'SetTraderMessage.pcap': 1,
      'Unknown.100.pcap': 1,
      'Unknown.200.pcap': 1,
      'Unknown.201.pcap': 1,
    },
  },
  {
    folder: 'Memx/Equities.MemiorDepth.v1.3',
    schemas: ['Memx/Specifications/Equities/MemoirDepth/Memx.Equities.MemoirDepth.Sbe.v1.3.xml'],
    framing: { name: 'memx-udp', skip: 0 },
    counts: {
      'Heartbeat.pcap': 0,
      'MultipleMessages.pcap': 53,
      'OrderAddedMessage.pcap': 1,
      'OrderDeletedMessage.pcap': 1,
      'OrderExecutedMessage.pcap': 1,
      'OrderReducedMessage.pcap': 1,
      'RegShowRestrictionMessage.pcap': 1,
      'SecurityTradingStatusMessage.pcap': 1,
      'TradingSessionStatusMessage.pcap': 1,
    },
  },
];

/** Despite its name and folder a Nasdaq message in MoldUDP64. */
const misplaced = 'StockTradingActionMessage.pcap';

describe.skipIf(root === undefined || pcap === undefined)('captures', () => {
  for (const capture of captures) {
    it(capture.folder, async () => {
      const schemas = capture.schemas.map(schemaNamed);
      const codecs = await Promise.all(schemas.map(async (schema) => new Codec(schema, await moduleOf(schema))));
      const files = readdirSync(join(pcap ?? '', capture.folder)).filter((file) => file !== misplaced);
      expect(files.sort()).toEqual(Object.keys(capture.counts).sort());
      for (const file of files) {
        const bytes = readFileSync(join(pcap ?? '', capture.folder, file));
        const wanted = capture.counts[file] ?? 0;
        const decoding = decodeFile(schemas, ByteSource.of(bytes), {
          framing: wanted === 0 ? capture.framing : undefined,
        });
        expect(decoding.framing, file).toEqual(capture.framing);
        const lines = [...decoding.lines];
        expect(
          lines.map((line) => line.problem).filter((problem) => problem !== undefined),
          file,
        ).toEqual([]);
        expect(lines, file).toHaveLength(wanted);
        for (const { decoded } of lines) expect(decoded?.header?.blockLength, file).toBe(decoded?.message.blockLength);
        const generated = [...payloadsOf(ByteSource.of(bytes))].flatMap((payload) =>
          jsonOf(capture.framing, payload.bytes, schemas, codecs),
        );
        expect(generated, file).toEqual(lines.map((line) => line.decoded?.fields));
      }
    });
  }

  const itch = fixture('itch/aapl_20191230_restored.itch50');
  it.skipIf(itch === undefined)('a real ITCH file whole, its framing found by trying', () => {
    const decoding = decodeFile(
      [schemaOf(join(checkout, 'schemas/itch_5_0.xml'))],
      ByteSource.of(readFileSync(itch ?? '')),
    );
    expect(decoding.framing).toEqual({ name: 'length16', skip: 0 });
    let messages = 0;
    for (const line of decoding.lines) if (line.problem === undefined) messages += 1;
    expect(messages).toBe(49_947);
  });

  it('names a packet that is of no schema', () => {
    const bytes = readFileSync(join(pcap ?? '', 'Coinbase/OrderApi.v1.4/Unknown.200.pcap'));
    const schema = schemaNamed('Coinbase/Specifications/OrdersApi/Coinbase.Derivatives.OrdersApi.Sbe.v1.4.xml');
    const [line] = [...decodeFile([schema], ByteSource.of(bytes)).lines];
    expect(line === undefined ? undefined : lineObject(line)).toEqual({
      packet: 1,
      time: '1625160156612650000',
      problem: 'the header at byte 0 says schema 1100, template 200: not in schema 1101',
    });
  });
});

/** The same messages through the generated code. */
function jsonOf(
  framing: Framing,
  bytes: Uint8Array,
  schemas: readonly MessageSchemaIr[],
  codecs: readonly Codec[],
): unknown[] {
  const readers = schemas.map((schema) => new MessageReader(schema));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const measure: MeasureMessage = (at, offset) => {
    return { length: readers[0]?.header(at, offset)?.frameLength ?? 0, decoded: undefined };
  };
  return splitMessages(framing, view, measure).pieces.map(({ offset, length }) => {
    const piece = bytes.slice(offset, offset + length);
    const which = readers.findIndex((reader) => reader.knows(new DataView(piece.buffer), 0));
    const codec = codecs[which] as Codec;
    return codec.toJson(codec.header(piece, 0).message as MessageIr, piece);
  });
}

interface Example {
  readonly version: string;
  readonly title: string;
  readonly hex: string;
  readonly sofh_len: number;
  readonly length: number;
  readonly consumed: number;
  readonly decoded_by_checker: {
    readonly header: Readonly<Record<string, number>>;
    readonly msg: string | null;
    readonly fields: Readonly<Record<string, unknown>>;
  };
}

/** The checker's words for a value in ours: constants away, data without encoding as hex, 64-bit numbers as text. */
function inOurWords(decoded: unknown, checked: unknown): unknown {
  if (Array.isArray(checked)) return checked.map((item, at) => inOurWords((decoded as unknown[])[at], item));
  if (typeof checked === 'object' && checked !== null) {
    const ours = decoded as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(checked)
        .filter(([name]) => ours[name] !== undefined)
        .map(([name, value]) => [name, inOurWords(ours[name], value)]),
    );
  }
  if (typeof decoded === 'string' && typeof checked === 'number')
    return Number(decoded) === checked ? decoded : checked;
  const isHex = typeof decoded === 'string' && typeof checked === 'string' && /^(?:[0-9a-f]{2})+$/.test(decoded);
  return isHex && Buffer.from(decoded, 'hex').toString('latin1') === checked ? decoded : checked;
}

describe.skipIf(root === undefined)('worked examples of the standard', () => {
  // What describe() holds runs even when it is skipped.
  const text = root === undefined ? '[]' : readFileSync(join(root, 'fix-sbe/extracted_message_vectors.json'), 'utf8');
  const examples = (JSON.parse(text) as Example[]).filter(
    (example) => example.consumed === example.length && example.decoded_by_checker.msg !== null,
  );

  it('there are three of each version whose examples agree with their schema', () => {
    expect(examples).toHaveLength(12);
  });

  for (const example of examples) {
    const folder = join(root ?? '', 'fix-sbe', example.version, 'resources');
    const found = ['Examples.xml', 'xml/examples.xml'].map((name) => join(folder, name));
    it(`${example.version}: ${example.title}`, async () => {
      const path =
        found.find((candidate) => fixture(candidate.slice(candidate.indexOf('sbe/fix-sbe'))) !== undefined) ?? '';
      const schema = schemaOf(path);
      const codec = new Codec(schema, await moduleOf(schema));
      const bytes = Uint8Array.from(Buffer.from(example.hex, 'hex'));
      expect(new DataView(bytes.buffer).getUint32(0)).toBe(bytes.length);
      const body = bytes.slice(6);
      const { message, fields: header } = codec.header(body, 0);
      expect(message?.name).toBe(example.decoded_by_checker.msg);
      for (const [name, value] of Object.entries(header)) {
        if (example.decoded_by_checker.header[name] !== undefined)
          expect(value).toBe(example.decoded_by_checker.header[name]);
      }
      const [blockLength, version] = [Number(header['blockLength']), Number(header['version'])];
      const fields = codec.decode(message as MessageIr, body, headerSizeOf(schema), blockLength, version);
      expect(fields).toEqual(inOurWords(fields, example.decoded_by_checker.fields) as VectorFields);
      const written = codec.encode(message as MessageIr, fields, body.length, 'blocks');
      const said = Buffer.from(written);
      // The early examples carry another schema id than their schema states.
      for (const [at, byte] of [4, 5].map((place) => [place, body[place]] as const)) said[at] = byte ?? 0;
      expect(said.toString('hex')).toBe(Buffer.from(body).toString('hex'));
    });
  }
});
