// Generated Wireshark dissectors on both wires of a demo: ITCH in MoldUDP64 over multicast, SBE behind SOFH over TCP. Every packet of the
// two ports is dissected, none with a problem, and tshark names the messages that our own decoder names, as often. Skipped by name where no
// tshark with Lua is installed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const command = join(process.cwd(), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'hopwire-e2e-dissector-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 29,
    timeout: 100_000,
    env: { ...process.env, XDG_CONFIG_HOME: folder },
  });
}

function hasTshark(): boolean {
  try {
    return run('tshark', ['--version']).includes('Lua');
  } catch {
    return false;
  }
}

const hopwire = (...args: string[]): string => run(process.execPath, [command, ...args]);

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

interface Wire {
  readonly schema: string;
  readonly framing: string;
  readonly port: number;
  /** What the dissector calls itself. */
  readonly protocol: string;
}

interface Shown {
  readonly protocols: readonly string[];
  readonly ports: readonly number[];
  /** Whether it carries something above UDP or TCP. */
  readonly carries: boolean;
  /** Messages, one behind the other. */
  readonly messages: readonly string[];
  /** What the dissectors, or Wireshark about them, complain of. */
  readonly problems: string;
}

/** All packets in one run: Lua is slow. */
function shownBy(scripts: readonly string[], capture: string, problems: readonly string[]): Shown[] {
  const asked = [
    'frame.protocols',
    'udp.dstport',
    'tcp.srcport',
    'tcp.dstport',
    'tcp.len',
    '_ws.col.Info',
    ...problems,
  ];
  const fields = asked.flatMap((field) => ['-e', field]);
  return run('tshark', [...scripts, '-r', capture, '-T', 'fields', ...fields])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [protocols = '', to = '', from = '', over = '', length = '', messages = '', ...complaints] =
        line.split('\t');
      return {
        protocols: protocols.split(':'),
        ports: [to, from, over].map(Number),
        carries: to !== '' || Number(length) > 0,
        messages: messages.split(', ').filter((name) => name !== ''),
        problems: complaints.join(''),
      };
    });
}

/** The messages of one wire by our own decoder. */
function decodedBy(capture: string, { schema, framing, port }: Wire): string[] {
  const xml = `schemas/${schema}.xml`;
  return hopwire('sbe', 'decode', capture, '--schema', xml, '--framing', framing, '--port', String(port))
    .trim()
    .split('\n')
    .map((line) => {
      const { message, problem } = JSON.parse(line) as { message?: string; problem?: string };
      return message ?? `problem: ${problem}`;
    });
}

describe.skipIf(!hasTshark())('dissectors on a demo (needs tshark)', () => {
  it('every packet of both wires, every message', { timeout: 110_000 }, () => {
    const kept = join(folder, 'run');
    hopwire('demo', '--seconds', '2', '--json', '--keep', kept);
    const { venue } = parse(readFileSync(join(kept, 'hopwire.yaml'), 'utf8')) as {
      venue: { orderEntry: { port: number }; feed: { port: number } };
    };
    const wires: Wire[] = [
      { schema: 'itch_5_0', framing: 'moldudp64', port: venue.feed.port, protocol: 'hopwire_itch' },
      { schema: 'order_entry', framing: 'sofh', port: venue.orderEntry.port, protocol: 'hopwire_order_entry' },
    ];
    const capture = join(kept, 'wires.pcap');
    const scripts = wires.flatMap(({ schema, framing, port }) => {
      const lua = join(folder, `${schema}.lua`);
      hopwire('sbe', 'dissector', `schemas/${schema}.xml`, '--framing', framing, '--port', String(port), '--out', lua);
      return ['-X', `lua_script:${lua}`];
    });
    const problems = ['_ws.malformed', '_ws.lua.error', ...wires.map(({ protocol }) => `${protocol}.problem`)];
    const packets = shownBy(scripts, capture, problems);
    for (const wire of wires) {
      const own = packets.filter((packet) => packet.carries && packet.ports.includes(wire.port));
      expect(own.length, `${wire.schema}: there are packets`).toBeGreaterThan(100);
      expect(own.filter(({ protocols }) => !protocols.includes(wire.protocol))).toEqual([]);
      expect(own.filter((packet) => packet.problems !== '')).toEqual([]);
      expect(counted(own.flatMap(({ messages }) => messages)), wire.schema).toEqual(counted(decodedBy(capture, wire)));
    }
  });
});
