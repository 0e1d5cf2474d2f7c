// Random schemas from a seed: the same seed gives the same text.

import { Random } from '../vectors/random.js';

const numbers = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double'];
const awkward = [
  'class',
  'delete',
  'next',
  'length',
  'limit',
  'version',
  'count',
  'name',
  'value',
  'wrap',
  'block',
  'view',
];

/** The text of a schema with every construct somewhere, if the seed is willing. */
export function randomSchema(seed: number): string {
  const random = new Random(seed);
  const version = random.below(4);
  const types: string[] = [];
  const names: string[] = [...numbers, 'char'];
  const declare = (name: string, text: string): void => {
    types.push(text);
    names.push(name);
  };
  const since = (): string => (version > 0 && random.chance(4) ? ` sinceVersion="${1 + random.below(version)}"` : '');
  for (let at = 0; at < 3; at++) {
    const primitive = random.pick(numbers);
    const presence = random.chance(2) ? ' presence="optional"' : '';
    declare(`Number${at}`, `<type name="Number${at}" primitiveType="${primitive}"${presence}/>`);
    const length = 1 + random.below(5);
    const element = random.pick(['char', 'uint8', 'int16', 'uint64', 'float']);
    const encoding = element === 'char' && random.chance(2) ? ' characterEncoding="UTF-8"' : '';
    declare(`Array${at}`, `<type name="Array${at}" primitiveType="${element}" length="${length}"${encoding}/>`);
    const codes = random.pick(['uint8', 'char', 'uint16', 'int8', 'uint64']);
    const value = (index: number): string => (codes === 'char' ? String.fromCharCode(65 + index) : String(index * 3));
    const values = [0, 1, 2, 3].map(
      (index) => `<validValue name="${awkward[index * 2]}${index}">${value(index)}</validValue>`,
    );
    declare(`Kind${at}`, `<enum name="Kind${at}" encodingType="${codes}">${values.join('')}</enum>`);
    const width = random.pick([8, 16, 32, 64]);
    const choices = [0, 3, width - 1].map((bit) => `<choice name="bit${bit}">${bit}</choice>`);
    declare(`Flags${at}`, `<set name="Flags${at}" encodingType="uint${width}">${choices.join('')}</set>`);
  }
  const constant = '<type name="exponent" primitiveType="int8" presence="constant">-4</type>';
  declare(
    'Decimal',
    `<composite name="Decimal"><type name="mantissa" primitiveType="int64" presence="optional"/>${constant}</composite>`,
  );
  const inner = '<enum name="inner" encodingType="uint8"><validValue name="on">1</validValue></enum>';
  const gap = random.chance(2) ? ' offset="16"' : '';
  declare(
    'Pair',
    `<composite name="Pair">${inner}<ref name="price" type="Decimal"/><type name="tail" primitiveType="uint16"${gap}/></composite>`,
  );
  const wide = random.chance(2)
    ? '<type name="numGroups" primitiveType="uint16"/><type name="numVarDataFields" primitiveType="uint16"/>'
    : '';
  const header = ['blockLength', 'templateId', 'schemaId', 'version'].map(
    (name) => `<type name="${name}" primitiveType="uint16"/>`,
  );
  types.push(`<composite name="messageHeader">${header.join('')}${wide}</composite>`);
  const count = random.pick(['uint8', 'uint16']);
  types.push(
    `<composite name="groupSizeEncoding"><type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="${count}"/>${wide}</composite>`,
  );
  types.push(
    '<composite name="Text"><type name="length" primitiveType="uint16"/><type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/></composite>',
  );
  types.push(
    '<composite name="Bytes"><type name="length" primitiveType="uint32" maxValue="100000"/><type name="varData" primitiveType="uint8" length="0"/></composite>',
  );
  let id = 0;
  const block = (depth: number): string => {
    const used = new Set<string>();
    const name = (kind: string): string => {
      const wanted = random.chance(3) ? random.pick(awkward) : `${kind}${id}`;
      const free = used.has(wanted) ? `${kind}X${id}` : wanted;
      used.add(free);
      return free;
    };
    const body: string[] = [];
    for (let at = random.below(6); at > 0; at--)
      body.push(`<field name="${name('field')}" id="${++id}" type="${random.pick(names)}"${since()}/>`);
    if (random.chance(4))
      body.push(
        `<field name="${name('fixed')}" id="${++id}" type="Kind0" presence="constant" valueRef="Kind0.class0"/>`,
      );
    for (let at = depth > 2 ? 0 : random.below(3); at > 0; at--)
      body.push(`<group name="${name('group')}" id="${++id}"${since()}>${block(depth + 1)}</group>`);
    for (let at = random.below(3); at > 0; at--)
      body.push(`<data name="${name('data')}" id="${++id}" type="${random.pick(['Text', 'Bytes'])}"${since()}/>`);
    return body.join('');
  };
  const messages = [1, 2, 3].map((at) => `<sbe:message name="Message${at}" id="${at}">${block(0)}</sbe:message>`);
  const order = random.pick(['littleEndian', 'bigEndian']);
  return `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="example.random_${seed}" id="${seed}" version="${version}" byteOrder="${order}">
<types>${types.join('\n')}</types>
${messages.join('\n')}
</sbe:messageSchema>`;
}
