// <messageSchema>: FIX SBE 1.0, and with hw:layout="fixed" the dialect for protocols that have no SBE header (ITCH, MoldUDP64): 48-bit
// integers and a one-character discriminator as the first byte of a message.

import type { MemberIr, MessageIr, MessageSchemaIr, Presence } from '../ir.js';
import { primitiveOf } from '../primitives.js';
import { type Diagnostics, suggestion } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, refuseUnsupported, Scope, unexpectedChild } from './attributes.js';
import { type ResolvedType, TypeTable } from './type_table.js';
import { parseValue } from './values.js';

const layouts = ['sbe', 'fixed'] as const;
const byteOrders = ['littleEndian', 'bigEndian'] as const;
const presences = ['required', 'optional', 'constant'] as const;

interface SchemaScope {
  readonly types: TypeTable;
  readonly fixed: boolean;
  readonly diagnostics: Diagnostics;
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
  const version = fixed
    ? (attributes.integer('version', 0, 65535) ?? 0)
    : attributes.requiredInteger('version', 0, 65535);
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

  const scope: SchemaScope = {
    types,
    fixed,
    diagnostics,
    names: new Scope('message', diagnostics),
    ids: new Scope(fixed ? 'discriminator' : 'message id', diagnostics),
  };
  const messages: MessageIr[] = [];
  for (const child of root.children) {
    if (child.name === 'message') messages.push(parseMessage(child, scope));
    else if (child.name !== 'types' && !refuseUnsupported(child, diagnostics)) {
      unexpectedChild(child, root, ['types', 'message'], diagnostics);
    }
  }
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

function checkHeader(name: string, types: TypeTable, attributes: Attributes): void {
  const place = attributes.place('headerType');
  const composite = types.composites.find((candidate) => candidate.name === name);
  if (composite === undefined) {
    attributes.error(`the header composite "${name}" is not declared`, place);
    return;
  }
  for (const field of headerFields) {
    const member = composite.members.find((candidate) => candidate.name === field);
    const integer = member?.type.kind === 'primitive' && ['uint8', 'uint16', 'uint32'].includes(member.type.primitive);
    if (!integer) attributes.error(`the header composite "${name}" needs an unsigned "${field}"`, place);
  }
}

function parseMessage(element: XmlElement, scope: SchemaScope): MessageIr {
  const { diagnostics, fixed } = scope;
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const id = fixed ? attributes.integer('id', 0, 65535) : attributes.requiredInteger('id', 0, 65535);
  const discriminator = attributes.dialect('discriminator');
  const givenLength = attributes.integer('blockLength', 0, 65535);
  const description = attributes.description();
  attributes.refuseSinceVersion();
  attributes.ignore('semanticType');
  attributes.finish();
  scope.names.add(name, element.position);
  if (!fixed) scope.ids.add(String(id), element.position);

  const fieldNames = new Scope('field', diagnostics);
  const fieldIds = new Scope('field id', diagnostics);
  const fields: MemberIr[] = [];
  let end = 0;
  for (const child of element.children) {
    if (child.name !== 'field') {
      if (!refuseUnsupported(child, diagnostics)) unexpectedChild(child, element, ['field'], diagnostics);
      continue;
    }
    const field = parseField(child, end, scope);
    if (field === undefined) continue;
    fieldNames.add(field.name, child.position);
    if (field.id !== undefined) fieldIds.add(String(field.id), child.position);
    fields.push(field);
    end = Math.max(end, field.offset + field.size);
  }
  if (givenLength !== undefined && givenLength < end) {
    attributes.error(
      `blockLength ${givenLength} is less than the ${end} bytes of its fields`,
      attributes.place('blockLength'),
    );
  }
  if (discriminator !== undefined) checkDiscriminator(discriminator, fields, attributes, scope);
  return { name, id: fixed ? undefined : id, discriminator, blockLength: givenLength ?? end, fields, description };
}

function checkDiscriminator(
  text: string,
  fields: readonly MemberIr[],
  attributes: Attributes,
  scope: SchemaScope,
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

function parseField(element: XmlElement, end: number, scope: SchemaScope): MemberIr | undefined {
  const { diagnostics, types, fixed } = scope;
  const attributes = new Attributes(element, diagnostics);
  const name = attributes.name();
  const id = fixed ? attributes.integer('id', 0, 65535) : attributes.requiredInteger('id', 0, 65535);
  const typeName = attributes.required('type');
  const offset = attributes.integer('offset', 0, 65534);
  const presence = attributes.optional('presence');
  const valueRef = attributes.optional('valueRef');
  const description = attributes.description();
  attributes.refuseSinceVersion();
  attributes.ignore('semanticType', 'timeUnit', 'epoch');
  const wanted = presence === undefined ? undefined : attributes.oneOf('presence', presences, 'required');
  attributes.finish();
  const resolved = typeName === undefined ? undefined : types.resolve(typeName, attributes.place('type'));
  if (resolved === undefined) return undefined;
  if (offset !== undefined && offset < end) {
    attributes.error(`offset ${offset} overlaps the field before it, which ends at ${end}`, attributes.place('offset'));
  }
  const use = applyPresence(resolved, wanted, valueRef, attributes, scope);
  return {
    name,
    id,
    ...use,
    type: resolved.type,
    offset: offset ?? end,
    description: description || resolved.description,
  };
}

/** Presence, null and constant of one use: what the field says wins over what its type says. */
function applyPresence(
  resolved: ResolvedType,
  wanted: Presence | undefined,
  valueRef: string | undefined,
  attributes: Attributes,
  scope: SchemaScope,
): Pick<MemberIr, 'presence' | 'size' | 'nullValue' | 'constant'> {
  const presence = wanted ?? (valueRef === undefined ? resolved.presence : 'constant');
  const required = { presence: 'required', size: resolved.size, nullValue: undefined, constant: undefined } as const;
  if (presence === 'constant') {
    const constant = valueRef === undefined ? resolved.constant : enumConstant(valueRef, resolved, attributes, scope);
    if (constant === undefined && valueRef === undefined) {
      attributes.error('a constant field needs a constant type or a valueRef', attributes.place('presence'));
    }
    return { presence, size: 0, nullValue: undefined, constant: constant ?? '0' };
  }
  if (resolved.presence === 'constant') {
    attributes.error(`its type is a constant, so presence="${presence}" cannot hold`, attributes.place('presence'));
    return required;
  }
  if (presence === 'required') return required;
  if (resolved.type.kind === 'composite' || resolved.type.kind === 'set') {
    attributes.error(
      `presence="optional" on a ${resolved.type.kind} is not supported yet`,
      attributes.place('presence'),
    );
    return required;
  }
  const nullValue = resolved.nullValue ?? primitiveOf(resolved.type.primitive).nullValue;
  return { presence, size: resolved.size, nullValue, constant: undefined };
}

function enumConstant(
  valueRef: string,
  resolved: ResolvedType,
  attributes: Attributes,
  scope: SchemaScope,
): string | undefined {
  const place = attributes.place('valueRef');
  const [enumName = '', valueName = ''] = valueRef.split('.');
  if (scope.types.resolve(enumName, place) === undefined) return undefined;
  const declared = scope.types.enumNamed(enumName);
  const value = declared?.values.find((candidate) => candidate.name === valueName);
  if (declared === undefined || value === undefined) {
    const known = declared?.values.map((candidate) => candidate.name) ?? [];
    attributes.error(`valueRef "${valueRef}" names no enum value${suggestion(valueName, known)}`, place);
    return undefined;
  }
  if (resolved.type.kind === 'composite' || resolved.type.kind === 'set') {
    attributes.error(`valueRef on a ${resolved.type.kind} is not possible`, place);
    return undefined;
  }
  return parseValue(
    value.value,
    resolved.type.primitive === 'char' ? 'uint8' : resolved.type.primitive,
    'valueRef',
    place,
    scope.diagnostics,
  );
}
