// TypeScript for vocabularies: constants, and of each list numbers by name, and a table of names and attributes in the order of the schema.

import type { AttributeType, ListIr, VocabularyIr } from '../ir.js';
import { camelCase } from '../naming.js';
import { emitTypescriptEnum } from './typescript_types.js';
import { typescriptString } from './typescript_values.js';
import type { Writer } from './writer.js';

export function emitTypescriptVocabulary(out: Writer, schema: VocabularyIr): void {
  for (const { name, value, description } of schema.numbers) {
    out.doc(description);
    out.line(`export const ${camelCase(name)} = ${value};`);
  }
  for (const list of schema.lists) {
    emitTypescriptEnum(out, {
      name: list.name,
      primitive: list.primitive,
      values: list.items,
      description: list.description,
    });
    out.line();
    emitTable(out, list);
    out.line();
  }
}

function emitTable(out: Writer, list: ListIr): void {
  const name = camelCase(list.name);
  const dense = list.items.every((item, at) => item.value === String(at));
  out.line(`export const ${name}Count = ${list.items.length};`);
  out.doc(dense ? 'Indexed by value.' : 'In the order of the schema; values are not positions.');
  out.block(`export const ${name}Table = [`, '] as const;', () => {
    for (const item of list.items) {
      out.block('{', '},', () => {
        out.line(`name: ${typescriptString(item.name)},`);
        out.line(`value: ${item.value},`);
        list.attributes.forEach((attribute, at) => {
          out.line(`${attribute.name}: ${attributeLiteral(item.attributes[at] ?? '', attribute.type)},`);
        });
        out.line(`description: ${typescriptString(item.description)},`);
      });
    }
  });
}

function attributeLiteral(text: string, type: AttributeType): string {
  if (type === 'string') return typescriptString(text);
  return type === 'uint64' ? `${text}n` : text;
}
