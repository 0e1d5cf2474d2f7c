// Where the things of a schema stand in its file: `types/Side/buy`, `messages/NewOrder/legs/price`.

import { readFileSync } from 'node:fs';
import { expandIncludes } from '../parse/includes.js';
import { Diagnostics, type Position } from '../source/diagnostics.js';
import { readXml, type XmlElement } from '../source/xml_reader.js';

export type Places = (path: string) => Position;

export function placesIn(file: string): Places {
  const unheard = new Diagnostics();
  const tree = readXml(file, readFileSync(file, 'utf8'), unheard);
  const places = new Map<string, Position>();
  const root =
    tree === undefined ? undefined : expandIncludes(tree, file, (path) => readFileSync(path, 'utf8'), unheard);
  const visit = (element: XmlElement, path: string): void => {
    for (const child of element.children) {
      const name = child.attributes.find((attribute) => attribute.name === 'name')?.value;
      if (name === undefined) {
        visit(child, path);
        continue;
      }
      const kind = path === '' ? (child.name === 'message' ? 'messages/' : 'types/') : `${path}/`;
      if (!places.has(kind + name)) places.set(kind + name, child.position);
      visit(child, kind + name);
    }
  };
  if (root !== undefined) visit(root, '');
  const start = root?.position ?? { file, line: 1, column: 1 };
  return (path) => {
    // The nearest thing that still has a place: what was removed is told where it was missing from.
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const found = places.get(at);
      if (found !== undefined) return found;
    }
    return start;
  };
}
