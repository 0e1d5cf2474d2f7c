// The matcher's rules, command by command; matcher.hpp says what they are. Included by it, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// Trades the taker against the other side as far as its limit and quantity go.
template <class Sink>
void Matcher::match(Book& book, Taker& taker, Sink& sink) {
  levels::Ladder& opposite = book.opposite(taker.side);
  while (taker.leaves != 0 && opposite.count != 0) {
    const levels::LadderEntry best = opposite.entries[opposite.count - 1];
    if (!crosses(taker.side, taker.limit, best.price)) return;
    levels::Level& level = levels_.level(best.level);
    while (taker.leaves != 0 && level.head != levels::none) {
      const OrderIndex maker = level.head;
      OrderNode& node = orders_.node(maker);
      const std::uint32_t fill = std::min(taker.leaves, node.leaves);
      assert(fill != 0);
      taker.leaves -= fill;
      taker.executed += fill;
      node.leaves -= fill;
      level.quantity -= fill;
      orders_.detail(maker).executed += fill;
      execution(book, taker, maker, best.price, fill, sink);
      if (node.leaves != 0) return;  // then the taker is done
      levels::unlink(level, orders_.nodes(), maker);
      --book.order_count;
      forget(maker);
    }
    if (level.head == levels::none) levels_.erase_best(opposite);
  }
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
    if (slot == levels::none) {
      slot = orders_.take(taker.session);
      index_.insert(orders_, taker.session, taker.cl_ord_id, slot);
    }
    link(book, level, slot, taker);
    begin_event(book, taker, MatchEventKind::rested, PublicEffect::add, sink);
    sink.commit();
    return;
  }
  if (slot != levels::none) forget(slot);
  MatchEvent& event = begin_event(book, taker, MatchEventKind::canceled, PublicEffect::none, sink);
  event.original_cl_ord_id = taker.cl_ord_id;
  event.quantity = taker.leaves;
  event.leaves = 0;
  event.reason =
      static_cast<std::uint16_t>(may_rest ? order_entry::CancelReason::by_system : order_entry::CancelReason::immediate_or_cancel);
  sink.commit();
}

// ---- commands ----

template <class Sink>
void Matcher::new_order(const Command& command, Sink& sink) {
  const ClientOrderIndex::Bucket bucket = index_.bucket_of(command.session, command.cl_ord_id);
  if (const Refusal refusal = check_new(command, bucket)) [[unlikely]] return refuse(command, refusal, sink);
  Book& book = books_[command.locate];
  const bool is_market = command.order_type == order_entry::OrderType::market;
  const bool may_rest = !is_market && command.time_in_force == order_entry::TimeInForce::day;
  if (may_rest && !marketable(book.opposite(command.side), command.side, command.price)) return rest_at_once(command, book, bucket, sink);
  const bool is_buy = command.side == order_entry::Side::buy;
  const Price market_limit = is_buy ? std::numeric_limits<Price>::max() : std::numeric_limits<Price>::min();
  Taker taker{.cl_ord_id = command.cl_ord_id,
              .reference = ++last_reference_,
              .session = command.session,
              .leaves = command.quantity,
              .account = command.account,
              .executed = 0,
              .price = is_market ? matching::no_price : command.price,
              .limit = is_market ? market_limit : command.price,
              .locate = command.locate,
              .side = command.side,
              .flags = command.flags,
              .order_type = command.order_type,
              .time_in_force = command.time_in_force};
  MatchEvent& accepted = begin_event(book, taker, MatchEventKind::accepted, PublicEffect::none, sink);
  accepted.quantity = command.quantity;
  accepted.total_quantity = command.quantity;
  sink.commit();
  match(book, taker, sink);
  settle(book, taker, levels::none, may_rest, sink);
}

template <class Sink>
void Matcher::replace(const Command& command, Sink& sink) {
  Refusal refusal;
  const OrderIndex slot = find_named(command, refusal);
  if (slot == levels::none) return refuse(command, refusal, sink);
  if ((refusal = check_replace(command, slot))) [[unlikely]] return refuse(command, refusal, sink);
  if (profile_ == ReplaceProfile::always_requeue) return replace_at_back(command, slot, command.quantity, 0, sink);
  const std::uint32_t executed = orders_.detail(slot).executed;
  if (command.quantity <= executed) {
    return cancel_slot(slot, command.cl_ord_id, order_entry::CancelReason::replaced_to_nothing, order_entry::RequestKind::replace_order,
                       sink);
  }
  const std::uint32_t leaves = command.quantity - executed;
  const OrderNode& node = orders_.node(slot);
  if (command.price == levels_.level(node.level).price && leaves <= node.leaves) return replace_in_place(command, slot, leaves, sink);
  replace_at_back(command, slot, leaves, executed, sink);
}

template <class Sink>
void Matcher::replace_in_place(const Command& command, OrderIndex slot, std::uint32_t leaves, Sink& sink) {
  OrderNode& node = orders_.node(slot);
  const OrderDetail& detail = orders_.detail(slot);
  const std::uint32_t taken_away = node.leaves - leaves;
  node.leaves = leaves;
  levels_.level(node.level).quantity -= taken_away;
  rename(slot, command.cl_ord_id);

  MatchEvent& event = matching::begin(sink);
  event.kind = MatchEventKind::replaced;
  event.public_effect = taken_away == 0 ? PublicEffect::none : PublicEffect::reduce;
  event.request = order_entry::RequestKind::replace_order;
  event.cl_ord_id = command.cl_ord_id;
  event.original_cl_ord_id = command.original_cl_ord_id;
  event.reference = detail.reference;
  event.original_reference = detail.reference;
  event.queue_ahead = queue_position_kept;
  event.session = detail.session;
  event.account = detail.account;
  event.price = command.price;
  event.quantity = taken_away;
  event.total_quantity = command.quantity;
  event.leaves = leaves;
  event.instrument_id = books_[detail.locate].instrument_id;
  event.locate = detail.locate;
  event.side = detail.side;
  sink.commit();
}

template <class Sink>
void Matcher::replace_at_back(const Command& command, OrderIndex slot, std::uint32_t leaves, std::uint32_t executed, Sink& sink) {
  const OrderDetail& detail = orders_.detail(slot);
  Book& book = books_[detail.locate];
  const std::uint64_t original_reference = detail.reference;
  Taker taker{.cl_ord_id = command.cl_ord_id,
              .reference = 0,
              .session = detail.session,
              .leaves = leaves,
              .account = detail.account,
              .executed = executed,
              .price = command.price,
              .limit = command.price,
              .locate = detail.locate,
              .side = detail.side,
              .flags = detail.flags,
              .order_type = order_entry::OrderType::limit,
              .time_in_force = order_entry::TimeInForce::day};
  const bool trades = marketable(book.opposite(taker.side), taker.side, taker.limit);
  LevelIndex level = levels::none;
  if (!trades) {  // the new level first: when there is no room for it, the order stays as it was
    level = levels_.find_or_insert(book.side(taker.side), taker.price);
    if (level == levels::none) [[unlikely]] {
      return refuse(command, {order_entry::RejectReason::book_full, static_cast<std::int64_t>(limits_.maximum_levels)}, sink);
    }
  }
  unlink(book, slot, level);
  rename(slot, command.cl_ord_id);
  taker.reference = ++last_reference_;

  MatchEvent& replaced = begin_event(book, taker, MatchEventKind::replaced, trades ? PublicEffect::remove : PublicEffect::replace, sink);
  replaced.request = order_entry::RequestKind::replace_order;
  replaced.original_cl_ord_id = command.original_cl_ord_id;
  replaced.original_reference = original_reference;
  replaced.quantity = taker.executed + leaves;
  replaced.total_quantity = replaced.quantity;
  if (level != levels::none) {
    replaced.queue_ahead = levels_.level(level).quantity;
    sink.commit();
    return link(book, level, slot, taker);
  }
  sink.commit();
  match(book, taker, sink);
  settle(book, taker, slot, true, sink);
}

template <class Sink>
void Matcher::cancel(const Command& command, Sink& sink) {
  Refusal refusal;
  const OrderIndex slot = find_named(command, refusal);
  if (slot == levels::none) return refuse(command, refusal, sink);
  cancel_slot(slot, command.cl_ord_id, order_entry::CancelReason::by_client, order_entry::RequestKind::cancel_order, sink);
}

template <class Sink>
void Matcher::mass_cancel(const Command& command, Sink& sink) {
  const bool one_instrument = command.scope == order_entry::MassCancelScope::instrument;
  if (!one_instrument && command.scope != order_entry::MassCancelScope::session) {
    return refuse(command, {order_entry::RejectReason::not_supported, 0}, sink);
  }
  if (one_instrument && !book_at(command.locate).known) return refuse(command, {order_entry::RejectReason::unknown_instrument, 0}, sink);
  std::uint32_t canceled = 0;
  for (OrderIndex slot = orders_.first_of(command.session); slot != levels::none;) {
    const OrderIndex next = orders_.next_of_session(slot);
    if (!one_instrument || orders_.detail(slot).locate == command.locate) {
      cancel_slot(slot, command.cl_ord_id, order_entry::CancelReason::mass_cancel, order_entry::RequestKind::mass_cancel, sink);
      ++canceled;
    }
    slot = next;
  }
  MatchEvent& event = matching::begin(sink);
  event.kind = MatchEventKind::mass_canceled;
  event.request = order_entry::RequestKind::mass_cancel;
  event.cl_ord_id = command.cl_ord_id;
  event.session = command.session;
  event.account = command.account;
  event.quantity = canceled;
  event.instrument_id = one_instrument ? command.instrument_id : 0;
  event.locate = one_instrument ? command.locate : std::uint16_t{0};
  sink.commit();
}

// The session is gone: its orders go, those marked keepOnDisconnect stay. Each is reported under its own id.
template <class Sink>
void Matcher::session_cancel(const Command& command, Sink& sink) {
  for (OrderIndex slot = orders_.first_of(command.session); slot != levels::none;) {
    const OrderIndex next = orders_.next_of_session(slot);
    const OrderDetail& detail = orders_.detail(slot);
    if (!order_entry::OrderFlags{detail.flags}.keep_on_disconnect()) {
      cancel_slot(slot, detail.cl_ord_id, order_entry::CancelReason::disconnect, order_entry::RequestKind::new_order, sink);
    }
    slot = next;
  }
}

}  // namespace hopwire::venue
