// How much and how often an account may send, with pre-trade risk on.
//
// Message rate: a token bucket on sequencer time, per account: `messageRate` a second, `messageBurst` at once. New orders, replaces that
// move and mass quotes (one token, however many entries) take a token; cancels, mass quotes that only pull and replaces that only reduce do
// not. A token is spent when it is asked for, also when a later check refuses. Without one: messageRateLimit with the rate, and
// `retryAfter`, the nanoseconds after which the same would have been taken. A token comes back every floor(10^9 / rate) ns; the arithmetic
// is that of the generic cell rate algorithm: one time per account.
//
// Duplicates: a new order like one of the account's last 64 new orders that were taken - instrument, side, price (none: none), quantity -
// is refused while that one is younger than `duplicateWindow`: duplicateOrder with the window. A refused order is not remembered.

import { ordersRemembered } from '../generated/rules.js';
import type { Requester } from './commands.js';
import type { Order } from './order.js';
import type { Refusal, Venue } from './venue.js';

const second = 1_000_000_000;

/** Takes a token. */
export function checkMessageRate(venue: Venue, { account }: Pick<Requester, 'account'>): Refusal | undefined {
  const row = venue.risk.account(account);
  const { messageRate, messageBurst } = row.limits.hard;
  if (venue.limits.isRiskOn !== true || messageRate === 0) return undefined;
  const interval = Math.floor(second / messageRate);
  const due = Math.max(row.messageTime, venue.now);
  const wait = due - venue.now - interval * (messageBurst - 1);
  if (wait > 0) return { reason: 'messageRateLimit', limitValue: messageRate, retryAfter: wait };
  row.messageTime = due + interval;
  return undefined;
}

type Content = Pick<Order, 'account' | 'locate' | 'side' | 'price' | 'leaves'>;

export function checkDuplicate(venue: Venue, order: Content): Refusal | undefined {
  const row = venue.risk.account(order.account);
  const window = row.limits.hard.duplicateWindow;
  const isSame = row.recent.some(
    ({ time, locate, side, price, quantity }) =>
      venue.now - time < window &&
      locate === order.locate &&
      side === order.side &&
      price === order.price &&
      quantity === order.leaves,
  );
  return isSame ? { reason: 'duplicateOrder', limitValue: window } : undefined;
}

export function rememberOrder(venue: Venue, { account, locate, side, price, leaves }: Content) {
  const row = venue.risk.account(account);
  row.recent = [...row.recent, { time: venue.now, locate, side, price, quantity: leaves }].slice(-ordersRemembered);
}
