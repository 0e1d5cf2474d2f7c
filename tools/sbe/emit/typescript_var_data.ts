// The functions that read and write data of one composite: where it ends, and putting bytes or text at the cursor of an encoder.

import type { CompositeIr, MessageSchemaIr, VarDataIr } from '../ir.js';
import { pascalCase } from '../naming.js';
import { primitiveOf } from '../primitives.js';
import { typescriptLoad, typescriptStore } from './typescript_values.js';
import { sentences, type Writer } from './writer.js';

export function emitTypescriptVarData(
  out: Writer,
  schema: MessageSchemaIr,
  composite: CompositeIr,
  varData: VarDataIr,
): void {
  const name = pascalCase(composite.name);
  const { lengthOffset, lengthPrimitive, dataOffset, encoding } = varData;
  const wide = primitiveOf(lengthPrimitive).size === 8;
  const place = lengthOffset === 0 ? 'at' : `at + ${lengthOffset}`;
  const load = typescriptLoad(lengthPrimitive, schema.byteOrder, place).replaceAll('this._view', 'view');
  const store = (length: string): string =>
    `${typescriptStore(lengthPrimitive, schema.byteOrder, place, wide ? `BigInt(${length})` : length).replaceAll('this._view', 'view')};`;
  const most = mostBytes(composite, varData);
  out.doc(sentences(composite.description, `Where the data that begins at at ends`));
  out.block(`const endOf${name} = (view: DataView, at: number, size: number, what: string): number => {`, '};', () => {
    out.lines([`const first = at + ${dataOffset};`, 'if (first > size) throw beyond(what, first, size);']);
    out.line(`const end = first + ${wide ? `Number(${load})` : load};`);
    out.lines(['if (end > size) throw beyond(what, end, size);', 'return end;']);
  });
  const head = (length: string, longest: number): void => {
    out.lines(['const at = cursor.at;', `const end = at + ${dataOffset} + ${length};`]);
    if (Number(most) < longest)
      out.line(`if (${length} > ${most}) throw new RangeError(\`\${what} takes ${most} bytes, not \${${length}}\`);`);
    out.line('if (end > cursor.size) throw beyond(what, end, cursor.size);');
    out.line('const view = cursor.view;');
    if (dataOffset > primitiveOf(lengthPrimitive).size) out.line(`clear(view, at, ${dataOffset});`);
    out.line(store(length));
  };
  out.line();
  out.block(`const put${name} = (cursor: Cursor, value: Uint8Array, what: string): void => {`, '};', () => {
    out.line('const length = value.length;');
    head('length', Number.MAX_SAFE_INTEGER);
    out.line(
      `for (let index = 0; index < length; index++) view.setUint8(at + ${dataOffset} + index, value[index] as number);`,
    );
    out.line('cursor.at = end;');
  });
  if (encoding === undefined) return;
  out.line();
  out.block(`const put${name}Text = (cursor: Cursor, value: string, what: string): void => {`, '};', () => {
    out.line(`const length = ${encoding === 'utf-8' ? 'utf8Length(value)' : 'value.length'};`);
    head('length', longestText);
    const write = encoding === 'utf-8' ? 'writeUtf8(view,' : 'writeLatin1(view,';
    const tail = encoding === 'utf-8' ? ')' : ', what)';
    out.lines([`${write} at + ${dataOffset}, value${tail};`, 'cursor.at = end;']);
  });
}

/** No engine makes a string of more bytes. */
const longestText = 2 ** 32 - 1;

/** The largest length that its field can carry and the schema allows. */
function mostBytes(composite: CompositeIr, varData: VarDataIr): string {
  const given = composite.members.find((member) => member.name === 'length')?.maxValue;
  return given ?? String(primitiveOf(varData.lengthPrimitive).highest);
}
