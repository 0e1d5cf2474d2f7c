import type { SchemaIr } from '../ir.js';
export function emitTypescript(schema: SchemaIr, source: string): string { return `// ${source} ${schema.kind}\n`; }
