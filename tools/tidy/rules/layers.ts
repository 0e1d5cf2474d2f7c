// Arrows point one way. Native rooms, from the bottom: generated, core, then net, levels and risk, then the two flows (which never see each
// other), then sim, engine and addon. Inside a flow a hop sees earlier hops only, and nobody but the rooms above sees the composer.
// In TypeScript: only src/native loads the addon, nothing imports upwards from the command line, the product never imports its tools.

import { dirname, join, normalize } from 'node:path/posix';
import { error, type Finding, isGenerated, isTest, type Rule, type SourceFile } from '../tree.js';

const below = ['generated', 'core'];
const shared = [...below, 'net', 'levels', 'risk'];
const flows = ['tick_to_trade', 'order_to_publish'];

/** Room -> the rooms it may include, itself apart. */
const mayInclude: Readonly<Record<string, readonly string[]>> = {
  generated: ['core'], // the load and store helpers
  core: ['generated'],
  net: below,
  levels: below,
  risk: [...below, 'levels'],
  tick_to_trade: shared,
  order_to_publish: shared,
  sim: [...shared, ...flows], // drives the flows themselves, on its own clock; threads are the engine's
  engine: [...shared, ...flows, 'sim'],
  addon: [...shared, ...flows, 'engine', 'sim'],
  test_support: below,
};

interface Include {
  readonly line: number;
  readonly target: string;
  readonly quoted: boolean;
}

function includesOf(file: SourceFile): Include[] {
  return file.lines.flatMap((text, index) => {
    const match = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(text);
    return match === null ? [] : [{ line: index + 1, target: match[2] as string, quoted: match[1] === '"' }];
  });
}

function hopNumber(path: string): number | undefined {
  const match = /^(?:tick_to_trade|order_to_publish)\/(\d+)_/.exec(path);
  return match === null ? undefined : Number(match[1]);
}

function wrongArrow(from: string, target: string): string | undefined {
  const room = from.split('/')[0] as string;
  const targetRoom = target.split('/')[0] as string;
  const allowed = mayInclude[room];
  if (allowed === undefined)
    return `native/${room} is not a room of DESIGN section 1; name it in tools/tidy/rules/layers.ts`;
  if (targetRoom === 'test_support' && isTest(from)) return undefined;
  if (flows.includes(room) && flows.includes(targetRoom) && room !== targetRoom)
    return `the flows never include each other: ${target}`;
  if (room !== targetRoom && !allowed.includes(targetRoom)) return `${room} may not include ${targetRoom}: ${target}`;
  if (room !== targetRoom || !flows.includes(room)) return undefined;
  const own = hopNumber(from);
  const other = hopNumber(target);
  if (own !== undefined && other !== undefined && other > own)
    return `hop ${own} may not see the later hop ${other}: ${target}`;
  if (own !== undefined && other === undefined && /\/pipeline\.hpp$/.test(target))
    return `a hop may not see its composer: ${target}`;
  return undefined;
}

export const nativeLayers: Rule = (files) => {
  const findings: Finding[] = [];
  for (const file of files) {
    const inNative = file.path.startsWith('native/') && /\.(?:hpp|cpp)$/.test(file.path);
    if (!inNative) continue;
    const from = file.path.slice('native/'.length);
    for (const { line, target, quoted } of includesOf(file)) {
      const isNodeApi = /^(?:napi|node_api|js_native_api|node|v8|uv)(?:[-_.a-z]*)\.h$/.test(target);
      if (isNodeApi && !from.startsWith('addon/')) {
        findings.push(error('layers', file.path, line, `only native/addon includes ${target}`));
      }
      if (!quoted) continue;
      const text = target.includes('..')
        ? `include paths are relative to native/: ${target}`
        : target.includes('/')
          ? wrongArrow(from, target)
          : `include paths are relative to native/: "${target}"`;
      if (text !== undefined) findings.push(error('layers', file.path, line, text));
    }
  }
  return findings;
};

/** What any room may take from the command line: how to fail, print, stop and make a folder; never the verbs or the program. */
const openToAll = ['folder', 'operator_failure', 'format', 'output', 'progress', 'until_stopped'].map(
  (name) => `src/cli/${name}.js`,
);

export const typescriptLayers: Rule = (files) => {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!file.path.startsWith('src/') || !file.path.endsWith('.ts')) continue;
    for (const [index, text] of file.lines.entries()) {
      if (/process\.dlopen|\.node['"`]/.test(text) && !file.path.startsWith('src/native/') && !isTest(file.path)) {
        findings.push(error('layers', file.path, index + 1, 'only src/native loads the addon'));
      }
      const imported = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/.exec(text)?.[1];
      if (imported === undefined) continue;
      const target = normalize(join(dirname(file.path), imported));
      if (!target.startsWith('src/') && !isTest(file.path)) {
        findings.push(error('layers', file.path, index + 1, `the product imports nothing outside src: ${imported}`));
      }
      const upwards = target.startsWith('src/cli/') && !file.path.startsWith('src/cli/') && !openToAll.includes(target);
      if (upwards)
        findings.push(
          error('layers', file.path, index + 1, `rooms below the command line do not import its verbs: ${imported}`),
        );
      const leaf = /^src\/(?:generated|native)\//.exec(file.path);
      if (
        leaf !== null &&
        !/^src\/(?:generated|native)\//.test(target) &&
        !isTest(file.path) &&
        !openToAll.includes(target)
      ) {
        findings.push(
          error('layers', file.path, index + 1, `src/native and src/generated are the ground floor: ${imported}`),
        );
      }
    }
  }
  return findings.filter((finding) => !isGenerated(finding.path));
};
