// The package's face for programs; the command line is cli.ts.

export { compileSchemas, type GeneratedFile, schemaFiles, type Targets } from './compile.js';
export { emitCpp } from './emit/cpp.js';
export { emitTypescript } from './emit/typescript.js';
export type * from './ir.js';
export { layoutHash } from './layout_hash.js';
export { parseSchema } from './parse/parse.js';
export { type Diagnostic, Diagnostics, type Position, renderDiagnostic } from './source/diagnostics.js';
