/** What a program imports from 'hopwire': strategies and the typed-array views they read. The command line is `hopwire`. */
export { BookView, BookViews, type ReadOutcome, SideView } from './books/book_view.js';
export { type BookLevel, type BookSnapshot, BooksRegion } from './books/books_region.js';
export { openTradeTape, type TradePrint, TradeTape } from './books/trade_tape.js';
export {
  type FeedBookUpdate,
  FeedHandler,
  type FeedHandlerOptions,
  type FeedHooks,
  type FeedTrade,
} from './feed/feed_handler.js';
export type { ChannelOptions, FeedOptions, NamedChannelOptions } from './feed/feed_session.js';
export type { FullSide } from './native/feed_binding.js';
export { openRegion, type Region, type RegionHealth, regionHealth, regionPath } from './native/region.js';
export { HotLoop } from './strategy/hot_loop.js';
export { Quoter, QuoterParameter } from './strategy/quoter.js';
export { BUY, Intents, SELL, type Strategy, type StrategyContext } from './strategy/strategy.js';
export { Trader } from './trader/trader.js';
