import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { difference, LiveScreen, type Terminal } from './live_screen.js';

class FakeTerminal implements Terminal {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  writableNeedDrain = false;
  written: string[] = [];
  #listeners = new Set<() => void>();

  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  on(_event: 'resize', listener: () => void): void {
    this.#listeners.add(listener);
  }
  off(_event: 'resize', listener: () => void): void {
    this.#listeners.delete(listener);
  }
  resize(): void {
    for (const listener of this.#listeners) listener();
  }
}

function open(): { terminal: FakeTerminal; screen: LiveScreen; direct: string[] } {
  const terminal = new FakeTerminal();
  const direct: string[] = [];
  const screen = new LiveScreen(terminal, (text) => direct.push(text));
  screen.open();
  return { terminal, screen, direct };
}

describe('difference', () => {
  it('writes only lines that changed and wipes those that are gone', () => {
    expect(difference(['a', 'b', 'c'], ['a', 'B'])).toBe('\x1b[2;1HB\x1b[K\x1b[3;1H\x1b[K');
    expect(difference(['a'], ['a'])).toBe('');
  });
});

describe('LiveScreen', () => {
  it('enters the alternate screen once and leaves it once', () => {
    const { screen, direct } = open();
    screen.open();
    screen.close();
    screen.close();
    expect(direct).toHaveLength(2);
    expect(direct[0]).toContain('\x1b[?1049h');
    expect(direct[1]).toContain('\x1b[?1049l');
    expect(direct[1]).toContain('\x1b[?25h');
  });

  it('redraws everything after a resize', () => {
    const { terminal, screen } = open();
    screen.show(['one', 'two']);
    terminal.resize();
    screen.show(['one', 'two']);
    screen.close();
    expect(terminal.written).toEqual([
      '\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K',
      '\x1b[2J',
      '\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K',
    ]);
  });

  it('takes the screen again and redraws everything when it goes on after Ctrl-Z', () => {
    const { terminal, screen, direct } = open();
    screen.show(['one']);
    process.emit('SIGCONT');
    screen.show(['one']);
    screen.close();
    expect(direct.map((bytes) => bytes.includes('\x1b[?1049h'))).toEqual([true, true, false]);
    expect(terminal.written).toEqual(['\x1b[1;1Hone\x1b[K', '\x1b[1;1Hone\x1b[K']);
  });

  it('skips frames while the terminal does not read', () => {
    const { terminal, screen } = open();
    terminal.writableNeedDrain = true;
    screen.show(['one']);
    terminal.writableNeedDrain = false;
    screen.show(['two']);
    screen.close();
    expect(terminal.written).toEqual(['\x1b[1;1Htwo\x1b[K']);
  });

  it('leaves no listener behind', () => {
    const before = ['exit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTSTP', 'SIGCONT'].map((event) =>
      process.listenerCount(event),
    );
    open().screen.close();
    expect(
      ['exit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTSTP', 'SIGCONT'].map((event) => process.listenerCount(event)),
    ).toEqual(before);
  });

  it('is not used where there is no terminal', () => {
    expect(LiveScreen.possible({ isTTY: false }, {})).toBe(false);
    expect(LiveScreen.possible({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(LiveScreen.possible({ isTTY: true }, { TERM: 'xterm-256color' })).toBe(true);
  });

  // A process of its own: what is left on its output after each way of ending.
  const endings: [string, string, (code: number | null, signal: string | null) => boolean][] = [
    ['an ordinary end', '', (code) => code === 0],
    ['process.exit', 'process.exit(3)', (code) => code === 3],
    ['an exception', "throw new Error('boom')", (code) => code === 1],
    [
      'SIGTERM',
      "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)",
      (_, signal) => signal === 'SIGTERM',
    ],
    ['SIGINT', "process.kill(process.pid, 'SIGINT'); setTimeout(() => {}, 5000)", (_, signal) => signal === 'SIGINT'],
  ];
  it.each(endings)('gives the terminal back on %s', async (_name, ending, expected) => {
    const source = `
      import { LiveScreen } from ${JSON.stringify(new URL('./live_screen.ts', import.meta.url).href)};
      const screen = new LiveScreen(process.stdout);
      screen.open();
      screen.show(['hello']);
      ${ending}`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (code, signal) => resolve([code, signal])),
    );
    expect(expected(code, signal)).toBe(true);
    expect(output).toContain('\x1b[?1049h');
    expect(output.endsWith('\x1b[?7h\x1b[?25h\x1b[?1049l')).toBe(true);
  });
});
