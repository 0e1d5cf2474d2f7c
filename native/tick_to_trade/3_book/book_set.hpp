// Hop 3, book. In: BookEvent (hop 2). Out: rows of the Books region and the list of rows touched, which is what hop 4 looks at; prints
// of trades. Owner: the one thread that drives the feed. Budget: 1,000 ns p99 a packet (schemas/hops.xml).
//
// Why: the whole market at order level (L3), so that queue position is known, books can be proved equal by digest, and any depth can be
// shown.
// Owns: orders, price levels and ladders of all books, one Book per stock locate, and nothing of the region it publishes into.
//
// What it does when it cannot: a modification of an unknown reference is counted as an orphan and ignored (a stream joined mid-day has
// thousands); a duplicate reference, an over-reduction and an order beyond the limits are counted; see BookCounters. It never throws
// after construction, never allocates, and a book may be crossed: that is the stream's affair, not ours to repair.
//
// Rules (ITCH 5.0): A and F go to the back of their price; E, C and X reduce and keep the place; at zero the order is gone and no D
// follows; U removes the original and puts the new reference at the back of its price, with the original's side and stock. The order's
// own book is the one its A named; the locate of a modification is not consulted. S with O, the start of a day's messages, finds books
// empty or empties them: what a stream has told of an earlier day is over, and what stays is told again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "core/reserved_array.hpp"
#include "generated/itch_5_0.hpp"
#include "generated/regions.hpp"
#include "levels/book_digest.hpp"
#include "tick_to_trade/2_decode/book_event.hpp"
#include "tick_to_trade/3_book/book.hpp"
#include "tick_to_trade/3_book/book_memory.hpp"
#include "tick_to_trade/3_book/book_rows.hpp"
#include "tick_to_trade/3_book/look_ahead.hpp"
#include "tick_to_trade/3_book/order_table.hpp"
#include "tick_to_trade/3_book/price_ladder.hpp"
#include "tick_to_trade/3_book/stock_of.hpp"

namespace hopwire::feed {

class BookSet {
 public:
  // Reserves address space; what the first messages need is taken now, the rest as it is first touched. Throws core::SystemError when
  // refused.
  explicit BookSet(const BookLimits& limits)
      : limits_(limits),
        memory_(OrderTable::window_for(limits.maximum_orders), limits.maximum_orders,
                PriceLadders::rows_for(limits.maximum_levels, ladders_of(limits))),
        rows_(memory_.rows()),
        orders_(memory_, limits.maximum_orders),
        levels_(memory_, limits.maximum_levels, ladders_of(limits)),
        books_(std::size_t{limits.maximum_locate} + 1),
        touched_(std::make_unique<std::uint16_t[]>(std::size_t{limits.maximum_locate} + 2)),
        trades_(std::make_unique<TradePrint[]>(limits.maximum_trades)) {}

  // Cold: forget all books, as at the start of another session or of a snapshot; what was counted stays counted. Takes no memory: a
  // running process does this.
  void reset() noexcept { forget_all(); }

  void apply(const BookEvent& event) noexcept { apply_one(event); }

  // The same for a run of events, with their memory asked for ahead (look_ahead.hpp) when it is unlikely to be in the caches.
  void apply(std::span<const BookEvent> events) noexcept {
    apply(events, [] {});
  }

  // The same; applied() is called after each.
  template <class Applied>
  void apply(std::span<const BookEvent> events, Applied&& applied) noexcept {
    LookAhead ahead(events, {.rows = rows_, .orders = orders_, .levels = levels_, .books = books_.data(), .last = limits_.maximum_locate});
    const bool is_cold = orders_.size() >= limits_.orders_in_cache;
    if (is_cold) ahead.begin();
    for (std::size_t i = 0; i < events.size();) {
      if (is_cold) ahead.turn(i);
      for (const std::size_t end = std::min(i + LookAhead::block, events.size()); i < end; ++i) {
        apply_one(events[i]);
        applied();
      }
    }
  }

  // Rows changed since clear_touched(), each once, in order of first change.
  [[nodiscard]] std::span<const std::uint16_t> touched() const noexcept { return {touched_.get(), touched_count_}; }
  void clear_touched() noexcept {
    for (const std::uint16_t locate : touched()) books_[locate].touched = false;
    touched_count_ = 0;
  }
  [[nodiscard]] std::span<const TradePrint> trades() const noexcept { return {trades_.get(), trade_count_}; }
  void clear_trades() noexcept { trade_count_ = 0; }

  // Writes what has changed of one row since it was last written, under its seqlock; everything the first time. Always into the same
  // columns and to the same depth.
  void publish(std::uint16_t locate, regions::BooksColumns& columns, std::uint32_t depth, bool stale) noexcept {
    tracks_changes_ = true;  // of rows written as a whole; others need none
    write_row({.rows = rows_, .levels = levels_, .book = books_[locate]}, locate, columns, depth, stale);
  }

  // Cold: a gap opened or healed; no book may be read as good while one is open, so every row says so.
  void set_stale(regions::BooksColumns& columns, bool stale) noexcept { mark_rows(columns, limits_.maximum_locate, stale); }

  [[nodiscard]] const BookCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const BookLimits& limits() const noexcept { return limits_; }
  // An order of a row kept here found no room: that book, and whichever lose one later, must not be read as good.
  [[nodiscard]] bool lacks_orders() const noexcept { return lacks_orders_; }
  // Orders that stand in a book, and those followed without one because their side was never told (see replace()).
  [[nodiscard]] std::size_t live_orders() const noexcept { return orders_.size() - sideless_orders(); }
  [[nodiscard]] std::size_t sideless_orders() const noexcept { return level_at(rows_, levels_.limbo()).order_count(); }
  [[nodiscard]] const OrderTable& orders() const noexcept { return orders_; }
  [[nodiscard]] const PriceLadders& levels() const noexcept { return levels_; }
  [[nodiscard]] std::uint32_t order_count(std::uint16_t locate) const noexcept { return books_[locate].order_count; }
  [[nodiscard]] std::string_view symbol(std::uint16_t locate) const noexcept { return books_[locate].stock(); }
  [[nodiscard]] bool known(std::uint16_t locate) const noexcept { return books_[locate].known; }
  [[nodiscard]] bool halted(std::uint16_t locate) const noexcept { return books_[locate].halted(); }
  [[nodiscard]] const Book& book(std::uint16_t locate) const noexcept { return books_[locate]; }
  // Null when the side is empty.
  [[nodiscard]] const Level* best_bid(std::uint16_t locate) const noexcept { return best(ladder_of(locate, 'B')); }
  [[nodiscard]] const Level* best_ask(std::uint16_t locate) const noexcept { return best(ladder_of(locate, 'S')); }
  // Crossed: best bid above best ask. Locked: equal.
  [[nodiscard]] bool crossed(std::uint16_t locate) const noexcept { return spread_sign(locate) < 0; }
  [[nodiscard]] bool locked(std::uint16_t locate) const noexcept { return spread_sign(locate) == 0; }

  // Cold: levels of one side from the best, at most `depth`: f(const Level&).
  template <class F>
  void walk_levels(std::uint16_t locate, char side, std::uint32_t depth, F&& f) const {
    levels_.walk(ladder_of(locate, side), depth, [&](LevelIndex index) { f(level_at(rows_, index)); });
  }

  // Cold: the canonical walk of a book (levels/book_digest.hpp): f(side, reference, price, shares).
  template <class F>
  void walk(std::uint16_t locate, F&& f) const {
    for (const char side : {'B', 'S'}) {
      levels_.walk(ladder_of(locate, side), ~0U, [&](LevelIndex level) {
        for (OrderIndex index = rows_[level].next; index != level; index = rows_[index].next) {
          f(side, orders_.reference(index), level_at(rows_, level).price, rows_[index].shares);
        }
      });
    }
  }

  [[nodiscard]] std::uint64_t book_digest(std::uint16_t locate) const {
    levels::BookDigest digest;
    walk(locate, [&](char side, std::uint64_t reference, Price price, std::uint32_t shares) {
      digest.add(side, reference, price, shares);
    });
    return digest.value();
  }

  [[nodiscard]] std::uint64_t market_digest() const {
    levels::MarketDigest digest;
    for (std::uint32_t i = 0; i <= limits_.maximum_locate; ++i) {
      const auto locate = static_cast<std::uint16_t>(i);
      if (order_count(locate) != 0) digest.add(locate, order_count(locate), book_digest(locate));
    }
    return digest.value();
  }

 private:
  static std::size_t ladders_of(const BookLimits& limits) noexcept { return (std::size_t{limits.maximum_locate} + 1) * 2; }
  [[nodiscard]] bool is_sideless(OrderIndex index) const noexcept { return rows_[index].level == levels_.limbo(); }

  [[gnu::always_inline]] void apply_one(const BookEvent& event) noexcept {
    const char type = event.type();
    ++counters_.messages[static_cast<std::uint8_t>(type)];
    switch (type) {
      case 'A':
      case 'F': add(event); break;
      case 'E': execute(event); break;
      case 'C': execute_with_price(event); break;
      case 'X': reduce(event, orders_.find(event.reference())); break;
      case 'D': remove(event); break;
      case 'U': replace(event); break;
      default: apply_other(event, type);
    }
  }

  void add(const BookEvent& event) noexcept {
    const std::uint16_t locate = event.locate();
    if (locate > limits_.maximum_locate) [[unlikely]] {
      ++counters_.beyond_limits;
      return;
    }
    Book& book = books_[locate];
    if (!book.known) [[unlikely]] note_stock(book, event);
    const std::uint64_t reference = event.reference();
    if (orders_.find(reference) != none) [[unlikely]] {
      ++counters_.duplicate_references;
      return;
    }
    touch(locate, event.time());
    insert(locate, event.side(), reference, event.price(), event.shares());
  }

  void execute(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference());
    if (index == none || is_sideless(index)) {
      counters_.printed_shares += event.reduced_shares();  // volume is known, the price is not: no print
    } else {
      const Level& level = level_at(rows_, rows_[index].level);
      print({event.time(), event.match(), event.reduced_shares(), level.price, level.locate, level.side, 'E'});
    }
    reduce(event, index);
  }

  // A print whose order is unknown still happened, at the price it names; only the reduction has nothing to act on.
  [[gnu::noinline]] void execute_with_price(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference());
    const bool in_book = index != none && !is_sideless(index);
    if (event.printable()) {
      const char side = in_book ? level_at(rows_, rows_[index].level).side : '\0';
      print({event.time(), event.match(), event.reduced_shares(), event.execution_price(), event.locate(), side, 'C'});
      if (!in_book && event.locate() <= limits_.maximum_locate) touch(event.locate(), event.time());
    }
    reduce(event, index);
  }

  [[gnu::noinline]] void reduce(const BookEvent& event, OrderIndex index) noexcept {
    if (index == none) return orphan(event);
    const std::uint32_t shares = event.reduced_shares();
    OrderNode& order = rows_[index];
    if (shares >= order.shares) {
      if (shares > order.shares) ++counters_.over_reductions;
      return take_out(event.time(), index);
    }
    order.shares -= shares;
    if (is_sideless(index)) return;
    Level& level = level_at(rows_, order.level);
    level.quantity -= shares;
    if (tracks_changes_) note_change(ladder_of(level.locate, level.side), level, false);
    touch(level.locate, event.time());
  }

  void remove(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference());
    if (index == none) [[unlikely]] return orphan(event);
    take_out(event.time(), index);
  }

  // The side is not on the wire: the replacement of an order that is not known is followed, so that what happens to it later is no
  // orphan, but it stands in no book.
  [[gnu::noinline]] void replace(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference());
    std::uint16_t locate = 0;
    char side = 0;  // of the level that stands in no book, too
    if (index == none) [[unlikely]] {
      orphan(event);
    } else {
      const Level& level = level_at(rows_, rows_[index].level);
      locate = level.locate;
      side = level.side;
      take_out(event.time(), index);
    }
    const std::uint64_t reference = event.new_reference();
    if (orders_.find(reference) != none) [[unlikely]] {
      ++counters_.duplicate_references;
    } else if (side != 0) [[likely]] {
      insert(locate, side, reference, event.replaced_price(), event.replaced_shares());
    } else {
      follow_sideless(reference, event.replaced_shares());
    }
  }

  void orphan(const BookEvent& event) noexcept { ++counters_.orphans[static_cast<std::uint8_t>(event.type())]; }

  // The reference is known to be absent.
  void follow_sideless(std::uint64_t reference, std::uint32_t shares) noexcept {
    const OrderIndex index = shares == 0 ? none : orders_.insert(reference);
    if (index == none) {
      ++(shares == 0 ? counters_.zero_share_orders : counters_.beyond_limits);
      return;
    }
    push_back(rows_, levels_.limbo(), index, shares);
  }

  // The reference is known to be absent.
  [[gnu::always_inline]] void insert(std::uint16_t locate, char side, std::uint64_t reference, Price price, std::uint32_t shares) noexcept {
    if (shares == 0) [[unlikely]] {
      ++counters_.zero_share_orders;
      return;
    }
    const LadderIndex ladder = ladder_of(locate, side);
    const OrderIndex index = orders_.insert(reference);
    if (index == none) [[unlikely]] return no_room();
    const LevelIndex level_index = levels_.find_or_insert(ladder, price);
    if (level_index == none) [[unlikely]] {
      orders_.erase(index);
      return no_room();
    }
    Level& level = level_at(rows_, level_index);
    if (!levels_.take(level)) [[unlikely]] {
      levels_.settle(ladder, level_index);
      orders_.erase(index);
      return no_room();
    }
    level.locate = locate;
    level.side = side;
    push_back(rows_, level_index, index, shares);
    level.quantity += shares;
    ++books_[locate].order_count;
    if (tracks_changes_) note_change(ladder, level, level.order_count() == 1);
  }

  void no_room() noexcept {
    ++counters_.beyond_limits;
    lacks_orders_ = true;
  }

  [[gnu::always_inline]] void take_out(std::uint64_t time, OrderIndex index) noexcept {
    const LevelIndex level_index = rows_[index].level;
    Level& level = level_at(rows_, level_index);
    level.quantity -= rows_[index].shares;
    unlink(rows_, index);
    orders_.erase(index);
    if (level.side == 0) [[unlikely]] return;
    const std::uint16_t locate = level.locate;
    const LadderIndex ladder = ladder_of(locate, level.side);
    --books_[locate].order_count;
    touch(locate, time);
    if (tracks_changes_) note_change(ladder, level, level.order_count() == 0);
    levels_.give(ladder, level_index);
  }

  // Ranks deeper than any row shows need not be remembered.
  void note_change(LadderIndex index, const Level& level, bool came_or_went) noexcept {
    const auto bit = static_cast<std::uint32_t>(std::uint64_t{1} << std::min<std::uint32_t>(levels_.rank(index, level), 32));
    const std::uint32_t moved = came_or_went ? ~std::uint32_t{0} : 0;
    Ladder& ladder = levels_[index];
    ladder.moved |= bit & moved;
    ladder.changed |= bit & ~moved;
  }

  // Everything that is no order.
  [[gnu::noinline]] void apply_other(const BookEvent& event, char type) noexcept {
    switch (type) {
      case 'P':
        print({event.time(), event.match(), event.shares(), event.price(), event.locate(), 0, 'P'});
        return note_instrument(event);
      case 'Q': {
        const itch::CrossTradeView cross(event.message());
        print({event.time(), event.match(), cross.cross_shares(), static_cast<Price>(cross.cross_price()), event.locate(), 0, 'Q'});
        return note_instrument(event);
      }
      case 'B': ++counters_.broken_trades; return;
      case 'S':
        if (itch::SystemEventView(event.message()).event_code() == 'O') begin_day(event.time());
        return;
      default: note_instrument(event);
    }
  }

  // Cold: every order that stands in a book is gone, without a counter.
  void begin_day(std::uint64_t time) noexcept {
    for (std::uint32_t locate = 0; locate <= limits_.maximum_locate && live_orders() != 0; ++locate) {
      for (const char side : {'B', 'S'}) {
        const LadderIndex ladder = ladder_of(static_cast<std::uint16_t>(locate), side);
        for (LevelIndex level = levels_.best(ladder); level != none; level = levels_.best(ladder)) {
          take_out(time, rows_[level].next);
        }
      }
    }
  }

  void touch(std::uint16_t locate, std::uint64_t time) noexcept {
    Book& book = books_[locate];
    book.update_time = time;
    ++book.updates;
    touched_[touched_count_] = locate;  // whether it stands there already is nothing a branch predictor could know
    touched_count_ += book.touched ? 0 : 1;
    book.touched = true;
  }

  void print(const TradePrint& trade) noexcept {
    counters_.printed_shares += trade.shares;
    if (trade.shares == 0 || trade.locate > limits_.maximum_locate) return;  // a cross may print nothing
    Book& book = books_[trade.locate];
    book.last_trade_price = trade.price;
    book.last_trade_shares = static_cast<std::uint32_t>(std::min<std::uint64_t>(trade.shares, ~std::uint32_t{0}));
    book.row |= row_flag::traded;
    if (trade_count_ == limits_.maximum_trades) {
      ++counters_.trades_dropped;
      return;
    }
    trades_[trade_count_++] = trade;
  }

  // Names the stock, keeps its trading state, touches its row. Locate 0 names no stock (S, V, W).
  void note_instrument(const BookEvent& event) noexcept {
    const std::uint16_t locate = event.locate();
    if (locate == 0 || locate > limits_.maximum_locate) return;
    Book& book = books_[locate];
    if (!book.known || event.type() == 'R') note_stock(book, event);
    if (event.type() == 'H') book.trading_state = itch::StockTradingActionView(event.message()).trading_state();
    if (event.type() == 'h') {
      const itch::OperationalHaltView halt(event.message());
      if (halt.market_code() == limits_.market) book.operationally_halted = halt.operational_halt_action() == 'H';
    }
    book.row |= row_flag::renamed;
    touch(locate, event.time());
  }

  static void note_stock(Book& book, const BookEvent& event) noexcept {
    const std::string_view stock = stock_of(event);
    if (stock.size() != book.symbol.size()) return;
    std::memcpy(book.symbol.data(), stock.data(), stock.size());
    book.known = true;
    book.row |= row_flag::renamed;
  }

  void forget_all() noexcept {
    memory_.forget();
    orders_.forget();
    levels_.forget();
    books_.clear();
    touched_count_ = trade_count_ = 0;
    lacks_orders_ = tracks_changes_ = false;
  }

  [[nodiscard]] const Level* best(LadderIndex ladder) const noexcept {
    const LevelIndex index = levels_.best(ladder);
    return index == none ? nullptr : &level_at(rows_, index);
  }

  // Of ask minus bid; 1 when a side is empty.
  [[nodiscard]] int spread_sign(std::uint16_t locate) const noexcept {
    const Level* bid = best_bid(locate);
    const Level* ask = best_ask(locate);
    if (bid == nullptr || ask == nullptr || bid->price < ask->price) return 1;
    return bid->price == ask->price ? 0 : -1;
  }

  BookLimits limits_;
  BookMemory memory_;
  OrderNode* rows_;
  OrderTable orders_;
  PriceLadders levels_;
  core::ReservedArray<Book> books_;
  std::unique_ptr<std::uint16_t[]> touched_;
  std::unique_ptr<TradePrint[]> trades_;
  std::size_t touched_count_ = 0;
  std::size_t trade_count_ = 0;
  bool lacks_orders_ = false;
  bool tracks_changes_ = false;
  BookCounters counters_;
};

}  // namespace hopwire::feed
