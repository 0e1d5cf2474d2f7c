// TypeScript flyweights of composites, and of messages that are one block and have never changed: a Decoder and an Encoder over a DataView,
// made once and wrapped around one message after another. Messages with groups, data or versions: typescript_sections.ts.

import { isDecimal } from '../decode/decimal.js';
import type { CompositeIr, MemberIr, MessageIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { headerSizeOf, isBare, isLater, type TypescriptSchema } from './forms.js';
import { nullImage } from './null_image.js';
import { messageRemark } from './remarks.js';
import { emitClear, emitHeader } from './typescript_image.js';
import {
  bodyOfComposite,
  emitDecimalGetter,
  emitDecimalSetter,
  emitFromJson,
  emitJsonType,
  emitToJson,
} from './typescript_json.js';
import {
  type Block,
  derivedNames,
  emitGetter,
  emitNull,
  emitSetter,
  hasPlace,
  needsVersion,
  privateName,
  type Role,
} from './typescript_members.js';
import { typescriptString } from './typescript_values.js';
import { emitValuesType, isInBlocks } from './typescript_whole_blocks.js';
import type { Writer } from './writer.js';

/** Names of a class that fields must not take once it has toJSON and fromJSON. */
export const richTaken = ['toJSON', 'fromJSON', 'decimal'];

function blockOf(
  schema: TypescriptSchema,
  name: string,
  members: readonly MemberIr[],
  since: number | undefined,
): Block {
  const pad = schema.layout === 'fixed' ? 0x20 : 0;
  const taken = [...(schema.rich ? richTaken : []), ...derivedNames(members, [])];
  return {
    name: pascalCase(name),
    schema,
    members,
    order: schema.byteOrder,
    pad,
    since,
    keepsVersion: false,
    keepsLength: false,
    taken,
  };
}

export function emitTypescriptComposite(out: Writer, schema: TypescriptSchema, composite: CompositeIr): void {
  const versioned = needsVersion(schema, composite);
  const since = isBare(schema) ? undefined : composite.sinceVersion;
  const block = { ...blockOf(schema, composite.name, composite.members, since), keepsVersion: versioned };
  const remark = messageRemark('Composite', composite.size, composite.description);
  const statics = (): void => {
    out.line(`static readonly encodedLength = ${composite.size};`);
  };
  const decoderStatics = (): void => {
    statics();
    if (!isAbsentSomewhere(schema, composite)) return;
    out.doc('What a message reads that is older than a field of this type: every member null.');
    out.line(
      `static readonly nullImage = new DataView(new Uint8Array([${nullImage(schema, composite).join(', ')}]).buffer);`,
    );
  };
  if (schema.rich) {
    emitJsonType(out, block, bodyOfComposite(composite));
    out.line();
  }
  out.doc(remark);
  emitClass(
    out,
    block,
    'Decoder',
    decoderStatics,
    () => {
      if (versioned) emitVersionedWrap(out);
      else emitPlainWrap(out, block, 'Points this decoder at the composite.');
    },
    () => {
      if (isDecimal(composite) && schema.rich) emitDecimalGetter(out, block, composite);
      if (schema.rich) emitToJson(out, block, bodyOfComposite(composite), 'toJSON');
    },
  );
  if (schema.rich && !isBare(schema) && isInBlocks(schema, composite)) {
    out.line();
    emitValuesType(out, block, `${block.name} as part of a whole block.`);
  }
  out.line().doc(remark);
  emitClass(
    out,
    block,
    'Encoder',
    statics,
    () => emitPlainWrap(out, block, 'Points this encoder at the composite; clears nothing.'),
    () => {
      if (isDecimal(composite) && schema.rich) emitDecimalSetter(out, block, composite);
      if (schema.rich) emitFromJson(out, block, bodyOfComposite(composite), 'fromJSON');
    },
  );
}

/** Compared first: a program reads and writes the same view again and again, and to store a reference costs more than a number. */
const takeView = 'if (view !== this._view) this._view = view;';

function emitVersionedWrap(out: Writer): void {
  out.doc('Points this decoder at the composite of a message of the given version.');
  out.block('wrap(view: DataView, offset: number, version: number = schemaVersion): this {', '}', () => {
    out.lines([takeView, 'this._offset = offset;', 'this._version = version;', 'return this;']);
  });
}

/** Whether some field of this composite came later than the block that holds it. */
function isAbsentSomewhere(schema: TypescriptSchema, composite: CompositeIr): boolean {
  const isIt =
    (since: number) =>
    (member: MemberIr): boolean =>
      member.type.kind === 'composite' && member.type.name === composite.name && isLater(member, since);
  const inBlock = (block: Pick<MessageIr, 'fields' | 'groups' | 'sinceVersion'>): boolean =>
    block.fields.some(isIt(block.sinceVersion)) || block.groups.some(inBlock);
  return (
    schema.messages.some(inBlock) || schema.composites.some((other) => other.members.some(isIt(other.sinceVersion)))
  );
}

export function emitTypescriptMessage(out: Writer, schema: TypescriptSchema, message: MessageIr): void {
  const block = blockOf(schema, message.name, message.fields, undefined);
  const headerSize = headerSizeOf(schema);
  const fixedKind = message.discriminator === undefined ? 'Fixed layout' : `Type '${message.discriminator}'`;
  const remark = messageRemark(
    message.id === undefined ? fixedKind : `Template ${message.id}`,
    message.blockLength,
    message.description,
  );
  const statics = (): void => {
    if (message.id !== undefined) out.line(`static readonly templateId = ${message.id};`);
    if (message.discriminator !== undefined)
      out.line(`static readonly discriminator = ${typescriptString(message.discriminator)};`);
    out.line(`static readonly blockLength = ${message.blockLength};`);
    out.line(`static readonly encodedLength = ${headerSize + message.blockLength};`);
  };
  const place = headerSize === 0 ? 'the start of the message' : 'the block, which follows the message header';
  if (schema.rich) {
    emitJsonType(out, block, message);
    out.line();
  }
  out.doc(remark);
  const wraps = (): void => emitPlainWrap(out, block, `Points this decoder at ${place}.`);
  emitClass(out, block, 'Decoder', statics, wraps, () => {
    if (schema.rich) emitToJson(out, block, message, 'toJSON');
  });
  out.line().doc(remark);
  const encoderWraps = (): void => {
    if (schema.headerType === undefined) emitFixedWrap(out, block, message);
    else emitSbeWraps(out, block, schema, message, headerSize);
  };
  emitClass(out, block, 'Encoder', statics, encoderWraps, () => {
    if (schema.rich) emitFromJson(out, block, message, 'fromJSON');
  });
}

function emitPlainWrap(out: Writer, block: Block, doc: string): void {
  out.doc(doc);
  const used = hasPlace(block) ? '' : '_';
  out.block(`wrap(${used}view: DataView, ${used}offset: number): this {`, '}', () => {
    if (hasPlace(block)) out.lines([takeView, 'this._offset = offset;']);
    out.line('return this;');
  });
}

function emitFixedWrap(out: Writer, block: Block, message: MessageIr): void {
  const discriminator = message.discriminator === undefined ? '' : ' and writes its discriminator';
  out.doc(`Points this encoder at a message to be written, clears it${discriminator}.`);
  out.block('wrap(view: DataView, offset: number): this {', '}', () => {
    if (hasPlace(block)) out.lines([takeView, 'this._offset = offset;']);
    emitClear(out, block.schema, message, 'offset');
    if (message.discriminator !== undefined) out.line(`view.setUint8(offset, ${message.discriminator.charCodeAt(0)});`);
    out.line('return this;');
  });
}

function emitSbeWraps(
  out: Writer,
  block: Block,
  schema: TypescriptSchema,
  message: MessageIr,
  headerSize: number,
): void {
  emitPlainWrap(out, block, 'Points this encoder at a block behind a header already written; clears nothing.');
  out.line();
  out.doc('Writes the message header at offset and clears the block behind it.');
  out.block('wrapAndApplyHeader(view: DataView, offset: number): this {', '}', () => {
    emitHeader(out, schema, message);
    emitClear(out, schema, message, `offset + ${headerSize}`);
    out.line(`return this.wrap(view, offset + ${headerSize});`);
  });
}

export function emitClass(
  out: Writer,
  block: Block,
  role: Role,
  statics: () => void,
  wraps: () => void,
  last: () => void,
): void {
  out.block(`export class ${block.name}${role} {`, '}', () => {
    statics();
    if (role === 'Decoder') for (const member of block.members) emitNull(out, block, member);
    if (hasPlace(block)) out.lines(['private _view: DataView = noView;', 'private _offset = 0;']);
    if (role === 'Decoder' && block.keepsVersion) out.line('private _version = 0;');
    for (const member of block.members) {
      if (member.type.kind !== 'composite') continue;
      const type = `${pascalCase(member.type.name)}${role}`;
      out.line(`private readonly ${privateName(member.name)} = new ${type}();`);
    }
    out.line();
    wraps();
    emitMembers(out, block, role);
    last();
  });
}

export function emitMembers(out: Writer, block: Block, role: Role): void {
  for (const member of block.members) {
    if (role === 'Encoder' && member.presence === 'constant') continue;
    out.line();
    if (role === 'Decoder') emitGetter(out, block, member);
    else emitSetter(out, block, member);
  }
}
