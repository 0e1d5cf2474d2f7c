// Commands that tell about schemas and messages: lint, decode, docs, vectors, ir.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { schemaFiles } from '../compile.js';
import { type ByteSource, withFile } from '../decode/byte_source.js';
import { type DecodeOptions, decodeFile, lineObject } from '../decode/decode_file.js';
import { framingNamed, framingNames } from '../decode/framing.js';
import { docsOf } from '../docs.js';
import type { MessageSchemaIr } from '../ir.js';
import { lintChange } from '../lint/lint.js';
import { placesIn } from '../lint/places.js';
import { parseSchema } from '../parse/parse.js';
import { type Diagnostic, Diagnostics } from '../source/diagnostics.js';
import { vectorsOf } from '../vectors/vectors.js';
import {
  type Arguments,
  type Command,
  count,
  list,
  oneInput,
  portsOf,
  readMessages,
  readSchema,
  type Terminal,
  tell,
  text,
  UsageError,
} from './command.js';

function lintFiles(given: Arguments, terminal: Terminal): number {
  const file = oneInput(given, 'schema file');
  const against = text(given, 'against');
  const json = given.values['json'] === true;
  const diagnostics = new Diagnostics();
  const after = parseSchema(file, readFileSync(file, 'utf8'), diagnostics);
  const findings: Diagnostic[] = diagnostics.sorted();
  if (after?.kind === 'messages' && against !== undefined) {
    const before = readMessages(against, json, terminal);
    if (before === undefined) return 1;
    const places = placesIn(file);
    findings.push(...lintChange(before, after).map(({ path, ...finding }) => ({ ...finding, ...places(path) })));
  }
  tell(findings, json, terminal);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const what = against === undefined ? 'errors' : 'unsafe changes';
  if (!json) terminal.out(`${errors} ${what}, ${findings.length - errors} warnings\n`);
  return errors > 0 ? 1 : 0;
}

export const lint: Command = {
  name: 'lint',
  takes: 'NEW [--against OLD]',
  does: 'find changes between two versions of a schema that break those who speak the old one; without --against, what is odd in one',
  options: [
    ['--against OLD', 'the version that is in use'],
    ['--json', 'findings as JSON lines'],
  ],
  examples: ['sbe-schema-tools lint feed_v2.xml --against feed_v1.xml'],
  parse: { against: { type: 'string' }, json: { type: 'boolean' } },
  run: lintFiles,
};

function decodeMessages(given: Arguments, terminal: Terminal): number {
  const file = oneInput(given, 'file');
  const names = list(given, 'schema');
  if (names.length === 0) throw new UsageError('decode needs --schema SCHEMA');
  const wanted = text(given, 'framing');
  const framing = wanted === undefined || wanted === 'auto' ? undefined : framingNamed(wanted);
  if (wanted !== undefined && wanted !== 'auto' && framing === undefined) {
    throw new UsageError(
      `no framing is named "${wanted}"; there are ${framingNames.join(', ')}, each also as skip:N+NAME`,
    );
  }
  const limit = count(given, 'limit', Number.MAX_SAFE_INTEGER);
  const schemas: MessageSchemaIr[] = [];
  for (const name of names) {
    const schema = readMessages(name, false, terminal);
    if (schema === undefined) return 1;
    schemas.push(schema);
  }
  const ports = portsOf(given);
  return withFile(file, (source) => decodeSource(source, schemas, { framing, ports }, limit, terminal));
}

/** Characters written at once: a write costs as much as a few messages. */
const mostWaiting = 1 << 16;

function decodeSource(
  source: ByteSource,
  schemas: readonly MessageSchemaIr[],
  options: DecodeOptions,
  limit: number,
  terminal: Terminal,
): number {
  const decoding = decodeFile(schemas, source, options);
  let messages = 0;
  let problems = 0;
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') terminal.out(waiting);
    waiting = '';
  };
  source.beforeRead = flush;
  for (const line of decoding.lines) {
    if (line.decoded === undefined) problems += 1;
    else messages += 1;
    waiting += `${JSON.stringify(lineObject(line))}\n`;
    if (waiting.length >= mostWaiting) flush();
    if (messages + problems >= limit) break;
    if ((messages + problems) % 1000 === 0) terminal.progress?.(progressOf(source, messages, problems));
  }
  flush();
  terminal.progress?.('');
  const skip = decoding.framing.skip === 0 ? '' : `skip:${decoding.framing.skip}+`;
  terminal.err(`${messages} messages, ${problems} problems, framing ${skip}${decoding.framing.name}\n`);
  return problems > 0 ? 1 : 0;
}

function progressOf({ position, size }: ByteSource, messages: number, problems: number): string {
  const done = size === undefined ? `${Math.floor(position / 1e6)} MB` : `${Math.floor((100 * position) / size)} %`;
  const grouped = messages.toLocaleString('en-US');
  return `${done}, ${grouped} messages${problems === 0 ? '' : `, ${problems} problems`}`;
}

export const decode: Command = {
  name: 'decode',
  takes: 'FILE --schema SCHEMA',
  does: 'print the messages of a pcap, pcapng or bare file (- for standard input) as JSON lines; exit 1 when some are no messages',
  options: [
    ['--schema SCHEMA', 'may be given again: schemas that share a header'],
    ['--framing F', `auto (without it), ${framingNames.join(', ')}; skip:N+F for N bytes of packet header`],
    ['--port N', 'only what goes to or comes from this UDP or TCP port; may be given again'],
    ['--limit N', 'stop after N lines'],
  ],
  examples: [
    'sbe-schema-tools decode orders.pcap --schema orders.xml',
    'sbe-schema-tools decode feed.pcap --schema templates_FixBinary.xml --framing cme-udp --port 14310',
    'zstd -dc day.pcapng.zst | sbe-schema-tools decode - --schema feed.xml',
    'sbe-schema-tools decode day.itch50 --schema itch_5_0.xml --framing length16 --limit 10',
  ],
  parse: {
    schema: { type: 'string', multiple: true },
    framing: { type: 'string' },
    port: { type: 'string', multiple: true },
    limit: { type: 'string' },
  },
  run: decodeMessages,
};

export const docs: Command = {
  name: 'docs',
  takes: 'SCHEMA... [--out DIR]',
  does: 'one page of Markdown for each schema: DIR/X.md, or all to standard output',
  options: [['--out DIR', 'folder of the pages']],
  examples: ['sbe-schema-tools docs schemas --out docs'],
  parse: { out: { type: 'string' } },
  run(given, terminal) {
    if (given.inputs.length === 0) throw new UsageError('docs needs a schema file or folder');
    const out = text(given, 'out');
    const pages: (readonly [name: string, page: string])[] = [];
    for (const file of schemaFiles(given.inputs)) {
      const schema = readSchema(file, false, terminal);
      if (schema === undefined) return 1;
      pages.push([`${basename(file).replace(/\.xml$/, '')}.md`, docsOf(schema, basename(file))]);
    }
    if (out !== undefined) mkdirSync(out, { recursive: true });
    for (const [name, page] of pages) {
      if (out === undefined) terminal.out(page);
      else writeFileSync(join(out, name), page);
    }
    if (out !== undefined) terminal.out(`${pages.length} pages in ${out}\n`);
    return 0;
  },
};

export const vectors: Command = {
  name: 'vectors',
  takes: 'SCHEMA [--count N] [--seed S]',
  does: 'print messages as hex and as fields, the same for the same seed: extremes, nulls, empty and full groups',
  options: [
    ['--count N', 'vectors for each message (2)'],
    ['--seed S', 'another seed gives other vectors (1)'],
  ],
  examples: ['sbe-schema-tools vectors feed.xml --count 5 > vectors/feed.json'],
  parse: { count: { type: 'string' }, seed: { type: 'string' } },
  run(given, terminal) {
    const file = oneInput(given, 'schema file');
    const [wanted, seed] = [count(given, 'count', 2), count(given, 'seed', 1)];
    const schema = readMessages(file, false, terminal);
    if (schema === undefined) return 1;
    const base = basename(file).replace(/\.xml$/, '');
    const made = vectorsOf(schema, wanted, seed);
    terminal.out(`${JSON.stringify({ schema: base, vectors: made }, null, 2)}\n`);
    return 0;
  },
};

export const ir: Command = {
  name: 'ir',
  takes: 'SCHEMA',
  does: 'print the model of a schema as JSON: every offset, size and default resolved',
  options: [['--json', 'it is JSON with or without']],
  examples: ['sbe-schema-tools ir feed.xml --json | jq .messages[].name'],
  parse: { json: { type: 'boolean' } },
  run(given, terminal) {
    const schema = readSchema(oneInput(given, 'schema file'), given.values['json'] === true, terminal);
    if (schema === undefined) return 1;
    terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
};
