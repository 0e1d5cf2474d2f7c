// Messages read by the model, with no generated code: what `decode` prints. Functions made once for each member and block (values.ts,
// blocks.ts) do it; they are written apart from what generates code, so that the two check each other.
//
// Notation: 64-bit integers as decimal text, other numbers as numbers (NaN and infinities as text), null for the null of an optional field
// and for what a message of an older version does not have, characters and text as text, uint8 arrays and data without encoding as hex,
// enums as the name of the value or the number where it has none, sets as a list of names and of bit numbers without a name, composites as
// objects (one of a mantissa and a constant exponent as a decimal), groups as lists. Constants are not on the wire and not in the result.

import { compositeOf } from '../emit/forms.js';
import type { CompositeIr, MessageIr, MessageSchemaIr } from '../ir.js';
import { blockReader, need, type Place, type ReadBlock, ShortBytes } from './blocks.js';
import { type Read, readerOf } from './values.js';

export { ShortBytes } from './blocks.js';

export type JsonValue = null | string | number | boolean | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

export interface Header {
  readonly blockLength: number;
  readonly templateId: number;
  readonly schemaId: number;
  readonly version: number;
  /** What else the header holds. */
  readonly more: JsonObject;
  /** Length of the whole frame, where the header states one. */
  readonly frameLength: number | undefined;
}

export interface DecodedMessage {
  readonly message: MessageIr;
  readonly header: Header | undefined;
  readonly fields: JsonObject;
  /** Offset behind the last byte that belongs to the message. */
  readonly end: number;
}

const knownHeader = ['blockLength', 'templateId', 'schemaId', 'version'];
const frameNames = ['frameLength', 'messageLength', 'msgLength', 'msgSize'];
const nothingMore: JsonObject = {};

interface Known {
  readonly message: MessageIr;
  readonly read: ReadBlock;
}

/** One number of the header. */
type Count = (view: DataView, offset: number) => number;

export class MessageReader {
  readonly #schema: MessageSchemaIr;
  readonly #headerSize: number;
  readonly #counts: readonly Count[];
  readonly #frameLength: Count | undefined;
  readonly #more: readonly { readonly name: string; readonly offset: number; readonly read: Read }[];
  readonly #byTemplate: ReadonlyMap<number | undefined, Known>;
  readonly #byDiscriminator: ReadonlyMap<string | undefined, Known>;
  /** The one place there is: messages are read one after another. */
  readonly #place: Place = { view: new DataView(new ArrayBuffer(0)), version: 0, end: 0 };

  constructor(schema: MessageSchemaIr) {
    this.#schema = schema;
    const known = schema.messages.map((message) => {
      const read = blockReader(schema, message, [message.name]);
      return { message, read };
    });
    this.#byTemplate = new Map(known.map((one) => [one.message.id, one]));
    this.#byDiscriminator = new Map(known.map((one) => [one.message.discriminator, one]));
    const header = schema.headerType === undefined ? undefined : compositeOf(schema, schema.headerType);
    this.#headerSize = header?.size ?? 0;
    this.#counts = header === undefined ? [] : knownHeader.map((name) => countOf(schema, header, name));
    const onWire = (header?.members ?? []).filter((member) => member.presence !== 'constant');
    const frame = frameNames.find((name) => onWire.some((member) => member.name === name));
    this.#frameLength = header === undefined || frame === undefined ? undefined : countOf(schema, header, frame);
    this.#more = onWire
      .filter((member) => !knownHeader.includes(member.name))
      .map((member) => ({ name: member.name, offset: member.offset, read: readerOf(schema, member) }));
  }

  /** The message header at `offset`; undefined where the view ends before it, or in a layout without headers. */
  header(view: DataView, offset: number): Header | undefined {
    const [blockLength, templateId, schemaId, version] = this.#counts;
    if (blockLength === undefined || templateId === undefined) return undefined;
    if (schemaId === undefined || version === undefined || offset + this.#headerSize > view.byteLength)
      return undefined;
    return {
      blockLength: blockLength(view, offset),
      templateId: templateId(view, offset),
      schemaId: schemaId(view, offset),
      version: version(view, offset),
      more: this.#more.length === 0 ? nothingMore : this.#moreOf(view, offset),
      frameLength: this.#frameLength?.(view, offset),
    };
  }

  #moreOf(view: DataView, offset: number): JsonObject {
    const more: Record<string, JsonValue> = {};
    for (const { name, offset: at, read } of this.#more) more[name] = read(view, offset + at, this.#schema.version);
    return more;
  }

  /** Whether the header at `offset` names this schema. */
  knows(view: DataView, offset: number): boolean {
    return offset + this.#headerSize <= view.byteLength && this.#counts[2]?.(view, offset) === this.#schema.id;
  }

  /** The message that begins at `offset`. Throws a RangeError when it is none of the schema's or reaches beyond the view. */
  read(view: DataView, offset: number): DecodedMessage {
    if (this.#schema.layout === 'fixed') return this.#readFixed(view, offset);
    const header = this.header(view, offset);
    if (header === undefined)
      throw new ShortBytes(`no room for a message header at byte ${offset} of ${view.byteLength}`);
    const known = this.#byTemplate.get(header.templateId);
    if (header.schemaId !== this.#schema.id || known === undefined) {
      const found = `schema ${header.schemaId}, template ${header.templateId}`;
      throw new RangeError(`the header at byte ${offset} says ${found}: not in schema ${this.#schema.id}`);
    }
    const place = this.#at(view, header.version, offset + this.#headerSize);
    const fields = known.read(place, header.blockLength);
    return { message: known.message, header, fields, end: place.end };
  }

  #at(view: DataView, version: number, offset: number): Place {
    const place = this.#place;
    place.view = view;
    place.version = version;
    place.end = offset;
    return place;
  }

  #readFixed(view: DataView, offset: number): DecodedMessage {
    need(view, offset + 1, 'a message');
    const type = String.fromCharCode(view.getUint8(offset));
    const known = this.#byDiscriminator.get(type) ?? this.#byDiscriminator.get(undefined);
    if (known === undefined) throw new RangeError(`no message begins with "${type}", the byte at ${offset}`);
    const place = this.#at(view, this.#schema.version, offset);
    const fields = known.read(place, known.message.blockLength);
    return { message: known.message, header: undefined, fields, end: place.end };
  }
}

function countOf(schema: MessageSchemaIr, header: CompositeIr, name: string): Count {
  const member = header.members.find((candidate) => candidate.name === name);
  if (member?.constant !== undefined) return () => Number(member.constant);
  if (member === undefined) return () => Number.NaN;
  const read = readerOf(schema, { ...member, presence: 'required' });
  return (view, offset) => Number(read(view, offset + member.offset, schema.version));
}
