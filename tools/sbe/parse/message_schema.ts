// <messageSchema>: FIX SBE 1.0, and with hw:layout="fixed" the dialect for protocols that have no SBE header (ITCH, MoldUDP64): 48-bit
// integers and a one-character discriminator as the first byte of a message.

import type { MemberIr, MessageIr, MessageSchemaIr } from '../ir.js';
import type { Diagnostics } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { parseBlock, type SchemaScope } from './blocks.js';
import { TypeTable } from './type_table.js';
import { checkVersions } from './versions.js';

const layouts = ['sbe', 'fixed'] as const;
const byteOrders = ['littleEndian', 'bigEndian'] as const;

interface MessageScope extends SchemaScope {
  readonly names: Scope;
  readonly ids: Scope;
}

export function parseMessageSchema(root: XmlElement, diagnostics: Diagnostics): MessageSchemaIr {
  const attributes = new Attributes(root, diagnostics);
  const packageName = attributes.required('package') ?? '';
  const layoutText = attributes.dialect('layout');
  const layout = layouts.find((candidate) => candidate === (layoutText ?? 'sbe'));
  if (layout === undefined)
    attributes.error(`hw:layout="${layoutText}" is not known; one of sbe, fixed`, attributes.place('layout'));
  const fixed = layout === 'fixed';
  const byteOrder = attributes.oneOf('byteOrder', byteOrders, 'littleEndian');
  const id = fixed ? (attributes.integer('id', 0, 65535) ?? 0) : attributes.requiredInteger('id', 0, 65535);
  const version = attributes.integer('version', 0, 65535) ?? 0;
  if (!fixed && attributes.optional('version') === undefined)
    attributes.warning('no version is given: it is taken as 0');
  const headerType = attributes.optional('headerType');
  if (fixed && headerType !== undefined) {
    attributes.error('a fixed layout has no SBE header: leave headerType away', attributes.place('headerType'));
  }
  const description = attributes.description();
  attributes.ignore('semanticVersion');
  attributes.finish();

  const types = new TypeTable(diagnostics, fixed);
  for (const child of root.children) if (child.name === 'types') types.declare(child);
  types.resolveAll();
  const header = fixed ? undefined : (headerType ?? 'messageHeader');
  if (header !== undefined) checkHeader(header, types, attributes);

  const scope: MessageScope = {
    types,
    fixed,
    diagnostics,
    names: new Scope('message', diagnostics),
    ids: new Scope(fixed ? 'discriminator' : 'message id', diagnostics),
  };
  const messages: MessageIr[] = [];
  parseMessages(root, messages, scope);
  checkVersions(root, version, diagnostics);
  return {
    kind: 'messages',
    package: packageName,
    description,
    layout: layout ?? 'sbe',
    byteOrder,
    id,
    version,
    headerType: header,
    enums: types.enums,
    sets: types.sets,
    constants: types.constants,
    composites: types.composites,
    messages,
  };
}

const headerFields = ['blockLength', 'templateId', 'schemaId', 'version'];
const headerTypes: readonly string[] = ['uint8', 'uint16', 'uint32'];

function checkHeader(name: string, types: TypeTable, attributes: Attributes): void {
  const place = attributes.place('headerType');
  const composite = types.composites.find((candidate) => candidate.name === name);
  if (composite === undefined) {
    attributes.error(
      `the header composite "${name}" is not declared: add it to <types> or name it in headerType`,
      place,
    );
    return;
  }
  for (const field of headerFields) {
    const member = composite.members.find((candidate) => candidate.name === field);
    const integer = member?.type.kind === 'primitive' && headerTypes.includes(member.type.primitive);
    if (!integer) attributes.error(`the header composite "${name}" needs an unsigned "${field}"`, place);
  }
}

/** Messages stand in the root, or, as drafts of SBE 2.0 have it, in <messages>. */
function parseMessages(parent: XmlElement, messages: MessageIr[], scope: MessageScope): void {
  for (const child of parent.children) {
    if (child.name === 'message') messages.push(parseMessage(child, scope));
    else if (child.name === 'messages') parseMessages(child, messages, scope);
    else if (child.name !== 'types') unexpectedChild(child, parent, ['types', 'message'], scope.diagnostics);
  }
}

function parseMessage(element: XmlElement, scope: MessageScope): MessageIr {
  const { diagnostics, fixed } = scope;
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const id = fixed ? attributes.integer('id', 0, 65535) : attributes.requiredInteger('id', 0, 65535);
  const discriminator = attributes.dialect('discriminator');
  const description = attributes.description();
  const versions = attributes.versions();
  attributes.ignore('semanticType');
  const body = parseBlock(attributes, versions.sinceVersion, scope);
  attributes.finish();
  scope.names.add(name, element.position);
  if (!fixed) scope.ids.add(String(id), element.position);
  if (discriminator !== undefined) checkDiscriminator(discriminator, body.fields, attributes, scope);
  return { name, id: fixed ? undefined : id, discriminator, ...body, ...versions, description };
}

function checkDiscriminator(
  text: string,
  fields: readonly MemberIr[],
  attributes: Attributes,
  scope: MessageScope,
): void {
  const place = attributes.place('discriminator');
  if (!scope.fixed) attributes.error('hw:discriminator needs hw:layout="fixed" on the schema', place);
  if (!/^[ -~]$/.test(text)) attributes.error(`discriminator "${text}" is not one printable ASCII character`, place);
  scope.ids.add(text, place);
  const first = fields[0];
  const isChar =
    first?.type.kind === 'primitive' && first.type.primitive === 'char' && first.size === 1 && first.offset === 0;
  if (!isChar) attributes.error('a message with a discriminator starts with a field of one char', place);
}
