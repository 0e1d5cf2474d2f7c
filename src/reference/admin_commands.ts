// What the operator tells the engine about an instrument or the market: sequenced like everything else, so a replay meets it at the same
// place. A command that is taken changes what its rule says and, where the public must know, gives an event; one that is not gives
// `adminRefused` with a reason and changes nothing. Units as in commands.ts; percentages in basis points (1/10,000).

export type TradingState =
  | 'preOpen'
  | 'openingAuction'
  | 'continuous'
  | 'halt'
  | 'reopeningAuction'
  | 'closingAuction'
  | 'closed';

/** trading_state.ts */
export interface SetTradingState {
  readonly kind: 'setTradingState';
  readonly locate: number;
  readonly state: TradingState;
  /** ITCH reason code of the change, up to four capitals or digits; absent = none. The engine does not interpret it. */
  readonly haltReason?: string;
}

/** The price that auctions lean to and the collar stands around, until a trade moves it. */
export interface SetReferencePrice {
  readonly kind: 'setReferencePrice';
  readonly locate: number;
  readonly price: number;
}

/** An indicative auction price is due (auction.ts). */
export interface PublishImbalance {
  readonly kind: 'publishImbalance';
  readonly locate: number;
}

/** From this price up, to where the next band begins, prices are multiples of the tick. Tick 0 removes the band. */
export interface SetTickBand {
  readonly kind: 'setTickBand';
  readonly locate: number;
  readonly fromPrice: number;
  readonly tick: number;
}

/** Quantities are multiples of the lot and at least the minimum. */
export interface SetLotSize {
  readonly kind: 'setLotSize';
  readonly locate: number;
  readonly lot: number;
  readonly minimumQuantity: number;
}

/** 0 = no collar. */
export interface SetPriceCollar {
  readonly kind: 'setPriceCollar';
  readonly locate: number;
  readonly basisPoints: number;
}

/** Limit up, limit down; basisPoints 0 = no band. */
export interface SetPriceBand {
  readonly kind: 'setPriceBand';
  readonly locate: number;
  readonly referencePrice: number;
  readonly basisPoints: number;
}

/** Halts on a move of more than this within the window (nanoseconds); basisPoints 0 = no breaker. */
export interface SetCircuitBreaker {
  readonly kind: 'setCircuitBreaker';
  readonly locate: number;
  readonly basisPoints: number;
  readonly window: number;
}

/** How long what the venue itself halted stays halted, then in its reopening call; 0 = until a command says so. Nanoseconds. */
export interface SetReopening {
  readonly kind: 'setReopening';
  readonly locate: number;
  readonly haltTime: number;
  readonly callTime: number;
}

/** Index levels of the market-wide circuit breaker, in 1e-8 as ITCH has them. */
export interface SetMarketLevels {
  readonly kind: 'setMarketLevels';
  readonly levels: readonly [number, number, number];
}

export interface BreachMarketLevel {
  readonly kind: 'breachMarketLevel';
  readonly level: number;
}

/** The trading day changes; days are numbered upwards. */
export interface RollDay {
  readonly kind: 'rollDay';
  readonly day: number;
}

export type InstrumentCommand =
  | SetTradingState
  | SetReferencePrice
  | PublishImbalance
  | SetTickBand
  | SetLotSize
  | SetPriceCollar
  | SetPriceBand
  | SetCircuitBreaker
  | SetReopening;

export type MarketCommand = SetMarketLevels | BreachMarketLevel | RollDay;
export type AdminCommand = InstrumentCommand | MarketCommand;

/** Why the operator is refused. */
export type AdminReason = 'unknownInstrument' | 'invalidTransition' | 'invalidValue';
