// What every `hopwire admin` verb does: connects as the operator, asks the venue for each thing in turn, prints what it answered, leaves.
// Exit status 0 when all was taken, 1 when the venue refused something (what came before stands), or could not be asked.

import { instrumentsOf } from '../../config/instruments.js';
import { loadConfig, secretOf } from '../../config/load.js';
import type { OperatorConfig } from '../../config/schema.js';
import { describeAnswer, describeEvent, type SymbolOf } from '../../operator/describe.js';
import { OperatorClient, type Outcome } from '../../operator/operator_client.js';
import type { OperatorRequest } from '../../operator/requests.js';
import { SessionFailure } from '../../order_entry/session.js';
import { OperatorFailure } from '../operator_failure.js';
import { printJson, printLine } from '../output.js';
import { InstrumentNames } from './instrument_names.js';

export interface AdminFlags {
  readonly config?: string;
  readonly orderEntry?: { host: string; port: number };
  readonly as?: number;
  readonly accessKey?: string;
  readonly secretFile?: string;
  readonly json?: boolean;
}

export type Ask = (request: OperatorRequest) => Promise<Outcome>;
/** What a verb does once it is connected; each outcome is one thing the operator sees. */
export type AdminWork = (ask: Ask, names: InstrumentNames) => Promise<Outcome[]>;

/** One request after the other, to the end, whatever becomes of each. */
export function requests(make: (names: InstrumentNames) => OperatorRequest[]): AdminWork {
  return async (ask, names) => {
    const outcomes: Outcome[] = [];
    for (const request of make(names)) outcomes.push(await ask(request));
    return outcomes;
  };
}

export async function runAdmin(flags: AdminFlags, work: AdminWork): Promise<number> {
  return asOperator(flags, async (client, names) => {
    const outcomes = await work((request) => client.ask(request), names);
    print(outcomes, flags.json ?? false, (id) => names.symbolOf(id));
    return outcomes.every(({ taken }) => taken) ? 0 : 1;
  });
}

/** Connects as the operator that flags and config say, does the work, leaves. */
export async function asOperator(
  flags: AdminFlags,
  work: (client: OperatorClient, names: InstrumentNames) => Promise<number>,
): Promise<number> {
  const { config } = loadConfig('operator', { file: flags.config, flags: flagValues(flags) });
  const names = new InstrumentNames(instrumentsOf(config.instruments));
  try {
    const client = await OperatorClient.open(connectionOf(config));
    try {
      return await work(client, names);
    } finally {
      await client.close();
    }
  } catch (error) {
    throw error instanceof SessionFailure
      ? failureOf(error, `${config.orderEntry.host}:${config.orderEntry.port}`)
      : error;
  }
}

function connectionOf({ orderEntry, session }: OperatorConfig) {
  const { id, accessKey } = session;
  return { ...orderEntry, credentials: { id, accessKey, secret: secretOf(session) } };
}

function flagValues(flags: AdminFlags) {
  return [
    { flag: '--order-entry', path: ['orderEntry', 'host'], value: flags.orderEntry?.host },
    { flag: '--order-entry', path: ['orderEntry', 'port'], value: flags.orderEntry?.port },
    { flag: '--as', path: ['session', 'id'], value: flags.as },
    { flag: '--access-key', path: ['session', 'accessKey'], value: flags.accessKey },
    { flag: '--secret-file', path: ['session', 'secretFile'], value: flags.secretFile },
  ];
}

function failureOf({ kind, message, code }: SessionFailure, where: string): OperatorFailure {
  switch (kind) {
    case 'connect':
      return new OperatorFailure('connectFailed', where, message);
    case 'refused':
      return new OperatorFailure('sessionRefused', where, code ?? message);
    default:
      return new OperatorFailure('sessionLost', where, message);
  }
}

function print(outcomes: readonly Outcome[], json: boolean, symbolOf: SymbolOf): void {
  if (json) {
    printJson({
      taken: outcomes.every(({ taken }) => taken),
      outcomes: outcomes.map(({ request, taken, answers, events }) => ({ request, taken, answers, events })),
    });
    return;
  }
  for (const { answers, events } of outcomes) {
    for (const event of events) printLine(describeEvent(event, symbolOf));
    for (const answer of answers) printLine(describeAnswer(answer, symbolOf));
  }
}
