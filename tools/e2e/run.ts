// npm run test:e2e: the end-to-end tests with one closing count. Arguments go to vitest.

import { countLine, vitestSuite } from '../suites.js';

const count = await vitestSuite('end to end', 'e2e', [
  '--config',
  'tools/e2e/vitest.config.ts',
  ...process.argv.slice(2),
]);
process.stdout.write(`${countLine(count)}\n`);
process.exitCode = count.failed === 0 ? 0 : 1;
