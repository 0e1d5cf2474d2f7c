// C++ for vocabularies: constants, and of each list an enum, a table of names and attributes in the order of the schema, and look-ups.

import type { AttributeType, ListIr, VocabularyIr } from '../ir.js';
import { cppName, pascalCase, snakeCase } from '../naming.js';
import { emitCppEnum } from './cpp_types.js';
import { cppLiteral, cppString, cppType } from './cpp_values.js';
import type { Writer } from './writer.js';

const attributeTypes: Readonly<Record<AttributeType, string>> = {
  string: 'std::string_view',
  uint32: 'std::uint32_t',
  uint64: 'std::uint64_t',
  boolean: 'bool',
};

export function emitCppVocabulary(out: Writer, schema: VocabularyIr): void {
  for (const { name, primitive, value, description } of schema.numbers) {
    if (description !== '') out.comment(description);
    out.line(`inline constexpr ${cppType(primitive)} ${cppName(name)} = ${cppLiteral(value, primitive)};`);
  }
  for (const list of schema.lists) {
    emitCppEnum(out, { name: list.name, primitive: list.primitive, values: list.items, description: list.description });
    out.line();
    emitTable(out, list);
    out.line();
  }
}

function emitTable(out: Writer, list: ListIr): void {
  const name = pascalCase(list.name);
  const lower = snakeCase(list.name);
  out.block(`struct ${name}Info {`, '};', () => {
    out.line('std::string_view name;');
    out.line(`${name} value;`);
    for (const attribute of list.attributes) out.line(`${attributeTypes[attribute.type]} ${cppName(attribute.name)};`);
    out.line('std::string_view description;');
  });
  out.line();
  out.line(`inline constexpr std::size_t ${lower}_count = ${list.items.length};`);
  const dense = list.items.every((item, at) => item.value === String(at));
  out.comment(dense ? 'Indexed by value.' : 'In the order of the schema; values are not positions.');
  out.block(`inline constexpr std::array<${name}Info, ${lower}_count> ${lower}_table = {{`, '}};', () => {
    for (const item of list.items) {
      const attributes = list.attributes.map((attribute, at) =>
        attributeLiteral(item.attributes[at] ?? '', attribute.type),
      );
      out.line(
        `{${[cppString(item.name), `${name}::${cppName(item.name)}`, ...attributes, cppString(item.description)].join(', ')}},`,
      );
    }
  });
}

function attributeLiteral(text: string, type: AttributeType): string {
  switch (type) {
    case 'string':
      return cppString(text);
    case 'boolean':
      return text;
    default:
      return cppLiteral(text, type);
  }
}
