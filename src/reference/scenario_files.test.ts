// Every rule as a scenario: schemas/scenarios/*.txt, run line by line. A failure shows the whole scenario as it came out.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { auditEngine } from './audit.js';
import { parseScenarios, type Scenario, Stage } from './scenario_file.js';

const folder = new URL('../../schemas/scenarios/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

function printed(scenario: Scenario): string[] {
  const stage = new Stage(scenario.setup);
  return scenario.steps.flatMap((step) => {
    const lines = stage.run(step.line);
    expect(auditEngine(stage.engine.venue), step.line).toEqual([]);
    return [`${step.lineNumber}: ${step.line}`, ...lines];
  });
}

test('there are scenarios', () => {
  expect(files.length).toBeGreaterThan(0);
});

describe.each(files)('%s', (file) => {
  const scenarios = parseScenarios(readFileSync(new URL(file, folder), 'utf8'));
  test('each scenario has a name of its own', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const expected = scenario.steps.flatMap((step) => [`${step.lineNumber}: ${step.line}`, ...step.expected]);
    expect(printed(scenario)).toEqual(expected);
  });
});
