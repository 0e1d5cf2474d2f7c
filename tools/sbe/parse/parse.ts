// Text of one schema file to IR, or to findings: the root element decides which of the three kinds of schema it is.

import { readFileSync } from 'node:fs';
import type { SchemaIr } from '../ir.js';
import { Diagnostics } from '../source/diagnostics.js';
import { readXml, type XmlElement } from '../source/xml_reader.js';
import { expandIncludes, type ReadFile } from './includes.js';
import { parseMessageSchema } from './message_schema.js';
import { checkNames } from './names.js';
import { parseRegionSchema } from './region_schema.js';
import { parseVocabulary } from './vocabulary.js';

const roots = ['messageSchema', 'regionSchema', 'vocabulary'];

/** The model, or undefined when `diagnostics` has gained an error. `read` finds included files. */
export function parseSchema(
  file: string,
  text: string,
  diagnostics: Diagnostics,
  read: ReadFile = readIncluded,
): SchemaIr | undefined {
  const found = new Diagnostics();
  const tree = readXml(file, text, found);
  const root = tree === undefined ? undefined : expandIncludes(tree, file, read, found);
  const schema = root === undefined ? undefined : parseRoot(root, found);
  if (root !== undefined && schema !== undefined && found.count === 0) checkNames(schema, root, found);
  for (const diagnostic of found.sorted()) diagnostics.add(diagnostic);
  return found.count === 0 ? schema : undefined;
}

function readIncluded(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseRoot(root: XmlElement, diagnostics: Diagnostics): SchemaIr | undefined {
  switch (root.name) {
    case 'messageSchema':
      return parseMessageSchema(root, diagnostics);
    case 'regionSchema':
      return parseRegionSchema(root, diagnostics);
    case 'vocabulary':
      return parseVocabulary(root, diagnostics);
    case 'types':
    case 'messages':
      diagnostics.error(root.position, `<${root.name}> is a part of a schema: compile the schema that includes it`);
      return undefined;
    default:
      diagnostics.error(
        root.position,
        `<${root.name}> is not a schema; the root is one of ${roots.map((name) => `<${name}>`).join(', ')}`,
      );
      return undefined;
  }
}
