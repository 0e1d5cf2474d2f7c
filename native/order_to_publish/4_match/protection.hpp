// Market-maker protection: when too much of a maker's quotes trades within a window, the rest of them goes before anybody can have it.
//
// A protection watches one session's or one account's quotes (quotes.hpp; ordinary orders neither count nor go). It has a window of
// sequencer time and thresholds: trades (1 to 1000), quantity, value (price x quantity); 0 = none of the last two. set_protection begins
// with an empty window and leaves a tripped protection tripped.
//
// After every execution, when both orders and the line of makers are as the execution left them, each quote in it is counted, the maker
// before the taker, in its session's protection before its account's. Executions count while they are younger than the window. When
// quantity, value or trades (asked in this order) reaches its threshold the protection trips: `protectionTripped` with the first threshold
// reached; then every quote it watches is cancelled, in the order in which they were entered, under its own id, reason protection (public:
// D), the quote that is trading as taker last if it never rested. The execution that trips stands in full. A taker goes on to the next
// maker; a quote that trips its own protection while it comes in loses its rest.
//
// While a protection is tripped, mass quotes of its session or account are refused (protectionTripped), except those that only pull.
// reset_protection opens it with an empty window: `protectionReset` with 1, or 0 when it had not tripped. Included by matcher.hpp, never
// by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline bool Matcher::is_tripped(std::uint32_t session, std::uint32_t account) noexcept {
  const Protection* of_session = protections_.find({false, session});
  const Protection* of_account = protections_.find({true, account});
  return (of_session != nullptr && of_session->is_tripped) || (of_account != nullptr && of_account->is_tripped);
}

inline Refusal Matcher::check_protection(const ProtectionTerms& terms) noexcept {
  using order_entry::RejectReason;
  constexpr auto longest = static_cast<std::int64_t>(ProtectionTable::longest_window);
  constexpr std::int64_t largest_sum = (std::int64_t{1} << 53) - 1;  // what both engines hold exactly
  if (terms.window < 1) return {RejectReason::invalid_window, 1};
  if (terms.window > ProtectionTable::longest_window) return {RejectReason::invalid_window, longest};
  if (terms.trades < 1) return {RejectReason::invalid_threshold, 1};
  if (terms.trades > static_cast<std::int32_t>(ProtectionTable::most_trades)) {
    return {RejectReason::invalid_threshold, ProtectionTable::most_trades};
  }
  for (const std::int64_t threshold : {terms.quantity, terms.value}) {
    if (threshold < 0) return {RejectReason::invalid_threshold, 0};
    if (threshold > largest_sum) return {RejectReason::invalid_threshold, largest_sum};
  }
  return {};
}

inline Scope Matcher::scope_of(ProtectionGroup group) noexcept {
  const auto field = static_cast<std::uint8_t>(scope_field::said | (group.is_account ? scope_field::account : scope_field::session));
  return {.fields = field, .session = group.id, .account = group.id};
}

template <class Sink>
void Matcher::set_protection(const Command& command, Sink& sink) {
  const ProtectionTerms& terms = command.protection;
  if (const Refusal refusal = check_protection(terms)) return refuse(command, refusal, sink);
  const ProtectionGroup group{(command.scope_fields & scope_field::account) != 0, terms.group};
  const ProtectionLimits limits{.window = terms.window,
                                .quantity = static_cast<std::uint64_t>(terms.quantity),
                                .value = static_cast<std::uint64_t>(terms.value),
                                .trades = static_cast<std::uint32_t>(terms.trades)};
  if (!protections_.set(group, limits)) {
    return refuse(command, {order_entry::RejectReason::book_full, static_cast<std::int64_t>(ProtectionTable::capacity)}, sink);
  }
  answer_scope(command, scope_of(group), MatchEventKind::protection_set, 0, sink);
}

template <class Sink>
void Matcher::reset_protection(const Command& command, Sink& sink) {
  const ProtectionGroup group{(command.scope_fields & scope_field::account) != 0, command.protection.group};
  Protection* protection = protections_.find(group);
  if (protection == nullptr) return refuse(command, {order_entry::RejectReason::unknown_protection, 0}, sink);
  const std::uint32_t was_tripped = protection->is_tripped ? 1 : 0;
  protection->is_tripped = false;
  ProtectionTable::clear(*protection);
  answer_scope(command, scope_of(group), MatchEventKind::protection_reset, was_tripped, sink);
}

// Counts an execution for one of its quotes, and pulls what must go. slot: the taker's, if it had one.
template <class Sink>
void Matcher::protect(std::uint32_t session, std::uint32_t account, const Trade& trade, Taker& taker, OrderIndex slot, Sink& sink) {
  for (const ProtectionGroup group : {ProtectionGroup{false, session}, ProtectionGroup{true, account}}) {
    Protection* protection = protections_.find(group);
    if (protection == nullptr || protection->is_tripped) continue;
    const auto reached = protections_.count(*protection, now_, trade.quantity, trade.value());
    if (!reached) continue;
    protection->is_tripped = true;
    MatchEvent& event = matching::begin(sink);
    event.kind = MatchEventKind::protection_tripped;
    (group.is_account ? event.account : event.session) = group.id;
    event.reason = static_cast<std::uint16_t>(*reached);
    event.limit_value = static_cast<std::int64_t>(ProtectionTable::limit_of(*protection, *reached));
    scope_of(group).write(event);
    sink.commit();
    pull_quotes(group, taker, slot, sink);
  }
}

template <class Sink>
void Matcher::pull_quotes(ProtectionGroup group, Taker& taker, OrderIndex taker_slot, Sink& sink) {
  const std::optional<std::uint32_t> session = group.is_account ? std::nullopt : std::optional(group.id);
  const auto is_watched = [&](OrderIndex slot) {
    const OrderDetail& detail = orders_.detail(slot);
    return (detail.flags & is_quote) != 0 && (!group.is_account || detail.account == group.id);
  };
  const Book& book = books_[taker.locate];
  const auto pull_taker = [&] {
    if (taker.leaves == 0) return;
    cancel_taker(book, taker, taker.leaves, order_entry::CancelReason::protection, sink);
    taker.leaves = 0;
  };
  for (const Entered& entered : gather(session, is_watched)) {
    if (entered.slot == taker_slot) {
      pull_taker();
      continue;
    }
    cancel_slot(entered.slot, orders_.detail(entered.slot).cl_ord_id, order_entry::CancelReason::protection,
                order_entry::RequestKind::new_order, sink);
  }
  const bool watches_taker = (taker.flags & is_quote) != 0 && (group.is_account ? taker.account : taker.session) == group.id;
  if (watches_taker) pull_taker();
}

}  // namespace hopwire::venue
