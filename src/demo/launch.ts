/** Starts the demo's role processes: the same `hopwire` command a person would type, with an IPC channel for cold words. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHILD_ENVIRONMENT, ChildLink, type ChildRole } from './child_protocol.js';

const commandLine = fileURLToPath(new URL('../cli/main.js', import.meta.url));

export function launch(role: ChildRole, flags: readonly string[], onDeath: (failure: string) => void): ChildLink {
  const child = fork(commandLine, [role, ...flags], {
    env: { ...process.env, [CHILD_ENVIRONMENT]: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new ChildLink(role, child, onDeath);
}
