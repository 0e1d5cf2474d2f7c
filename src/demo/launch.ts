/** Starts the demo's role processes: the same `hopwire` command a person would type, with an IPC channel for cold words. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHILD_ENVIRONMENT, ChildLink, type ChildRole } from './child_protocol.js';

const commandLine = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** `onWords` gets what the child says on stderr: a live view owns the terminal, so nothing may be printed over it. */
export function launch(
  role: ChildRole,
  flags: readonly string[],
  onDeath: (failure: string) => void,
  onWords: (words: string) => void,
): ChildLink {
  const child = fork(commandLine, [role, ...flags], {
    env: { ...process.env, [CHILD_ENVIRONMENT]: '1' },
    detached: true, // its own process group: Ctrl-C reaches the parent alone, from the child's first instruction on
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.setEncoding('utf8').on('data', onWords);
  return new ChildLink(role, child, onDeath);
}
