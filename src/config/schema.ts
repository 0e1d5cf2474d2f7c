// What may stand in hopwire.yaml, role by role. One file describes one installation: a section per role, each strict (an unknown key is
// an error), each value with its bounds. Types of the running roles derive from here; docs and editor completion can too (zod's
// toJSONSchema).
//
// Prices in a config are decimal numbers in currency units, money in whole currency units, times in milliseconds; names carry the unit.

import { z } from 'zod';
import { feedChannels } from './feed_schema.js';
import { checkMarket } from './market_checks.js';
import { riskSchema as marketRiskSchema, rulesSchema, scheduleSchema } from './market_schema.js';

const ipv4 = z.ipv4('expected an IPv4 address such as 127.0.0.1');
const multicastGroup = z.ipv4('expected an IPv4 multicast group such as 239.255.10.1').refine((address) => {
  const first = Number(address.split('.')[0]);
  return first >= 224 && first <= 239;
}, 'expected a multicast group, 224.0.0.0 to 239.255.255.255, such as 239.255.10.1');
const port = z.int().min(1).max(65_535);

const sizeUnits: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** 67108864 or "64MiB" */
const byteSize = z
  .union([z.int().positive(), z.string().regex(/^\d+(?:KiB|MiB|GiB)$/, 'expected bytes or a size such as 64MiB')])
  .transform((size) => {
    if (typeof size === 'number') return size;
    return Number.parseInt(size, 10) * (sizeUnits[size.slice(-3)] ?? 1);
  });

/** Native busy loops sharing this machine; decides spin or yield when idle is auto. */
const busyLoops = z.int().min(1).max(64).default(1);

/** Names become parts of region file names under /dev/shm. */
const installationName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,30}$/, 'expected a lower-case name of up to 31 letters, digits, - or _');

export const idleMode = z.enum(['auto', 'spin', 'yield', 'adaptive']);
const core = z.int().min(0).max(1023);

const secret = z.string().min(8, 'a secret has at least 8 characters');

const credentials = {
  accessKey: z.string().regex(/^[\x21-\x7e]{1,16}$/, 'expected 1 to 16 printable ASCII characters'),
  secret: secret.optional(),
  secretFile: z.string().min(1).optional(),
};

function oneSecret(value: { secret?: string | undefined; secretFile?: string | undefined }): boolean {
  return (value.secret === undefined) !== (value.secretFile === undefined);
}
const oneSecretMessage = 'give either secret or secretFile';

const sessionEntry = z
  .strictObject({
    id: z.int().min(1).max(0xffff_ffff),
    /** Whose session it is; a session of its own firm unless told. */
    firm: z.int().min(1).max(0xffff_ffff).optional(),
    /**
     * The accounts it may trade for; others are refused with notItsAccount. Only for these may it ask what concerns all of an account,
     * whichever session entered it (cancel, purge, protection). An account belongs to one firm. Left out: any account that no session of
     * another firm lists - right for one firm's own venue, for a demo or a load test; a venue with several members lists them all.
     */
    accounts: z.array(z.int().min(0).max(0xffff_ffff)).max(1024).default([]),
    /** May ask for what concerns the whole venue (hopwire admin) and is told what happens to it; enters no orders. */
    operator: z.boolean().default(false),
    ...credentials,
  })
  .refine(({ operator, accounts }) => !operator || accounts.length === 0, {
    path: ['accounts'],
    message: "an operator's session trades for no account",
  })
  .refine(oneSecret, oneSecretMessage);

type SessionEntry = z.infer<typeof sessionEntry>;

function refuseSharedAccounts(sessions: SessionEntry[], context: z.RefinementCtx): void {
  const firmOf = new Map<number, number>();
  for (const [index, { id, firm = id, accounts }] of sessions.entries()) {
    for (const account of accounts) {
      const other = firmOf.get(account) ?? firm;
      firmOf.set(account, other);
      if (other === firm) continue;
      const message = `account ${account} belongs to firm ${other}`;
      context.addIssue({ code: 'custom', path: [index, 'accounts'], message });
    }
  }
}

const instrumentEntry = z.strictObject({
  id: z.int().min(1).max(0xffff_ffff),
  symbol: z
    .string()
    .regex(/^[A-Z0-9.+*=^$#@!~-]{1,8}$/, 'expected a symbol of 1 to 8 characters, such as AAPL or BRK.A'),
});

const orderEntryAddress = z.strictObject({ host: ipv4.default('127.0.0.1'), port: port.default(31_100) });

const feedAddress = {
  group: multicastGroup.default('239.255.10.1'),
  port: port.default(31_001),
  interface: ipv4.default('127.0.0.1'),
  rerequestPort: port.default(31_002),
};

const groupAddress = { group: multicastGroup, port };

/** What a venue offers the public beside line A and re-requests. */
const publicServices = {
  /** The same messages once more, sent after the acknowledgements. */
  lineB: z.strictObject({ ...groupAddress, packetBytes: z.int().min(100).max(9_000).default(1_400) }).optional(),
  /** Digests of the matcher's books, so that anyone can prove theirs while the market goes on. */
  digests: z
    .strictObject({
      ...groupAddress,
      perSecond: z.number().positive().max(1_000_000).default(1_000),
      /** Every book comes round within this time, touched or not. */
      sweepSeconds: z.number().positive().max(86_400).default(10),
    })
    .optional(),
  /** Snapshots for who joins late. */
  glimpse: z
    .strictObject({
      host: ipv4.default('127.0.0.1'),
      port,
      user: z
        .string()
        .regex(/^[\x21-\x7e]{0,6}$/, 'expected up to 6 printable ASCII characters')
        .default(''),
      password: z
        .string()
        .regex(/^[\x21-\x7e]{0,10}$/, 'expected up to 10 printable ASCII characters')
        .default(''),
    })
    .optional(),
};

/** A list, or a number of generated instruments. */
const instruments = z
  .union([
    z.int().min(1).max(10_000),
    z.array(instrumentEntry).min(1).max(10_000).superRefine(refuseDuplicateInstruments),
  ])
  .default(50);

const venueShape = z.strictObject({
  name: installationName.default('hopwire'),
  instruments,
  orderEntry: orderEntryAddress.prefault({}),
  feed: z
    .strictObject({
      ...feedAddress,
      ...publicServices,
      ttl: z.int().min(0).max(255).default(0),
      /** MoldUDP64 session. Sequence numbers start again at 1 with each run, so by default the name is new each time, too. */
      session: z
        .string()
        .regex(/^[A-Za-z0-9]{1,10}$/, 'expected 1 to 10 letters or digits')
        .optional(),
      /** Share of packets withheld at the sender, on each line for itself, to show healing. */
      loss: z.number().min(0).max(0.5).default(0),
      lossSeed: z.int().min(0).default(1),
      /** How long after its day the venue says so and answers re-requests and snapshots: what is lost at the very end can then heal. */
      endOfSessionSeconds: z.number().min(0).max(3_600).default(5),
    })
    .prefault({}),
  journal: z.strictObject({ bytes: byteSize.default(64 * 1024 ** 2) }).prefault({}),
  sessions: z.array(sessionEntry).max(1024).superRefine(refuseSharedAccounts).default([]),
  maximumOrderQuantity: z.int().min(1).max(0xffff_ffff).default(1_000_000),
  /** New orders, replaces and mass quotes (one each) a second and session; 0 = no limit. Cancels are never throttled. */
  throttlePerSecond: z.int().min(0).max(10_000_000).default(0),
  /** Ticks, lots, collars, bands, breakers: to begin with; hopwire admin changes them while the venue runs. */
  rules: rulesSchema.prefault({}),
  /** Pre-trade risk: there or not, from the start on. There, an account may trade what it has limits for. */
  risk: marketRiskSchema.optional(),
  /** When every instrument moves to which trading state, every day. */
  schedule: scheduleSchema.default([]),
  /** How often an auction that is called is told to the public; 0 = only when an operator asks. */
  imbalanceInterval_ms: z.int().min(0).max(3_600_000).default(0),
  idle: idleMode.default('auto'),
  busyLoops,
  cores: z.array(core).max(64).default([]),
});
export const venueSchema = venueShape.superRefine(checkMarket);

export const riskSchema = z.strictObject({
  maximumOrderQuantity: z.int().min(1).max(0xffff_ffff).default(1_000),
  /** Furthest distance from the reference price, in hundredths of a percent. */
  priceCollar_bps: z.int().min(1).max(10_000).default(500),
  maximumPosition: z.int().min(1).max(0x7fff_ffff).default(10_000),
  ordersPerSecond: z.int().min(1).max(10_000_000).default(100_000),
  killSwitch: z.boolean().default(false),
});

export const tradeSchema = z.strictObject({
  name: installationName.default('hopwire-trader'),
  /** What it may trade; the day's stock locates are learnt from the feed's directory. */
  instruments,
  /** Rows of the books region: largest stock locate + 1. */
  rows: z.int().min(2).max(65_536).default(4_096),
  orderEntry: orderEntryAddress.prefault({}),
  session: z
    .strictObject({
      id: z.int().min(1).max(0xffff_ffff),
      ...credentials,
      account: z.int().min(0).max(0xffff_ffff).default(1),
    })
    .refine(oneSecret, oneSecretMessage),
  feed: z
    .strictObject({
      ...feedAddress,
      lineB: z.strictObject(groupAddress).optional(),
      rerequestHost: ipv4.default('127.0.0.1'),
    })
    .prefault({}),
  strategy: z
    .strictObject({
      name: z.string().min(1).default('quoter'),
      /** By the strategy's own index; the quoter's are half spread in ticks, quantity, position limit. */
      parameters: z.array(z.number()).max(32).default([1, 100, 2_000]),
    })
    .prefault({}),
  risk: riskSchema.prefault({}),
  idle: idleMode.default('auto'),
  busyLoops,
  core: core.optional(),
});

export const feedSchema = z.strictObject({
  name: installationName.default('hopwire-feed'),
  ...feedAddress,
  rerequestHost: ipv4.default('127.0.0.1'),
  /** Several streams instead of the one above. */
  channels: feedChannels,
  idle: idleMode.default('auto'),
});

export const loadSchema = z.strictObject({
  /** Default: one per process, so that several senders may run at once. */
  name: installationName.optional(),
  instruments,
  orderEntry: orderEntryAddress.prefault({}),
  session: z.strictObject({ id: z.int().min(1).max(0xffff_ffff), ...credentials }).refine(oneSecret, oneSecretMessage),
  /** Commands due a second, all instruments together. */
  ordersPerSecond: z.number().positive().max(10_000_000).default(2_000),
  /** Of the measured phase, after the books are seeded. */
  seconds: z.number().positive().max(86_400).default(20),
  seed: z.int().min(0).default(1),
  /** Simulated participants share the session and are told apart by account: firstAccount and the numbers after it. */
  participants: z.int().min(1).max(10_000).default(4),
  firstAccount: z.int().min(0).max(0x7fff_ffff).default(1),
  idle: idleMode.default('auto'),
  /** The venue's loop, this one, and room for the rest of the machine: a sender that is preempted is late. */
  busyLoops: busyLoops.default(3),
  core: core.optional(),
});

/** Of hopwire admin: whom it speaks to, and as whom. */
export const operatorSchema = z.strictObject({
  /** As the venue has them; symbols on the command line are looked up here. */
  instruments,
  orderEntry: orderEntryAddress.prefault({}),
  session: z.strictObject({ id: z.int().min(1).max(0xffff_ffff), ...credentials }).refine(oneSecret, oneSecretMessage),
});

export const roleSchemas = {
  venue: venueSchema,
  trade: tradeSchema,
  feed: feedSchema,
  load: loadSchema,
  operator: operatorSchema,
} as const;
export type Role = keyof typeof roleSchemas;
export type RoleConfig<R extends Role> = z.output<(typeof roleSchemas)[R]>;

export type VenueConfig = RoleConfig<'venue'>;
export type TradeConfig = RoleConfig<'trade'>;
export type FeedConfig = RoleConfig<'feed'>;
export type LoadConfig = RoleConfig<'load'>;
export type OperatorConfig = RoleConfig<'operator'>;

function refuseDuplicateInstruments(list: { id: number; symbol: string }[], context: z.RefinementCtx): void {
  const ids = new Set<number>();
  const symbols = new Set<string>();
  for (const [index, { id, symbol }] of list.entries()) {
    if (ids.has(id))
      context.addIssue({ code: 'custom', path: [index, 'id'], message: `instrument id ${id} is used twice` });
    if (symbols.has(symbol))
      context.addIssue({ code: 'custom', path: [index, 'symbol'], message: `symbol ${symbol} is used twice` });
    ids.add(id);
    symbols.add(symbol);
  }
}
