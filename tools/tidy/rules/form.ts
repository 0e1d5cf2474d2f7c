// How files are named and how they begin, and which evidence must stand beside them.

import { basename, dirname } from 'node:path/posix';
import { error, type Finding, isCode, isGenerated, isTest, type Rule } from '../tree.js';

const wellKnown = new Set([
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'NOTICE',
  'package-lock.json',
]);

export const fileNames: Rule = (files) =>
  files.flatMap((file) => {
    const name = basename(file.path);
    if (wellKnown.has(name) || name.startsWith('.')) return [];
    const isDecision = file.path.startsWith('tools/adr/');
    const pattern = isDecision ? /^[a-z0-9][a-z0-9_-]*\.md$/ : /^[a-z0-9][a-z0-9_]*(?:\.[a-z0-9_]+)*$/;
    return pattern.test(name) ? [] : [error('file names', file.path, 1, `${name} is not snake_case`)];
  });

export const folders: Rule = (files) =>
  files
    .filter((file) => /^(?:tests?|docs?)\//.test(file.path))
    .map((file) =>
      error(
        'folders',
        file.path,
        1,
        'tests stand beside the code and documents beside what they explain; no root test or docs folder',
      ),
    );

/** The first screen of a file says why it exists. */
export const firstScreen: Rule = (files) =>
  files.flatMap((file) => {
    const wants = isCode(file.path) && !isTest(file.path) && !isGenerated(file.path);
    if (!wants) return [];
    const findings: Finding[] = [];
    const opening = file.lines.slice(0, 4).some((text) => /^\s*(?:\/\/|\/\*)/.test(text));
    if (!opening)
      findings.push(
        error(
          'first screen',
          file.path,
          1,
          'say in a comment at the top why this file exists, what it owns and what can go wrong',
        ),
      );
    return findings;
  });

export const pragmaOnce: Rule = (files) =>
  files
    .filter((file) => file.path.endsWith('.hpp') && !/^#pragma once$/m.test(file.text))
    .map((file) => error('pragma once', file.path, 1, 'a header without #pragma once'));

/** Hops that read bytes from outside the process. */
const decodingHops = [
  'native/tick_to_trade/1_wire_in',
  'native/tick_to_trade/2_decode',
  'native/order_to_publish/1_order_in',
];

/** Every folder with a decoder of outside bytes has a fuzzer; a header says by its name that it is one. */
export const fuzzers: Rule = (files) => {
  const native = files.filter((file) => file.path.startsWith('native/'));
  const named = native.filter(
    (file) => /(?:^|_)(?:decoder|parser|framing|unframer)\.hpp$/.test(basename(file.path)) && !isGenerated(file.path),
  );
  const present = new Set(native.map((file) => dirname(file.path)));
  const needed = new Set([
    ...named.map((file) => dirname(file.path)),
    ...decodingHops.filter((folder) => present.has(folder)),
  ]);
  const fuzzed = new Set(native.filter((file) => file.path.endsWith('.fuzz.cpp')).map((file) => dirname(file.path)));
  return [...needed]
    .filter((folder) => !fuzzed.has(folder))
    .map((folder) => error('fuzzers', `${folder}/`, 1, 'decodes outside bytes but has no X.fuzz.cpp'));
};

/** Every verb shows how it is used. */
export const verbExamples: Rule = (files) =>
  files
    .filter(
      (file) => /^src\/cli\/verbs\/[a-z_]+\.ts$/.test(file.path) && !isTest(file.path) && /\.command\(/.test(file.text),
    )
    .filter((file) => !/addHelpText\(/.test(file.text) || !/Examples?:/.test(file.text))
    .map((file) => error('verb examples', file.path, 1, 'the verb has no example in its help (addHelpText)'));
