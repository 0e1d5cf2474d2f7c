// The ways that nearly all commands take, written out for speed: an order that rests at once or trades, a cancel, a replace. The rules are
// those of matcher_rules.hpp; what an order with special terms does differently is not here. Included by matcher.hpp, never by anyone else.
//
// An event is written once, field by field, into the sink's memory: blanking it first and copying fields through a taker cost a third of
// the matcher's time. Every field must be written here, the empty ones too; the tests hand out memory full of rubbish.
#pragma once

#include <cstring>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

namespace matching {

// The fields that say what an event is, as the one word they are in memory.
inline void put_words(MatchEvent& event, MatchEventKind kind, PublicEffect effect, order_entry::Side side,
                      order_entry::RequestKind request) noexcept {
  static_assert(static_cast<int>(order_entry::OrderType::limit) == 0 && static_cast<int>(order_entry::TimeInForce::day) == 0);
  const std::uint64_t word = static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(effect) << 8 |
                             static_cast<std::uint64_t>(side) << 16 | static_cast<std::uint64_t>(request) << 40;
  static_assert(offsetof(MatchEvent, public_effect) == offsetof(MatchEvent, kind) + 1 &&
                offsetof(MatchEvent, side) == offsetof(MatchEvent, kind) + 2 &&
                offsetof(MatchEvent, request) == offsetof(MatchEvent, kind) + 5 &&
                offsetof(MatchEvent, queue_ahead) == offsetof(MatchEvent, kind) + sizeof(word));
  std::memcpy(static_cast<void*>(&event.kind), &word, sizeof(word));
}

// Whose order, at what price, how much: the same four fields in a command and in an event.
inline void copy_owner_and_terms(MatchEvent& event, const Command& command) noexcept {
  constexpr std::size_t bytes = 16;
  static_assert(offsetof(Command, quantity) + 4 - offsetof(Command, session) == bytes &&
                offsetof(MatchEvent, quantity) + 4 - offsetof(MatchEvent, session) == bytes &&
                offsetof(Command, account) - offsetof(Command, session) == offsetof(MatchEvent, account) - offsetof(MatchEvent, session) &&
                offsetof(Command, price) - offsetof(Command, session) == offsetof(MatchEvent, price) - offsetof(MatchEvent, session));
  const __m128i fields = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&command.session));
  _mm_store_si128(reinterpret_cast<__m128i*>(&event.session), fields);
}

// What an event says of an ordinary order beside its terms.
inline void put_place(MatchEvent& event, std::uint32_t instrument_id, std::uint16_t locate) noexcept {
  event.instrument_id = instrument_id;
  event.locate = locate;
  event.reason = 0;
}

inline void no_match(MatchEvent& event) noexcept {
  event.match_number = 0;
  event.limit_value = 0;
  event.taker_cl_ord_id = 0;
  event.taker_reference = 0;
  event.taker_session = 0;
  event.taker_leaves = 0;
  event.displayed = 0;
  event.stop_price = 0;
}

}  // namespace matching

// A day order that nothing meets. Its acceptance says that it rests.
template <bool is_risk_on, class Sink>
void Matcher::rest_at_once(const Command& command, Book& book, ClientOrderIndex::Bucket bucket, Sink& sink) {
  RiskBook::Row account_row = 0;
  PreTradeRisk risk(*this);
  if constexpr (is_risk_on) {
    account_row = risk_.find(command.account);
    if (const Refusal refusal = risk.weigh_resting(command, account_row)) [[unlikely]] return refuse(command, refusal, sink);
  }
  LevelIndex level_index = levels::none;
  if (!orders_.full()) [[likely]] level_index = levels_.find_or_insert(book.side(command.side), command.price);
  if (level_index == levels::none) [[unlikely]] {
    return refuse(command, book_full(), sink);
  }
  if constexpr (is_risk_on) risk.enter_resting(command, account_row, sink);
  levels::Level& level = levels_.level(level_index);
  const std::uint64_t queue_ahead = level.quantity;
  const std::uint64_t reference = ++last_reference_;
  const std::uint32_t instrument_id = book.instrument_id;

  const OrderIndex slot = orders_.take(command.session);
  index_.insert(orders_, bucket, slot);
  levels::push_back(level, orders_.nodes(), slot);
  level.quantity = queue_ahead + command.quantity;
  ++book.order_count;
  OrderNode& node = orders_.node(slot);
  node.leaves = command.quantity;
  node.level = level_index;
  orders_.detail(slot) = {.cl_ord_id = command.cl_ord_id,
                          .reference = reference,
                          .session = static_cast<std::uint16_t>(command.session),
                          .account_row = account_row,
                          .account = command.account,
                          .executed = 0,
                          .locate = command.locate,
                          .side = command.side,
                          .flags = static_cast<std::uint8_t>(command.flags & client_flags)};
  orders_.firm(slot) = command.firm;

  MatchEvent& event = sink.next();
  event.cl_ord_id = command.cl_ord_id;
  event.reference = reference;
  event.original_cl_ord_id = 0;
  event.original_reference = 0;
  matching::copy_owner_and_terms(event, command);
  event.leaves = command.quantity;
  event.total_quantity = command.quantity;
  matching::put_place(event, instrument_id, command.locate);
  matching::put_words(event, MatchEventKind::accepted, PublicEffect::add, command.side, order_entry::RequestKind::new_order);
  event.queue_ahead = queue_ahead;
  matching::no_match(event);
  sink.commit();
}

// An order that trades, or is not to rest. Market orders have no price.
template <class Sink>
inline void Matcher::accept_at_once(const Command& command, const Book& book, std::uint64_t reference, Sink& sink) {
  const std::uint32_t instrument_id = book.instrument_id;
  const bool is_market = command.order_type == order_entry::OrderType::market;
  MatchEvent& event = sink.next();
  event.cl_ord_id = command.cl_ord_id;
  event.reference = reference;
  event.original_cl_ord_id = 0;
  event.original_reference = 0;
  event.session = command.session;
  event.account = command.account;
  event.price = is_market ? matching::no_price : command.price;
  event.quantity = command.quantity;
  event.leaves = command.quantity;
  event.total_quantity = command.quantity;
  matching::put_place(event, instrument_id, command.locate);
  matching::put_words(event, MatchEventKind::accepted, PublicEffect::none, command.side, order_entry::RequestKind::new_order);
  event.order_type = command.order_type;
  event.time_in_force = command.time_in_force;
  event.queue_ahead = 0;
  matching::no_match(event);
  sink.commit();
}

// May it be replaced, as far as its fields say? Ordinary orders alone, of books that ask nothing more.
inline bool Matcher::may_replace(const Command& command, const OrderDetail& detail) const noexcept {
  constexpr auto prices = static_cast<std::uint32_t>(largest_price - smallest_price);
  const unsigned sound = (static_cast<std::uint32_t>(command.price) - static_cast<std::uint32_t>(smallest_price) <= prices) &
                         (command.quantity - 1 < limits_.maximum_order_quantity);
  return sound != 0 && (command.cl_ord_id == detail.cl_ord_id ||
                        index_.find(orders_, command.session, command.cl_ord_id) == levels::none);
}

// An ordinary order goes to the back of another price, or of its own, and nothing meets it there.
template <class Sink>
void Matcher::move_at_once(const Command& command, Book& book, OrderIndex slot, LevelIndex level_index, std::uint32_t leaves, Sink& sink) {
  OrderDetail& detail = orders_.detail(slot);
  const std::uint64_t original_reference = detail.reference;
  const std::uint64_t reference = ++last_reference_;
  const std::uint32_t executed = profile_ == ReplaceProfile::always_requeue ? 0 : detail.executed;
  unlink(book, slot, level_index);
  rename(slot, command.cl_ord_id);
  levels::Level& level = levels_.level(level_index);
  const std::uint64_t queue_ahead = level.quantity;
  levels::push_back(level, orders_.nodes(), slot);
  level.quantity = queue_ahead + leaves;
  ++book.order_count;
  OrderNode& node = orders_.node(slot);
  node.leaves = leaves;
  node.level = level_index;
  if ((detail.flags & has_moved) == 0) entries_[slot] = original_reference;
  detail.flags = static_cast<std::uint8_t>((detail.flags | has_moved) & ~has_risk_price);
  detail.reference = reference;
  detail.executed = executed;

  const std::uint32_t instrument_id = book.instrument_id;
  MatchEvent& event = sink.next();
  event.cl_ord_id = command.cl_ord_id;
  event.reference = reference;
  event.original_cl_ord_id = command.original_cl_ord_id;
  event.original_reference = original_reference;
  event.session = detail.session;
  event.account = detail.account;
  event.price = command.price;
  event.quantity = executed + leaves;
  event.leaves = leaves;
  event.total_quantity = executed + leaves;
  matching::put_place(event, instrument_id, detail.locate);
  matching::put_words(event, MatchEventKind::replaced, PublicEffect::replace, detail.side, order_entry::RequestKind::replace_order);
  event.queue_ahead = queue_ahead;
  matching::no_match(event);
  sink.commit();
}

// After the fill has been taken off both orders. leaves: of the maker.
template <class Sink>
void Matcher::execution(const Book& book, const Taker& taker, OrderIndex maker, Trade trade, std::uint32_t leaves, Sink& sink) noexcept {
  const OrderDetail& detail = orders_.detail(maker);
  const std::uint64_t match_number = ++last_match_number_;
  const std::uint32_t instrument_id = book.instrument_id;
  MatchEvent& event = sink.next();
  event.cl_ord_id = detail.cl_ord_id;
  event.reference = detail.reference;
  event.original_cl_ord_id = 0;
  event.original_reference = 0;
  event.session = detail.session;
  event.account = detail.account;
  event.price = trade.price;
  event.quantity = trade.quantity;
  event.leaves = leaves;
  event.total_quantity = 0;
  matching::put_place(event, instrument_id, detail.locate);
  matching::put_words(event, MatchEventKind::executed, PublicEffect::execute, detail.side, order_entry::RequestKind::new_order);
  event.queue_ahead = 0;
  event.match_number = match_number;
  event.limit_value = 0;
  event.taker_cl_ord_id = taker.cl_ord_id;
  event.taker_reference = taker.reference;
  event.taker_session = taker.session;
  event.taker_leaves = taker.leaves;
  event.displayed = 0;
  event.stop_price = 0;
  sink.commit();
}

template <class Sink>
void Matcher::cancel_slot(OrderIndex slot, std::uint64_t request_cl_ord_id, order_entry::CancelReason reason,
                          order_entry::RequestKind request, Sink& sink) {
  const OrderDetail& detail = orders_.detail(slot);
  if (is_special(detail)) [[unlikely]] return cancel_special(slot, request_cl_ord_id, reason, request, sink);
  const OrderNode& node = orders_.node(slot);
  Book& book = books_[detail.locate];
  const Price price = levels_.level(node.level).price;
  const std::uint32_t instrument_id = book.instrument_id;
  if (book.has_risk()) PreTradeRisk(*this).close(slot, node.leaves, price);
  MatchEvent& event = sink.next();
  event.cl_ord_id = request_cl_ord_id;
  event.reference = detail.reference;
  event.original_cl_ord_id = detail.cl_ord_id;
  event.original_reference = 0;
  event.session = detail.session;
  event.account = detail.account;
  event.price = price;
  event.quantity = node.leaves;
  event.leaves = 0;
  event.total_quantity = 0;
  event.instrument_id = instrument_id;
  event.locate = detail.locate;
  event.reason = static_cast<std::uint16_t>(reason);
  matching::put_words(event, MatchEventKind::canceled, PublicEffect::remove, detail.side, request);
  event.queue_ahead = 0;
  matching::no_match(event);
  unlink(book, slot);
  forget(slot);
  sink.commit();
}

}  // namespace hopwire::venue
