// The part of state_listing.ts that is about states, auctions and limits: a row's lines after `row`, and the market's. What is as it was at
// the start is left out, so a venue that only ever traded lists nothing here.
//
//   state halt LUDP due 316000000000            and, after it, what there is of: opens with 950 to 1102 around 1050 (collar of the coming
//                                               call) · collar 950 to 1154 around 1050 extension 1 (of this call)
//   reference 1000                              where it is not the last trade
//   ticks 0:5 1000:10 · lot 100 least 200 · collar 500 · band 500 from 950 to 1050 · limit buy @ 1050 since 1000000000
//   breaker 1000 slices of 10000: 3:990-1010 7:1000-1000  those that count now, oldest first
//   reopening 300000000000 60000000000
//   queued B 10 @ market ref 4 id 6 s0 a10 f100 [onopen|onclose] [imbalanceonly] TERMS       in time priority
//   day 3 breached 1                            of the market

import type { Book } from './book.js';
import type { AuctionCollar } from './reopening.js';
import { stateWords } from './scenario_admin.js';
import type { Venue } from './venue.js';

function around({ lowerPrice, upperPrice, referencePrice }: AuctionCollar): string {
  return `${lowerPrice} to ${upperPrice} around ${referencePrice}`;
}

function stateLines({ state, haltReason, due, pauseCollar, auctionCollar }: Book): string[] {
  const reason = haltReason === '' ? '' : ` ${haltReason}`;
  const time = due === undefined ? '' : ` due ${due}`;
  return [
    ...(state === 'continuous' && haltReason === '' ? [] : [`state ${stateWords[state]}${reason}${time}`]),
    ...(pauseCollar === undefined ? [] : [`opens with ${around(pauseCollar)}`]),
    ...(auctionCollar === undefined ? [] : [`collar ${around(auctionCollar)} extension ${auctionCollar.extension}`]),
  ];
}

function limitLines(book: Book, now: number): string[] {
  const { referencePrice, lastPrice, tickBands, lot, minimumQuantity, collarBasisPoints } = book;
  const { band, limitState, breaker, haltTime, callTime } = book;
  const slices = breaker?.count(now).map(({ number, lowest, highest }) => ` ${number}:${lowest}-${highest}`);
  return [
    ...(referencePrice === lastPrice ? [] : [`reference ${referencePrice}`]),
    ...(tickBands.length === 0
      ? []
      : [`ticks ${tickBands.map(({ fromPrice, tick }) => `${fromPrice}:${tick}`).join(' ')}`]),
    ...(lot === 1 && minimumQuantity === 1 ? [] : [`lot ${lot} least ${minimumQuantity}`]),
    ...(collarBasisPoints === 0 ? [] : [`collar ${collarBasisPoints}`]),
    ...(band === undefined ? [] : [`band ${band.basisPoints} from ${band.lower} to ${band.upper}`]),
    ...(limitState === undefined ? [] : [`limit ${limitState.side} @ ${limitState.price} since ${limitState.since}`]),
    ...(breaker === undefined
      ? []
      : [`breaker ${breaker.basisPoints} slices of ${breaker.sliceTime}:${slices?.join('')}`]),
    ...(haltTime === 0 && callTime === 0 ? [] : [`reopening ${haltTime} ${callTime}`]),
  ];
}

/** Without what is queued: state_listing.ts knows how to say an order. */
export function marketLinesOf(book: Book, now: number): string[] {
  return [...stateLines(book), ...limitLines(book, now)];
}

export function dayLines({ day, breachedLevel }: Venue): string[] {
  return day === 0 && breachedLevel === 0 ? [] : [`day ${day} breached ${breachedLevel}`];
}
