// What a schema author sees: every mistake of a file in one run, each at its line and column, each with what would be right.

import { describe, expect, it } from 'vitest';
import { Diagnostics, renderDiagnostic } from '../source/diagnostics.js';
import { parseSchema } from './parse.js';

function findings(text: string): string[] {
  const diagnostics = new Diagnostics();
  const schema = parseSchema('s.xml', text, diagnostics);
  const found = diagnostics.sorted().map(renderDiagnostic);
  expect(schema === undefined).toBe(diagnostics.count > 0);
  return found;
}

const header =
  '<composite name="messageHeader"><type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>' +
  '<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/></composite>';

/** An SBE schema; types start at line 3 and messages at the line after them. */
function sbe(types: string, messages = ''): string {
  return `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="p.q" id="1" version="0">
<types>${header}
${types}
</types>
${messages}
</sbe:messageSchema>`;
}

function fixed(messages: string): string {
  return `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" xmlns:hw="https://hopwire.dev/schema" hw:layout="fixed" package="p">
${messages}
</sbe:messageSchema>`;
}

interface Case {
  readonly what: string;
  readonly schema: string;
  readonly found: readonly string[];
}

function expectFindings(cases: readonly Case[]): void {
  for (const { what, schema, found } of cases) {
    it(what, () => expect(findings(schema)).toEqual(found));
  }
}

describe('XML', () => {
  expectFindings([
    {
      what: 'a tag that is not closed',
      schema: '<a>\n  <b>\n</a>',
      found: ['s.xml:3:4: malformed XML: unexpected close tag'],
    },
    { what: 'an empty file', schema: '', found: ['s.xml:1:1: malformed XML: document must contain a root element'] },
    {
      what: 'an unknown root',
      schema: '\n <schema/>',
      found: ['s.xml:2:2: <schema> is not a schema; the root is one of <messageSchema>, <regionSchema>, <vocabulary>'],
    },
    {
      what: 'a DOCTYPE that declares something; a bare one says nothing',
      schema: `<!DOCTYPE x [<!ENTITY e "">]>\n${sbe('')}`,
      found: ['s.xml:1:29: declarations inside DOCTYPE are not supported: write the values where they are used'],
    },
  ]);
});

describe('types', () => {
  expectFindings([
    {
      what: 'a misspelt attribute, with what was meant',
      schema: sbe('<type name="Price" primitveType="int32"/>'),
      found: [
        's.xml:3:1: <type> needs the attribute "primitiveType"',
        's.xml:3:20: <type> has no attribute "primitveType", did you mean "primitiveType"?',
      ],
    },
    {
      what: 'the attribute on its own line',
      schema: sbe('<type name="Price"\n      primitiveType="int33"/>'),
      found: ['s.xml:4:7: no type is named "int33", did you mean "int32"?'],
    },
    {
      what: 'uint48 outside the dialect',
      schema: sbe('<type name="T" primitiveType="uint48"/>'),
      found: ['s.xml:3:16: uint48 is not a type of SBE 1.0; it needs hw:layout="fixed" on the schema'],
    },
    {
      what: 'a type declared twice',
      schema: sbe('<type name="A" primitiveType="int8"/>\n<type name="A" primitiveType="int8"/>'),
      found: ['s.xml:4:1: type "A" is already declared at line 3'],
    },
    {
      what: 'a null that does not fit',
      schema: sbe('<type name="A" primitiveType="uint8" presence="optional" nullValue="256"/>'),
      found: ['s.xml:3:58: nullValue 256 does not fit uint8 (0 to 255)'],
    },
    {
      what: 'a null that nothing uses',
      schema: sbe('<type name="A" primitiveType="uint8" nullValue="0"/>'),
      found: ['s.xml:3:38: warning: nullValue is used only where presence="optional" asks for it'],
    },
    {
      what: 'a constant without value',
      schema: sbe('<type name="A" primitiveType="uint8" presence="constant"/>'),
      found: ['s.xml:3:1: constant "A" needs a value of its type between its tags'],
    },
    {
      what: 'a composite that contains itself through another',
      schema: sbe(
        '<composite name="A"><ref name="b" type="B"/></composite>\n<composite name="B"><ref name="a" type="A"/></composite>',
      ),
      found: ['s.xml:4:35: type "A" contains itself: a composite has a fixed size, take the reference out'],
    },
    {
      what: 'an offset that overlaps',
      schema: sbe(
        '<composite name="A"><type name="x" primitiveType="int32"/>\n<type name="y" primitiveType="int8" offset="3"/></composite>',
      ),
      found: ['s.xml:4:37: offset 3 overlaps the member before it, which ends at 4'],
    },
  ]);
});

describe('enums and sets', () => {
  expectFindings([
    {
      what: 'a number used twice, and one that does not fit',
      schema: sbe(
        '<enum name="E" encodingType="uint8"><validValue name="a">1</validValue>\n<validValue name="b">1</validValue>\n<validValue name="c">300</validValue></enum>',
      ),
      found: [
        's.xml:4:1: enum number "1" is already used at line 3',
        's.xml:5:1: value of "c" 300 does not fit uint8 (0 to 255)',
      ],
    },
    {
      what: 'a char value of two letters',
      schema: sbe('<enum name="E" encodingType="char"><validValue name="a">AB</validValue></enum>'),
      found: ['s.xml:3:36: value of "a" "AB" is not one printable ASCII character'],
    },
    {
      what: 'a bit beyond the width',
      schema: sbe('<set name="S" encodingType="uint8"><choice name="a">8</choice></set>'),
      found: ['s.xml:3:36: bit "8" of "a" is not from 0 to 7'],
    },
    {
      what: 'a wrong child',
      schema: sbe('<enum name="E" encodingType="uint8"><validvalue name="a">1</validvalue></enum>'),
      found: ['s.xml:3:37: <validvalue> is not allowed in <enum>, did you mean "validValue"?'],
    },
  ]);
});

describe('words of others', () => {
  it('are passed over with a warning where venues use them', () => {
    const enumeration = '<enum name="E" encodingType="uint8"><validValue name="a">1</validValue>';
    const meta = '<sbe:metaAttribute name="sbe:unknownName" value="a"/></enum>';
    expect(findings(sbe(enumeration + meta))).toEqual([
      's.xml:3:72: warning: <metaAttribute> is not part of SBE and is passed over',
    ]);
  });
});

describe('messages', () => {
  const message = (body: string, attributes = ''): string =>
    sbe(
      '<type name="Price" primitiveType="int32"/>',
      `<sbe:message name="M" id="1"${attributes}>\n${body}\n</sbe:message>`,
    );
  expectFindings([
    {
      what: 'an unknown type, with what was meant',
      schema: message('<field name="price" id="1" type="Prize"/>'),
      found: ['s.xml:6:28: no type is named "Prize", did you mean "Price"?'],
    },
    {
      what: 'several mistakes at once, in order',
      schema: message(
        '<field name="a" type="Price"/>\n<field name="a" id="2" type="Price"/>\n<field name="1 b" id="2" type="Price"/>',
      ),
      found: [
        's.xml:6:1: <field> needs the attribute "id"',
        's.xml:7:1: field "a" is already used at line 6',
        's.xml:8:1: warning: field id "2" is already used at line 7',
        's.xml:8:8: "1 b" is not a name: letters, digits and _ only',
      ],
    },
    {
      what: 'a block length that is too small',
      schema: message('<field name="a" id="1" type="Price"/>', ' blockLength="3"'),
      found: ['s.xml:5:30: blockLength 3 is less than the 4 bytes of its fields'],
    },
    {
      what: 'a version that has not come, and what is wrong with groups and data',
      schema: message(
        '<field name="a" id="1" type="Price" sinceVersion="1"/>\n<group name="g" id="2"/>\n<data name="d" id="3" type="Price"/>\n' +
          '<field name="late" id="4" type="Price"/>',
      ),
      found: [
        's.xml:6:37: "a" is there since version 1, the schema is version 0: raise the schema\'s version or lower sinceVersion',
        's.xml:7:1: the dimension composite "groupSizeEncoding" is not declared: add it to <types> or name another',
        's.xml:8:23: type "Price" of data is not a composite of an integer "length" and a "varData"',
        's.xml:9:1: <field> stands after a <data>: fields come first, then groups, then data',
      ],
    },
    {
      what: 'a dimension composite without a count',
      schema: sbe(
        '<composite name="groupSizeEncoding"><type name="blockLength" primitiveType="uint16"/>\n<type name="numInGroup" primitiveType="uint32"/></composite>' +
          '<composite name="signed"><type name="blockLength" primitiveType="int16"/></composite>',
        '<sbe:message name="M" id="1">\n<group name="g" id="1"/>\n<group name="h" id="2" dimensionType="signed"/></sbe:message>',
      ),
      found: [
        's.xml:7:1: "numInGroup" of the dimension composite "groupSizeEncoding" is larger than any buffer: give it a maxValue of at most 2147483647',
        's.xml:8:24: "blockLength" of the dimension composite "signed" is not one of uint8, uint16, uint32',
        's.xml:8:24: the dimension composite "signed" has no "numInGroup"',
      ],
    },
    {
      what: 'the same id twice',
      schema: sbe('', '<sbe:message name="A" id="1"/>\n<sbe:message name="B" id="1"/>'),
      found: ['s.xml:6:1: message id "1" is already used at line 5'],
    },
    {
      what: 'a header that is not declared',
      schema: sbe('').replace('version="0"', 'version="0" headerType="head"'),
      found: ['s.xml:1:96: the header composite "head" is not declared: add it to <types> or name it in headerType'],
    },
    {
      what: 'a valueRef that names nothing',
      schema: sbe(
        '<enum name="E" encodingType="uint8"><validValue name="on">1</validValue></enum>',
        '<sbe:message name="M" id="1">\n<field name="e" id="1" type="E" presence="constant" valueRef="E.off"/></sbe:message>',
      ),
      found: ['s.xml:6:53: valueRef "E.off" names no enum value, did you mean "on"?'],
    },
    {
      what: 'two names that are one in C++',
      schema: message('<field name="fooBar" id="1" type="Price"/><field name="foo_bar" id="2" type="Price"/>'),
      found: ['s.xml:1:1: message M: "fooBar" and "foo_bar" would both be generated as "foo_bar"'],
    },
  ]);
});

describe('fixed layout', () => {
  expectFindings([
    {
      what: 'a message with a discriminator and no char first',
      schema: fixed('<sbe:message name="M" hw:discriminator="A"><field name="a" type="uint8"/></sbe:message>'),
      found: ['s.xml:2:23: a message with a discriminator starts with a field of one char'],
    },
    {
      what: 'a discriminator used twice',
      schema: fixed(
        '<sbe:message name="M" hw:discriminator="A"><field name="t" type="char"/></sbe:message>\n' +
          '<sbe:message name="N" hw:discriminator="A"><field name="t" type="char"/></sbe:message>',
      ),
      found: ['s.xml:3:23: discriminator "A" is already used at line 2'],
    },
    {
      what: 'a misspelt attribute of the dialect',
      schema: fixed('<sbe:message name="M" hw:discriminater="A"><field name="t" type="char"/></sbe:message>'),
      found: ['s.xml:2:23: <message> has no attribute "hw:discriminater", did you mean "hw:discriminator"?'],
    },
  ]);
});

describe('regions and vocabularies', () => {
  const region = (body: string): string =>
    `<hw:regionSchema xmlns:hw="https://hopwire.dev/schema" package="p">
<header size="192" magic="HOPWIRE1"><field name="magic" type="uint64"/><field name="layoutHash" type="uint64"/><field name="size" type="uint64"/><field name="regionId" type="uint32"/><field name="dimension" type="uint32" count="2"/></header>
${body}
</hw:regionSchema>`;
  expectFindings([
    {
      what: 'an unknown dimension',
      schema: region(
        '<region name="R"><dimension name="rows" max="4"/><column name="c" type="uint32" per="row"/></region>',
      ),
      found: ['s.xml:3:81: no dimension above is named "row", did you mean "rows"?'],
    },
    {
      what: 'more dimensions than the header keeps',
      schema: region(
        '<region name="R"><dimension name="a" max="4"/><dimension name="b" max="4"/><dimension name="c" max="4"/><column name="x" type="uint8"/></region>',
      ),
      found: ['s.xml:3:1: region "R" has 3 dimensions; the header keeps 2'],
    },
    {
      what: 'a column type that does not exist',
      schema: region('<region name="R"><column name="x" type="float32"/></region>'),
      found: ['s.xml:3:35: type="float32" is not known, did you mean "float64"?'],
    },
    {
      what: 'a constant of a vocabulary that is no safe integer, has no type of its own, or is there twice',
      schema:
        '<hw:vocabulary xmlns:hw="https://hopwire.dev/schema" package="p">\n<constant name="a" encodingType="int64" value="9007199254740993"/>\n<constant name="b" encodingType="float" value="1"/>\n<constant name="a" encodingType="int32" value="1"/></hw:vocabulary>',
      found: [
        's.xml:2:41: value="9007199254740993" is no safe integer; constants go up to 9007199254740991',
        's.xml:3:20: encodingType="float" is not known; one of int32, int64, uint32, uint64',
        's.xml:4:1: constant "a" is already used at line 2',
      ],
    },
    {
      what: 'an item without an attribute of its list',
      schema:
        '<hw:vocabulary xmlns:hw="https://hopwire.dev/schema" package="p">\n<list name="L" encodingType="uint8"><attribute name="code" type="uint32"/>\n<item name="a"/><item name="b" code="x"/></list></hw:vocabulary>',
      found: ['s.xml:3:1: <item> needs the attribute "code"', 's.xml:3:32: code "x" is not an integer'],
    },
  ]);
});
