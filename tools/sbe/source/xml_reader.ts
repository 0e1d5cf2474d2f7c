// XML text to a tree of elements in which every element, attribute and text knows its line and column. saxes does the reading (strict,
// with namespaces, no entities beyond the five built in); this file only keeps the places, which saxes gives for the end of a token and an
// editor wants for its beginning. Malformed XML is reported like any other finding and yields no tree.

import { SaxesParser } from 'saxes';
import type { Diagnostics, Position } from './diagnostics.js';

export interface XmlAttribute {
  /** Local name, without prefix. */
  readonly name: string;
  /** Namespace URI; empty for an attribute without prefix. */
  readonly uri: string;
  readonly value: string;
  readonly position: Position;
}

export interface XmlElement {
  readonly name: string;
  readonly uri: string;
  readonly position: Position;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data directly inside, trimmed, unless it is a single space. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  attributes: XmlAttribute[];
  children: XmlElement[];
  text: string;
}

/** Line starts of a text, to turn offsets into places. */
class LineTable {
  readonly #starts: number[] = [0];
  readonly #file: string;

  constructor(file: string, text: string) {
    this.#file = file;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }
}

const whitespace = /\s/;

/** The root element, or undefined when the text is not well-formed XML. */
export function readXml(file: string, source: string, diagnostics: Diagnostics): XmlElement | undefined {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const lines = new LineTable(file, text);
  const parser = new SaxesParser({ xmlns: true });
  const before = diagnostics.count;
  const stack: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elementStart = 0;
  let cursor = 0;
  let places: Position[] = [];

  parser.on('error', (error) => {
    const message = error.message.replace(/^(?:[^:]*:)?\d+:\d+: /, '').replace(/\.$/, '');
    diagnostics.error(lines.position(Math.max(0, parser.position - 1)), `malformed XML: ${message}`);
  });
  parser.on('doctype', (doctype) => {
    // A bare <!DOCTYPE name> says nothing; entities and defaults of attributes would.
    if (!doctype.includes('[')) return;
    const message = 'declarations inside DOCTYPE are not supported: write the values where they are used';
    diagnostics.error(lines.position(Math.max(0, parser.position - 1)), message);
  });
  parser.on('opentagstart', (tag) => {
    // The character after the name has just been read.
    elementStart = parser.position - tag.name.length - 2;
    cursor = parser.position - 1;
    places = [];
  });
  parser.on('attribute', () => {
    while (cursor < text.length && whitespace.test(text[cursor] as string)) cursor += 1;
    places.push(lines.position(cursor));
    cursor = parser.position;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes)
      .map((attribute, at) => ({
        name: attribute.local,
        uri: attribute.uri,
        value: attribute.value,
        position: places[at] ?? lines.position(elementStart),
      }))
      .filter((attribute) => attribute.uri !== 'http://www.w3.org/2000/xmlns/');
    const element = {
      name: tag.local,
      uri: tag.uri,
      position: lines.position(elementStart),
      attributes,
      children: [],
      text: '',
    };
    const parent = stack.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    stack.push(element);
  });
  const addText = (content: string): void => {
    const open = stack.at(-1);
    if (open !== undefined) open.text += content;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = stack.pop();
    // A lone space is a value: that of a char enum.
    if (closed !== undefined && closed.text !== ' ') closed.text = closed.text.trim();
  });
  const notText = text.indexOf('\ufffd');
  if (notText >= 0)
    diagnostics.error(lines.position(notText), 'malformed XML: not UTF-8 from here: save the file as UTF-8');
  parser.write(text).close();
  return diagnostics.count === before ? root : undefined;
}
