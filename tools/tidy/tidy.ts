// All rules, in the order they are reported.

import { fileNames, firstScreen, folders, fuzzers, pragmaOnce, verbExamples } from './rules/form.js';
import { nativeLayers, typescriptLayers } from './rules/layers.js';
import { fileLength, lineLength, lockFile, whiteSpace, words } from './rules/text.js';
import type { Finding, Rule, SourceFile } from './tree.js';

export const rules: readonly Rule[] = [
  nativeLayers,
  typescriptLayers,
  words,
  lockFile,
  fileLength,
  lineLength,
  whiteSpace,
  fileNames,
  folders,
  firstScreen,
  pragmaOnce,
  fuzzers,
  verbExamples,
];

export function tidy(files: readonly SourceFile[]): Finding[] {
  return rules.flatMap((rule) => rule(files));
}
