// The rules of ordinary orders, command by command. Included by matcher.hpp, never by anyone else.
//
// Fills happen at the resting order's price, best price first, within a price first come first served. A new order gives accepted,
// its executions, then rested, or canceled for what an IOC or market order could not trade. A cancel gives canceled. A replace gives
// replaced and, when it crosses, executions and rested. What is refused gives rejected or cancel_rejected with a reason and the limit,
// and changes nothing. Replaces follow a profile:
//   reduce_keeps_priority  quantity is the new total, executed shares included. The same price and no more open quantity: the order keeps
//     its place
//                          and its reference (public: reduce). Anything else: a new reference, behind all others (public: replace). A total
//                          already executed cancels the order.
//   always_requeue         quantity is the new open quantity; every replace is a cancel and a new entry under a new reference.
#pragma once

#include <cassert>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// Trades the taker against the other side as far as its limit and quantity go. With pre-trade risk, what it traded with ordinary orders is
// reckoned once, at the end: sums are added, so nothing depends on the order.
template <bool is_risk_on, class Sink>
void Matcher::match(Book& book, Taker& taker, Sink& sink) {
  levels::Ladder& opposite = book.opposite(taker.side);
  std::uint32_t traded = 0;
  while (taker.leaves != 0 && opposite.count != 0) {
    const levels::LadderEntry best = opposite.entries[opposite.count - 1];
    if (!matching::crosses(taker.side, taker.limit, best.price)) break;
    levels::Level& level = levels_.level(best.level);
    if (is_special(orders_.detail(level.head))) [[unlikely]] {
      trade_special(book, taker, levels::none, sink);
      continue;
    }
    const std::uint32_t before = taker.leaves;
    do trade<is_risk_on>(book, level, taker, sink);
    while (taker.leaves != 0 && level.head != levels::none && !is_special(orders_.detail(level.head)));
    if constexpr (is_risk_on) traded += before - taker.leaves;
    if (level.head == levels::none) levels_.erase_best(opposite);
    note_trade(book, taker.locate, best.price);
  }
  if constexpr (is_risk_on) PreTradeRisk(*this).trade(taker, traded);
}

// One trade, with the first of a level, an ordinary order. A level that it empties stays on its ladder.
template <bool is_risk_on, class Sink>
inline void Matcher::trade(Book& book, levels::Level& level, Taker& taker, Sink& sink) {
  const OrderIndex maker = level.head;
  OrderNode& node = orders_.node(maker);
  const std::uint32_t fill = std::min(taker.leaves, node.leaves);
  assert(fill != 0);
  taker.leaves -= fill;
  taker.executed += fill;
  node.leaves -= fill;
  level.quantity -= fill;
  orders_.detail(maker).executed += fill;
  if constexpr (is_risk_on) PreTradeRisk(*this).trade(maker, fill, level.price);
  execution(book, taker, maker, {.price = level.price, .quantity = fill}, node.leaves, sink);
  if (node.leaves != 0) return;  // then the taker is done
  levels::unlink(level, orders_.nodes(), maker);
  --book.order_count;
  forget(maker);
}

// What a taker could not trade rests or is cancelled. slot: the one it had before a replace, or `none`.
template <class Sink>
void Matcher::settle(Book& book, const Taker& taker, OrderIndex slot, bool may_rest, Sink& sink) {
  if (taker.leaves == 0) {
    if (slot != levels::none) forget(slot);
    return;
  }
  LevelIndex level = levels::none;
  if (may_rest && (slot != levels::none || !orders_.full())) level = levels_.find_or_insert(book.side(taker.side), taker.price);
  if (level != levels::none) {
    if (slot == levels::none) slot = enter_slot(taker);
    return rest(book, level, slot, taker, sink);
  }
  if (slot != levels::none) forget(slot);
  cancel_taker(book, taker, taker.leaves, may_rest ? order_entry::CancelReason::by_system : order_entry::CancelReason::immediate_or_cancel,
               sink);
}

template <class Sink>
void Matcher::rest(Book& book, LevelIndex level, OrderIndex slot, const Taker& taker, Sink& sink) {
  link(book, level, slot, taker);
  MatchEvent& event = begin_event(book, taker, MatchEventKind::rested, PublicEffect::add, sink);
  event.displayed = shown_of(taker);
  sink.commit();
}

// What never rested loses `quantity`, all of it or less.
template <class Sink>
void Matcher::cancel_taker(const Book& book, const Taker& taker, std::uint32_t quantity, order_entry::CancelReason reason,
                           Sink& sink) noexcept {
  if (book.has_risk()) [[unlikely]] PreTradeRisk(*this).close(taker, quantity);
  MatchEvent& event = begin_event(book, taker, MatchEventKind::canceled, PublicEffect::none, sink);
  event.original_cl_ord_id = taker.cl_ord_id;
  event.quantity = quantity;
  event.leaves = taker.leaves - quantity;
  event.reason = static_cast<std::uint16_t>(reason);
  sink.commit();
}

// ---- commands ----

template <class Sink>
void Matcher::new_order(const Command& command, Sink& sink) {
  if (command.has_special_terms || book_at(command.locate).rules != 0) [[unlikely]] {
    const bool is_plain = !command.has_special_terms && book_at(command.locate).rules == book_rule::risk;
    return is_plain ? new_risk_order(command, sink) : new_special_order(command, sink);
  }
  new_plain_order<false>(command, sink);
}

template <class Sink>
void Matcher::new_risk_order(const Command& command, Sink& sink) {
  new_plain_order<true>(command, sink);
}

template <bool is_risk_on, class Sink>
inline void Matcher::new_plain_order(const Command& command, Sink& sink) {
  const ClientOrderIndex::Bucket bucket = index_.bucket_of(command.session, command.cl_ord_id);
  if (!is_welcome(command, bucket)) [[unlikely]] {
    if (const Refusal refusal = check_new(command, bucket)) return refuse(command, refusal, sink);
  }
  Book& book = books_[command.locate];
  const bool is_market = command.order_type == order_entry::OrderType::market;
  const bool may_rest = !is_market && command.time_in_force == order_entry::TimeInForce::day;
  if (may_rest && !marketable(book.opposite(command.side), command.side, command.price)) {
    return rest_at_once<is_risk_on>(command, book, bucket, sink);
  }
  Taker taker = taker_of(command);
  if constexpr (is_risk_on) {
    if (const Refusal refusal = PreTradeRisk(*this).weigh_new(taker)) [[unlikely]] return refuse(command, refusal, sink);
    PreTradeRisk(*this).enter(taker, sink);
  }
  taker.reference = ++last_reference_;
  accept_at_once(command, book, taker.reference, sink);
  match<is_risk_on>(book, taker, sink);
  settle(book, taker, levels::none, may_rest, sink);
}

// Gives the taker its reference and says so.
template <class Sink>
inline void Matcher::accept(const Book& book, Taker& taker, std::uint64_t queue_ahead, Sink& sink) {
  taker.reference = ++last_reference_;
  MatchEvent& accepted = begin_event(book, taker, MatchEventKind::accepted, PublicEffect::none, sink);
  accepted.quantity = taker.leaves;
  accepted.total_quantity = taker.leaves;
  accepted.queue_ahead = queue_ahead;
  accepted.stop_price = stop_price_of(taker);
  sink.commit();
}

template <class Sink>
void Matcher::replace(const Command& command, Sink& sink) {
  Refusal refusal;
  const OrderIndex slot = find_named(command, refusal);
  if (slot == levels::none) return refuse(command, refusal, sink);
  const bool is_plain = !is_special(orders_.detail(slot)) && !books_[command.locate].asks_anything();
  if (!is_plain || !may_replace(command, orders_.detail(slot))) [[unlikely]] {
    if ((refusal = check_replace(command, slot))) return refuse(command, refusal, sink);
  }
  if (is_waiting(slot)) [[unlikely]] {
    if (limits_.is_risk_on && !PreTradeRisk(*this).take_replace(command, slot, sink)) return;
    return terms_[slot].place == OrderPlace::queued ? replace_queued(command, slot, sink) : replace_parked(command, slot, sink);
  }
  if (profile_ == ReplaceProfile::always_requeue) return replace_at_back(command, slot, command.quantity, 0, sink);
  const std::uint32_t executed = orders_.detail(slot).executed;
  if (command.quantity <= executed) {
    return cancel_slot(slot, command.cl_ord_id, order_entry::CancelReason::replaced_to_nothing, order_entry::RequestKind::replace_order,
                       sink);
  }
  const std::uint32_t leaves = command.quantity - executed;
  const bool same_price = command.price == levels_.level(orders_.node(slot).level).price;
  if (same_price && leaves <= open_quantity(slot)) return replace_in_place(command, slot, leaves, sink);
  replace_at_back(command, slot, leaves, executed, sink);
}

template <class Sink>
void Matcher::replace_in_place(const Command& command, OrderIndex slot, std::uint32_t leaves, Sink& sink) {
  OrderNode& node = orders_.node(slot);
  const OrderDetail& detail = orders_.detail(slot);
  const std::uint32_t shown = std::min(node.leaves, leaves);
  const std::uint32_t taken_away = node.leaves - shown;
  if (limits_.is_risk_on) [[unlikely]] PreTradeRisk(*this).close(slot, open_quantity(slot) - leaves);
  if (is_special(detail)) [[unlikely]] terms_[slot].hidden = leaves - shown;
  node.leaves = shown;
  levels_.level(node.level).quantity -= taken_away;
  rename(slot, command.cl_ord_id);

  const std::uint32_t instrument_id = books_[detail.locate].instrument_id;
  const PublicEffect effect = taken_away == 0 ? PublicEffect::none : PublicEffect::reduce;
  MatchEvent& event = sink.next();
  event.cl_ord_id = command.cl_ord_id;
  event.reference = detail.reference;
  event.original_cl_ord_id = command.original_cl_ord_id;
  event.original_reference = detail.reference;
  event.session = detail.session;
  event.account = detail.account;
  event.price = command.price;
  event.quantity = taken_away;
  event.leaves = leaves;
  event.total_quantity = command.quantity;
  matching::put_place(event, instrument_id, detail.locate);
  matching::put_words(event, MatchEventKind::replaced, effect, detail.side, matching::request_of(command.kind));
  event.queue_ahead = queue_position_kept;
  matching::no_match(event);
  event.displayed = shown == leaves ? 0 : shown;
  sink.commit();
}

template <class Sink>
void Matcher::replace_at_back(const Command& command, OrderIndex slot, std::uint32_t leaves, std::uint32_t executed, Sink& sink) {
  const OrderDetail& owner = orders_.detail(slot);
  Book& at = books_[owner.locate];
  const bool is_plain = !is_special(owner) && at.rules == 0;
  if (is_plain && !marketable(at.opposite(owner.side), owner.side, command.price)) {
    const LevelIndex to = levels_.find_or_insert(at.side(owner.side), command.price);
    if (to != levels::none) [[likely]] return move_at_once(command, at, slot, to, leaves, sink);
  }
  replace_with_care(command, slot, leaves, executed, sink);
}

// One that trades, has terms, or stands in a book that asks for more.
template <class Sink>
void Matcher::replace_with_care(const Command& command, OrderIndex slot, std::uint32_t leaves, std::uint32_t executed, Sink& sink) {
  const OrderDetail& detail = orders_.detail(slot);
  Book& book = books_[detail.locate];
  const std::uint64_t original_reference = detail.reference;
  Taker taker = taker_of(slot);
  taker.cl_ord_id = command.cl_ord_id;
  taker.leaves = leaves;
  taker.executed = executed;
  taker.price = command.price;
  taker.limit = command.price;
  const bool trades = meets(book, taker.side, taker.limit);
  if (trades && order_entry::OrderFlags{detail.flags}.post_only()) [[unlikely]] return refuse(command, would_trade(book, taker.side), sink);
  if (book.has_risk()) [[unlikely]] {
    if (const Refusal refusal = PreTradeRisk(*this).weigh_replace(command, slot, leaves)) return refuse(command, refusal, sink);
  }
  LevelIndex level = levels::none;
  if (!trades) {  // the new level first: when there is no room for it, the order stays as it was
    level = levels_.find_or_insert(book.side(taker.side), taker.price);
    if (level == levels::none) [[unlikely]] {
      return refuse(command, {order_entry::RejectReason::book_full, static_cast<std::int64_t>(limits_.maximum_levels)}, sink);
    }
  }
  if (book.has_risk()) [[unlikely]] {
    PreTradeRisk(*this).move(command, slot, leaves, sink);
    taker.risk_price = risk_.moved_price;
  }
  unlink(book, slot, level);
  rename(slot, command.cl_ord_id);
  if ((detail.flags & has_moved) == 0) {
    entries_[slot] = original_reference;
    taker.flags |= has_moved;
  }
  taker.reference = ++last_reference_;

  MatchEvent& replaced = begin_event(book, taker, MatchEventKind::replaced, trades ? PublicEffect::remove : PublicEffect::replace, sink);
  replaced.request = matching::request_of(command.kind);
  replaced.original_cl_ord_id = command.original_cl_ord_id;
  replaced.original_reference = original_reference;
  replaced.quantity = taker.executed + leaves;
  replaced.total_quantity = replaced.quantity;
  if (level != levels::none) {
    replaced.queue_ahead = levels_.level(level).quantity;
    replaced.displayed = shown_of(taker);
    sink.commit();
    return link(book, level, slot, taker);
  }
  sink.commit();
  match_by_terms(book, taker, slot, sink);
  settle(book, taker, slot, true, sink);
}

template <class Sink>
void Matcher::cancel(const Command& command, Sink& sink) {
  Refusal refusal;
  const OrderIndex slot = find_named(command, refusal);
  if (slot == levels::none) return refuse(command, refusal, sink);
  cancel_slot(slot, command.cl_ord_id, order_entry::CancelReason::by_client, order_entry::RequestKind::cancel_order, sink);
}

}  // namespace hopwire::venue
