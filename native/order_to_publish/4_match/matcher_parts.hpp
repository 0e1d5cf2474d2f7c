// What the matcher's rules are made of: refusals, events, and moving an order on and off its level. Included by matcher.hpp, never by
// anyone else.
#pragma once

#include <emmintrin.h>

#include <type_traits>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

namespace matching {

inline constexpr levels::Price no_price = std::numeric_limits<levels::Price>::min();  // null on the wire: market orders

inline order_entry::RequestKind request_of(CommandKind kind) noexcept {
  using order_entry::RequestKind;
  switch (kind) {
    case CommandKind::replace_order: return RequestKind::replace_order;
    case CommandKind::cancel_order: return RequestKind::cancel_order;
    case CommandKind::mass_cancel: return RequestKind::mass_cancel;
    case CommandKind::quote_entry:
    case CommandKind::mass_quote: return RequestKind::mass_quote;
    case CommandKind::purge: return RequestKind::purge;
    case CommandKind::unlock: return RequestKind::unlock;
    case CommandKind::kill: return RequestKind::kill;
    case CommandKind::unkill: return RequestKind::unkill;
    case CommandKind::set_protection: return RequestKind::set_protection;
    case CommandKind::reset_protection: return RequestKind::reset_protection;
    case CommandKind::new_order:
    case CommandKind::session_cancel:
    case CommandKind::advance_time: break;
    default: break;  // the operator's: no client asks
  }
  return RequestKind::new_order;
}

// The same as `event = MatchEvent{}`. Compilers make that a `rep stos`, which costs 10 ns to start; eight stores cost one.
inline void blank(MatchEvent& event) noexcept {
  static_assert(sizeof(MatchEvent) == 128 && std::has_unique_object_representations_v<MatchEvent>);
  auto* bytes = reinterpret_cast<std::byte*>(&event);
  for (const std::size_t at : {0, 16, 32, 48, 64, 80, 96, 112})
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + at), _mm_setzero_si128());
  event.side = MatchEvent{}.side;  // the only default that is not zero; a test holds it to that
}

// Events are written where the sink keeps them: an event made on the stack and copied costs more than the matching (its small stores
// cannot feed the copy's wide loads).
template <class Sink>
MatchEvent& begin(Sink& sink) noexcept {
  MatchEvent& event = sink.next();
  blank(event);
  return event;
}

// For sinks that only take finished events.
template <class Sink>
struct EmitAdapter {
  Sink& sink;
  MatchEvent event;

  MatchEvent& next() noexcept { return event; }
  void commit() { sink.emit(event); }
};

}  // namespace matching

// ---- queries ----

inline std::optional<Matcher::Price> Matcher::best_price(std::uint16_t locate, order_entry::Side side) const noexcept {
  const levels::Ladder& ladder = book_at(locate).side(side);
  if (ladder.count == 0) return std::nullopt;
  return ladder.entries[ladder.count - 1].price;
}

inline std::uint64_t Matcher::quantity_at(std::uint16_t locate, order_entry::Side side, Price price) const noexcept {
  const LevelIndex level = levels::LevelStore::find(book_at(locate).side(side), price);
  return level == levels::none ? 0 : levels_.level(level).quantity;
}

// ---- what is refused ----

// True when check_new has nothing to say: the question that nearly every order answers alike, apart from the finding of reasons.
inline bool Matcher::is_welcome(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept {
  return book_at(command.locate).known && locks_.empty() && fields_are_sound(command, limits_.maximum_order_quantity) &&
         index_.find(orders_, bucket, command.session, command.cl_ord_id) == levels::none;
}

inline Refusal Matcher::check_new(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept {
  if (!book_at(command.locate).known) return {order_entry::RejectReason::unknown_instrument, 0};
  if (const Refusal refusal = check_locks(command.session, command.account, command.firm, command.locate)) [[unlikely]] return refusal;
  if (const Refusal refusal = check_fields(command, limits_.maximum_order_quantity)) return refusal;
  if (index_.find(orders_, bucket, command.session, command.cl_ord_id) != levels::none) {
    return {order_entry::RejectReason::duplicate_cl_ord_id, 0};
  }
  return {};
}

// The order a cancel or replace names: the session's own, in the instrument it says.
inline levels::OrderIndex Matcher::find_named(const Command& command, Refusal& refusal) const noexcept {
  if (!book_at(command.locate).known) {
    refusal = {order_entry::RejectReason::unknown_instrument, 0};
    return levels::none;
  }
  const OrderIndex slot = index_.find(orders_, command.session, command.original_cl_ord_id);
  if (slot != levels::none && orders_.detail(slot).locate == command.locate) return slot;
  refusal = {order_entry::RejectReason::unknown_order, 0};
  return levels::none;
}

inline Refusal Matcher::check_replace(const Command& command, OrderIndex slot) const noexcept {
  const bool waits = is_waiting(slot);
  if (!waits || terms_[slot].price != matching::no_price) {
    if (const Refusal refusal = check_price(command.price)) return refusal;
  }
  const bool moves_stop = waits && terms_[slot].is_stop() && command.special.stop_price != no_stop_price;
  if (moves_stop) [[unlikely]] {
    if (const Refusal refusal = check_stop_price(command.special.stop_price)) return refusal;
  }
  if (const Refusal refusal = check_quantity(command.quantity, limits_.maximum_order_quantity)) return refusal;
  const bool has_rules = books_[command.locate].asks_anything();
  if (has_rules) [[unlikely]] {
    const bool has_price = !waits || terms_[slot].price != matching::no_price;
    const auto price = has_price ? std::optional(command.price) : std::nullopt;
    const auto stop_price = moves_stop ? std::optional(command.special.stop_price) : std::nullopt;
    if (const Refusal refusal = check_steps(command.locate, price, stop_price, command.quantity, 0)) return refusal;
  }
  if (command.cl_ord_id != orders_.detail(slot).cl_ord_id && index_.find(orders_, command.session, command.cl_ord_id) != levels::none) {
    return {order_entry::RejectReason::duplicate_cl_ord_id, 0};
  }
  return has_rules ? check_replaced(command, slot) : Refusal{};
}

template <class Sink>
void Matcher::refuse(const Command& command, Refusal refusal, Sink& sink) {
  if (command.kind == CommandKind::session_cancel || command.kind == CommandKind::quote_entry) return;  // nobody is there; the close tells
  MatchEvent& event = matching::begin(sink);
  const bool brings_orders = command.kind == CommandKind::new_order || command.kind == CommandKind::mass_quote;
  event.kind = brings_orders ? MatchEventKind::rejected : MatchEventKind::cancel_rejected;
  event.request = matching::request_of(command.kind);
  event.cl_ord_id = command.cl_ord_id;
  event.original_cl_ord_id = command.original_cl_ord_id;
  event.limit_value = refusal.limit_value;
  if (refusal.reason == order_entry::RejectReason::message_rate_limit) event.queue_ahead = risk_.retry_after;
  event.entry_plus_1 = refusal.entry_plus_1;
  event.reason = static_cast<std::uint16_t>(refusal.reason);
  event.session = command.session;
  event.account = command.account;
  if (command.has_control_terms() || command.kind == CommandKind::mass_quote) return sink.commit();  // about no one instrument
  event.price = command.price;
  event.quantity = command.quantity;
  event.instrument_id = command.instrument_id;
  event.locate = command.locate;
  event.side = command.side;
  event.order_type = command.order_type;
  event.time_in_force = command.time_in_force;
  sink.commit();
}

// ---- events ----

inline Matcher::Taker Matcher::taker_of(const Command& command) noexcept {
  const bool is_priced = has_limit_price(command.order_type);
  return {.cl_ord_id = command.cl_ord_id,
          .reference = 0,
          .session = command.session,
          .leaves = command.quantity,
          .account = command.account,
          .firm = command.firm,
          .executed = 0,
          .price = is_priced ? command.price : matching::no_price,
          .limit = is_priced ? command.price : market_limit(command.side),
          .locate = command.locate,
          .side = command.side,
          .flags = static_cast<std::uint8_t>(command.flags & client_flags),
          .order_type = command.order_type,
          .time_in_force = command.time_in_force};
}

// Starts an event about the taker; the caller adds what is its own and commits.
template <class Sink>
MatchEvent& Matcher::begin_event(const Book& book, const Taker& taker, MatchEventKind kind, PublicEffect effect,
                                 Sink& sink) const noexcept {
  MatchEvent& event = matching::begin(sink);
  event.kind = kind;
  event.public_effect = effect;
  event.cl_ord_id = taker.cl_ord_id;
  event.reference = taker.reference;
  event.session = taker.session;
  event.account = taker.account;
  event.price = taker.price;
  event.leaves = taker.leaves;
  event.instrument_id = book.instrument_id;
  event.locate = taker.locate;
  event.side = taker.side;
  event.order_type = taker.order_type;
  event.time_in_force = taker.time_in_force;
  return event;
}

// ---- the book ----

// Puts the taker's rest at the back of a level under `slot`.
inline void Matcher::link(Book& book, LevelIndex level_index, OrderIndex slot, const Taker& taker) noexcept {
  levels::Level& level = levels_.level(level_index);
  levels::push_back(level, orders_.nodes(), slot);
  level.quantity += taker.leaves;
  ++book.order_count;
  OrderNode& node = orders_.node(slot);
  node.leaves = taker.leaves;
  node.level = level_index;
  write_detail(slot, taker);
  if (taker.terms != nullptr) [[unlikely]] show_slice(slot, taker);
  if (book.has_risk()) [[unlikely]] keep_risk_price(slot, taker);
  if ((book.rules & book_rule::banded) != 0) [[unlikely]] mark(taker.locate);
}

inline void Matcher::write_detail(OrderIndex slot, const Taker& taker) noexcept {
  orders_.firm(slot) = taker.firm;
  orders_.detail(slot) = {.cl_ord_id = taker.cl_ord_id,
                          .reference = taker.reference,
                          .session = static_cast<std::uint16_t>(taker.session),
                          .account_row = taker.account_row,
                          .account = taker.account,
                          .executed = taker.executed,
                          .locate = taker.locate,
                          .side = taker.side,
                          .flags = taker.flags};
}

// With pre-trade risk, of an order that stands in the book under its detail.
inline void Matcher::keep_risk_price(OrderIndex slot, const Taker& taker) noexcept {
  const bool is_ordinary = taker.terms == nullptr;
  if (is_ordinary && taker.risk_price == taker.price) [[likely]] return;
  terms_[slot].risk_price = taker.risk_price;
  if (is_ordinary) orders_.detail(slot).flags |= has_risk_price;
}

// Takes an order off its level; an emptied level leaves the ladder unless it is `keep`. The slot and the client's id stay.
inline void Matcher::unlink(Book& book, OrderIndex slot, LevelIndex keep) noexcept {
  const OrderNode& node = orders_.node(slot);
  const LevelIndex level_index = node.level;
  levels::Level& level = levels_.level(level_index);
  level.quantity -= node.leaves;
  levels::unlink(level, orders_.nodes(), slot);
  --book.order_count;
  if (level.order_count == 0 && level_index != keep) levels_.erase(book.side(orders_.detail(slot).side), level.price);
  if ((book.rules & book_rule::banded) != 0) [[unlikely]] mark(orders_.detail(slot).locate);
}

// A slot and a name for a taker that will rest or wait.
inline levels::OrderIndex Matcher::enter_slot(const Taker& taker) noexcept {
  const OrderIndex slot = orders_.take(taker.session);
  if (taker.terms != nullptr) [[unlikely]] {
    keep_terms(slot, taker);
  } else {
    index_.insert(orders_, taker.session, taker.cl_ord_id, slot);
  }
  return slot;
}

// Gives up the slot and the client's id of an order that is no longer on a level.
inline void Matcher::forget(OrderIndex slot) noexcept {
  if (is_special(orders_.detail(slot))) [[unlikely]] return forget_special(slot);
  index_.erase(orders_, slot);
  orders_.give(slot);
}

inline void Matcher::rename(OrderIndex slot, std::uint64_t cl_ord_id) noexcept {
  OrderDetail& detail = orders_.detail(slot);
  if (detail.cl_ord_id == cl_ord_id) return;
  if ((detail.flags & is_quote) != 0) [[unlikely]] {
    detail.cl_ord_id = cl_ord_id;
    return;
  }
  index_.erase(orders_, slot);
  detail.cl_ord_id = cl_ord_id;
  index_.insert(orders_, detail.session, cl_ord_id, slot);
}

}  // namespace hopwire::venue
