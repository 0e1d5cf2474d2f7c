/**
 * Negotiate and Establish: a session proves that it knows its secret without sending it, by an HMAC-SHA256 over the decimal fields joined
 * by newlines, as schemas/order_entry.xml describes the messages. Pure: time comes in.
 */
import { createHmac } from 'node:crypto';
import { type CancelOnDisconnect, EstablishEncoder, NegotiateEncoder } from '../generated/order_entry.js';
import { frameOf } from './frames.js';

export interface Credentials {
  readonly id: number;
  readonly accessKey: string;
  readonly secret: string;
}

/** One version of a session: rises with every negotiation. */
export interface Logon {
  readonly version: bigint;
  /** Nanoseconds since the UNIX epoch; each Establish of a session has a later one. */
  readonly timestamp: bigint;
}

export interface EstablishTerms {
  readonly nextSequence: bigint;
  readonly keepAlive_ms: number;
  /** Cancel-on-disconnect of a lost connection waits this long. */
  readonly graceWindow_ms: number;
  readonly cancelOnDisconnect: CancelOnDisconnect;
}

function sign(secret: string, fields: readonly (string | number | bigint)[]): Uint8Array {
  return createHmac('sha256', secret).update(fields.join('\n')).digest();
}

export function negotiateFrame({ id, accessKey, secret }: Credentials, { version, timestamp }: Logon): Buffer {
  return frameOf(NegotiateEncoder, (message) =>
    message
      .sessionVersion(version)
      .timestamp(timestamp)
      .sessionId(id)
      .accessKey(accessKey)
      .hmac(sign(secret, [timestamp, version, id, accessKey])),
  );
}

export function establishFrame(credentials: Credentials, { version, timestamp }: Logon, terms: EstablishTerms): Buffer {
  const { id, accessKey, secret } = credentials;
  const { nextSequence, keepAlive_ms, graceWindow_ms, cancelOnDisconnect } = terms;
  const signed = [timestamp, version, id, accessKey, nextSequence, keepAlive_ms, graceWindow_ms, cancelOnDisconnect];
  return frameOf(EstablishEncoder, (message) =>
    message
      .sessionVersion(version)
      .timestamp(timestamp)
      .nextSequence(nextSequence)
      .sessionId(id)
      .keepAlive(keepAlive_ms)
      .graceWindow(graceWindow_ms)
      .cancelOnDisconnect(cancelOnDisconnect)
      .hmac(sign(secret, signed)),
  );
}
