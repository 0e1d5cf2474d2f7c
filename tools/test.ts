// npm test: every C++ test, then every TypeScript test, both always run, then one count of all of them. Arguments go to vitest.

import { countLine, nativeSuite, sum, vitestSuite } from './suites.js';

const native = await nativeSuite();
const typescript = await vitestSuite('TypeScript tests', 'typescript', process.argv.slice(2));
process.stdout.write(`\nnative      ${countLine(native)}\nTypeScript  ${countLine(typescript)}\n`);
const total = sum([native, typescript]);
process.stdout.write(`${countLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
