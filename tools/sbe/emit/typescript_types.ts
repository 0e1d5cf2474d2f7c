// TypeScript for enums, sets and constants: frozen objects of numbers, since erasable syntax has no enum.

import type { ConstantIr, NamedNumbers, SetIr } from '../ir.js';
import { camelCase, pascalCase } from '../naming.js';
import { isSixtyFourBit, type PrimitiveName } from '../primitives.js';
import { typescriptLiteral, typescriptString, typescriptType } from './typescript_values.js';
import { sentence, sentences, type Writer } from './writer.js';

export function emitTypescriptConstant(out: Writer, constant: ConstantIr): void {
  out.doc(sentence(constant.description));
  out.line(`export const ${camelCase(constant.name)} = ${typescriptLiteral(constant.value, constant.primitive)};`);
}

/** A number read from the wire may be no value of the enum; the name function answers undefined then. */
export function emitTypescriptEnum(out: Writer, type: NamedNumbers): void {
  const name = pascalCase(type.name);
  out.doc(sentence(type.description));
  out.block(`export const ${name} = {`, '} as const;', () => {
    for (const value of type.values) {
      const character = type.primitive === 'char' ? ` // '${String.fromCharCode(Number(value.value))}'` : '';
      out.doc(sentence(value.description));
      out.line(`${value.name}: ${typescriptLiteral(value.value, type.primitive)},${character}`);
    }
  });
  out.line(`export type ${name} = (typeof ${name})[keyof typeof ${name}];`);
  out.line();
  out.doc('The name in the schema; undefined for a number that is no value of it.');
  const parameter = typescriptType(type.primitive);
  out.block(
    `export function ${camelCase(type.name)}Name(value: ${parameter}): keyof typeof ${name} | undefined {`,
    '}',
    () => {
      out.block('switch (value) {', '}', () => {
        for (const value of type.values) {
          out.line(`case ${name}.${value.name}:`);
          out.line(`  return ${typescriptString(value.name)};`);
        }
        out.line('default:');
        out.line('  return undefined;');
      });
    },
  );
}

export function emitTypescriptSet(out: Writer, type: SetIr): void {
  out.doc(sentences(type.description, 'Masks of the bits'));
  out.block(`export const ${pascalCase(type.name)} = {`, '} as const;', () => {
    for (const choice of type.choices) {
      out.doc(sentence(choice.description));
      out.line(`${choice.name}: ${maskLiteral(choice.bit, type.primitive)},`);
    }
  });
}

function maskLiteral(bit: number, primitive: PrimitiveName): string {
  const mask = `0x${(1n << BigInt(bit)).toString(16)}`;
  return isSixtyFourBit(primitive) ? `${mask}n` : mask;
}
