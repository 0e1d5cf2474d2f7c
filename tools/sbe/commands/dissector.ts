// `dissector`: a Wireshark dissector for a schema and its framing.

import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { framingNamed, framingNames } from '../decode/framing.js';
import { emitDissector } from '../emit/dissector.js';
import { type Command, oneInput, portsOf, readMessages, text, UsageError } from './command.js';

export const dissector: Command = {
  name: 'dissector',
  takes: 'SCHEMA [--framing F] [--port N]',
  does: 'print a Wireshark dissector (Lua) for a schema',
  options: [
    ['--framing F', `what stands around the messages: ${framingNames.join(', ')}, also as skip:N+F (sbe)`],
    ['--port N', 'UDP and TCP port it takes without being asked; may be given again'],
    ['--out FILE', 'write it there'],
  ],
  examples: [
    'sbe-schema-tools dissector itch_5_0.xml --framing moldudp64 --port 26400 --out itch.lua',
    'tshark -X lua_script:itch.lua -r feed.pcap -V',
  ],
  parse: { framing: { type: 'string' }, port: { type: 'string', multiple: true }, out: { type: 'string' } },
  run(given, terminal) {
    const file = oneInput(given, 'schema file');
    const framing = framingNamed(text(given, 'framing') ?? 'sbe');
    if (framing === undefined) throw new UsageError(`--framing knows ${framingNames.join(', ')}`);
    const ports = portsOf(given);
    const schema = readMessages(file, false, terminal);
    if (schema === undefined) return 1;
    const lua = emitDissector(schema, basename(file), { framing, ports });
    const out = text(given, 'out');
    if (out === undefined) terminal.out(lua);
    else writeFileSync(out, lua);
    return 0;
  },
};
