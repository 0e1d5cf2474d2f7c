// Orders with special terms, from the door to the book. Good till time, post-only, minimum and display quantities, self-trade instructions
// and stops come this way; what they share with ordinary orders (matching, settling, replacing) they share in code.
//
// A new order: what is refused in order_checks.hpp's order; a post-only order that would trade is refused with the price it would have
// traded at, new or replaced. Then a stop waits or is triggered (stops.hpp), an order that need not trade first rests, and anything else
// comes in: its trial (trial.hpp), then matching, then its rest is settled. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline bool Matcher::is_waiting(OrderIndex slot) const noexcept {
  return is_special(orders_.detail(slot)) && terms_[slot].place != OrderPlace::book;
}

inline Refusal Matcher::would_trade(const Book& book, order_entry::Side side) noexcept {
  const levels::Ladder& opposite = side == order_entry::Side::buy ? book.ask : book.bid;
  return {order_entry::RejectReason::post_only_would_trade, opposite.entries[opposite.count - 1].price};
}

inline Refusal Matcher::check_new_special(const Command& command) const noexcept {
  if (!book_at(command.locate).known) return {order_entry::RejectReason::unknown_instrument, 0};
  if (const Refusal refusal = check_locks(command.session, command.account, command.firm, command.locate)) return refusal;
  if (const Refusal refusal = check_special_fields(command, limits_.maximum_order_quantity)) return refusal;
  const bool has_rules = books_[command.locate].asks_anything() || is_auction_only(command.time_in_force);
  if (has_rules) {
    const auto price = has_limit_price(command.order_type) ? std::optional(command.price) : std::nullopt;
    const auto stop_price = is_stop(command.order_type) ? std::optional(command.special.stop_price) : std::nullopt;
    const Refusal refusal = check_steps(command.locate, price, stop_price, command.quantity, command.special.display_quantity);
    if (refusal) return refusal;
  }
  if (const Refusal refusal = check_combination(command)) return refusal;
  if (const Refusal refusal = check_expire_time(command, now_)) return refusal;
  if (index_.find(orders_, command.session, command.cl_ord_id) != levels::none) return {order_entry::RejectReason::duplicate_cl_ord_id, 0};
  if (!has_rules) return {};
  if (const Refusal refusal = check_state(command)) return refusal;
  return check_reach(command.locate, command.side, command.order_type, command.time_in_force, command.price);
}

inline OrderTerms Matcher::terms_of(const Command& command) noexcept {
  const SpecialTerms& special = command.special;
  const bool expires = command.time_in_force == order_entry::TimeInForce::good_till_time;
  return {.expire_time = expires ? special.expire_time : 0,
          .entry = 0,
          .placed_after = 0,
          .placement = 0,
          .hidden = 0,
          .display_quantity = special.display_quantity,
          .minimum_quantity = special.minimum_quantity,
          .stop_price = is_stop(command.order_type) ? special.stop_price : no_stop_price,
          .price = has_limit_price(command.order_type) ? command.price : matching::no_price,
          .order_type = command.order_type,
          .time_in_force = command.time_in_force,
          .self_trade_scope = special.self_trade_scope,
          .self_trade_action = special.self_trade_action,
          .place = OrderPlace::book,
          .reserved = {},
          .risk_price = 0};
}

// An order that has a slot, on its way through the book again.
inline Matcher::Taker Matcher::taker_of(OrderIndex slot) noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  Taker taker{.cl_ord_id = detail.cl_ord_id,
              .reference = detail.reference,
              .session = detail.session,
              .leaves = open_quantity(slot),
              .account = detail.account,
              .firm = orders_.firm(slot),
              .executed = detail.executed,
              .price = matching::no_price,
              .limit = matching::no_price,
              .locate = detail.locate,
              .side = detail.side,
              .flags = static_cast<std::uint8_t>(detail.flags & ~has_risk_price),
              .order_type = order_entry::OrderType::limit,
              .time_in_force = order_entry::TimeInForce::day,
              .account_row = detail.account_row};
  if (!is_special(detail)) return taker;
  taker.terms = &terms_[slot];
  taker.order_type = taker.terms->order_type;
  taker.time_in_force = taker.terms->time_in_force;
  taker.price = taker.terms->price;
  taker.limit = taker.price == matching::no_price ? market_limit(taker.side) : taker.price;
  taker.risk_price = taker.terms->risk_price;
  return taker;
}

template <class Sink>
void Matcher::new_special_order(const Command& command, Sink& sink) {
  if (const Refusal refusal = check_new_special(command)) return refuse(command, refusal, sink);
  Book& book = books_[command.locate];
  OrderTerms terms = terms_of(command);
  Taker taker = taker_of(command);
  taker.flags |= has_terms;
  taker.terms = &terms;
  const bool trades = !is_stop(command.order_type) && meets(book, taker.side, limit_of(book, taker));
  if (trades && order_entry::OrderFlags{taker.flags}.post_only()) return refuse(command, would_trade(book, taker.side), sink);
  if (book.has_risk()) {
    if (const Refusal refusal = PreTradeRisk(*this).weigh_new(taker)) return refuse(command, refusal, sink);
  }
  if (!take_in(taker, sink)) refuse(command, book_full(), sink);
}

// A new order, or a quote where there was none, that nothing speaks against. False: there is no room, and nothing has happened.
template <class Sink>
bool Matcher::take_in(Taker& taker, Sink& sink) {
  Book& book = books_[taker.locate];
  if (is_stop(taker.order_type)) return new_stop(taker, sink);
  const bool waits_for_trading = taker.order_type == order_entry::OrderType::market && (book.rules & book_rule::not_trading) != 0;
  if (is_auction_only(taker.time_in_force) || waits_for_trading) return queue_new(book, taker, sink);
  const bool trades = meets(book, taker.side, limit_of(book, taker));
  if (!trades && may_rest(taker.order_type, taker.time_in_force) && taker.terms->minimum_quantity == 0) {
    const LevelIndex level = orders_.full() ? levels::none : levels_.find_or_insert(book.side(taker.side), taker.price);
    if (level == levels::none) return false;
    accept_special(book, taker, levels_.level(level).quantity, sink);
    rest(book, level, enter_slot(taker), taker, sink);
    return true;
  }
  accept_special(book, taker, 0, sink);
  enter(book, taker, levels::none, sink);
  return true;
}

// There is room for it: it is taken.
template <class Sink>
inline void Matcher::accept_special(const Book& book, Taker& taker, std::uint64_t queue_ahead, Sink& sink) {
  if (book.has_risk()) {
    PreTradeRisk risk(*this);
    (taker.flags & is_quote) != 0 ? risk.enter_quote(taker) : risk.enter(taker, sink);
  }
  accept(book, taker, queue_ahead, sink);
}

// An accepted or triggered order comes in. slot: of an order that waited, or `none`.
template <class Sink>
void Matcher::enter(Book& book, Taker& taker, OrderIndex slot, Sink& sink) {
  taker.limit = limit_of(book, taker);
  if (!passes_trial(book, taker)) {
    const bool is_kill = taker.time_in_force == order_entry::TimeInForce::fill_or_kill;
    cancel_taker(book, taker, taker.leaves, is_kill ? order_entry::CancelReason::fill_or_kill : order_entry::CancelReason::minimum_quantity,
                 sink);
    if (slot != levels::none) forget(slot);
    return;
  }
  match_by_terms(book, taker, slot, sink);
  settle(book, taker, slot, may_rest(taker.order_type, taker.time_in_force), sink);
}

// By their terms: looking at each maker first, or counting what a quote trades.
template <class Sink>
inline void Matcher::match_by_terms(Book& book, Taker& taker, OrderIndex slot, Sink& sink) {
  if (taker.terms == nullptr && !book.asks_anything()) [[likely]] {
    return book.has_risk() ? match<true>(book, taker, sink) : match<false>(book, taker, sink);
  }
  if ((book.rules & book_rule::not_trading) != 0) return;
  const bool prevents = taker.terms != nullptr && taker.terms->self_trade_action != order_entry::SelfTradeAction::none;
  const levels::Ladder& opposite = book.opposite(taker.side);
  while (taker.leaves != 0 && marketable(opposite, taker.side, taker.limit)) {
    const levels::LadderEntry best = opposite.entries[opposite.count - 1];
    const OrderIndex maker = levels_.level(best.level).head;
    if (prevents && is_own(taker, maker)) {
      prevent_self_trade(book, maker, taker, sink);
    } else if (book.asks_anything() && circuit_breaker::is_tripped(market_.rules[taker.locate].breaker, best.price, now_)) {
      trip_breaker(book, taker, sink);
    } else {
      trade_special(book, taker, slot, sink);
    }
  }
}

// One trade, with the best there is, when maker or taker has terms. slot: the taker's, or `none`.
template <class Sink>
void Matcher::trade_special(Book& book, Taker& taker, OrderIndex slot, Sink& sink) {
  const levels::Ladder& opposite = book.opposite(taker.side);
  levels::Level& level = levels_.level(opposite.entries[opposite.count - 1].level);
  const OrderIndex maker = level.head;
  const OrderDetail owner = orders_.detail(maker);
  OrderNode& node = orders_.node(maker);
  const Trade trade{.price = level.price, .quantity = std::min(taker.leaves, node.leaves)};
  taker.leaves -= trade.quantity;
  taker.executed += trade.quantity;
  node.leaves -= trade.quantity;
  level.quantity -= trade.quantity;
  orders_.detail(maker).executed += trade.quantity;
  if (book.has_risk()) {
    PreTradeRisk(*this).trade(maker, trade.quantity);
    PreTradeRisk(*this).trade(taker, trade.quantity);
  }
  execution(book, taker, maker, trade, open_quantity(maker), sink);
  if (open_quantity(maker) == 0) {
    unlink(book, maker);
    forget(maker);
  } else if (node.leaves == 0) {
    show_next_slice(maker, sink);
  }
  note_trade(book, taker.locate, trade.price);
  if (book.asks_anything()) note_price(taker.locate, trade.price);
  if (protections_.empty()) return;
  if ((owner.flags & is_quote) != 0) protect(owner.session, owner.account, trade, taker, slot, sink);
  if ((taker.flags & is_quote) != 0) protect(taker.session, taker.account, trade, taker, slot, sink);
}

// The name, the terms and the timer of an order that gets a slot.
inline void Matcher::keep_terms(OrderIndex slot, const Taker& taker) noexcept {
  OrderTerms& terms = terms_[slot];
  terms = *taker.terms;
  terms.entry = taker.reference;
  terms.risk_price = taker.risk_price;
  if (terms.expire_time != 0) timers_.add(slot, terms.expire_time, terms.entry);
  if ((taker.flags & is_quote) != 0) {
    quotes_.insert({taker.session, taker.account, taker.locate, taker.side}, slot);
  } else {
    index_.insert(orders_, taker.session, taker.cl_ord_id, slot);
  }
}

inline void Matcher::forget_special(OrderIndex slot) noexcept {
  timers_.remove(slot);
  if ((orders_.detail(slot).flags & is_quote) != 0) {
    quotes_.erase(orders_, slot);
  } else {
    index_.erase(orders_, slot);
  }
  orders_.give(slot);
}

// An event about an order that has a slot, with what is known of it.
template <class Sink>
MatchEvent& Matcher::begin_slot_event(OrderIndex slot, MatchEventKind kind, PublicEffect effect, Sink& sink) const noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  MatchEvent& event = matching::begin(sink);
  event.kind = kind;
  event.public_effect = effect;
  event.cl_ord_id = detail.cl_ord_id;
  event.reference = detail.reference;
  event.session = detail.session;
  event.account = detail.account;
  event.price = is_waiting(slot) ? terms_[slot].price : levels_.level(orders_.node(slot).level).price;
  event.leaves = open_quantity(slot);
  event.instrument_id = books_[detail.locate].instrument_id;
  event.locate = detail.locate;
  event.side = detail.side;
  return event;
}

template <class Sink>
void Matcher::cancel_special(OrderIndex slot, std::uint64_t request_cl_ord_id, order_entry::CancelReason reason,
                             order_entry::RequestKind request, Sink& sink) {
  const bool waits = is_waiting(slot);
  if (limits_.is_risk_on) PreTradeRisk(*this).close(slot, open_quantity(slot));
  MatchEvent& event =
      begin_slot_event(slot, MatchEventKind::canceled, waits ? PublicEffect::none : PublicEffect::remove, sink);
  event.request = request;
  event.reason = static_cast<std::uint16_t>(reason);
  event.original_cl_ord_id = event.cl_ord_id;
  event.cl_ord_id = request_cl_ord_id;
  event.quantity = event.leaves;
  event.leaves = 0;
  if (waits) {
    unpark(slot);
  } else {
    unlink(books_[event.locate], slot);
  }
  forget(slot);
  sink.commit();
}

}  // namespace hopwire::venue
