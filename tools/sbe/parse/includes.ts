// <xi:include href="types.xml"/>: the root of another file takes the place of the element, wherever it stands. The file is looked for
// beside the one that names it; what comes from it keeps its own file, line and column. A ring of includes is reported where it closes.

import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { Diagnostics } from '../source/diagnostics.js';
import { readXml, type XmlElement } from '../source/xml_reader.js';
import { Attributes } from './attributes.js';

/** The text of a file, or undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

export function expandIncludes(
  element: XmlElement,
  file: string,
  read: ReadFile,
  diagnostics: Diagnostics,
  open: readonly string[] = [normalize(file)],
): XmlElement {
  if (!element.children.some((child) => child.name === 'include' || child.children.length > 0)) return element;
  const children = element.children.flatMap((child) => {
    if (child.name !== 'include') return [expandIncludes(child, file, read, diagnostics, open)];
    const included = includedRoot(child, file, read, diagnostics, open);
    return included === undefined ? [] : [included];
  });
  return { ...element, children };
}

function includedRoot(
  element: XmlElement,
  file: string,
  read: ReadFile,
  diagnostics: Diagnostics,
  open: readonly string[],
): XmlElement | undefined {
  const attributes = new Attributes(element, diagnostics);
  const href = attributes.required('href');
  const parse = attributes.oneOf('parse', ['xml', 'text'], 'xml');
  attributes.ignore('xpointer', 'encoding', 'accept', 'accept-language');
  attributes.finish();
  if (parse === 'text') {
    attributes.error('parse="text" has no meaning in a schema: leave it away', attributes.place('parse'));
  }
  if (attributes.optional('xpointer') !== undefined) {
    attributes.error('xpointer is not supported: include a whole file', attributes.place('xpointer'));
  }
  if (href === undefined) return undefined;
  const path = normalize(isAbsolute(href) ? href : join(dirname(file), href));
  const place = attributes.place('href');
  if (open.includes(path)) {
    diagnostics.error(place, `"${href}" includes itself: ${[...open.slice(open.indexOf(path)), path].join(' -> ')}`);
    return undefined;
  }
  const text = read(path);
  if (text === undefined) {
    diagnostics.error(place, `there is no file ${path}: href is relative to the file that names it`);
    return undefined;
  }
  const root = readXml(path, text, diagnostics);
  return root === undefined ? undefined : expandIncludes(root, path, read, diagnostics, [...open, path]);
}
