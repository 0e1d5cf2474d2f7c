// What the generated TypeScript does at the edges of groups and texts: the entry behind the last one, the entry that is missing, and the
// character that is not allowed, wherever in the text it stands.

import { beforeAll, describe, expect, it } from 'vitest';
import { moduleOf, schemaOf } from './test_support/generated.js';

const text = `<?xml version="1.0"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="edges" id="9" version="0" byteOrder="littleEndian">
  <types>
    <composite name="messageHeader">
      <type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
      <type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/>
    </composite>
    <composite name="groupSizeEncoding">
      <type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="uint16"/>
    </composite>
    <composite name="varText">
      <type name="length" primitiveType="uint16"/><type name="varData" primitiveType="uint8" length="0" characterEncoding="ISO-8859-1"/>
    </composite>
    <type name="Name" primitiveType="char" length="9"/>
  </types>
  <sbe:message name="Edge" id="1">
    <field name="name" id="1" type="Name"/>
    <group name="legs" id="2" dimensionType="groupSizeEncoding">
      <field name="quantity" id="3" type="uint32"/>
      <field name="serial" id="4" type="uint64"/>
    </group>
    <data name="note" id="5" type="varText"/>
  </sbe:message>
</sbe:messageSchema>`;

interface Leg {
  quantity: number;
  serialNumber: number;
}
interface LegsDecoder extends Leg, Iterable<Leg> {
  readonly length: number;
  advance(): boolean;
  at(index: number): LegsDecoder;
}
interface LegsEncoder {
  next(): { quantity(value: number): { serialParts(lo: number, hi: number): LegsEncoder } };
  add(values: { quantity: number; serial: number | bigint }): LegsEncoder;
}
interface EdgeEncoder {
  wrapAndApplyHeader(view: DataView, offset: number): EdgeEncoder;
  name(value: string): EdgeEncoder;
  legs(count: number): LegsEncoder;
  note(value: string): EdgeEncoder;
  finish(): number;
}
interface EdgeDecoder {
  wrapWithHeader(view: DataView, offset: number): EdgeDecoder;
  readonly name: string;
  readonly legs: LegsDecoder;
  readonly note: string;
}

const view = new DataView(new ArrayBuffer(256));
let encoder: EdgeEncoder;
let decoder: EdgeDecoder;
beforeAll(async () => {
  const module = (await moduleOf(schemaOf('edges.xml', text))) as unknown as {
    EdgeEncoder: new () => EdgeEncoder;
    EdgeDecoder: new () => EdgeDecoder;
  };
  encoder = new module.EdgeEncoder();
  decoder = new module.EdgeDecoder();
});

/** A message whose legs are 1, 2, ... count. */
function message(count: number): EdgeDecoder {
  const legs = encoder.wrapAndApplyHeader(view, 0).legs(count);
  for (let leg = 1; leg <= count; leg++) legs.add({ quantity: leg, serial: leg });
  encoder.finish();
  return decoder.wrapWithHeader(view, 0);
}

describe('entries of a group', () => {
  it.each([0, 1, 2, 7])('%i of them are read in order, again, and from any', (count) => {
    const { legs } = message(count);
    const all = Array.from({ length: count }, (_, at) => at + 1);
    const read = (): number[] => Array.from(legs, (leg) => leg.quantity);
    expect(legs.length).toBe(count);
    expect(read()).toEqual(all);
    expect(legs.advance(), 'there is none behind the last').toBe(false);
    expect(legs.advance(), 'nor later').toBe(false);
    expect(read()).toEqual(all);
    for (let index = 0; index < count; index++) {
      const rest = [legs.at(index).quantity];
      while (legs.advance()) rest.push(legs.quantity);
      expect(rest).toEqual(all.slice(index));
    }
    for (const index of [-1, count, Number.NaN]) expect(() => legs.at(index)).toThrow(`none at ${index}`);
  });

  it('a block that is longer than its fields is stepped over whole', () => {
    message(2);
    const from = 8 + 9;
    expect([view.getUint16(from, true), view.getUint16(from + 2, true)]).toEqual([12, 2]);
    view.setUint16(from, 14, true);
    view.setUint32(from + 4 + 14, 77, true);
    view.setUint16(from + 4 + 28, 0, true);
    const { legs } = decoder.wrapWithHeader(view, 0);
    expect(Array.from(legs, (leg) => leg.quantity)).toEqual([1, 77]);
    expect(legs.at(1).quantity).toBe(77);
  });

  it('a decoder that was pointed at nothing has none', () => {
    const fresh = new (Object.getPrototypeOf(decoder).constructor as new () => EdgeDecoder)();
    expect([fresh.legs.length, fresh.legs.advance()]).toEqual([0, false]);
  });

  it('one more than the group was begun with is refused, by next and by add, and changes nothing', () => {
    for (const more of [
      (legs: LegsEncoder) => legs.next(),
      (legs: LegsEncoder) => legs.add({ quantity: 9, serial: 9 }),
    ]) {
      for (const count of [0, 1, 3]) {
        const legs = encoder.wrapAndApplyHeader(view, 0).legs(count);
        for (let leg = 1; leg <= count; leg++) legs.next().quantity(leg).serialParts(leg, 0);
        expect(() => more(legs)).toThrow(`Edge.legs was begun with ${count} entries`);
        encoder.note('n').finish();
        const read = decoder.wrapWithHeader(view, 0);
        expect(Array.from(read.legs, (leg) => leg.quantity)).toEqual([1, 2, 3].slice(0, count));
        expect(read.note).toBe('n');
      }
    }
  });

  it('fewer are refused where the message goes on, with their number', () => {
    for (const given of [0, 1, 2]) {
      const legs = encoder.wrapAndApplyHeader(view, 0).legs(3);
      for (let leg = 0; leg < given; leg++) legs.next();
      expect(() => encoder.note('')).toThrow(`Edge.legs was begun with 3 entries, ${3 - given} of them are missing`);
      expect(() => encoder.finish()).toThrow(`${3 - given} of them are missing`);
    }
  });

  it('a 64-bit number is read as a number up to 2^53 - 1, and refused from there on', () => {
    for (const [high, low] of [
      [0x1fffff, 0xffffffff],
      [0, 0xffffffff],
    ] as const) {
      encoder.wrapAndApplyHeader(view, 0).legs(1).next().quantity(1).serialParts(low, high);
      encoder.finish();
      expect(decoder.wrapWithHeader(view, 0).legs.at(0).serialNumber).toBe(high * 2 ** 32 + low);
    }
    encoder.wrapAndApplyHeader(view, 0).legs(1).next().quantity(1).serialParts(0, 0x200000);
    encoder.finish();
    expect(() => decoder.wrapWithHeader(view, 0).legs.at(0).serialNumber).toThrow('serial is beyond 2^53');
  });
});

describe('texts', () => {
  const letters = 'abcdefghi';

  it('of every length come back, and nothing of a longer one before them is left', () => {
    for (let length = letters.length; length >= 0; length--) {
      const given = letters.slice(0, length);
      encoder.wrapAndApplyHeader(view, 0).name(letters).name(given).note(given).finish();
      const read = decoder.wrapWithHeader(view, 0);
      expect([read.name, read.note]).toEqual([given, given]);
    }
    encoder.wrapAndApplyHeader(view, 0).note('\u00e9\u00ff\u0080\u00fe\u00fd').finish();
    expect(decoder.wrapWithHeader(view, 0).note).toBe('\u00e9\u00ff\u0080\u00fe\u00fd');
  });

  it('with a character that is not allowed are refused, wherever it stands', () => {
    for (let length = 1; length <= letters.length; length++) {
      for (let at = 0; at < length; at++) {
        const withOne = (character: string): string => letters.slice(0, at) + character + letters.slice(at + 1, length);
        const begun = encoder.wrapAndApplyHeader(view, 0);
        for (const character of ['\u0080', '\u0100', '\uffff'])
          expect(() => begun.name(withOne(character))).toThrow('name takes ASCII only');
        for (const character of ['\u0100', '\u4e00', '\uffff'])
          expect(() => begun.note(withOne(character))).toThrow('Edge.note takes single-byte characters only');
      }
    }
    expect(() => encoder.name(`${letters}j`)).toThrow('name takes 9 characters, not 10');
    encoder.name('good').note('good').finish();
    const read = decoder.wrapWithHeader(view, 0);
    expect([read.name, read.note], 'given again, corrected').toEqual(['good', 'good']);
  });

  it('and groups without room may be given again, smaller', () => {
    const begun = encoder.wrapAndApplyHeader(view, 0);
    expect(() => begun.legs(21)).toThrow('Edge.legs ends at byte 273, the view has 256 bytes');
    expect(() => begun.legs(-1)).toThrow('Edge.legs takes 0 to 65535 entries, not -1');
    begun.legs(1).add({ quantity: 5, serial: 6n });
    expect(() => begun.note('x'.repeat(256))).toThrow('Edge.note ends at byte');
    begun.note('x').finish();
    const read = decoder.wrapWithHeader(view, 0);
    expect([Array.from(read.legs, (leg) => leg.quantity), read.note]).toEqual([[5], 'x']);
  });
});
