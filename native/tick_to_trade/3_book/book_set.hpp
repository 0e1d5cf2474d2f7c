// Hop 3, book. In: BookEvent (hop 2). Out: rows of the Books region and the list of rows touched, which is what hop 4 looks at; prints
// of trades. Owner: the one thread that drives the feed. Budget: 1,000 ns p99 a packet (schemas/hops.xml).
//
// Why: the whole market at order level (L3), so that queue position is known, books can be proved equal by digest, and any depth can be
// shown.
// Owns: the order table, the price levels of all books, one Book per stock locate, and nothing of the region it publishes into.
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
#include "core/seqlock.hpp"
#include "generated/itch_5_0.hpp"
#include "generated/regions.hpp"
#include "levels/book_digest.hpp"
#include "levels/price_levels.hpp"
#include "tick_to_trade/2_decode/book_event.hpp"
#include "tick_to_trade/3_book/book.hpp"
#include "tick_to_trade/3_book/order_table.hpp"
#include "tick_to_trade/3_book/stock_of.hpp"

namespace hopwire::feed {

class BookSet {
 public:
  // Reserves address space; memory is taken as it is first touched. Throws core::SystemError when refused.
  explicit BookSet(const BookLimits& limits)
      : limits_(limits),
        orders_(limits.maximum_orders),
        levels_(limits.maximum_levels),
        level_owners_(limits.maximum_levels),
        books_(std::size_t{limits.maximum_locate} + 1),
        touched_(std::make_unique<std::uint16_t[]>(std::size_t{limits.maximum_locate} + 1)),
        trades_(std::make_unique<TradePrint[]>(limits.maximum_trades)) {}

  // Cold: forget everything, as at the start of another session. Throws like the constructor.
  void reset() { *this = BookSet(limits_); }

  void apply(const BookEvent& event) noexcept {
    ++counters_.messages[static_cast<std::uint8_t>(event.type)];
    switch (event.type) {
      case 'A':
      case 'F': add(event); break;
      case 'E': execute(event); break;
      case 'C': execute_with_price(event); break;
      case 'X': reduce(event, orders_.find(event.reference)); break;
      case 'D': remove(event); break;
      case 'U': replace(event); break;
      case 'P': print(event, event.shares, 0); note_instrument(event); break;
      case 'Q': print(event, itch::CrossTradeView(event.message).cross_shares(), 0); note_instrument(event); break;
      case 'B': ++counters_.broken_trades; break;
      case 'S':
        if (itch::SystemEventView(event.message).event_code() == 'O') begin_day(event);
        break;
      default: note_instrument(event);
    }
  }

  // Hint that this event will be applied soon.
  void prefetch(const BookEvent& event) const noexcept { orders_.prefetch(event.reference); }

  // Rows changed since clear_touched(), each once, in order of first change.
  [[nodiscard]] std::span<const std::uint16_t> touched() const noexcept { return {touched_.get(), touched_count_}; }
  void clear_touched() noexcept {
    for (const std::uint16_t locate : touched()) books_[locate].touched = false;
    touched_count_ = 0;
  }
  [[nodiscard]] std::span<const TradePrint> trades() const noexcept { return {trades_.get(), trade_count_}; }
  void clear_trades() noexcept { trade_count_ = 0; }

  // Writes one row under its seqlock: the best `depth` levels of both sides and the instrument's state.
  void publish(std::uint16_t locate, regions::BooksColumns& columns, std::uint32_t depth, bool stale) noexcept {
    const Book& book = books_[locate];
    core::write_begin(&columns.sequence[locate]);
    columns.state[locate] = (book.known ? state_known : 0U) | (stale ? state_stale : 0U) | (book.halted() ? state_halted : 0U);
    std::memcpy(columns.symbol + std::size_t{locate} * book.symbol.size(), book.symbol.data(), book.symbol.size());
    columns.order_count[locate] = book.order_count;
    columns.last_trade_price[locate] = book.last_trade_price;
    columns.last_trade_quantity[locate] = book.last_trade_shares;
    columns.update_time[locate] = static_cast<double>(book.update_time);
    columns.updates[locate] = static_cast<double>(book.updates);
    const std::size_t first = std::size_t{locate} * depth;
    columns.bid_levels[locate] =
        publish_side(book.bids, columns.bid_price + first, columns.bid_orders + first, columns.bid_quantity + first, depth);
    columns.ask_levels[locate] =
        publish_side(book.asks, columns.ask_price + first, columns.ask_orders + first, columns.ask_quantity + first, depth);
    core::write_end(&columns.sequence[locate]);
  }

  // Cold: a gap opened or healed; no book may be read as good while one is open, so every row says so.
  void set_stale(regions::BooksColumns& columns, bool stale) noexcept {
    for (std::uint32_t locate = 0; locate <= limits_.maximum_locate; ++locate) {
      const std::uint32_t state = columns.state[locate];
      const std::uint32_t wanted = stale ? state | state_stale : state & ~state_stale;
      if (state == wanted) continue;
      core::write_begin(&columns.sequence[locate]);
      columns.state[locate] = wanted;
      core::write_end(&columns.sequence[locate]);
    }
  }

  [[nodiscard]] const BookCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const BookLimits& limits() const noexcept { return limits_; }
  // An order of a row kept here found no room: that book, and whichever lose one later, must not be read as good.
  [[nodiscard]] bool lacks_orders() const noexcept { return lacks_orders_; }
  // Orders that stand in a book, and those followed without one because their side was never told (see replace()).
  [[nodiscard]] std::size_t live_orders() const noexcept { return orders_.size() - sideless_; }
  [[nodiscard]] std::size_t sideless_orders() const noexcept { return sideless_; }
  [[nodiscard]] std::uint32_t order_count(std::uint16_t locate) const noexcept { return books_[locate].order_count; }
  [[nodiscard]] std::string_view symbol(std::uint16_t locate) const noexcept { return books_[locate].stock(); }
  [[nodiscard]] bool known(std::uint16_t locate) const noexcept { return books_[locate].known; }
  [[nodiscard]] bool halted(std::uint16_t locate) const noexcept { return books_[locate].halted(); }
  [[nodiscard]] const Book& book(std::uint16_t locate) const noexcept { return books_[locate]; }
  // Null when the side is empty.
  [[nodiscard]] const levels::Level* best_bid(std::uint16_t locate) const noexcept { return best(books_[locate].bids); }
  [[nodiscard]] const levels::Level* best_ask(std::uint16_t locate) const noexcept { return best(books_[locate].asks); }
  // Crossed: best bid above best ask. Locked: equal.
  [[nodiscard]] bool crossed(std::uint16_t locate) const noexcept { return spread_sign(locate) < 0; }
  [[nodiscard]] bool locked(std::uint16_t locate) const noexcept { return spread_sign(locate) == 0; }

  // Cold: levels of one side from the best, at most `depth`: f(const levels::Level&).
  template <class F>
  void walk_levels(std::uint16_t locate, char side, std::uint32_t depth, F&& f) const {
    const levels::Ladder& ladder = side == 'B' ? books_[locate].bids : books_[locate].asks;
    for (std::uint32_t i = 0; i < std::min(ladder.count, depth); ++i) f(levels_.level(ladder.entries[ladder.count - 1 - i].level));
  }

  // Cold: the canonical walk of a book (levels/book_digest.hpp): f(side, reference, price, shares).
  template <class F>
  void walk(std::uint16_t locate, F&& f) const {
    for (const char side : {'B', 'S'}) {
      walk_levels(locate, side, ~0U, [&](const levels::Level& level) {
        for (OrderIndex index = level.head; index != none; index = orders_[index].next) {
          f(side, orders_.reference(index), level.price, orders_[index].shares);
        }
      });
    }
  }

  [[nodiscard]] std::uint64_t book_digest(std::uint16_t locate) const {
    levels::BookDigest digest;
    walk(locate, [&](char side, std::uint64_t reference, levels::Price price, std::uint32_t shares) {
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
  struct LevelOwner {
    std::uint16_t locate;
    char side;
  };

  static constexpr std::uint32_t state_known = 1;
  static constexpr std::uint32_t state_stale = 2;
  static constexpr std::uint32_t state_halted = 4;

  void add(const BookEvent& event) noexcept {
    if (event.locate > limits_.maximum_locate) {
      ++counters_.beyond_limits;
      return;
    }
    Book& book = books_[event.locate];
    if (!book.known) note_stock(book, event);
    if (orders_.find(event.reference) != none) {
      ++counters_.duplicate_references;
      return;
    }
    touch(event.locate, event.time);
    insert(event.locate, event.side, event.reference, event.price, event.shares);
  }

  void execute(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference);
    if (index == none || is_sideless(index)) {
      counters_.printed_shares += event.shares;  // volume is known, the price is not: no print
    } else {
      const LevelOwner owner = level_owners_[orders_[index].level];
      BookEvent traded = event;
      traded.price = levels_.level(orders_[index].level).price;
      traded.locate = owner.locate;
      print(traded, event.shares, owner.side);
    }
    reduce(event, index);
  }

  // A print whose order is unknown still happened, at the price it names; only the reduction has nothing to act on.
  void execute_with_price(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference);
    const bool in_book = index != none && !is_sideless(index);
    if (event.printable) {
      print(event, event.shares, in_book ? level_owners_[orders_[index].level].side : '\0');
      if (!in_book && event.locate <= limits_.maximum_locate) touch(event.locate, event.time);
    }
    reduce(event, index);
  }

  void reduce(const BookEvent& event, OrderIndex index) noexcept {
    if (index == none) return orphan(event);
    OrderNode& order = orders_[index];
    if (event.shares >= order.shares) {
      if (event.shares > order.shares) ++counters_.over_reductions;
      return take_out(event, index);
    }
    order.shares -= event.shares;
    if (is_sideless(index)) return;
    levels_.level(order.level).quantity -= event.shares;
    touch(level_owners_[order.level].locate, event.time);
  }

  void remove(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference);
    if (index == none) return orphan(event);
    take_out(event, index);
  }

  // The side is not on the wire: the replacement of an order that is not known is followed, so that what happens to it later is no
  // orphan, but it stands in no book.
  void replace(const BookEvent& event) noexcept {
    const OrderIndex index = orders_.find(event.reference);
    const bool in_book = index != none && !is_sideless(index);
    const LevelOwner owner = in_book ? level_owners_[orders_[index].level] : LevelOwner{};
    if (index == none) {
      orphan(event);
    } else {
      take_out(event, index);
    }
    const std::uint64_t new_reference = event.new_reference_or_match;
    if (orders_.find(new_reference) != none) {
      ++counters_.duplicate_references;
    } else if (in_book) {
      insert(owner.locate, owner.side, new_reference, event.price, event.shares);
    } else {
      follow_sideless(new_reference, event.shares);
    }
  }

  void orphan(const BookEvent& event) noexcept { ++counters_.orphans[static_cast<std::uint8_t>(event.type)]; }

  [[nodiscard]] bool is_sideless(OrderIndex index) const noexcept { return orders_[index].level == none; }

  // The reference is known to be absent.
  void follow_sideless(std::uint64_t reference, std::uint32_t shares) noexcept {
    const OrderIndex index = shares == 0 ? none : orders_.insert(reference);
    if (index == none) {
      ++(shares == 0 ? counters_.zero_share_orders : counters_.beyond_limits);
      return;
    }
    orders_[index] = {.next = none, .previous = none, .level = none, .shares = shares};
    ++sideless_;
  }

  // The reference is known to be absent.
  void insert(std::uint16_t locate, char side, std::uint64_t reference, levels::Price price, std::uint32_t shares) noexcept {
    if (shares == 0) {
      ++counters_.zero_share_orders;
      return;
    }
    Book& book = books_[locate];
    const OrderIndex index = orders_.insert(reference);
    const levels::LevelIndex level_index = index == none ? none : levels_.find_or_insert(book.ladder(side), price);
    if (level_index == none) {
      if (index != none) orders_.erase(reference, index);
      ++counters_.beyond_limits;
      lacks_orders_ = true;
      return;
    }
    levels::Level& level = levels_.level(level_index);
    if (level.order_count == 0) level_owners_[level_index] = {locate, side};
    orders_[index].level = level_index;
    orders_[index].shares = shares;
    levels::push_back(level, orders_, index);
    level.quantity += shares;
    ++book.order_count;
  }

  void take_out(const BookEvent& event, OrderIndex index) noexcept {
    if (is_sideless(index)) {
      --sideless_;
    } else {
      const OrderNode& order = orders_[index];
      const LevelOwner owner = level_owners_[order.level];
      levels::Level& level = levels_.level(order.level);
      Book& book = books_[owner.locate];
      level.quantity -= order.shares;
      levels::unlink(level, orders_, index);
      if (level.order_count == 0) levels_.erase(book.ladder(owner.side), level.price);
      --book.order_count;
      touch(owner.locate, event.time);
    }
    orders_.erase(event.reference, index);
  }

  // Cold: every order that stands in a book is gone, without a counter.
  void begin_day(BookEvent event) noexcept {
    for (std::uint32_t locate = 0; locate <= limits_.maximum_locate && live_orders() != 0; ++locate) {
      Book& book = books_[locate];
      for (levels::Ladder* ladder : {&book.bids, &book.asks}) {
        while (ladder->count != 0) {
          const OrderIndex index = levels_.level(ladder->entries[ladder->count - 1].level).head;
          event.reference = orders_.reference(index);
          take_out(event, index);
        }
      }
    }
  }

  void touch(std::uint16_t locate, std::uint64_t time) noexcept {
    Book& book = books_[locate];
    book.update_time = time;
    ++book.updates;
    if (book.touched) return;
    book.touched = true;
    touched_[touched_count_++] = locate;
  }

  void print(const BookEvent& event, std::uint64_t shares, char side) noexcept {
    counters_.printed_shares += shares;
    if (shares == 0 || event.locate > limits_.maximum_locate) return;  // a cross may print nothing
    Book& book = books_[event.locate];
    book.last_trade_price = event.price;
    book.last_trade_shares = static_cast<std::uint32_t>(std::min<std::uint64_t>(shares, ~std::uint32_t{0}));
    if (trade_count_ == limits_.maximum_trades) {
      ++counters_.trades_dropped;
      return;
    }
    trades_[trade_count_++] = {event.time, event.new_reference_or_match, shares, event.price, event.locate, side, event.type};
  }

  // Everything that is not an order: names the stock, keeps its trading state, touches its row. Locate 0 names no stock (S, V, W).
  void note_instrument(const BookEvent& event) noexcept {
    if (event.locate == 0 || event.locate > limits_.maximum_locate) return;
    Book& book = books_[event.locate];
    if (!book.known || event.type == 'R') note_stock(book, event);
    if (event.type == 'H') book.trading_state = itch::StockTradingActionView(event.message).trading_state();
    if (event.type == 'h') {
      const itch::OperationalHaltView halt(event.message);
      if (halt.market_code() == limits_.market) book.operationally_halted = halt.operational_halt_action() == 'H';
    }
    touch(event.locate, event.time);
  }

  static void note_stock(Book& book, const BookEvent& event) noexcept {
    const std::string_view stock = stock_of(event);
    if (stock.size() != book.symbol.size()) return;
    std::memcpy(book.symbol.data(), stock.data(), stock.size());
    book.known = true;
  }

  [[nodiscard]] const levels::Level* best(const levels::Ladder& ladder) const noexcept {
    const levels::LevelIndex index = levels::LevelStore::best(ladder);
    return index == none ? nullptr : &levels_.level(index);
  }

  // Of ask minus bid; 1 when a side is empty.
  [[nodiscard]] int spread_sign(std::uint16_t locate) const noexcept {
    const levels::Level* bid = best_bid(locate);
    const levels::Level* ask = best_ask(locate);
    if (bid == nullptr || ask == nullptr || bid->price < ask->price) return 1;
    return bid->price == ask->price ? 0 : -1;
  }

  std::uint32_t publish_side(const levels::Ladder& ladder, std::int32_t* price, std::uint32_t* orders, double* quantity,
                             std::uint32_t depth) const noexcept {
    const std::uint32_t count = std::min(ladder.count, depth);
    for (std::uint32_t i = 0; i < count; ++i) {
      const levels::Level& level = levels_.level(ladder.entries[ladder.count - 1 - i].level);
      price[i] = level.price;
      orders[i] = level.order_count;
      quantity[i] = static_cast<double>(level.quantity);
    }
    return count;
  }

  BookLimits limits_;
  OrderTable orders_;
  levels::LevelStore levels_;
  core::ReservedArray<LevelOwner> level_owners_;
  core::ReservedArray<Book> books_;
  std::unique_ptr<std::uint16_t[]> touched_;
  std::unique_ptr<TradePrint[]> trades_;
  std::size_t touched_count_ = 0;
  std::size_t trade_count_ = 0;
  std::size_t sideless_ = 0;
  bool lacks_orders_ = false;
  BookCounters counters_;
};

}  // namespace hopwire::feed
