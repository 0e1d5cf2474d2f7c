// One page of Markdown for one schema: every message with its bytes, every type with its values. Made to be read beside the wire.

import { formOf, headerSizeOf, sectionsOf, varDataOf } from './emit/forms.js';
import type { BlockIr, MemberIr, MessageSchemaIr, SchemaIr, TypeIr } from './ir.js';
import { layoutHash } from './layout_hash.js';
import { hex64 } from './naming.js';

export function docsOf(schema: SchemaIr, source: string): string {
  const out: string[] = [`# ${schema.package}`, ''];
  if (schema.description !== '') out.push(schema.description, '');
  out.push(`From \`${source}\`. Layout hash \`${hex64(layoutHash(schema))}\`.`, '');
  if (schema.kind === 'messages') messageDocs(out, schema);
  else if (schema.kind === 'vocabulary') {
    if (schema.numbers.length > 0) {
      heading(out, 2, 'Constants', '');
      table(
        out,
        ['value', 'name', 'type', 'meaning'],
        schema.numbers.map((one) => [one.value, one.name, one.primitive, one.description]),
      );
    }
    for (const list of schema.lists) {
      heading(out, 2, list.name, list.description);
      const names = list.attributes.map((attribute) => attribute.name);
      table(
        out,
        ['value', 'name', ...names, 'meaning'],
        list.items.map((item) => [item.value, item.name, ...item.attributes, item.description]),
      );
    }
  } else {
    for (const region of schema.regions) {
      heading(out, 2, `Region ${region.name}`, region.description);
      table(
        out,
        ['dimension', 'at most', 'meaning'],
        region.dimensions.map((one) => [one.name, String(one.max), one.description]),
      );
      table(
        out,
        ['column', 'type', 'per', 'values', 'meaning'],
        region.columns.map((one) => [one.name, one.type, one.per.join(', '), String(one.count), one.description]),
      );
    }
  }
  return `${out.join('\n').trimEnd()}\n`;
}

function heading(out: string[], level: number, title: string, description: string): void {
  out.push(`${'#'.repeat(level)} ${title}`, '');
  if (description !== '') out.push(description, '');
}

function table(out: string[], head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  out.push(line(head), line(head.map(() => '---')), ...rows.map(line), '');
}

function messageDocs(out: string[], schema: MessageSchemaIr): void {
  const order = schema.byteOrder === 'littleEndian' ? 'little-endian' : 'big-endian';
  const header =
    schema.headerType === undefined ? '' : `, header \`${schema.headerType}\` of ${headerSizeOf(schema)} bytes`;
  const number = schema.layout === 'sbe' ? `Schema ${schema.id}, version ${schema.version}, ` : '';
  out.push(`${number}${order}${header}.`, '');
  heading(out, 2, 'Messages', '');
  const key = schema.layout === 'sbe' ? 'template' : 'type';
  table(
    out,
    [key, 'message', 'block', 'since', 'meaning'],
    schema.messages.map((message) => [
      String(message.id ?? message.discriminator ?? ''),
      `[${message.name}](#${message.name.toLowerCase()})`,
      String(message.blockLength),
      sinceOf(message),
      message.description,
    ]),
  );
  for (const message of schema.messages) {
    heading(out, 3, message.name, message.description);
    blockDocs(out, schema, message, []);
  }
  heading(out, 2, 'Types', '');
  for (const type of schema.enums) {
    heading(out, 3, type.name, `Enum of ${type.primitive}. ${type.description}`.trim());
    const shown = (value: string): string =>
      type.primitive === 'char' ? `${value} '${String.fromCharCode(Number(value))}'` : value;
    table(
      out,
      ['value', 'name', 'since', 'meaning'],
      type.values.map((one) => [shown(one.value), one.name, sinceOf(one), one.description]),
    );
  }
  for (const type of schema.sets) {
    heading(out, 3, type.name, `Set of ${type.primitive}. ${type.description}`.trim());
    table(
      out,
      ['bit', 'name', 'since', 'meaning'],
      type.choices.map((one) => [String(one.bit), one.name, sinceOf(one), one.description]),
    );
  }
  for (const composite of schema.composites) {
    heading(out, 3, composite.name, `Composite of ${composite.size} bytes. ${composite.description}`.trim());
    memberTable(out, composite.members);
  }
}

function sinceOf(versions: { readonly sinceVersion: number; readonly deprecated: number | undefined }): string {
  const since = versions.sinceVersion === 0 ? '' : String(versions.sinceVersion);
  return versions.deprecated === undefined ? since : `${since} (deprecated ${versions.deprecated})`.trim();
}

function blockDocs(out: string[], schema: MessageSchemaIr, block: BlockIr, path: readonly string[]): void {
  memberTable(out, block.fields);
  for (const section of sectionsOf(block)) {
    const name = [...path, section.name].join('.');
    const since = section.sinceVersion === 0 ? '' : ` Since version ${section.sinceVersion}.`;
    if (section.kind === 'group') {
      const { dimensionType, blockLength, description } = section.group;
      out.push(
        `**Group ${name}**: \`${dimensionType}\`, then entries of ${blockLength} bytes.${since} ${description}`.trim(),
        '',
      );
      blockDocs(out, schema, section.group, [...path, section.name]);
    } else {
      const { encoding, lengthPrimitive } = varDataOf(schema, section.data);
      const what = encoding === undefined ? 'bytes' : `${encoding} text`;
      out.push(
        `**Data ${name}**: length ${lengthPrimitive}, then ${what}.${since} ${section.data.description}`.trim(),
        '',
      );
    }
  }
}

function memberTable(out: string[], members: readonly MemberIr[]): void {
  table(
    out,
    ['bytes', 'field', 'id', 'type', 'presence', 'since', 'meaning'],
    members.map((member) => [
      member.presence === 'constant'
        ? ''
        : member.size === 1
          ? `${member.offset}`
          : `${member.offset}–${member.offset + member.size - 1}`,
      member.name,
      String(member.id ?? ''),
      spell(member.type),
      presenceOf(member),
      sinceOf(member),
      member.description,
    ]),
  );
}

function presenceOf(member: MemberIr): string {
  if (formOf(member) === 'constant') return `constant ${member.constant}`;
  const none = member.nullValue === undefined ? '' : `, null ${member.nullValue}`;
  const range =
    member.minValue === undefined && member.maxValue === undefined
      ? ''
      : `, ${member.minValue ?? '…'} to ${member.maxValue ?? '…'}`;
  return `${member.presence}${none}${range}`;
}

function spell(type: TypeIr): string {
  if (type.kind !== 'primitive') return `[${type.name}](#${type.name.toLowerCase()})`;
  return type.length === 1 ? type.primitive : `${type.primitive}[${type.length}]`;
}
