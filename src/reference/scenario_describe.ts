// An event as a line that a trader can read; the expected lines of schemas/scenarios/. native/.../matcher_scenario.hpp prints the same.

import { describeControl, refusalWords } from './describe_control.js';
import { describeMarket, marketPublicWord } from './describe_market.js';
import { type MatchEvent, queuePositionKept } from './events.js';

const reasonWords: Readonly<Record<string, string>> = {
  byClient: 'client',
  immediateOrCancel: 'ioc',
  massCancel: 'mass',
  bySystem: 'system',
  duplicateClOrdId: 'duplicate id',
  fillOrKill: 'fok',
  quotePulled: 'pulled',
};

/** unknownOrder -> unknown order, where no shorter word is agreed. */
export function words(name: string | undefined): string {
  if (name === undefined) return '?';
  return reasonWords[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function publicWord(event: MatchEvent): string {
  switch (event.publicEffect) {
    case 'none':
      return '';
    case 'add':
      return ` | A ${event.reference}`;
    case 'execute':
      return ` | E ${event.reference} ${event.quantity}`;
    case 'reduce':
      return ` | X ${event.reference} ${event.quantity}`;
    case 'remove':
      return ` | D ${event.kind === 'replaced' ? event.originalReference : event.reference}`;
    case 'replace':
      return ` | U ${event.originalReference} -> ${event.reference}`;
    default:
      return marketPublicWord(event);
  }
}

const priceWord = (event: MatchEvent): string => (event.price === undefined ? 'market' : String(event.price));
const queueWord = (event: MatchEvent): string =>
  event.queueAhead === queuePositionKept ? 'kept' : `ahead ${event.queueAhead}`;

function limitWord(event: MatchEvent): string {
  return event.limitValue === undefined || event.limitValue === 0 ? '' : ` limit ${event.limitValue}`;
}

const shows = (event: MatchEvent): string => (event.displayed === undefined ? '' : ` shows ${event.displayed}`);
const stopWord = (event: MatchEvent): string => (event.stopPrice === undefined ? '' : ` stop ${event.stopPrice}`);

function canceled(event: MatchEvent): string {
  const by = event.clOrdId === event.originalClOrdId ? '' : ` by ${event.clOrdId}`;
  const left = event.leaves === 0 ? '' : ` leaves ${event.leaves}`;
  return `canceled ${event.originalClOrdId}${by} ${event.quantity} (${words(event.reason)})${left}`;
}

function withoutEffect(event: MatchEvent): string {
  const id = event.clOrdId;
  const price = priceWord(event);
  switch (event.kind) {
    case 'accepted':
      return (
        `accepted ${id} ref ${event.reference} ${event.side} ${event.quantity} @ ${price}${stopWord(event)} ` +
        queueWord(event)
      );
    case 'executed':
      return (
        `executed ${id} by ${event.takerClOrdId} match ${event.matchNumber}: ${event.quantity} @ ${price} ` +
        `leaves ${event.leaves}/${event.takerLeaves}`
      );
    case 'rested':
      return `rested ${id} ${event.side} ${event.leaves} @ ${price}${shows(event)}`;
    case 'refreshed':
      return `refreshed ${id} ref ${event.reference} leaves ${event.leaves} @ ${price}${shows(event)}`;
    case 'prevented':
      return `prevented ${id} by ${event.takerClOrdId}: ${event.quantity} @ ${price}`;
    case 'parked':
      return `parked ${id} ${event.side} ${event.leaves} @ ${price}${stopWord(event)}`;
    case 'triggered':
      return `triggered ${id} ${event.side} ${event.leaves} @ ${price}${stopWord(event)}`;
    case 'canceled':
      return canceled(event);
    case 'replaced':
      return (
        `replaced ${event.originalClOrdId} by ${id} ref ${event.reference} total ${event.totalQuantity} ` +
        `leaves ${event.leaves} @ ${price}${shows(event)}${stopWord(event)} ${queueWord(event)}`
      );
    case 'rejected':
      return `rejected ${id} (${words(event.reason)})${limitWord(event)}${refusalWords(event)}`;
    case 'cancelRejected':
      return `refused ${id} (${words(event.reason)})${limitWord(event)}${refusalWords(event)}`;
    case 'massCanceled':
      return `mass canceled by ${id}: ${event.quantity}`;
    case 'adminRefused':
      return `admin refused (${words(event.reason)})${limitWord(event)}`;
    default:
      return describeControl(event, words(event.reason)) ?? describeMarket(event);
  }
}

export function describe(event: MatchEvent): string {
  return withoutEffect(event) + publicWord(event);
}
