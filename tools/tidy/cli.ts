// npm run tidy: the rules of the house as a check. Prints file:line and the rule; fails on any error. `--under PATH` looks at a part.

import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tidy } from './tidy.js';
import { readTree } from './tree.js';

const { values } = parseArgs({ options: { under: { type: 'string', default: '' } } });
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = readTree(root);
if (files.length === 0) {
  process.stderr.write('tidy: found no files to look at\n');
  process.exit(1);
}
const findings = tidy(files).filter((finding) => finding.path.startsWith(values.under));
for (const { path, line, rule, text, severity } of findings) {
  process.stdout.write(`${path}:${line}: ${severity === 'warning' ? 'warning: ' : ''}${rule}: ${text}\n`);
}
const errors = findings.filter((finding) => finding.severity === 'error').length;
process.stdout.write(`tidy: ${files.length} files, ${errors} errors, ${findings.length - errors} warnings\n`);
process.exitCode = errors === 0 ? 0 : 1;
