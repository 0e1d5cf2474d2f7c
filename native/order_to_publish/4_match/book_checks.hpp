// What an instrument's rules ask of orders: steps (tick_table.hpp), trading state, collar and band, in the order that order_checks.hpp
// states, and how orders wait for an auction. A book without rules is not looked up. Included by matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>

#include "order_to_publish/4_match/market_rules.hpp"
#include "order_to_publish/4_match/price_band.hpp"
#include "order_to_publish/4_match/reopening.hpp"

namespace hopwire::venue {

// ---- what is asked ----

inline Matcher::Price Matcher::reference_price(std::uint16_t locate) const noexcept {
  const Price said = market_.rules[locate].said_reference;
  return said != 0 ? said : books_[locate].last_price;
}

inline Refusal Matcher::check_steps(std::uint16_t locate, std::optional<Price> price, std::optional<Price> stop_price,
                                    std::uint32_t quantity, std::uint32_t display_quantity) const noexcept {
  const InstrumentRules& rules = market_.rules[locate];
  for (const auto each : {price, stop_price}) {
    if (!each) continue;
    if (const Refusal refusal = tick_table::check_tick(rules, *each)) return refusal;
  }
  return tick_table::check_lot(rules, quantity, display_quantity);
}

// New orders and replaces alike.
inline Refusal Matcher::check_open(std::uint16_t locate) const noexcept {
  using order_entry::RejectReason;
  using order_entry::TradingState;
  const TradingState state = market_.rules[locate].state;
  if (state == TradingState::closed) return {RejectReason::trading_closed, 0};
  if (state == TradingState::halt) return {RejectReason::trading_halted, 0};
  return {};
}

// What this state does not take.
inline Refusal Matcher::check_state(const Command& command) const noexcept {
  using order_entry::TimeInForce;
  using order_entry::TradingState;
  constexpr Refusal not_taken{order_entry::RejectReason::not_in_this_state, 0};
  if (const Refusal refusal = check_open(command.locate)) return refusal;
  const TradingState state = market_.rules[command.locate].state;
  const bool is_opened = state != TradingState::pre_open && state != TradingState::opening_auction;
  if (command.time_in_force == TimeInForce::at_the_opening && is_opened) return not_taken;
  const bool is_at_once = command.time_in_force == TimeInForce::immediate_or_cancel ||
                          command.time_in_force == TimeInForce::fill_or_kill || command.special.minimum_quantity != 0;
  return is_at_once && !is_stop(command.order_type) && state != TradingState::continuous ? not_taken : Refusal{};
}

// Collar, then band, of a limit order that would stand or trade now.
inline Refusal Matcher::check_reach(std::uint16_t locate, order_entry::Side side, order_entry::OrderType order_type,
                                    order_entry::TimeInForce time_in_force, Price price) const noexcept {
  if (order_type != order_entry::OrderType::limit) return {};
  const InstrumentRules& rules = market_.rules[locate];
  if (const Refusal refusal = price_collar::check(rules, reference_price(locate), side, price)) return refusal;
  return is_auction_only(time_in_force) ? Refusal{} : price_band::check(rules, side, price);
}

// Trading state, collar and band of a replace.
inline Refusal Matcher::check_replaced(const Command& command, OrderIndex slot) const noexcept {
  using order_entry::OrderType;
  using order_entry::TimeInForce;
  if (const Refusal refusal = check_open(command.locate)) return refusal;
  const bool waits = is_waiting(slot);
  const OrderType order_type = waits ? terms_[slot].order_type : OrderType::limit;
  const TimeInForce time_in_force = waits ? terms_[slot].time_in_force : TimeInForce::day;
  return check_reach(command.locate, orders_.detail(slot).side, order_type, time_in_force, command.price);
}

// The worst price a taker takes, as things are when it comes in.
inline Matcher::Price Matcher::limit_of(const Book& book, const Taker& taker) const noexcept {
  if (taker.price != matching::no_price) return taker.price;
  const Price any = market_limit(taker.side);
  if (!book.asks_anything()) return any;
  const InstrumentRules& rules = market_.rules[taker.locate];
  std::int64_t limit = any;
  const auto narrow = [&](std::int64_t edge) {
    limit = taker.side == order_entry::Side::buy ? std::min(limit, edge) : std::max(limit, edge);
  };
  if (const auto edge = price_collar::edge(rules, reference_price(taker.locate), taker.side)) narrow(*edge);
  if (const auto edge = price_band::edge(rules, taker.side)) narrow(*edge);
  return static_cast<Price>(limit);
}

// Would it trade now?
inline bool Matcher::meets(const Book& book, order_entry::Side side, Price limit) const noexcept {
  if ((book.rules & book_rule::not_trading) != 0) return false;
  return marketable(side == order_entry::Side::buy ? book.ask : book.bid, side, limit);
}

// ---- what changes ----

inline void Matcher::set_book_bits(std::uint16_t locate) noexcept { books_[locate].rules = market_.rules[locate].book_bits(); }

// The best prices of a book with a band may have changed.
inline void Matcher::mark(std::uint16_t locate) noexcept {
  InstrumentRules& rules = market_.rules[locate];
  if (rules.is_marked) return;
  rules.is_marked = true;
  market_.marked[market_.marked_count++] = locate;
}

inline void Matcher::rules_changed(std::uint16_t locate) noexcept {
  const std::uint8_t before = books_[locate].rules;
  set_book_bits(locate);
  if (((before | books_[locate].rules) & book_rule::banded) != 0) mark(locate);
}

// A trade's price, for the rules that look at it.
inline void Matcher::note_price(std::uint16_t locate, Price price) noexcept {
  InstrumentRules& rules = market_.rules[locate];
  circuit_breaker::note(rules.breaker, price, now_);
  if (rules.said_reference == 0) return;
  rules.said_reference = 0;
  set_book_bits(locate);
}

// An instrument's timer stands behind the orders' in the heap: slots above theirs, entries after theirs.
inline void Matcher::schedule(std::uint16_t locate) noexcept {
  const InstrumentRules& rules = market_.rules[locate];
  const OrderIndex slot = timer_slot(locate);
  timers_.remove(slot);
  const std::uint64_t due = rules.limit_state.is_on ? rules.limit_state.since + price_band::limit_state_time : rules.due;
  if (due != never) timers_.add(slot, due, (std::uint64_t{1} << 63) + locate);
}

template <class Sink>
void Matcher::run_operator_command(const Command& command, Sink& sink) {
  MarketRules(*this, sink).run(command);
}

// The trade that would follow goes too far: the order is over, and the instrument halts.
template <class Sink>
void Matcher::trip_breaker(const Book& book, Taker& taker, Sink& sink) {
  cancel_taker(book, taker, taker.leaves, order_entry::CancelReason::trading_halted, sink);
  taker.leaves = 0;
  MarketRules(*this, sink).halt_by_venue(taker.locate, reopening::breaker);
}

// ---- orders that wait for an auction ----

inline Matcher::Turn Matcher::turn_of(OrderIndex slot) const noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  if (!is_special(detail) || terms_[slot].placed_after < detail.reference) return {detail.reference, 0};
  return {terms_[slot].placed_after, terms_[slot].placement};
}

// It stands behind everything that is there, whatever its reference says.
inline void Matcher::place_last(OrderIndex slot) noexcept {
  terms_[slot].placed_after = last_reference_;
  terms_[slot].placement = ++market_.placements;
}

// To the end of the line of those that wait unseen.
inline void Matcher::queue(OrderIndex slot) noexcept {
  OrderTerms& terms = terms_[slot];
  levels::push_back(market_.rules[orders_.detail(slot).locate].queue, orders_.nodes(), slot);
  terms.place = OrderPlace::queued;
  place_last(slot);
}

template <class Sink>
bool Matcher::queue_new(const Book& book, Taker& taker, Sink& sink) {
  if (orders_.full()) return false;
  accept_special(book, taker, 0, sink);
  const OrderIndex slot = enter_slot(taker);
  write_detail(slot, taker);
  orders_.node(slot).leaves = taker.leaves;
  queue(slot);
  MatchEvent& event = begin_slot_event(slot, MatchEventKind::queued, PublicEffect::none, sink);
  event.order_type = taker.order_type;
  event.time_in_force = taker.time_in_force;
  sink.commit();
  return true;
}

// Under its own reference, behind the others that wait.
template <class Sink>
void Matcher::replace_queued(const Command& command, OrderIndex slot, Sink& sink) {
  unpark(slot);
  rename(slot, command.cl_ord_id);
  if (terms_[slot].price != matching::no_price) terms_[slot].price = command.price;
  orders_.node(slot).leaves = command.quantity;
  queue(slot);
  MatchEvent& replaced = begin_slot_event(slot, MatchEventKind::replaced, PublicEffect::none, sink);
  replaced.request = order_entry::RequestKind::replace_order;
  replaced.original_cl_ord_id = command.original_cl_ord_id;
  replaced.original_reference = replaced.reference;
  replaced.quantity = command.quantity;
  replaced.total_quantity = command.quantity;
  sink.commit();
}

}  // namespace hopwire::venue
