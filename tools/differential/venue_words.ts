// What is said about the market rather than in it: trading states and auctions, tables, bands and breakers, days, mass cancels, locks,
// protection. Rare beside orders, and such that trading goes on: an instrument that is not trading is soon led on, what narrows the market
// is soon taken back (amends.ts).

import type { TradingState } from '../../src/reference/admin_commands.js';
import type { MatchEvent } from '../../src/reference/events.js';
import type { Amends } from './amends.js';
import type { FeatureName } from './features.js';
import type { Random } from './random.js';

/** The way back to trading, then all the ways there are. */
const onwards: Readonly<Record<TradingState, readonly string[]>> = {
  continuous: ['halt', 'halt', 'closing', 'closed'],
  halt: ['reopening', 'reopening', 'reopening', 'closed'],
  reopeningAuction: ['continuous', 'continuous', 'continuous', 'halt'],
  closingAuction: ['closed', 'closed', 'halt'],
  closed: ['preopen'],
  preOpen: ['opening', 'opening', 'opening', 'halt', 'closed'],
  openingAuction: ['continuous', 'continuous', 'continuous', 'halt'],
};
const anyState = ['preopen', 'opening', 'continuous', 'halt', 'reopening', 'closing', 'closed'];
/** How often a state that collects orders lasts another while, and one that takes none. */
const collectsFor = 25;
const idlesFor = 6;

export interface Surroundings {
  readonly random: Random;
  readonly amends: Amends;
  readonly sessions: number;
  readonly instruments: number;
  /** Every so many commands, about, something is said. */
  readonly every: number;
  /** Prices and quantities of orders are multiples of it, mostly. */
  readonly step: number;
  has(feature: FeatureName): boolean;
  /** A price that orders meet. */
  price(locate: number): number;
  id(session: number): number;
}

type Subject = (locate: number) => string;

export class VenueWords {
  private readonly around: Surroundings;
  private readonly states = new Map<number, TradingState>();
  private readonly subjects: readonly Subject[];
  private day = 0;

  constructor(around: Surroundings) {
    this.around = around;
    const all: readonly (readonly [FeatureName, Subject])[] = [
      ['state', (locate) => this.stateWords(locate)],
      ['state', (locate) => this.auctionWords(locate)],
      ['tables', (locate) => this.tableWords(locate)],
      ['bands', (locate) => this.bandWords(locate)],
      ['day', (locate) => this.dayWords(locate)],
      ['lock', (locate) => this.lockWords(locate)],
      ['protect', () => this.protectionWords()],
      ['scope', (locate) => this.scoped('masscancel', this.scope(), locate)],
    ];
    this.subjects = all.filter(([feature]) => around.has(feature)).map(([, subject]) => subject);
  }

  observe(event: MatchEvent) {
    if (event.kind === 'stateChanged') this.states.set(event.locate as number, event.state as TradingState);
    if (event.kind !== 'protectionTripped') return;
    const { session, account } = event.scope ?? {};
    const group = session === undefined ? `account ${account}` : `session ${session}`;
    const asks = session ?? Math.max(0, (account ?? 10) - 10);
    this.around.amends.add(`s${asks} reset ${this.around.id(asks)} ${group}`);
  }

  stateOf(locate: number): TradingState {
    return this.states.get(locate) ?? 'continuous';
  }

  takesOrders(locate: number): boolean {
    const state = this.stateOf(locate);
    return state !== 'halt' && state !== 'closed';
  }

  /** Words in front included, time apart; undefined when it is the market's turn. */
  next(): string | undefined {
    const { random } = this.around;
    const locate = random.between(1, this.around.instruments);
    if (this.isLedOn(locate)) return this.stateWords(locate);
    if (this.subjects.length === 0 || !random.onceIn(this.around.every)) return undefined;
    return random.pick(this.subjects)(locate);
  }

  private isLedOn(locate: number): boolean {
    const state = this.stateOf(locate);
    if (!this.around.has('state') && !this.around.has('bands')) return false;
    if (state === 'continuous') return false;
    return this.around.random.onceIn(this.takesOrders(locate) ? collectsFor : idlesFor);
  }

  private stateWords(locate: number): string {
    const { random } = this.around;
    const next = random.pick(random.onceIn(15) ? anyState : onwards[this.stateOf(locate)]);
    return `#${locate} state ${next}${random.onceIn(4) ? ` ${random.pick(['T1', 'T5', 'LUDP', 'bad!!'])}` : ''}`;
  }

  private auctionWords(locate: number): string {
    const { random } = this.around;
    return random.onceIn(3) ? `#${locate} reference ${this.around.price(locate)}` : `#${locate} noii`;
  }

  /** Mostly wide; a narrow one is soon taken back. */
  private basisPoints(takesBack: string): number {
    const { random, amends } = this.around;
    if (!random.onceIn(3)) return random.pick([0, 2000, 4000, 10_000]);
    amends.add(takesBack);
    return random.pick([1, 10, 50, 200, 1000, 10_001]);
  }

  private tableWords(locate: number): string {
    const { random, amends, step } = this.around;
    if (random.onceIn(3)) return `#${locate} collar ${this.basisPoints(`#${locate} collar 0`)}`;
    if (random.onceIn(2)) {
      if (random.onceIn(6)) {
        amends.add(`#${locate} lot 1 1`);
        return `#${locate} lot ${random.pick([3, 7, 0])} ${random.pick([3, 7, 21])}`;
      }
      const lot = random.pick([1, 1, step]);
      return `#${locate} lot ${lot} ${random.pick([lot, lot, 2 * lot])}`;
    }
    const from = random.pick([1, 500, 1000, 1000, 1005]) * step;
    if (random.onceIn(4)) {
      amends.add(`#${locate} tickband ${from} 0`);
      return `#${locate} tickband ${from} ${random.pick([3, 7, 100, 1000])}`;
    }
    return `#${locate} tickband ${from} ${random.pick([0, 1, 1, 2, 5, step])}`;
  }

  private bandWords(locate: number): string {
    const { random, amends } = this.around;
    const times = `${random.between(0, 60)} ${random.between(0, 60)}`;
    const takesBack = `#${locate} band ${1000 * this.around.step} 0`;
    switch (random.below(6)) {
      case 0:
        amends.add(`#${locate} breaker 0 16`);
        return `#${locate} breaker ${random.pick([0, 50, 200, 1000])} ${random.pick([15, 16, 200, 5000])}`;
      case 1:
        return `#${locate} reopening ${times}`;
      case 2:
        return 'marketlevels 2000 1500 1000';
      case 3:
        if (random.onceIn(4)) return `marketbreach ${random.between(0, 3)}`;
        return `#${locate} band ${this.around.price(locate)} 0`;
      default:
        return `#${locate} band ${this.around.price(locate)} ${this.basisPoints(takesBack)}`;
    }
  }

  /** A day is long: another instrument's auction is more often what comes. */
  private dayWords(locate: number): string {
    const { random } = this.around;
    if (!random.onceIn(10)) return `#${locate} noii`;
    this.day += random.onceIn(10) ? 0 : 1;
    return `rollday ${this.day}`;
  }

  private scope(): string {
    const { random } = this.around;
    const whose = random.pick([
      '',
      ` session ${random.below(this.around.sessions)}`,
      ` account ${random.between(10, 12)}`,
      ` firm ${random.between(100, 101)}`,
      random.onceIn(4) ? ' venue' : '',
    ]);
    const side = random.onceIn(5) ? ` ${random.pick(['buy', 'sell'])}` : '';
    return `${whose}${random.onceIn(3) ? ' instrument' : ''}${side}`;
  }

  private scoped(verb: string, scope: string, locate: number): string {
    const session = this.around.random.below(this.around.sessions);
    return `s${session} #${locate} ${verb} ${this.around.id(session)}${scope}`;
  }

  private lockWords(locate: number): string {
    const { random, amends } = this.around;
    const isKill = random.onceIn(2);
    const words = this.scoped(isKill ? 'kill' : 'purge', this.scope(), locate);
    amends.add(words.replace(/(kill|purge) \d+/, `${isKill ? 'unkill' : 'unlock'} ${random.between(1, 1_000_000)}`));
    return words;
  }

  private protectionWords(): string {
    const { random, step } = this.around;
    const session = random.below(this.around.sessions);
    const group = random.onceIn(2) ? `session ${session}` : `account ${10 + session}`;
    const who = `s${session} `;
    if (random.onceIn(6)) return `${who}reset ${this.around.id(session)} ${group}`;
    const limits = `window ${random.pick([20, 1000, 1_000_000])} trades ${random.between(1, 12)}`;
    const more = random.pick([
      '',
      ` quantity ${random.between(5, 200) * step}`,
      ` value ${random.between(1000, 400_000) * step * step}`,
    ]);
    return `${who}protect ${this.around.id(session)} ${group} ${limits}${more}`;
  }
}
