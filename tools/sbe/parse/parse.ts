// Text of one schema file to IR, or to findings: the root element decides which of the three kinds of schema it is.

import type { SchemaIr } from '../ir.js';
import { Diagnostics } from '../source/diagnostics.js';
import { readXml, type XmlElement } from '../source/xml_reader.js';
import { parseMessageSchema } from './message_schema.js';
import { checkNames } from './names.js';
import { parseRegionSchema } from './region_schema.js';
import { parseVocabulary } from './vocabulary.js';

const roots = ['messageSchema', 'regionSchema', 'vocabulary'];
const packagePattern = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/;

/** The model, or undefined when `diagnostics` has gained an entry. */
export function parseSchema(file: string, text: string, diagnostics: Diagnostics): SchemaIr | undefined {
  const found = new Diagnostics();
  const root = readXml(file, text, found);
  const schema = root === undefined ? undefined : parseRoot(root, found);
  if (root !== undefined && schema !== undefined) {
    if (!packagePattern.test(schema.package)) {
      const at = root.attributes.find((attribute) => attribute.name === 'package')?.position ?? root.position;
      found.error(at, `package="${schema.package}" is not lower-case words joined by dots`);
    }
    if (found.count === 0) checkNames(schema, root, found);
  }
  for (const diagnostic of found.sorted()) diagnostics.error(diagnostic, diagnostic.message);
  return found.count === 0 ? schema : undefined;
}

function parseRoot(root: XmlElement, diagnostics: Diagnostics): SchemaIr | undefined {
  switch (root.name) {
    case 'messageSchema':
      return parseMessageSchema(root, diagnostics);
    case 'regionSchema':
      return parseRegionSchema(root, diagnostics);
    case 'vocabulary':
      return parseVocabulary(root, diagnostics);
    default:
      diagnostics.error(
        root.position,
        `<${root.name}> is not a schema; the root is one of ${roots.map((name) => `<${name}>`).join(', ')}`,
      );
      return undefined;
  }
}
