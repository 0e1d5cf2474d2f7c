// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template strings of the code that is generated
// One TypeScript module for one message schema, in the order of the C++ header.

import { pascalCase } from '../naming.js';
import { headerSizeOf, isBare, isData, type TypescriptSchema } from './forms.js';
import { emitTypescriptComposite, emitTypescriptMessage } from './typescript_blocks.js';
import { emitGroupEncoders } from './typescript_group_encoders.js';
import { emitGroupDecoders } from './typescript_groups.js';
import { emitSectionEncoder } from './typescript_section_encoders.js';
import { emitSectionDecoder } from './typescript_sections.js';
import { supportFor } from './typescript_support.js';
import { emitTypescriptConstant, emitTypescriptEnum, emitTypescriptSet } from './typescript_types.js';
import { typescriptString } from './typescript_values.js';
import { emitTypescriptVarData } from './typescript_var_data.js';
import { Writer } from './writer.js';

export function emitTypescriptMessages(out: Writer, schema: TypescriptSchema): void {
  if (schema.layout === 'sbe') {
    out.line(`export const schemaId = ${schema.id};`);
    out.line(`export const schemaVersion = ${schema.version};`);
    out.line();
  }
  const flat = isBare(schema);
  const body = new Writer();
  const parts: (() => void)[] = [
    ...schema.constants.map((constant) => () => emitTypescriptConstant(body, constant)),
    ...schema.enums.map((type) => () => emitTypescriptEnum(body, type)),
    ...schema.sets.map((type) => () => emitTypescriptSet(body, type)),
    ...schema.composites.map((composite) => () => {
      if (composite.varData !== undefined && isData(schema, composite.name)) {
        emitTypescriptVarData(body, schema, composite, composite.varData);
        return;
      }
      emitTypescriptComposite(body, schema, composite);
      if (composite.name !== schema.headerType) return;
      if (!flat) emitWrongHeader(body, schema);
    }),
    ...schema.messages.map((message) => () => {
      if (flat) {
        emitTypescriptMessage(body, schema, message);
        return;
      }
      emitGroupDecoders(body, schema, message.groups, [message.name]);
      emitSectionDecoder(body, schema, message);
      body.line();
      emitGroupEncoders(body, schema, message.groups, [message.name]);
      emitSectionEncoder(body, schema, message);
    }),
  ];
  for (const part of parts) {
    part();
    body.line();
  }
  if (schema.layout === 'sbe') emitTemplateTables(body, schema);
  else if (schema.messages.some((message) => message.discriminator !== undefined))
    emitDiscriminatorTables(body, schema);
  const text = body.toString();
  out.lines(supportFor(text));
  out.raw(text);
}

/** What is thrown at a header of another message. */
function emitWrongHeader(out: Writer, schema: TypescriptSchema): void {
  const header = `new ${pascalCase(schema.headerType ?? '')}Decoder().wrap(view, offset)`;
  const size = headerSizeOf(schema);
  out.line();
  out.block(
    'function wrongHeader(name: string, templateId: number, view: DataView, offset: number): RangeError {',
    '}',
    () => {
      out.line(`if (offset + ${size} > view.byteLength) return beyond(name, offset + ${size}, view.byteLength);`);
      out.line(`const header = ${header};`);
      out.line('const found = `template ${header.templateId} of schema ${header.schemaId}`;');
      out.line(
        'return new RangeError(`${name} is template ${templateId} of schema ${schemaId}, the header at ${offset} says ${found}`);',
      );
    },
  );
}

function emitTemplateTables(out: Writer, schema: TypescriptSchema): void {
  const cases = (result: (name: string) => string, otherwise: string): void => {
    out.block('switch (templateId) {', '}', () => {
      for (const message of schema.messages) {
        out.line(`case ${message.id}:`);
        out.line(`  return ${result(message.name)};`);
      }
      out.line('default:');
      out.line(`  return ${otherwise};`);
    });
  };
  out.doc('undefined for a template that is not in this schema.');
  out.block('export function messageName(templateId: number): string | undefined {', '}', () =>
    cases(typescriptString, 'undefined'),
  );
  out.line();
  out.doc('Length of the block of a template in this version; 0 for a template that is not in this schema.');
  out.block('export function blockLengthOf(templateId: number): number {', '}', () => {
    cases((name) => `${pascalCase(name)}Decoder.blockLength`, '0');
  });
}

function emitDiscriminatorTables(out: Writer, schema: TypescriptSchema): void {
  const messages = schema.messages.filter((message) => message.discriminator !== undefined);
  const literals = messages.map((message) => typescriptString(message.discriminator ?? ''));
  out.doc('Discriminators in the order of the schema.');
  out.line(`export const messageTypes = [${literals.join(', ')}] as const;`);
  out.line('export type MessageType = (typeof messageTypes)[number];');
  out.line();
  out.doc('Whole length of a message by its first byte; 0 = no such message.');
  out.line('export const messageLength: Uint16Array = new Uint16Array(256);');
  for (const message of messages) {
    const code = message.discriminator?.charCodeAt(0) ?? 0;
    out.line(`messageLength[${code}] = ${pascalCase(message.name)}Decoder.blockLength; // '${message.discriminator}'`);
  }
  out.line();
  out.doc('Name of a message by its first byte, as a character or its code; undefined when there is no such message.');
  out.block('export function messageName(type: string | number): string | undefined {', '}', () => {
    out.block("switch (typeof type === 'number' ? String.fromCharCode(type) : type) {", '}', () => {
      messages.forEach((message, at) => {
        out.line(`case ${literals[at]}:`);
        out.line(`  return ${typescriptString(message.name)};`);
      });
      out.line('default:');
      out.line('  return undefined;');
    });
  });
}
