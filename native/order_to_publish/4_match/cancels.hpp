// Cancels by scope. Never blocked: not by state, rate, lock, kill or risk.
//
// Mass cancel: every order that fits the scope - session, account, firm, instrument, side, in any combination; none of the first three:
// everybody's - wherever it is; quotes and what is marked keepOnDisconnect too. They go in the order in which they were entered (a replace
// keeps its order's place in that line), whatever their instrument. Each gives `canceled` with reason massCancel: under the request's id
// when it is the asking session's, else under its own, for its own session. `massCanceled` closes with their number, which may be 0, and
// the scope. Refused: an unknown instrument.
//
// A lost session's orders go in the same order under their own ids, those marked keepOnDisconnect stay, and nothing closes the list.
//
// The order of entry is each session's list; across sessions, orders are gathered and sorted by the reference they were entered under,
// without an allocation. Included by matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// The reference it was entered under.
inline std::uint64_t Matcher::entry_of(OrderIndex slot) const noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  if (is_special(detail)) return terms_[slot].entry;
  return (detail.flags & has_moved) != 0 ? entries_[slot] : detail.reference;
}

inline bool Matcher::is_in_scope(OrderIndex slot, const Scope& scope) const noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  return (!scope.has(scope_field::session) || detail.session == scope.session) &&
         (!scope.has(scope_field::account) || detail.account == scope.account) &&
         (!scope.has(scope_field::firm) || orders_.firm(slot) == scope.firm) &&
         (!scope.has(scope_field::instrument) || detail.locate == scope.locate) &&
         (!scope.has(scope_field::side) || detail.side == scope.side);
}

// Those that `fits` says, in order of entry; of one session when `session` names one. Valid until the next gathering.
template <class Fits>
std::span<const Matcher::Entered> Matcher::gather(std::optional<std::uint32_t> session, Fits&& fits) noexcept {
  std::size_t count = 0;
  const auto take = [&](std::uint32_t from) {
    for (OrderIndex slot = orders_.first_of(from); slot != levels::none; slot = orders_.next_of_session(slot)) {
      if (fits(slot)) gathered_[count++] = {entry_of(slot), slot};
    }
  };
  if (session) {
    if (*session < orders_.maximum_sessions()) take(*session);
  } else {
    for (std::uint32_t each = 0; each < orders_.maximum_sessions(); ++each) take(each);
    std::sort(gathered_.data(), gathered_.data() + count, [](const Entered& a, const Entered& b) { return a.entry < b.entry; });
  }
  return {gathered_.data(), count};
}

// Cancels all of the scope; an order of the asking session goes under the request's id.
template <class Sink>
std::uint32_t Matcher::cancel_scope(const Command& command, const Scope& scope, order_entry::CancelReason reason, Sink& sink) {
  const std::optional<std::uint32_t> session = scope.has(scope_field::session) ? std::optional(scope.session) : std::nullopt;
  const auto going = gather(session, [&](OrderIndex slot) { return is_in_scope(slot, scope); });
  for (const Entered& entered : going) {
    const OrderDetail& detail = orders_.detail(entered.slot);
    if (detail.session == command.session) {
      cancel_slot(entered.slot, command.cl_ord_id, reason, matching::request_of(command.kind), sink);
    } else {
      cancel_slot(entered.slot, detail.cl_ord_id, reason, order_entry::RequestKind::new_order, sink);
    }
  }
  return static_cast<std::uint32_t>(going.size());
}

// An event that answers a command about a scope.
template <class Sink>
void Matcher::answer_scope(const Command& command, const Scope& scope, MatchEventKind kind, std::uint32_t quantity, Sink& sink) {
  MatchEvent& event = matching::begin(sink);
  event.kind = kind;
  event.request = matching::request_of(command.kind);
  event.cl_ord_id = command.cl_ord_id;
  event.session = command.session;
  event.account = command.account;
  event.quantity = quantity;
  scope.write(event);
  if (scope.has(scope_field::instrument)) {
    event.instrument_id = command.instrument_id;
    event.locate = scope.locate;
  }
  sink.commit();
}

template <class Sink>
void Matcher::mass_cancel(const Command& command, Sink& sink) {
  const Scope scope = Scope::of(command);
  if (scope.has(scope_field::instrument) && !book_at(scope.locate).known) {
    return refuse(command, {order_entry::RejectReason::unknown_instrument, 0}, sink);
  }
  const std::uint32_t canceled = cancel_scope(command, scope, order_entry::CancelReason::mass_cancel, sink);
  answer_scope(command, scope, MatchEventKind::mass_canceled, canceled, sink);
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
