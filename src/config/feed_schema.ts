// What a feed is told in hopwire.yaml: one channel, or several, each a MoldUDP64 stream with its lines and servers.

import { z } from 'zod';

const ipv4 = z.ipv4('expected an IPv4 address such as 10.0.0.1');
const port = z.int().min(1).max(65_535);
const multicastGroup = z.ipv4('expected an IPv4 multicast group such as 233.54.12.111').refine((address) => {
  const first = Number(address.split('.')[0]);
  return first >= 224 && first <= 239;
}, 'expected a multicast group, 224.0.0.0 to 239.255.255.255, such as 233.54.12.111');

const server = z.strictObject({ host: ipv4, port });
const line = z.strictObject({ group: multicastGroup, port });
const printable = (most: number) =>
  z
    .string()
    .regex(new RegExp(`^[\\x21-\\x7e]{0,${most}}$`), `expected up to ${most} printable ASCII characters`)
    .default('');

const channel = z.strictObject({
  name: z.string().regex(/^[a-z0-9_-]{1,24}$/, 'expected a lower-case name of up to 24 letters, digits, - or _'),
  /** Line A, line B, ...: the same stream, packed in any way. */
  lines: z.array(line).min(1).max(4),
  /** Address or name. */
  interface: z.string().min(1).default('127.0.0.1'),
  /** Of the lines behind the first. */
  interfaceB: z.string().min(1).optional(),
  /** Packets of this sender only. */
  source: ipv4.optional(),
  /** Whose operational halts count: Q Nasdaq, B BX, X PSX. */
  market: z.enum(['Q', 'B', 'X']).default('Q'),
  session: z
    .string()
    .regex(/^[A-Za-z0-9]{1,10}$/, 'expected one to ten letters or digits')
    .optional(),
  /** Asked in turn. Left out: the interface's address, the port of line A + 1. Empty: nobody is asked. */
  rerequest: z.array(server).max(8).optional(),
  snapshot: z.strictObject({ host: ipv4, port, user: printable(6), password: printable(10) }).optional(),
  digests: line.optional(),
});

/** Beside the one channel that the section's own keys are. */
export const feedChannels = z
  .array(channel)
  .min(1)
  .max(16)
  .superRefine((channels, context) => {
    const names = channels.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `two channels are named ${name}` });
    }
  })
  .optional();
