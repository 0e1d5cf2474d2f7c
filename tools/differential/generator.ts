// Random commands as scenario lines, as a busy market would send them: around a wandering middle price, few instruments, ids that rise and
// sometimes come again, replaces and cancels that mostly name orders which are alive, now and then a field that is wrong. Most of what is
// said is taken: prices lie on ticks, terms go together, instruments trade; every refusal comes too, seldom. The same plan and the same
// observed events give the same lines.

import type { TradingState } from '../../src/reference/admin_commands.js';
import type { MatchEvent } from '../../src/reference/events.js';
import { Amends } from './amends.js';
import type { EpisodePlan } from './episode_plan.js';
import type { FeatureName } from './features.js';
import { type LiveOrder, LiveOrders } from './live_orders.js';
import { Random } from './random.js';
import { openingLimits, riskWords } from './risk_words.js';
import { VenueWords } from './venue_words.js';

const wrongPrices = [0, -1, -1000, 2_000_000_001, 2_147_483_647];
const extremePrices = [1, 2, 1_999_999_999, 2_000_000_000];
/** Once in how many orders terms do not go together. */
const oddEvery = 40;

export class Generator {
  private readonly plan: EpisodePlan;
  private readonly random: Random;
  private readonly live = new LiveOrders();
  private readonly lastId: number[];
  private readonly middle: number[];
  private readonly amends: Amends;
  private readonly venue: VenueWords;
  private readonly opening: string[];
  private now = 0;

  constructor(seed: number, plan: EpisodePlan) {
    this.plan = plan;
    this.random = new Random(seed, plan.number + 0x4000_0000);
    this.lastId = new Array(plan.maximumSessions + 1).fill(0);
    this.middle = [0, 1, 2, 3].map(() => 1000 * plan.step);
    this.amends = new Amends(this.random);
    this.opening = this.has('risk') ? openingLimits(plan.sessions, plan.instruments) : [];
    this.venue = new VenueWords({
      random: this.random,
      amends: this.amends,
      sessions: plan.sessions,
      instruments: plan.instruments,
      every: plan.venueEvery,
      step: plan.step,
      has: (feature) => this.has(feature),
      price: (locate) => this.price(locate, this.random.onceIn(2)),
      id: (session) => this.id(session),
    });
  }

  observe(events: readonly MatchEvent[]) {
    for (const event of events) {
      this.live.observe(event);
      this.venue.observe(event);
    }
  }

  /** The next command, without the "> " in front. */
  next(): string {
    const { random, plan } = this;
    const opening = this.opening.shift();
    if (opening !== undefined) return opening;
    if (this.has('risk') && random.onceIn(25)) return `${this.time()}${this.riskWords()}`;
    const aboutVenue = this.amends.next() ?? this.venue.next();
    if (aboutVenue !== undefined) return `${this.time()}${aboutVenue}`;
    const isCrowded = this.live.count >= plan.liveOrders;
    const draw = random.below(1000);
    if (this.uses('quote') && random.onceIn(3)) return this.quote();
    if (draw < 3) return this.massCommand();
    if (draw < 20 && this.has('time')) return `${this.time(true)}tick`;
    if (draw < (isCrowded ? 350 : 550) || this.live.count === 0) return this.newOrder();
    return draw < 800 ? this.replaceOrder() : this.cancelOrder();
  }

  private has(feature: FeatureName): boolean {
    return this.plan.features.has(feature);
  }

  /** Is the feature in the episode, and its turn? */
  private uses(feature: FeatureName): boolean {
    return this.has(feature) && this.random.onceIn(this.plan.featureEvery);
  }

  private get isWrong(): boolean {
    return this.random.onceIn(this.plan.wrongEvery);
  }

  private time(mustAdvance = false): string {
    if (!this.has('time') || !(mustAdvance || this.random.onceIn(3))) return '';
    this.now += this.random.onceIn(50) ? this.random.below(1_000_000) : this.random.between(1, this.plan.timeStep);
    return `t${this.now} `;
  }

  private who(session: number, locate: number): string {
    const words = [this.time().trimEnd(), session === 0 ? '' : `s${session}`, locate === 1 ? '' : `#${locate}`];
    if (this.uses('owners')) words.push(`a${this.random.between(10, 12)}`);
    if (this.uses('owners')) words.push(`f${this.random.between(100, 101)}`);
    return words.filter((word) => word !== '').join(' ');
  }

  private line(session: number, locate: number, words: string): string {
    const who = this.who(session, locate);
    return who === '' ? words : `${who} ${words}`;
  }

  private session(): number {
    return this.isWrong ? this.plan.maximumSessions : this.random.below(this.plan.sessions);
  }

  private locate(): number {
    if (this.isWrong) return this.random.pick([0, 4, 9]);
    const locate = this.random.between(1, this.plan.instruments);
    const isClosed = !this.venue.takesOrders(locate) && !this.random.onceIn(8);
    return isClosed ? this.random.between(1, this.plan.instruments) : locate;
  }

  private id(session: number): number {
    const last = this.lastId[session] as number;
    if (this.isWrong && last > 0) return this.random.between(Math.max(1, last - 20), last);
    this.lastId[session] = last + this.random.between(1, this.plan.idStride);
    return this.lastId[session] as number;
  }

  private quantity(): number {
    if (this.isWrong) return this.random.pick([0, 1_000_001, 4_294_967_295]);
    return this.inSteps(this.random.between(1, this.plan.maximumQuantity));
  }

  /** Whole steps, mostly: what ticks and lots ask for. */
  private inSteps(count: number): number {
    const { step } = this.plan;
    return count * step + (step > 1 && this.random.onceIn(oddEvery) ? this.random.between(1, step - 1) : 0);
  }

  /** Both sides overlap by a third of the range. */
  private price(locate: number, isBuy: boolean): number {
    const { random, plan } = this;
    if (this.isWrong) return random.pick(random.onceIn(2) ? wrongPrices : extremePrices);
    const at = locate in this.middle ? locate : 0;
    const { step } = plan;
    if (random.onceIn(100)) {
      this.middle[at] = Math.max(400 * step, (this.middle[at] as number) + random.between(-2, 2) * step);
    }
    const away = this.inSteps(random.below(plan.priceRange + 1) - Math.ceil(plan.priceRange / 3));
    return (this.middle[at] as number) + (isBuy ? -away : away);
  }

  private newOrder(): string {
    const { random } = this;
    const session = this.session();
    const locate = this.locate();
    const isBuy = random.onceIn(2);
    const side = this.isWrong ? 'hold' : isBuy ? 'buy' : 'sell';
    const quantity = this.quantity();
    const isMarket = random.onceIn(12);
    const words = ['new', this.id(session), side, quantity, isMarket ? 'market' : `@ ${this.price(locate, isBuy)}`];
    const isStop = this.uses('stop');
    if (isStop) words.push('stop', this.stopPrice(locate, isBuy));
    words.push(...this.terms(quantity, { locate, isMarket, isStop }));
    if (!isBuy && this.has('risk') && !random.onceIn(12)) words.push('short');
    return this.line(session, locate, words.join(' '));
  }

  /** A buy waits above the market, mostly, and a sell below. */
  private stopPrice(locate: number, isBuy: boolean): number {
    return this.price(locate, this.random.onceIn(4) ? isBuy : !isBuy);
  }

  private terms(quantity: number, order: { locate: number; isMarket: boolean; isStop: boolean }): (string | number)[] {
    const { random } = this;
    const words: (string | number)[] = [];
    const isOdd = random.onceIn(oddEvery);
    const state = this.venue.stateOf(order.locate);
    const mayTakeAtOnce = state === 'continuous' || order.isStop || isOdd;
    let stays = !order.isMarket;
    const isForAuction =
      this.has('state') && (isOdd || !order.isStop) && random.onceIn(state === 'continuous' ? 40 : 3);
    if (isForAuction) {
      words.push(random.pick(this.auctionTerms(state, order.isMarket)));
      stays &&= words[0] === 'imbalanceonly';
    } else if (mayTakeAtOnce && random.onceIn(9)) {
      words.push('ioc');
      stays = false;
    } else if (mayTakeAtOnce && random.onceIn(2) && this.uses('fok')) {
      words.push('fok');
      stays = false;
    } else if (this.uses('gtt')) words.push('gtt', this.expireTime());
    if (random.onceIn(6)) words.push('keep');
    const hasMinimum = mayTakeAtOnce && (isOdd || !isForAuction) && this.uses('min');
    if (hasMinimum) words.push('min', this.part(quantity));
    if ((isOdd || (stays && !order.isStop && !hasMinimum)) && this.uses('post')) words.push('post');
    if ((isOdd || stays) && this.uses('show')) words.push('show', this.part(quantity));
    if (this.uses('stp')) {
      words.push('stp', random.pick(['account', 'firm']), random.pick(['newest', 'oldest', 'both', 'decrement']));
    }
    return words;
  }

  /** Those that the state takes, mostly; an imbalance-only order has a price and names its auction. */
  private auctionTerms(state: TradingState, isMarket: boolean): readonly string[] {
    const isOpening = state === 'preOpen' || state === 'openingAuction' || this.random.onceIn(oddEvery);
    const of = isOpening ? ['onopen', 'onclose'] : ['onclose'];
    if (isMarket && !this.random.onceIn(oddEvery)) return of;
    return [
      ...of,
      ...of.map((word) => `${word} imbalanceonly`),
      ...(this.random.onceIn(oddEvery) ? ['imbalanceonly'] : []),
    ];
  }

  /** Soon, often the same instant as others, now and then already past. */
  private expireTime(): number {
    const { random } = this;
    const grid = random.pick([1, 50, 50]);
    const time = this.now + random.between(-2, 4 * this.plan.timeStep);
    return Math.max(0, Math.ceil(time / grid) * grid);
  }

  /** Of a quantity: small, any, or more than there is. */
  private part(quantity: number): number {
    if (this.isWrong) return Math.min(quantity + 1, 4_294_967_295);
    const most = Math.floor(quantity / this.plan.step);
    return this.inSteps(
      this.random.onceIn(2) ? this.random.between(0, Math.min(5, most)) : this.random.between(0, most),
    );
  }

  /** An order to be named: alive, mostly. */
  private named(): Omit<LiveOrder, 'index'> {
    const { random } = this;
    if (this.live.count > 0 && !random.onceIn(12)) return this.live.at(random.below(this.live.count));
    const session = random.below(this.plan.sessions);
    const clOrdId = Math.max(1, (this.lastId[session] as number) - random.below(40));
    return {
      session,
      clOrdId,
      locate: this.locate(),
      price: this.middle[0] as number,
      leaves: 1,
      isStop: false,
      isBuy: true,
    };
  }

  private replaceOrder(): string {
    const { random } = this;
    const order = this.named();
    const near = order.leaves + random.between(-3, 3) * this.plan.step;
    const quantity = random.onceIn(2) ? Math.max(1, near) : this.quantity();
    const newPrice = random.onceIn(2) ? order.price : this.price(order.locate, order.isBuy);
    const price = newPrice === 0 ? 'market' : `@ ${newPrice}`;
    const words = ['replace', this.id(order.session), order.clOrdId, quantity, price];
    const saysStop = order.isStop ? !random.onceIn(3) : this.uses('stop') && random.onceIn(10);
    if (saysStop) words.push('stop', this.stopPrice(order.locate, order.isBuy));
    return this.line(order.session, this.isWrong ? this.locate() : order.locate, words.join(' '));
  }

  private cancelOrder(): string {
    const order = this.named();
    const words = `cancel ${this.id(order.session)} ${order.clOrdId}`;
    return this.line(order.session, this.isWrong ? this.locate() : order.locate, words);
  }

  private riskWords(): string {
    const { sessions, instruments, maximumQuantity, step, liveOrders } = this.plan;
    const around = { sessions, instruments, liveOrders, quantity: maximumQuantity * step, middle: 1000 * step };
    return riskWords(this.random, this.amends, around);
  }

  private quote(): string {
    const { random, plan } = this;
    const session = this.session();
    const selfTrade = this.uses('stp') ? ' stp account oldest' : '';
    const rows: string[] = [];
    for (let row = 1; row <= plan.instruments; row++) {
      if (random.onceIn(2) || row === plan.instruments)
        rows.push(`#${this.isWrong ? this.locate() : row} ${this.twoSides(row)}`);
    }
    const id = this.id(session);
    this.live.quotesUnder(session, id);
    return this.line(session, 1, `quote ${id}${selfTrade} ${rows.join(' ')}`);
  }

  /** A bid and an ask; sometimes only one, or none, which takes the quote away. */
  private twoSides(row: number): string {
    const side = (isBuy: boolean) =>
      this.random.onceIn(5) ? '0 @ 0' : `${this.quantity()} @ ${this.price(row, isBuy)}`;
    return `${side(true)} ${side(false)}`;
  }

  private massCommand(): string {
    const session = this.session();
    if (this.random.onceIn(3)) return session === 0 ? 'lost' : `s${session} lost`;
    const words = `masscancel ${this.id(session)}${this.random.onceIn(2) ? ' instrument' : ''}`;
    return this.line(session, this.locate(), words);
  }
}
