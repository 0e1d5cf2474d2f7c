// Names that differ in the schema and would be one name in a generated file. camelCase becomes snake_case in C++, so `clOrdId` and
// `cl_ord_id` clash there; types of all kinds share one namespace in both languages, composites and messages another. Reported at the root,
// since it is a property of the whole.

import type { SchemaIr } from '../ir.js';
import { pascalCase, snakeCase } from '../naming.js';
import type { Diagnostics } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';

export function checkNames(schema: SchemaIr, root: XmlElement, diagnostics: Diagnostics): void {
  const check = (where: string, names: readonly string[], convert: (name: string) => string): void => {
    const seen = new Map<string, string>();
    for (const name of names) {
      const converted = convert(name);
      const earlier = seen.get(converted);
      if (earlier !== undefined && earlier !== name) {
        diagnostics.error(
          root.position,
          `${where}: "${earlier}" and "${name}" would both be generated as "${converted}"`,
        );
      } else if (earlier !== undefined) {
        diagnostics.error(root.position, `${where}: "${name}" is declared twice`);
      }
      seen.set(converted, name);
    }
  };
  const namesOf = (items: readonly { readonly name: string }[]): string[] => items.map((item) => item.name);
  if (schema.kind === 'messages') {
    // Classes of composites and messages end in View, Decoder or Encoder; enums and sets are called as they are.
    check('types', [schema.enums, schema.sets, schema.composites].flatMap(namesOf), pascalCase);
    check('composites and messages', [schema.composites, schema.messages].flatMap(namesOf), pascalCase);
    for (const type of schema.enums) check(`enum ${type.name}`, namesOf(type.values), snakeCase);
    for (const type of schema.sets) check(`set ${type.name}`, namesOf(type.choices), snakeCase);
    for (const type of schema.composites) check(`composite ${type.name}`, namesOf(type.members), snakeCase);
    for (const message of schema.messages) check(`message ${message.name}`, namesOf(message.fields), snakeCase);
  } else if (schema.kind === 'regions') {
    check('header', namesOf(schema.header), snakeCase);
    check('regions', namesOf(schema.regions), pascalCase);
    for (const region of schema.regions) check(`region ${region.name}`, namesOf(region.columns), snakeCase);
  } else {
    check('lists', namesOf(schema.lists), pascalCase);
    for (const list of schema.lists) check(`list ${list.name}`, namesOf(list.items), snakeCase);
  }
}
