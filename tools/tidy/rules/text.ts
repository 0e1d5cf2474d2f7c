// What a file may contain, whatever it says: lengths, white space, words that mean unfinished work, and traces of one particular machine.
//
// The banned words are written in two halves here, so that this file obeys itself.

import { error, type Finding, isCode, isGenerated, isTest, type Rule, type SourceFile } from '../tree.js';

const linesWarned = 400;
const linesAllowed = 450;
const charactersAllowed = 140;

export const fileLength: Rule = (files) =>
  files
    .filter((file) => isCode(file.path) && !isGenerated(file.path))
    .flatMap((file) => {
      const count = file.lines.length - (file.lines.at(-1) === '' ? 1 : 0);
      if (count > linesAllowed)
        return [
          error('file length', file.path, count, `${count} lines; ${linesAllowed} is the limit: is it still one room?`),
        ];
      if (count <= linesWarned) return [];
      return [
        {
          ...error('file length', file.path, count, `${count} lines; aim at ${linesWarned}`),
          severity: 'warning' as const,
        },
      ];
    });

export const lineLength: Rule = (files) =>
  files
    .filter((file) => (isCode(file.path) || file.path.startsWith('.ci/')) && !isGenerated(file.path))
    .flatMap((file) =>
      file.lines.flatMap((text, index) => {
        const isLongLiteral = isTest(file.path) && /['"`]/.test(text); // tables of expected text stay on one line
        if (text.length <= charactersAllowed || isLongLiteral) return [];
        return [
          error('line length', file.path, index + 1, `${text.length} characters; ${charactersAllowed} is the limit`),
        ];
      }),
    );

const halves = (first: string, second: string, flags = ''): RegExp => new RegExp(`${first}${second}`, flags);

interface BannedWord {
  readonly pattern: RegExp;
  readonly why: string;
  readonly where: (path: string) => boolean;
  /** A comment may use the word: "as many as any other". */
  readonly notInComments?: boolean;
}

const anywhere = (path: string): boolean => path !== 'package-lock.json';
const inCode = (path: string): boolean => isCode(path) && !isGenerated(path);
const fixtureFinders = ['src/test_support/fixtures.ts', 'native/test_support/fixtures.hpp'];

const bannedWords: readonly BannedWord[] = [
  { pattern: halves('\\bTO', 'DO\\b'), why: 'finish it or name it in the issue', where: anywhere },
  { pattern: halves('\\bFIX', 'ME\\b'), why: 'fix it', where: anywhere },
  { pattern: halves('\\bXX', 'X\\b'), why: 'finish it', where: inCode },
  { pattern: halves('not imple', 'mented', 'i'), why: 'a thing that is there works', where: inCode },
  {
    pattern: halves('\\bas a', 'ny\\b'),
    why: 'name the type',
    where: (path) => inCode(path) && !/\.[ch]pp$/.test(path),
    notInComments: true,
  },
  {
    pattern: halves('[:<,|]\\s*a', 'ny\\s*[;,)>=\\[|]'),
    why: 'name the type',
    where: (path) => inCode(path) && path.endsWith('.ts'),
    notInComments: true,
  },
  { pattern: halves('@ts-(?:igno', 're|nocheck)'), why: 'make the types right', where: anywhere },
  { pattern: halves('\\.on', 'ly\\('), why: 'a focused test hides the others', where: isTest },
  {
    pattern: halves('(?:^|[\\s"\'`=:(])/(?:ro', 'ot|home/[a-z]+|work)/'),
    why: 'a path of one machine',
    where: anywhere,
  },
  {
    pattern: halves('\\.\\./sha', 'red\\b'),
    why: 'fixtures are found by test_support',
    where: (path) => anywhere(path) && !fixtureFinders.includes(path),
  },
  {
    pattern: halves('(?:artifac', 'tory|registry\\.npm' + 'js|ver' + 'daccio|jf' + 'rog)', 'i'),
    why: 'a package host',
    where: () => true,
  },
];

export const words: Rule = (files) => files.flatMap((file) => wordsIn(file));

function wordsIn(file: SourceFile): Finding[] {
  const rules = bannedWords.filter(({ where }) => where(file.path));
  return file.lines.flatMap((text, index) =>
    rules.flatMap(({ pattern, why, notInComments }) => {
      const match = pattern.exec(notInComments === true ? text.replace(/^\s*\/?\*.*|\/\/.*/, '') : text);
      return match === null ? [] : [error('words', file.path, index + 1, `"${match[0].trim()}": ${why}`)];
    }),
  );
}

export const lockFile: Rule = (files) =>
  files
    .filter((file) => file.path === 'package-lock.json')
    .flatMap((file) =>
      file.lines.flatMap((text, index) =>
        /"resolved": "https?:/.test(text)
          ? [
              error(
                'lock file',
                file.path,
                index + 1,
                'the lock file names a package host; install with omit-lockfile-registry-resolved',
              ),
            ]
          : [],
      ),
    );

export const whiteSpace: Rule = (files) =>
  files
    .filter((file) => /\.(?:ts|mjs|cpp|hpp|xml|json|md|gyp)$/.test(file.path) || file.path.startsWith('.ci/'))
    .flatMap((file) => {
      const findings: Finding[] = [];
      if (file.text !== '' && !file.text.endsWith('\n'))
        findings.push(error('white space', file.path, file.lines.length, 'no line end at the end of the file'));
      if (file.text.includes('\r')) findings.push(error('white space', file.path, 1, 'carriage returns'));
      for (const [index, text] of file.lines.entries()) {
        if (/[ \t]$/.test(text) && !file.path.endsWith('.md'))
          findings.push(error('white space', file.path, index + 1, 'white space at the end of the line'));
        if (text.includes('\t')) findings.push(error('white space', file.path, index + 1, 'a tab'));
      }
      return findings;
    });
