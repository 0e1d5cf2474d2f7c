/** A process that writes a Books region until it is killed, for the test of a killed writer: books_writer.ts PATH [ROW LEFT OPEN]. */
import { loadAddon } from '../native/addon.js';

const [path, openRow] = process.argv.slice(2);
const writer = loadAddon().startBooksWriter(path ?? '', 64, 5);
if (openRow !== undefined) writer.openRow(Number(openRow));
process.stdout.write('writing\n');
setInterval(() => {}, 1_000);
