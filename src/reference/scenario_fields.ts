// The rest of an event: what describe() leaves out for readability, for comparing two engines field by field. A scenario whose set-up says
// "fields" prints it behind every event; native/.../scenario_fields.hpp prints the same. A field that says nothing (0, buy, limit, day,
// newOrder) is left out, so absent and zero are the same. What answers a request tells only whose it is and about what, a mass cancel's
// not even that: the rest is the request's own.
//
//   accepted 1 ref 1 buy 1 @ 999 ahead 0 [s0 a10 #1 i 1001 tif immediateOrCancel ref 1 total 1 qty 1 price 999 leaves 1]

import { type MatchEvent, queuePositionKept } from './events.js';

const number = (name: string, value: number | undefined): string =>
  value === undefined || value === 0 ? '' : ` ${name} ${value}`;
const word = (name: string, value: string | undefined, usual: string): string =>
  value === undefined || value === usual ? '' : ` ${name}${value}`;

/** Others may repeat them, or not. */
const saysTerms = (event: MatchEvent): boolean => event.kind === 'accepted' || event.kind === 'rested';

function ofOrder(event: MatchEvent): string {
  return (
    word('', event.side, 'buy') +
    (saysTerms(event) ? word('type ', event.orderType, 'limit') + word('tif ', event.timeInForce, 'day') : '') +
    number('ref', event.reference) +
    number('from', event.originalReference) +
    number('match', event.matchNumber) +
    number('total', event.totalQuantity) +
    number('qty', event.quantity) +
    number('price', event.price) +
    number('stop', event.stopPrice) +
    number('leaves', event.leaves) +
    number('displayed', event.displayed) +
    number('taker', event.takerClOrdId) +
    number('taker session', event.takerSession) +
    number('taker ref', event.takerReference) +
    number('taker leaves', event.takerLeaves) +
    number('ahead', event.queueAhead === queuePositionKept ? undefined : event.queueAhead)
  );
}

export function describeFields(event: MatchEvent): string {
  const isAnswer = event.kind === 'rejected' || event.kind === 'cancelRejected' || event.kind === 'massCanceled';
  return (
    ` [s${event.session ?? 0} a${event.account ?? 0}` +
    (event.request === 'massCancel' && isAnswer ? '' : ` #${event.locate ?? 0}`) +
    word('', event.request, 'newOrder') +
    number('id', event.originalClOrdId) +
    (isAnswer ? '' : number('i', event.instrumentId) + ofOrder(event)) +
    ']'
  );
}
