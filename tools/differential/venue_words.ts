// What is said about the market rather than in it: trading states and auctions, tables, bands and breakers, days, mass cancels, locks,
// protection. Rare beside orders, and mostly such that trading goes on: an instrument that is not trading is soon led on, a scope that was
// locked is soon unlocked.

import type { TradingState } from '../../src/reference/admin_commands.js';
import type { MatchEvent } from '../../src/reference/events.js';
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
const basisPoints = [0, 1, 10, 50, 200, 1000];

export interface Surroundings {
  readonly random: Random;
  readonly sessions: number;
  readonly instruments: number;
  has(feature: FeatureName): boolean;
  /** A price that orders meet. */
  price(locate: number): number;
  id(session: number): number;
}

export class VenueWords {
  private readonly around: Surroundings;
  private readonly states = new Map<number, TradingState>();
  /** What would undo the locks. */
  private readonly locks: string[] = [];
  private day = 0;

  constructor(around: Surroundings) {
    this.around = around;
  }

  observe(event: MatchEvent) {
    if (event.kind === 'stateChanged') this.states.set(event.locate as number, event.state as TradingState);
  }

  isTrading(locate: number): boolean {
    return (this.states.get(locate) ?? 'continuous') === 'continuous';
  }

  /** Words in front included, time apart; undefined when it is the market's turn. */
  next(): string | undefined {
    const { random } = this.around;
    const locate = random.between(1, this.around.instruments);
    if (this.around.has('state') && !this.isTrading(locate) && random.onceIn(25)) return this.stateWords(locate);
    if (this.locks.length > 0 && random.onceIn(30)) return this.locks.shift();
    if (!random.onceIn(40)) return undefined;
    switch (random.below(8)) {
      case 0:
        return this.around.has('state') ? this.stateWords(locate) : undefined;
      case 1:
        return this.around.has('state') ? this.auctionWords(locate) : undefined;
      case 2:
        return this.around.has('tables') ? this.tableWords(locate) : undefined;
      case 3:
        return this.around.has('bands') ? this.bandWords(locate) : undefined;
      case 4:
        return this.around.has('day') && random.onceIn(10) ? this.dayWords() : undefined;
      case 5:
        return this.around.has('lock') ? this.lockWords(locate) : undefined;
      case 6:
        return this.around.has('protect') ? this.protectionWords() : undefined;
      default:
        return this.around.has('scope') ? this.scoped('masscancel', this.scope(), locate) : undefined;
    }
  }

  private stateWords(locate: number): string {
    const { random } = this.around;
    const now = this.states.get(locate) ?? 'continuous';
    const next = random.pick(random.onceIn(15) ? anyState : onwards[now]);
    return `#${locate} state ${next}${random.onceIn(4) ? ` ${random.pick(['T1', 'T5', 'LUDP', 'bad!!'])}` : ''}`;
  }

  private auctionWords(locate: number): string {
    const { random } = this.around;
    return random.onceIn(3) ? `#${locate} reference ${this.around.price(locate)}` : `#${locate} noii`;
  }

  private tableWords(locate: number): string {
    const { random } = this.around;
    if (random.onceIn(3)) return `#${locate} collar ${random.pick(basisPoints)}`;
    if (random.onceIn(2)) {
      const lot = random.pick([1, 1, 1, 1, 1, 2]);
      return `#${locate} lot ${lot} ${random.pick([lot, lot, 2 * lot])}`;
    }
    return `#${locate} tickband ${random.pick([1, 500, 1000, 1000, 1005])} ${random.pick([0, 1, 1, 1, 2, 5])}`;
  }

  private bandWords(locate: number): string {
    const { random } = this.around;
    const times = `${random.between(0, 60)} ${random.between(0, 60)}`;
    switch (random.below(5)) {
      case 0:
        return `#${locate} breaker ${random.pick(basisPoints)} ${random.pick([16, 200, 5000])}`;
      case 1:
        return `#${locate} reopening ${times}`;
      case 2:
        return 'marketlevels 2000 1500 1000';
      case 3:
        return random.onceIn(4)
          ? `marketbreach ${random.between(1, 3)}`
          : `#${locate} band ${this.around.price(locate)} 0`;
      default:
        return `#${locate} band ${this.around.price(locate)} ${random.pick(basisPoints)}`;
    }
  }

  private dayWords(): string {
    this.day += this.around.random.onceIn(10) ? 0 : 1;
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
    const { random } = this.around;
    const isKill = random.onceIn(2);
    const words = this.scoped(isKill ? 'kill' : 'purge', this.scope(), locate);
    this.locks.push(
      words.replace(/(kill|purge) \d+/, `${isKill ? 'unkill' : 'unlock'} ${random.between(1, 1_000_000)}`),
    );
    return words;
  }

  private protectionWords(): string {
    const { random } = this.around;
    const session = random.below(this.around.sessions);
    const group = random.onceIn(2) ? `session ${session}` : `account ${10 + session}`;
    const who = `s${session} `;
    if (random.onceIn(2)) return `${who}reset ${this.around.id(session)} ${group}`;
    const limits = `window ${random.pick([20, 1000, 1_000_000])} trades ${random.between(1, 6)}`;
    const more = random.pick(['', ` quantity ${random.between(5, 200)}`, ` value ${random.between(1000, 200_000)}`]);
    return `${who}protect ${this.around.id(session)} ${group} ${limits}${more}`;
  }
}
