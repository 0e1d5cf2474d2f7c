// What stands inside a message or a group: fields, then groups, then data. Offsets and block lengths are worked out here; an offset may
// leave a gap and never overlap, a block length may exceed its fields and never fall short.

import type { BlockIr, DataIr, GroupIr, MemberIr } from '../ir.js';
import { primitiveOf } from '../primitives.js';
import type { Diagnostics } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';
import { Attributes, Scope, unexpectedChild } from './attributes.js';
import { applyPresence } from './presence.js';
import type { TypeTable } from './type_table.js';

const presences = ['required', 'optional', 'constant'] as const;
const children = ['field', 'group', 'data'];

export interface SchemaScope {
  readonly types: TypeTable;
  readonly fixed: boolean;
  readonly diagnostics: Diagnostics;
}

type BlockBody = Pick<BlockIr, 'fields' | 'groups' | 'data' | 'blockLength'>;

/** The children of a message or group. `attributes` are the element's own, for its blockLength. */
export function parseBlock(attributes: Attributes, since: number, scope: SchemaScope): BlockBody {
  const { diagnostics } = scope;
  const { element } = attributes;
  const givenLength = attributes.integer('blockLength', 0, 65535);
  const names = new Scope('field', diagnostics);
  const ids = new Scope('field id', diagnostics, 'warning');
  const fields: MemberIr[] = [];
  const groups: GroupIr[] = [];
  const data: DataIr[] = [];
  let end = 0;
  let rank = 0;
  let last = { sinceVersion: since, name: '' };
  for (const child of element.children) {
    const kind = children.indexOf(child.name);
    if (kind < 0 || (scope.fixed && kind > 0)) {
      unexpectedChild(child, element, scope.fixed ? ['field'] : children, diagnostics);
      continue;
    }
    if (kind < rank) misplaced(child, children[rank] ?? '', diagnostics);
    if (kind > rank) last = { sinceVersion: since, name: '' };
    rank = Math.max(rank, kind);
    const member = parseChild(child, end, scope);
    if (member === undefined) continue;
    names.add(member.name, child.position);
    if (member.id !== undefined) ids.add(String(member.id), child.position);
    if (kind > 0 || ('size' in member && member.size > 0)) last = checkOrder(child, member, last, diagnostics);
    if ('dimensionType' in member) groups.push(member);
    else if ('offset' in member) {
      fields.push(member);
      end = Math.max(end, member.offset + member.size);
    } else data.push(member);
  }
  if (givenLength !== undefined && givenLength < end) {
    const message = `blockLength ${givenLength} is less than the ${end} bytes of its fields`;
    attributes.error(message, attributes.place('blockLength'));
  }
  return { fields, groups, data, blockLength: givenLength ?? end };
}

function misplaced(child: XmlElement, after: string, diagnostics: Diagnostics): void {
  const message = `<${child.name}> stands after a <${after}>: fields come first, then groups, then data`;
  diagnostics.error(child.position, message);
}

/** Whatever is added in a later version goes to the end of its kind: an older decoder takes what it knows from the front. */
function checkOrder(
  child: XmlElement,
  member: { readonly name: string; readonly sinceVersion: number },
  last: { readonly sinceVersion: number; readonly name: string },
  diagnostics: Diagnostics,
): { readonly sinceVersion: number; readonly name: string } {
  if (member.sinceVersion >= last.sinceVersion) return { sinceVersion: member.sinceVersion, name: member.name };
  if (last.name !== '' && member.sinceVersion < last.sinceVersion) {
    const message = `"${member.name}" is older than "${last.name}" before it: what is new goes to the end of its kind`;
    diagnostics.warning(child.position, message);
  }
  return last;
}

function parseChild(child: XmlElement, end: number, scope: SchemaScope): MemberIr | GroupIr | DataIr | undefined {
  if (child.name === 'field') return parseField(child, end, scope);
  return child.name === 'group' ? parseGroup(child, scope) : parseData(child, scope);
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
  const versions = attributes.versions();
  attributes.ignore('semanticType', 'timeUnit', 'epoch');
  const wanted = presence === undefined ? undefined : attributes.oneOf('presence', presences, 'required');
  attributes.finish();
  const resolved = typeName === undefined ? undefined : types.resolve(typeName, attributes.place('type'));
  if (resolved === undefined) return undefined;
  const use = applyPresence(resolved, wanted, valueRef, attributes, scope);
  if (offset !== undefined && offset < end && use.size > 0) {
    const message = `offset ${offset} overlaps the field before it, which ends at ${end}`;
    attributes.error(message, attributes.place('offset'));
  }
  if (use.size === 0 && use.presence !== 'constant') {
    const message = `type "${typeName}" has variable length: declare it as <data>, behind fields and groups`;
    attributes.error(message, attributes.place('type'));
  }
  const { minValue, maxValue, encoding } = resolved;
  return {
    name,
    id,
    ...use,
    type: resolved.type,
    offset: use.presence === 'constant' ? end : (offset ?? end),
    ...versions,
    minValue,
    maxValue,
    encoding,
    description: description || resolved.description,
  };
}

function parseGroup(element: XmlElement, scope: SchemaScope): GroupIr {
  const attributes = new Attributes(element, scope.diagnostics);
  const name = attributes.name();
  const id = attributes.requiredInteger('id', 0, 65535);
  const dimensionType = attributes.optional('dimensionType') ?? 'groupSizeEncoding';
  const description = attributes.description();
  const versions = attributes.versions();
  attributes.ignore('semanticType');
  const body = parseBlock(attributes, versions.sinceVersion, scope);
  attributes.finish();
  checkDimension(dimensionType, attributes, scope);
  return { name, id, dimensionType, ...body, ...versions, description };
}

/** What a signed 32-bit count can hold, which is where other SBE compilers stop. */
const mostEntries = 2147483647;

function largestCount(member: MemberIr): number {
  return Number(
    member.maxValue ?? (member.type.kind === 'primitive' ? primitiveOf(member.type.primitive).highest : 0n),
  );
}

const counts: readonly string[] = ['uint8', 'uint16', 'uint32'];

/** The dimension composite has an unsigned blockLength and an unsigned numInGroup; what else it has is written as zero. */
function checkDimension(name: string, attributes: Attributes, scope: SchemaScope): void {
  const place = attributes.place('dimensionType');
  if (!scope.types.isDeclared(name)) {
    attributes.error(`the dimension composite "${name}" is not declared: add it to <types> or name another`, place);
    return;
  }
  const composite = scope.types.compositeNamed(name);
  if (composite === undefined) {
    if (scope.types.resolve(name, place) !== undefined)
      attributes.error(`dimensionType "${name}" is not a composite`, place);
    return;
  }
  for (const wanted of ['blockLength', 'numInGroup']) {
    const member = composite.members.find((candidate) => candidate.name === wanted);
    if (member === undefined) {
      attributes.error(`the dimension composite "${name}" has no "${wanted}"`, place);
    } else if (member.type.kind !== 'primitive' || !counts.includes(member.type.primitive)) {
      attributes.error(`"${wanted}" of the dimension composite "${name}" is not one of ${counts.join(', ')}`, place);
    } else if (wanted === 'numInGroup' && largestCount(member) > mostEntries) {
      const advice = `give it a maxValue of at most ${mostEntries}`;
      attributes.error(`"numInGroup" of the dimension composite "${name}" is larger than any buffer: ${advice}`, place);
    }
  }
}

function parseData(element: XmlElement, scope: SchemaScope): DataIr | undefined {
  const attributes = new Attributes(element, scope.diagnostics);
  const name = attributes.name();
  const id = attributes.requiredInteger('id', 0, 65535);
  const type = attributes.required('type');
  const description = attributes.description();
  const versions = attributes.versions();
  attributes.ignore('semanticType', 'presence');
  attributes.finish();
  if (type === undefined) return undefined;
  const place = attributes.place('type');
  if (scope.types.resolve(type, place) === undefined) return undefined;
  if (scope.types.compositeNamed(type)?.varData === undefined) {
    attributes.error(`type "${type}" of data is not a composite of an integer "length" and a "varData"`, place);
    return undefined;
  }
  return { name, id, type, ...versions, description };
}
