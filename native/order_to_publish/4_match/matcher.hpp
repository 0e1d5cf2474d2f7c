// Hop 4: price-time matching. In: SequencedCommand of hop 2. Out: MatchEvents into the caller's sink, in order, for hop 5. Owner: the
// venue thread. Budget: 1000 ns; see bench for what it takes. Reads no clock and no chance: the same commands give the same events.
//
// Rules stand one family a file, as in src/reference; each head states them: matcher_rules.hpp (ordinary orders), special_orders.hpp,
// trial.hpp (fill-or-kill, minimum quantity), self_trade.hpp, reserve.hpp, stops.hpp, timers.hpp (good till time), cancels.hpp (by scope),
// lockouts.hpp (purge and kill), quotes.hpp, protection.hpp, pre_trade_risk.hpp. What happens to instruments and the market rather than
// to one order: market_rules.hpp and its families, trading_state.hpp, auction.hpp, tick_table.hpp, price_collar.hpp, price_band.hpp,
// circuit_breaker.hpp, reopening.hpp, market_breaker.hpp, trading_day.hpp, admin.hpp; what it asks of orders in book_checks.hpp. The plain
// path pays one bit for them: of the command, of the resting order (has_terms), of the book (has_stops, rules), of the venue (locks).
//
// Files: order_store.hpp where orders lie, client_order_index.hpp how a client's id finds one, order_checks.hpp what is refused at the
// door; price levels are shared with the feed side (levels/). Nothing is allocated after construction.
//
// What can go wrong: a limit of MatcherLimits is reached. A new order that would rest is then refused (bookFull), the book is as before.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"
#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/4_match/circuit_breaker.hpp"
#include "order_to_publish/4_match/client_order_index.hpp"
#include "order_to_publish/4_match/market_store.hpp"
#include "order_to_publish/4_match/match_event.hpp"
#include "order_to_publish/4_match/matcher_types.hpp"
#include "order_to_publish/4_match/order_checks.hpp"
#include "order_to_publish/4_match/order_store.hpp"
#include "order_to_publish/4_match/order_terms.hpp"
#include "order_to_publish/4_match/protection_table.hpp"
#include "order_to_publish/4_match/price_collar.hpp"
#include "order_to_publish/4_match/quote_index.hpp"
#include "order_to_publish/4_match/risk_limits.hpp"
#include "order_to_publish/4_match/scope.hpp"
#include "order_to_publish/4_match/scope_locks.hpp"
#include "order_to_publish/4_match/tick_table.hpp"
#include "order_to_publish/4_match/timer_heap.hpp"

namespace hopwire::venue {

namespace matching {
template <class Sink> struct EmitAdapter;
}
namespace scenario {
class StateListing;  // for tests: all that a matcher holds, as text
}

class OperatorView;                       // what an operator is told of before a change
template <class Sink> class MarketRules;  // what happens to instruments and the market
class PreTradeRisk;                       // what an account may do

enum class ReplaceProfile : std::uint8_t { reduce_keeps_priority, always_requeue };

class Matcher {
 public:
  using Price = levels::Price;
  using OrderIndex = levels::OrderIndex;
  using LevelIndex = levels::LevelIndex;

  // Reserves address space for the limits. Throws core::SystemError when it is refused.
  Matcher(const MatcherLimits& limits, ReplaceProfile profile)
      : limits_(limits),
        profile_(profile),
        books_(std::size_t{limits.maximum_locate} + 1),
        levels_(limits.maximum_levels),
        orders_(limits.maximum_orders, limits.maximum_sessions),
        index_(limits.maximum_orders),
        terms_(limits.maximum_orders),
        stops_(std::size_t{limits.maximum_locate} + 1),
        stop_levels_(limits.maximum_orders),
        timers_(limits.maximum_orders + limits.maximum_locate + 1),
        market_(limits.maximum_locate, limits.maximum_orders),
        entries_(limits.maximum_orders),
        gathered_(limits.maximum_orders),
        quotes_(limits.maximum_orders),
        risk_(limits.maximum_accounts, limits.maximum_locate) {}

  // Set-up. Locates run from 1 to maximum_locate; others are ignored.
  void add_instrument(std::uint16_t locate, std::uint32_t instrument_id) noexcept {
    if (locate == 0 || locate > limits_.maximum_locate) return;
    Book& book = books_[locate];
    book.instrument_id = instrument_id;
    book.bid.is_bid = true;
    book.known = true;
    stops_[locate].sell.is_bid = true;  // the highest sell stop is reached first
    market_.rules[locate] = InstrumentRules{};
    market_.rules[locate].has_risk = limits_.is_risk_on;
    book.rules = market_.rules[locate].book_bits();
  }

  // sink: either `MatchEvent& next()` and `void commit()`, an event being written in place and then kept; or `void emit(const
  // MatchEvent&)`.
  template <class Sink>
  void apply(const SequencedCommand& sequenced, Sink& sink) {
    if constexpr (requires { sink.next(); sink.commit(); }) {
      run(sequenced, sink);
    } else {
      matching::EmitAdapter<Sink> adapter{sink, {}};
      run(sequenced, adapter);
    }
  }

  // Takes the memory of everything now rather than at first use (a page costs half a microsecond then). For `orders` orders at most.
  void touch(std::size_t orders) {
    orders_.touch(std::min(orders, orders_.maximum()));
    index_.touch();
    levels_.prefer_huge_pages();
  }

  // The same, one after the other, for all commands of a batch: what each needs is asked for while those before it are worked on.
  template <class Sink> void apply_batch(std::span<const SequencedCommand> commands, Sink& sink);

  // For LookAhead (look_ahead.hpp), which those use who do something of their own between the commands of a batch.
  [[nodiscard]] bool fits_the_cache() const noexcept { return orders_.most_live() < orders_in_cache; }
  [[nodiscard]] ClientOrderIndex::Bucket ask_far(const Command& command) const noexcept;
  [[nodiscard]] OrderIndex ask_near(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept;
  void ask_next(OrderIndex row) const noexcept;

  [[nodiscard]] std::uint32_t order_count(std::uint16_t locate) const noexcept { return book_at(locate).order_count; }
  // Sequencer time of the first timer; the largest number when there is none. A command at or after it runs it.
  [[nodiscard]] std::uint64_t next_due() const noexcept { return timers_.next_due(); }
  [[nodiscard]] std::size_t maximum_orders() const noexcept { return orders_.maximum(); }
  [[nodiscard]] std::size_t live_orders() const noexcept { return orders_.live(); }
  [[nodiscard]] std::uint64_t last_reference() const noexcept { return last_reference_; }
  [[nodiscard]] std::uint64_t last_match_number() const noexcept { return last_match_number_; }

  // The top of the book and what stands at a price, by search; for those who ask between commands.
  [[nodiscard]] std::optional<Price> best_price(std::uint16_t locate, order_entry::Side side) const noexcept;
  [[nodiscard]] std::uint64_t quantity_at(std::uint16_t locate, order_entry::Side side, Price price) const noexcept;

  // f(char side, reference, price, displayed) for each resting order: bids from the best down in time priority, then asks.
  template <class F> void walk(std::uint16_t locate, F&& f) const;
  // The same in pieces, while the book does not change: the next orders, at most `most`. False at the end.
  template <class F> bool walk_some(std::uint16_t locate, matching::BookCursor& cursor, std::size_t most, F&& f) const;

  // The same walk with all that is known of an order: f(char side, const OrderDetail&, price, displayed, leaves).
  template <class F>
  void walk_orders(std::uint16_t locate, F&& f) const {
    const Book& book = book_at(locate);
    walk_side(book.bid, 'B', f);
    walk_side(book.ask, 'S', f);
  }

  [[nodiscard]] std::uint64_t book_digest(std::uint16_t locate) const;
  [[nodiscard]] std::uint64_t market_digest() const;

  // Walks everything; cold. Empty when all links, counts, totals, orders of price and the index agree and no book that trades is crossed,
  // else the first thing found wrong.
  std::string check_invariants() const;

 private:
  friend class scenario::StateListing;
  friend class OperatorView;
  template <class Sink> friend class MarketRules;
  friend class PreTradeRisk;
  static constexpr std::size_t orders_in_cache = 16'384;  // 1 MiB of rows; below, asking early costs what it saves

  using Book = matching::Book;
  using Taker = matching::Taker;
  using Trade = matching::Trade;
  using StopBook = matching::StopBook;
  using Entered = matching::Entered;
  using QuoteEntry = matching::QuoteEntry;
  using QuoteRoom = matching::QuoteRoom;
  using Turn = matching::Turn;

  [[nodiscard]] bool marketable(const levels::Ladder& opposite, order_entry::Side side, Price limit) const noexcept {
    return opposite.count != 0 && matching::crosses(side, limit, opposite.entries[opposite.count - 1].price);
  }

  [[nodiscard]] const Book& book_at(std::uint16_t locate) const noexcept {
    return books_[locate <= limits_.maximum_locate ? locate : 0];  // row 0 is always empty
  }

  template <class Sink> void run(const SequencedCommand& sequenced, Sink& sink) {
    if (timers_.next_due() <= sequenced.time) [[unlikely]] run_timers(sequenced.time, sink);
    now_ = sequenced.time;
    index_.grow(orders_);
    dispatch(sequenced.command, sink);
    if ((elected_.head != levels::none) | (market_.marked_count != 0)) [[unlikely]] run_consequences(sink);
  }

  template <class Sink> void dispatch(const Command& command, Sink& sink) {
    if (command.session >= orders_.maximum_sessions()) [[unlikely]] {
      if (is_operator_command(command.kind)) return run_operator_command(command, sink);
      return refuse(command, {order_entry::RejectReason::not_supported, static_cast<std::int64_t>(orders_.maximum_sessions())}, sink);
    }
    if (command.kind == CommandKind::new_order) return new_order(command, sink);
    if (command.kind == CommandKind::cancel_order) return cancel(command, sink);
    if (command.kind == CommandKind::replace_order) return replace(command, sink);
    switch (command.kind) {
      case CommandKind::mass_cancel: return mass_cancel(command, sink);
      case CommandKind::session_cancel: return session_cancel(command, sink);
      case CommandKind::advance_time:
      case CommandKind::query: return;  // answered by who reads the matcher between commands: operator_view.hpp
      case CommandKind::quote_entry: return quote_entry(command);
      case CommandKind::mass_quote: return mass_quote(command, sink);
      case CommandKind::purge:
      case CommandKind::kill: return close_scope(command, sink);
      case CommandKind::unlock:
      case CommandKind::unkill: return open_scope(command, sink);
      case CommandKind::set_protection: return set_protection(command, sink);
      case CommandKind::reset_protection: return reset_protection(command, sink);
      default: return run_operator_command(command, sink);
    }
  }

  template <class Sink> void new_order(const Command& command, Sink& sink);
  template <bool is_risk_on, class Sink> void new_plain_order(const Command& command, Sink& sink);
  template <class Sink> [[gnu::noinline]] void new_risk_order(const Command& command, Sink& sink);
  template <class Sink> void replace(const Command& command, Sink& sink);
  template <class Sink> void replace_in_place(const Command& command, OrderIndex slot, std::uint32_t leaves, Sink& sink);
  // leaves, executed: what the order has after the replace.
  template <class Sink> void replace_at_back(const Command&, OrderIndex slot, std::uint32_t leaves, std::uint32_t executed, Sink& sink);
  template <class Sink> void replace_with_care(const Command&, OrderIndex slot, std::uint32_t leaves, std::uint32_t executed, Sink& sink);
  template <class Sink>
  void move_at_once(const Command& command, Book& book, OrderIndex slot, LevelIndex level, std::uint32_t leaves, Sink& sink);
  [[nodiscard]] bool may_replace(const Command& command, const OrderDetail& detail) const noexcept;
  template <class Sink> void accept_at_once(const Command& command, const Book& book, std::uint64_t reference, Sink& sink);
  template <class Sink> void cancel(const Command& command, Sink& sink);
  template <class Sink> void mass_cancel(const Command& command, Sink& sink);
  template <class Sink> void session_cancel(const Command& command, Sink& sink);

  // Flat: what these call is called from rare places too, and would not be inlined here for that.
  template <bool is_risk_on, class Sink>
  [[gnu::flatten]] void rest_at_once(const Command& command, Book& book, ClientOrderIndex::Bucket bucket, Sink& sink);
  template <bool is_risk_on, class Sink> void match(Book& book, Taker& taker, Sink& sink);
  template <class Sink> void accept(const Book& book, Taker& taker, std::uint64_t queue_ahead, Sink& sink);
  template <class Sink> void rest(Book& book, LevelIndex level, OrderIndex slot, const Taker& taker, Sink& sink);
  template <class Sink>
  void cancel_taker(const Book& book, const Taker& taker, std::uint32_t quantity, order_entry::CancelReason, Sink& sink) noexcept;
  template <bool is_risk_on, class Sink> void trade(Book& book, levels::Level& level, Taker& taker, Sink& sink);
  template <class Sink> void settle(Book& book, const Taker& taker, OrderIndex slot, bool may_rest, Sink& sink);
  template <class Sink>
  [[gnu::flatten]] void cancel_slot(OrderIndex slot, std::uint64_t request_cl_ord_id, order_entry::CancelReason reason,
                                    order_entry::RequestKind request, Sink& sink);
  template <class Sink> void refuse(const Command& command, Refusal refusal, Sink& sink);

  [[nodiscard]] static Price market_limit(order_entry::Side side) noexcept {
    return side == order_entry::Side::buy ? std::numeric_limits<Price>::max() : std::numeric_limits<Price>::min();
  }
  [[nodiscard]] static Taker taker_of(const Command& command) noexcept;
  [[nodiscard]] Refusal book_full() const noexcept {
    return {order_entry::RejectReason::book_full, static_cast<std::int64_t>(orders_.maximum())};
  }
  [[nodiscard]] bool is_welcome(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept;
  [[nodiscard]] [[gnu::cold]] Refusal check_new(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept;
  [[nodiscard]] Refusal check_replace(const Command& command, OrderIndex slot) const noexcept;
  [[nodiscard]] OrderIndex find_named(const Command& command, Refusal& refusal) const noexcept;
  template <class Sink> MatchEvent& begin_event(const Book&, const Taker&, MatchEventKind, PublicEffect, Sink& sink) const noexcept;
  template <class Sink> void execution(const Book&, const Taker&, OrderIndex maker, Trade, std::uint32_t leaves, Sink& sink) noexcept;
  [[nodiscard]] OrderIndex enter_slot(const Taker& taker) noexcept;
  void write_detail(OrderIndex slot, const Taker& taker) noexcept;
  void keep_risk_price(OrderIndex slot, const Taker& taker) noexcept;
  void link(Book& book, LevelIndex level_index, OrderIndex slot, const Taker& taker) noexcept;
  void unlink(Book& book, OrderIndex slot, LevelIndex keep = levels::none) noexcept;
  void forget(OrderIndex slot) noexcept;
  void rename(OrderIndex slot, std::uint64_t cl_ord_id) noexcept;

  // special_orders.hpp. Rare work is cold and out of line, or the compiler spends its inlining on it.
  [[nodiscard]] static bool is_special(const OrderDetail& detail) noexcept { return (detail.flags & has_terms) != 0; }
  [[nodiscard]] bool is_waiting(OrderIndex slot) const noexcept;
  [[nodiscard]] std::uint32_t open_quantity(OrderIndex slot) const noexcept {
    return orders_.node(slot).leaves + (is_special(orders_.detail(slot)) ? terms_[slot].hidden : 0);
  }
  [[nodiscard]] static Refusal would_trade(const Book& book, order_entry::Side side) noexcept;
  [[nodiscard]] Refusal check_new_special(const Command& command) const noexcept;
  [[nodiscard]] static OrderTerms terms_of(const Command& command) noexcept;
  [[nodiscard]] Taker taker_of(OrderIndex slot) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void new_special_order(const Command& command, Sink& sink);
  template <class Sink> [[nodiscard]] bool take_in(Taker& taker, Sink& sink);
  template <class Sink> void accept_special(const Book& book, Taker& taker, std::uint64_t queue_ahead, Sink& sink);
  template <class Sink> void match_by_terms(Book& book, Taker& taker, OrderIndex slot, Sink& sink);
  template <class Sink> [[gnu::noinline]] void trade_special(Book& book, Taker& taker, OrderIndex slot, Sink& sink);
  [[gnu::cold]] void forget_special(OrderIndex slot) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void enter(Book& book, Taker& taker, OrderIndex slot, Sink& sink);
  [[gnu::cold]] void keep_terms(OrderIndex slot, const Taker& taker) noexcept;
  template <class Sink> MatchEvent& begin_slot_event(OrderIndex slot, MatchEventKind, PublicEffect, Sink& sink) const noexcept;
  template <class Sink>
  [[gnu::cold, gnu::noinline]] void cancel_special(OrderIndex slot, std::uint64_t request_cl_ord_id, order_entry::CancelReason reason,
                                                   order_entry::RequestKind request, Sink& sink);

  // trial.hpp
  [[nodiscard]] bool passes_trial(const Book& book, const Taker& taker) noexcept;
  [[nodiscard]] bool is_expected_gone(const OrderDetail& maker) noexcept;
  void expect_trade(const OrderDetail& maker, const Trade& trade) noexcept;
  [[nodiscard]] std::uint32_t tradeable(const Book& book, const Taker& taker) noexcept;
  [[nodiscard]] std::uint32_t slice_of(OrderIndex slot, std::uint32_t round) const noexcept;

  // self_trade.hpp
  [[nodiscard]] bool is_own(const Taker& taker, OrderIndex maker) const noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void prevent_self_trade(Book& book, OrderIndex maker, Taker& taker, Sink& sink);
  template <class Sink> [[gnu::cold, gnu::noinline]] void decrement_maker(OrderIndex maker, std::uint32_t quantity, Sink& sink);

  // reserve.hpp
  [[nodiscard]] static std::uint32_t shown_of(const Taker& taker) noexcept;
  [[gnu::cold]] void show_slice(OrderIndex slot, const Taker& taker) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void show_next_slice(OrderIndex slot, Sink& sink);

  // stops.hpp
  [[nodiscard]] static Price stop_price_of(const Taker& taker) noexcept;
  [[nodiscard]] static bool is_reached(const Book& book, order_entry::Side side, Price stop_price) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] bool new_stop(Taker& taker, Sink& sink);
  void park(Book& book, LevelIndex level, OrderIndex slot) noexcept;
  void park_again(OrderIndex slot) noexcept;
  void unpark(OrderIndex slot) noexcept;
  template <class Sink> void cancel_triggered(const Book&, const Taker& taker, OrderIndex slot, const Refusal& beyond, Sink& sink);
  void note_trade(Book& book, std::uint16_t locate, Price price) noexcept;
  [[gnu::cold]] void elect_stops(Book& book, std::uint16_t locate) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void run_elected(Sink& sink);
  template <class Sink> [[gnu::cold, gnu::noinline]] void trigger(Book& book, Taker& taker, OrderIndex slot, Sink& sink);
  template <class Sink> [[gnu::cold, gnu::noinline]] void replace_parked(const Command& command, OrderIndex slot, Sink& sink);

  // cancels.hpp
  [[nodiscard]] std::uint64_t entry_of(OrderIndex slot) const noexcept;
  [[nodiscard]] bool is_in_scope(OrderIndex slot, const Scope& scope) const noexcept;
  template <class Fits> [[nodiscard]] std::span<const Entered> gather(std::optional<std::uint32_t> session, Fits&& fits) noexcept;
  template <class Sink> std::uint32_t cancel_scope(const Command&, const Scope&, order_entry::CancelReason reason, Sink& sink);
  template <class Sink> void answer_scope(const Command&, const Scope&, MatchEventKind kind, std::uint32_t quantity, Sink& sink);

  // lockouts.hpp
  [[nodiscard]] static std::uint64_t lock_key(const Scope& scope, bool is_kill) noexcept;
  [[nodiscard]] Refusal check_locks(std::uint32_t session, std::uint32_t account, std::uint32_t firm, std::uint16_t locate) const noexcept;
  [[nodiscard]] Refusal check_lock_scope(const Scope& scope, bool is_kill) const noexcept;
  template <class Sink> void close_scope(const Command& command, Sink& sink);
  template <class Sink> void open_scope(const Command& command, Sink& sink);

  // quotes.hpp
  void quote_entry(const Command& command) noexcept;
  [[nodiscard]] static bool only_pulls(std::span<const QuoteEntry> entries) noexcept;
  [[nodiscard]] static Command side_of(const Command& command, const QuoteEntry& entry, order_entry::Side side) noexcept;
  [[nodiscard]] Refusal check_quote(const Command&, std::span<const QuoteEntry> entries, std::size_t index, QuoteRoom&) noexcept;
  [[nodiscard]] Refusal check_mass_quote(const Command& command, std::span<const QuoteEntry> entries) noexcept;
  template <class Sink> void mass_quote(const Command& command, Sink& sink);
  template <class Sink> [[nodiscard]] bool enter_quote(const Command& command, const QuoteEntry& entry, bool pulls, Sink& sink);
  template <class Sink> void set_quote(Command wanted, Sink& sink);

  // protection.hpp
  [[nodiscard]] bool is_tripped(std::uint32_t session, std::uint32_t account) noexcept;
  [[nodiscard]] static Refusal check_protection(const ProtectionTerms& terms) noexcept;
  [[nodiscard]] static Scope scope_of(ProtectionGroup group) noexcept;
  template <class Sink> void set_protection(const Command& command, Sink& sink);
  template <class Sink> void reset_protection(const Command& command, Sink& sink);
  template <class Sink> void protect(std::uint32_t session, std::uint32_t account, const Trade&, Taker&, OrderIndex slot, Sink& sink);
  template <class Sink> void pull_quotes(ProtectionGroup group, Taker& taker, OrderIndex taker_slot, Sink& sink);

  // timers.hpp
  template <class Sink> [[gnu::cold, gnu::noinline]] void run_timers(std::uint64_t until, Sink& sink);
  template <class Sink> [[gnu::cold, gnu::noinline]] void run_consequences(Sink& sink);
  [[nodiscard]] OrderIndex timer_slot(std::uint16_t locate) const noexcept {
    return static_cast<OrderIndex>(orders_.maximum() + locate);
  }

  // book_checks.hpp
  [[nodiscard]] Price reference_price(std::uint16_t locate) const noexcept;
  [[nodiscard]] Refusal check_steps(std::uint16_t locate, std::optional<Price> price, std::optional<Price> stop_price,
                                    std::uint32_t quantity, std::uint32_t display_quantity) const noexcept;
  [[nodiscard]] Refusal check_open(std::uint16_t locate) const noexcept;
  [[nodiscard]] Refusal check_state(const Command& command) const noexcept;
  [[nodiscard]] Refusal check_reach(std::uint16_t locate, order_entry::Side, order_entry::OrderType, order_entry::TimeInForce,
                                    Price price) const noexcept;
  [[gnu::cold]] [[nodiscard]] Refusal check_replaced(const Command& command, OrderIndex slot) const noexcept;
  [[nodiscard]] Price limit_of(const Book& book, const Taker& taker) const noexcept;
  [[nodiscard]] bool meets(const Book& book, order_entry::Side side, Price limit) const noexcept;
  void set_book_bits(std::uint16_t locate) noexcept;
  [[gnu::cold]] void mark(std::uint16_t locate) noexcept;
  void rules_changed(std::uint16_t locate) noexcept;
  [[gnu::cold]] void note_price(std::uint16_t locate, Price price) noexcept;
  void schedule(std::uint16_t locate) noexcept;
  template <class Sink> [[gnu::cold, gnu::noinline]] void run_operator_command(const Command& command, Sink& sink);
  template <class Sink> [[gnu::cold, gnu::noinline]] void trip_breaker(const Book& book, Taker& taker, Sink& sink);
  [[nodiscard]] Turn turn_of(OrderIndex slot) const noexcept;
  void place_last(OrderIndex slot) noexcept;
  void queue(OrderIndex slot) noexcept;
  template <class Sink> [[nodiscard]] bool queue_new(const Book& book, Taker& taker, Sink& sink);
  template <class Sink> void replace_queued(const Command& command, OrderIndex slot, Sink& sink);

  template <class F>
  void walk_side(const levels::Ladder& ladder, char side, F& f) const {
    for (std::uint32_t position = ladder.count; position-- != 0;) {
      const levels::Level& level = levels_.level(ladder.entries[position].level);
      for (OrderIndex slot = level.head; slot != levels::none; slot = orders_.node(slot).next) {
        f(side, orders_.detail(slot), level.price, orders_.node(slot).leaves, open_quantity(slot));
      }
    }
  }

  [[nodiscard]] std::string audit_ladder(std::uint16_t locate, order_entry::Side side, std::uint32_t& orders) const;
  [[nodiscard]] std::string audit_stops(std::uint16_t locate, order_entry::Side side, std::uint32_t& orders) const;
  [[nodiscard]] std::string audit_risk() const;
  [[nodiscard]] std::string audit_rules(std::uint16_t locate, std::size_t& live) const;
  [[nodiscard]] std::string audit_level(std::uint16_t locate, order_entry::Side side, LevelIndex level_index) const;

  MatcherLimits limits_;
  ReplaceProfile profile_;
  core::ReservedArray<Book> books_;
  levels::LevelStore levels_;
  OrderStore orders_;
  ClientOrderIndex index_;
  std::uint64_t last_reference_ = 0;
  std::uint64_t last_match_number_ = 0;
  std::uint64_t now_ = 0;  // sequencer time of the command

  core::ReservedArray<OrderTerms> terms_;  // by slot
  core::ReservedArray<StopBook> stops_;  // by locate
  levels::LevelStore stop_levels_;       // price = stop price
  levels::Level elected_;                // a line of stops that come in after the command
  TimerHeap timers_;  // of orders by slot, of instruments by timer_slot
  MarketStore market_;
  core::ReservedArray<std::uint64_t> entries_;  // by slot: the reference an order was entered under, once it has moved
  core::ReservedArray<Entered> gathered_;
  ScopeLocks locks_;
  QuoteIndex quotes_;
  ProtectionTable protections_;
  matching::QuotedEntries quoted_{};
  RiskBook risk_;
};

}  // namespace hopwire::venue

#include "order_to_publish/4_match/matcher_parts.hpp"
#include "order_to_publish/4_match/pre_trade_risk.hpp"
#include "order_to_publish/4_match/plain_orders.hpp"
#include "order_to_publish/4_match/matcher_rules.hpp"
#include "order_to_publish/4_match/look_ahead.hpp"
#include "order_to_publish/4_match/admin.hpp"
#include "order_to_publish/4_match/auction.hpp"
#include "order_to_publish/4_match/book_checks.hpp"
#include "order_to_publish/4_match/book_cursor.hpp"
#include "order_to_publish/4_match/cancels.hpp"
#include "order_to_publish/4_match/lockouts.hpp"
#include "order_to_publish/4_match/market_breaker.hpp"
#include "order_to_publish/4_match/price_band.hpp"
#include "order_to_publish/4_match/protection.hpp"
#include "order_to_publish/4_match/quotes.hpp"
#include "order_to_publish/4_match/reopening.hpp"
#include "order_to_publish/4_match/reserve.hpp"
#include "order_to_publish/4_match/self_trade.hpp"
#include "order_to_publish/4_match/special_orders.hpp"
#include "order_to_publish/4_match/stops.hpp"
#include "order_to_publish/4_match/timers.hpp"
#include "order_to_publish/4_match/trading_day.hpp"
#include "order_to_publish/4_match/trading_state.hpp"
#include "order_to_publish/4_match/trial.hpp"
