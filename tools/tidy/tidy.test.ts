import { describe, expect, it } from 'vitest';
import { tidy } from './tidy.js';
import { sourceFile } from './tree.js';

const hpp = (...includes: string[]) => `// why\n#pragma once\n${includes.map((path) => `#include ${path}\n`).join('')}`;
const ts = (...lines: string[]) => `// why\n${lines.join('\n')}\n`;
const split = (first: string, second: string) => first + second;

/** Each row plants one violation in an otherwise empty tree. */
const planted: [rule: string, path: string, text: string][] = [
  ['layers', 'native/tick_to_trade/3_book/book.hpp', hpp('"order_to_publish/4_match/matcher.hpp"')],
  ['layers', 'native/order_to_publish/4_match/matcher.test.cpp', hpp('"tick_to_trade/3_book/book.hpp"')],
  ['layers', 'native/core/clock.hpp', hpp('"net/socket.hpp"')],
  ['layers', 'native/levels/ladder.hpp', hpp('"tick_to_trade/3_book/book.hpp"')],
  ['layers', 'native/risk/limits.hpp', hpp('"engine/thread.hpp"')],
  ['layers', 'native/engine/thread.hpp', hpp('"addon/bindings.hpp"')],
  ['layers', 'native/sim/order_flow.hpp', hpp('"engine/thread.hpp"')],
  ['layers', 'native/tick_to_trade/3_book/book.hpp', hpp('"tick_to_trade/5_risk/gate.hpp"')],
  ['layers', 'native/tick_to_trade/3_book/book.hpp', hpp('"tick_to_trade/pipeline.hpp"')],
  ['layers', 'native/core/clock.hpp', hpp('"test_support/test.hpp"')],
  ['layers', 'native/core/clock.hpp', hpp('"../net/socket.hpp"')],
  ['layers', 'native/core/clock.hpp', hpp('"ring.hpp"')],
  ['layers', 'native/engine/thread.hpp', hpp('<napi.h>')],
  ['layers', 'native/core/clock.hpp', hpp('<node_api.h>')],
  ['layers', 'native/gateway/thing.hpp', hpp('"core/clock.hpp"')],
  ['layers', 'src/feed/feed.ts', ts("require('../build/hopwire.node');")],
  ['layers', 'src/feed/feed.ts', ts("import { registerFeed } from '../cli/verbs/feed.js';")],
  ['layers', 'src/feed/feed.ts', ts("import { x } from '../../tools/check.js';")],
  ['layers', 'src/native/addon.ts', ts("import { x } from '../venue/venue.js';")],
  ['words', 'src/feed/feed.ts', ts(split('// TO', 'DO: later'))],
  ['words', 'README.md', `${split('FIX', 'ME')}\n`],
  ['words', 'src/feed/feed.ts', ts(split('const x = y as a', 'ny;'))],
  ['words', 'src/feed/feed.ts', ts(split('function f(x: a', 'ny) {}'))],
  ['words', 'src/feed/feed.ts', ts(split('// @ts-igno', 're'))],
  ['words', 'src/feed/feed.test.ts', split('it.on', "ly('x');\n")],
  ['words', 'src/feed/feed.ts', ts(split("const x = '/ro", "ot/x';"))],
  ['words', 'tools/e2e/x.ts', ts(split("const x = '../sha", "red/fixtures';"))],
  ['words', 'package-lock.json', `{"x": "https://${split('registry.', 'npmjs')}.org/x"}\n`],
  ['lock file', 'package-lock.json', '{\n "resolved": "https://packages.example/x.tgz"\n}\n'],
  ['file length', 'src/feed/feed.ts', ts(...Array<string>(450).fill('f();'))],
  ['line length', 'src/feed/feed.ts', ts(`f(${'1 + '.repeat(40)}1);`)],
  ['white space', 'src/feed/feed.ts', ts('f(); ')],
  ['white space', 'native/core/a.hpp', `${hpp()}\tint x;\n`],
  ['white space', 'src/feed/feed.ts', '// why'],
  ['file names', 'src/feed/feedReader.ts', ts()],
  ['file names', 'native/core/Clock.hpp', hpp()],
  ['folders', 'docs/a.md', '# a\n'],
  ['first screen', 'src/feed/feed.ts', 'export const a = 1;\n\n\n\n// late\n'],
  ['pragma once', 'native/core/a.hpp', '// why\nint x;\n'],
  ['fuzzers', 'native/tick_to_trade/2_decode/decoder.hpp', hpp()],
  ['fuzzers', 'native/net/pcap_parser.hpp', hpp()],
  ['verb examples', 'src/cli/verbs/feed.ts', ts("program.command('feed').description('x');")],
];

describe('tidy', () => {
  it.each(planted)('%s: finds what is planted in %s', (rule, path, text) => {
    const findings = tidy([sourceFile(path, text)]);
    expect(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.rule)).toContain(rule);
  });

  it('leaves a clean tree alone', () => {
    const clean = [
      sourceFile('native/core/clock.hpp', hpp('<cstdint>', '"core/system_error.hpp"', '"generated/hops.hpp"')),
      sourceFile('native/core/clock.test.cpp', '#include "core/clock.hpp"\n#include "test_support/test.hpp"\n'),
      sourceFile(
        'native/tick_to_trade/2_decode/decoder.hpp',
        hpp('"tick_to_trade/1_wire_in/wire_event.hpp"', '"levels/price_levels.hpp"'),
      ),
      sourceFile('native/tick_to_trade/2_decode/decoder.fuzz.cpp', '#include "tick_to_trade/2_decode/decoder.hpp"\n'),
      sourceFile('native/tick_to_trade/pipeline.hpp', hpp('"tick_to_trade/2_decode/decoder.hpp"')),
      sourceFile(
        'native/engine/venue_thread.hpp',
        hpp('"tick_to_trade/pipeline.hpp"', '"order_to_publish/pipeline.hpp"'),
      ),
      sourceFile('native/addon/addon.cpp', '// why\n#include <napi.h>\n#include "engine/venue_thread.hpp"\n'),
      sourceFile(
        'src/feed/feed.ts',
        ts(
          "import { OperatorFailure } from '../cli/operator_failure.js';",
          split('const many = 1; // as a', 'ny; other'),
        ),
      ),
      sourceFile(
        'src/cli/verbs/feed.ts',
        ts("program.command('feed').addHelpText('after', '\\nExample:\\n  hopwire feed');"),
      ),
      sourceFile('README.md', '# hopwire\n'),
    ];
    expect(tidy(clean)).toEqual([]);
  });

  it('warns before it refuses a long file', () => {
    const [finding] = tidy([sourceFile('src/feed/feed.ts', ts(...Array<string>(420).fill('f();')))]);
    expect(finding).toMatchObject({ rule: 'file length', severity: 'warning' });
  });
});
