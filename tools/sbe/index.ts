// The package's face for programs; the command line is cli.ts.

export { compileSchemas, type GeneratedFile, schemaFiles, type Targets } from './compile.js';
export { ByteSource, withFile } from './decode/byte_source.js';
export { type DecodedLine, type DecodeOptions, type Decoding, decodeFile, lineObject } from './decode/decode_file.js';
export { type Framing, type FramingName, framingNamed, framingNames } from './decode/framing.js';
export { type DecodedMessage, type Header, type JsonObject, type JsonValue, MessageReader } from './decode/message.js';
export { docsOf } from './docs.js';
export { emitCpp } from './emit/cpp.js';
export { type DissectorOptions, emitDissector } from './emit/dissector.js';
export { emitTypescript, type TypescriptOptions } from './emit/typescript.js';
export type * from './ir.js';
export { layoutHash } from './layout_hash.js';
export { type Finding, lintChange } from './lint/lint.js';
export { parseSchema } from './parse/parse.js';
export { type Diagnostic, Diagnostics, type Position, renderDiagnostic } from './source/diagnostics.js';
export { encodeMessage } from './vectors/encode.js';
export { vectorsOf } from './vectors/vectors.js';
