// Every problem found in a configuration, one line each, in the form editors understand: hopwire.yaml:2:9: gateway.prot: unknown key.

import { type OperatorErrorName, OperatorFailure, oneLine } from '../cli/operator_failure.js';

export interface ConfigProblem {
  /** file:line:column, an environment variable or a flag. */
  readonly where: string;
  readonly text: string;
}

export class ConfigFailure extends OperatorFailure {
  readonly problems: readonly ConfigProblem[];

  constructor(name: Extract<OperatorErrorName, 'configSyntax' | 'configValue'>, problems: readonly ConfigProblem[]) {
    const [first] = problems;
    super(name, first?.where ?? 'config', first?.text);
    this.problems = problems;
  }

  override lines(): string[] {
    return this.problems.map(({ where, text }) => `${oneLine(where)}: ${oneLine(text)} [${this.code}]`);
  }
}
