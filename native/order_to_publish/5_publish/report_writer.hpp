// Why: each party must learn what became of its request, in the session's own numbered flow. What: MatchEvent -> execution report, to the
// order's session; an execution to both sides. Input: all events of one command. Output: reports in OutboundSessions. Owner: the venue's
// thread.
//
// `state` of an acceptance says whether anything will rest: the writer looks ahead among the command's events, so that a client knows at
// once. What can go wrong: an event for a session this gateway does not have (a replayed journal) is not reported.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/1_order_in/outbound_session.hpp"
#include "order_to_publish/4_match/match_event.hpp"
#include "order_to_publish/5_publish/operator_reports.hpp"

namespace hopwire::venue {

// Sessions: anything with session_count(), session(index) -> OutboundSession&, owns_account(index, account), operators() -> indexes and
// session_id(index).
template <class Sessions>
class ReportWriter {
 public:
  explicit ReportWriter(Sessions& sessions) : sessions_(sessions), operators_(sessions) {}

  // before: of an operator's command.
  void write(const SequencedCommand& command, std::span<const MatchEvent> events, const ValuesBefore& before = {}) noexcept {
    for (std::size_t index = 0; index < events.size(); ++index) {
      const MatchEvent& event = events[index];
      switch (event.kind) {
        case MatchEventKind::accepted: accepted(command, event, events.subspan(index + 1)); break;
        case MatchEventKind::executed: executed(command, event); break;
        case MatchEventKind::rested: break;  // said already by the acceptance's state
        case MatchEventKind::canceled: canceled(command, event); break;
        case MatchEventKind::replaced: replaced(command, event, events.subspan(index + 1)); break;
        case MatchEventKind::rejected: rejected(command, event); break;
        case MatchEventKind::cancel_rejected: cancel_rejected(command, event); break;
        case MatchEventKind::mass_canceled: mass_canceled(command, event); break;
        case MatchEventKind::refreshed: refreshed(command, event); break;
        case MatchEventKind::prevented: prevented(command, event); break;
        case MatchEventKind::parked: break;  // said already by the acceptance's state
        case MatchEventKind::triggered: triggered(command, event, events.subspan(index + 1)); break;
        case MatchEventKind::mass_quoted: mass_quoted(command, event); break;
        case MatchEventKind::protection_set:
        case MatchEventKind::protection_reset: protection(event.session, command, event); break;
        case MatchEventKind::protection_tripped: protection_tripped(command, event); break;
        case MatchEventKind::purged: purged(command, event); break;
        case MatchEventKind::unlocked: unlocked(command, event); break;
        case MatchEventKind::killed:
        case MatchEventKind::unkilled: break;  // said by the answer to the operator
        case MatchEventKind::queued: break;  // said already by the acceptance's state
        case MatchEventKind::crossed: crossed(command, event); break;
        // About no order: the public line tells them, and the operators are told.
        case MatchEventKind::uncrossed:
        case MatchEventKind::imbalance:
        case MatchEventKind::state_changed:
        case MatchEventKind::auction_collar:
        case MatchEventKind::limit_state:
        case MatchEventKind::limit_state_over:
        case MatchEventKind::market_levels:
        case MatchEventKind::market_breached:
        case MatchEventKind::day_rolled:
        case MatchEventKind::admin_refused:
        case MatchEventKind::risk_warning:
        case MatchEventKind::limits_set:
        case MatchEventKind::restriction_set:
        case MatchEventKind::short_sale_restriction_set:
        case MatchEventKind::position_set: operators_.tell(command, event); break;
      }
    }
    const bool asks = is_operators_request(command.command.kind) && command.command.kind != CommandKind::query;  // query_answers.hpp
    if (asks) [[unlikely]] operators_.answer(command, before, events);
  }

 private:
  template <class Encoder, class Fill>
  void report(std::uint32_t session, std::uint64_t time, Fill&& fill) noexcept {
    if (session < sessions_.session_count()) sessions_.session(session).template report<Encoder>(time, fill);
  }

  [[nodiscard]] static order_entry::OrderState state_of(std::uint64_t reference, std::span<const MatchEvent> later) noexcept {
    for (const MatchEvent& event : later) {
      if (event.reference != reference) continue;
      if (event.kind == MatchEventKind::rested) return order_entry::OrderState::live;
      if (event.kind == MatchEventKind::parked || event.kind == MatchEventKind::queued) return order_entry::OrderState::waiting;
    }
    return order_entry::OrderState::dead;
  }

  [[nodiscard]] static std::int32_t price_of(const MatchEvent& event) noexcept {
    const bool has_none = event.order_type == order_entry::OrderType::market || event.order_type == order_entry::OrderType::stop;
    return has_none ? order_entry::OrderAcceptedView::price_null_value : event.price;
  }

  [[nodiscard]] static std::int32_t stop_price_of(const MatchEvent& event) noexcept {
    return event.stop_price == 0 ? order_entry::OrderAcceptedView::stop_price_null_value : event.stop_price;
  }

  [[nodiscard]] static order_entry::Side opposite(order_entry::Side side) noexcept {
    return side == order_entry::Side::buy ? order_entry::Side::sell : order_entry::Side::buy;
  }

  void accepted(const SequencedCommand& command, const MatchEvent& event, std::span<const MatchEvent> later) noexcept {
    report<order_entry::OrderAcceptedEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .queue_ahead(static_cast<std::int64_t>(event.queue_ahead))
          .instrument_id(event.instrument_id)
          .price(price_of(event))
          .quantity(event.quantity)
          .leaves_quantity(event.leaves)
          .account(event.account)
          .stop_price(stop_price_of(event))
          .side(event.side)
          .order_type(event.order_type)
          .time_in_force(event.time_in_force)
          .state(event.public_effect == PublicEffect::add ? order_entry::OrderState::live : state_of(event.reference, later));
    });
  }

  void executed(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::OrderExecutedEncoder>(event.session, command.time, [&](auto& message) {
      execution(message, event)
          .cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .leaves_quantity(event.leaves)
          .side(event.side)
          .liquidity(order_entry::Liquidity::added);
    });
    report<order_entry::OrderExecutedEncoder>(event.taker_session, command.time, [&](auto& message) {
      execution(message, event)
          .cl_ord_id(event.taker_cl_ord_id)
          .order_reference(event.taker_reference)
          .leaves_quantity(event.taker_leaves)
          .side(opposite(event.side))
          .liquidity(order_entry::Liquidity::removed);
    });
  }

  // One side of a trade in an auction.
  void crossed(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::OrderExecutedEncoder>(event.session, command.time, [&](auto& message) {
      execution(message, event)
          .cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .leaves_quantity(event.leaves)
          .side(event.side)
          .liquidity(order_entry::Liquidity::auction);
    });
  }

  // What both sides of an execution are told alike.
  static order_entry::OrderExecutedEncoder& execution(order_entry::OrderExecutedEncoder& message, const MatchEvent& event) noexcept {
    return message.match_number(event.match_number)
        .instrument_id(event.instrument_id)
        .last_price(event.price)
        .last_quantity(event.quantity);
  }

  void canceled(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::OrderCanceledEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .orig_cl_ord_id(event.original_cl_ord_id)
          .order_reference(event.reference)
          .instrument_id(event.instrument_id)
          .canceled_quantity(event.quantity)
          .leaves_quantity(event.leaves)
          .side(event.side)
          .reason(static_cast<order_entry::CancelReason>(event.reason));
    });
  }

  void replaced(const SequencedCommand& command, const MatchEvent& event, std::span<const MatchEvent> later) noexcept {
    report<order_entry::OrderReplacedEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .orig_cl_ord_id(event.original_cl_ord_id)
          .order_reference(event.reference)
          .orig_order_reference(event.original_reference)
          .queue_ahead(static_cast<std::int64_t>(event.queue_ahead))
          .instrument_id(event.instrument_id)
          .price(price_of(event))
          .quantity(event.total_quantity)
          .leaves_quantity(event.leaves)
          .stop_price(stop_price_of(event))
          .side(event.side)
          .state(replaced_state(event, later));
    });
  }

  // Left as it was, reduced in place or moved to its new queue without a match: it rests, and no `rested` event says so. The same of a
  // stop that goes on waiting, and of an order that waits for an auction: it has no place that it could keep, and nothing is public.
  [[nodiscard]] static order_entry::OrderState replaced_state(const MatchEvent& event, std::span<const MatchEvent> later) noexcept {
    if (event.stop_price != 0) {
      for (const MatchEvent& next : later) {
        if (next.kind == MatchEventKind::triggered && next.reference == event.reference) return state_of(event.reference, later);
      }
      return order_entry::OrderState::waiting;
    }
    const bool is_queued = event.public_effect == PublicEffect::none && event.queue_ahead != queue_position_kept;
    if (is_queued) return order_entry::OrderState::waiting;
    return event.public_effect != PublicEffect::remove ? order_entry::OrderState::live : state_of(event.reference, later);
  }

  void refreshed(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::OrderRefreshedEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .orig_order_reference(event.original_reference)
          .instrument_id(event.instrument_id)
          .leaves_quantity(event.leaves)
          .displayed_quantity(event.displayed == 0 ? event.leaves : event.displayed)
          .side(event.side);
    });
  }

  void triggered(const SequencedCommand& command, const MatchEvent& event, std::span<const MatchEvent> later) noexcept {
    report<order_entry::OrderTriggeredEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .instrument_id(event.instrument_id)
          .leaves_quantity(event.leaves)
          .stop_price(stop_price_of(event))
          .side(event.side)
          .order_type(event.order_type)
          .state(state_of(event.reference, later));
    });
  }

  void prevented(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const auto fill = [&event](order_entry::SelfTradePreventedEncoder& message) -> order_entry::SelfTradePreventedEncoder& {
      return message.instrument_id(event.instrument_id).price(event.price).quantity(event.quantity);
    };
    report<order_entry::SelfTradePreventedEncoder>(event.session, command.time, [&](auto& message) {
      fill(message)
          .cl_ord_id(event.cl_ord_id)
          .order_reference(event.reference)
          .side(event.side)
          .liquidity(order_entry::Liquidity::added);
    });
    report<order_entry::SelfTradePreventedEncoder>(event.taker_session, command.time, [&](auto& message) {
      fill(message)
          .cl_ord_id(event.taker_cl_ord_id)
          .order_reference(event.taker_reference)
          .side(opposite(event.side))
          .liquidity(order_entry::Liquidity::removed);
    });
  }

  // Microseconds, rounded up.
  [[nodiscard]] static std::uint32_t retry_after(const MatchEvent& event) noexcept {
    if (event.reason != static_cast<std::uint16_t>(order_entry::RejectReason::message_rate_limit)) return 0;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>((event.queue_ahead + 999) / 1000, UINT32_MAX));
  }

  void rejected(const SequencedCommand& command, const MatchEvent& event) noexcept {
    if (event.request == order_entry::RequestKind::mass_quote) return mass_quote_refused(command, event);
    report<order_entry::OrderRejectedEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .limit_value(event.limit_value)
          .instrument_id(event.instrument_id)
          .retry_after(retry_after(event))
          .reason(static_cast<order_entry::RejectReason>(event.reason));
    });
  }

  void mass_quote_refused(const SequencedCommand& command, const MatchEvent& event) noexcept {
    constexpr auto no_entry = order_entry::MassQuoteReportView::entry_index_null_value;
    report<order_entry::MassQuoteReportEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .limit_value(event.limit_value)
          .reason(static_cast<order_entry::RejectReason>(event.reason))
          .entry_index(event.entry_plus_1 == 0 ? no_entry : static_cast<std::uint8_t>(event.entry_plus_1 - 1));
    });
  }

  // Entries that the maker's own protection kept out have a reason, and no one entry is at fault.
  void mass_quoted(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::MassQuoteReportEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .entries_taken(event.quantity)
          .reason(static_cast<order_entry::RejectReason>(event.reason))
          .entry_index(order_entry::MassQuoteReportView::entry_index_null_value);
    });
  }

  void cancel_rejected(const SequencedCommand& command, const MatchEvent& event) noexcept {
    using order_entry::RequestKind;
    if (event.request == RequestKind::kill || event.request == RequestKind::unkill) return;  // said by the answer to the operator
    report<order_entry::CancelRejectedEncoder>(event.session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .orig_cl_ord_id(event.original_cl_ord_id)
          .limit_value(event.limit_value)
          .instrument_id(event.instrument_id)
          .retry_after(retry_after(event))
          .reason(static_cast<order_entry::RejectReason>(event.reason))
          .request(event.request);
    });
  }

  // The fields that match_event.hpp sets aside for a scope, each 0 when the scope does not say it.
  template <class Message>
  static Message& scope(Message& message, const MatchEvent& event) noexcept {
    constexpr auto fields = static_cast<std::uint8_t>(~scope_field::said);
    message.account(event.taker_leaves).instrument_id(event.instrument_id);
    return message.scope(order_entry::ScopeFields{.bits = static_cast<std::uint8_t>(event.scope_fields & fields)});
  }

  // Cancel on disconnect closes with the same event, but nobody asked for it.
  void mass_canceled(const SequencedCommand& command, const MatchEvent& event) noexcept {
    if (command.command.kind == CommandKind::session_cancel) return;
    report<order_entry::MassCancelReportEncoder>(event.session, command.time, [&](auto& message) {
      scope(message, event).cl_ord_id(event.cl_ord_id).canceled_count(event.quantity).side(event.side);
    });
  }

  void purged(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::PurgeReportEncoder>(event.session, command.time, [&](auto& message) {
      scope(message, event).cl_ord_id(event.cl_ord_id).canceled_count(event.quantity);
    });
  }

  void unlocked(const SequencedCommand& command, const MatchEvent& event) noexcept {
    report<order_entry::UnlockReportEncoder>(event.session, command.time, [&](auto& message) {
      scope(message, event).cl_ord_id(event.cl_ord_id).was_locked(yes_if(event.quantity != 0));
    });
  }

  [[nodiscard]] static order_entry::BooleanType yes_if(bool condition) noexcept {
    return condition ? order_entry::BooleanType::yes : order_entry::BooleanType::no;
  }

  // An account's protection concerns all who trade for it, whoever has set it; operators have a report of their own for all.
  void protection_tripped(const SequencedCommand& command, const MatchEvent& event) noexcept {
    operators_.tripped(command, event);
    if ((event.scope_fields & scope_field::account) == 0) return protection(event.session, command, event);
    for (std::uint32_t session = 0; session < sessions_.session_count(); ++session) {
      const std::span<const std::uint32_t> operators = sessions_.operators();
      if (std::find(operators.begin(), operators.end(), session) != operators.end()) continue;
      if (sessions_.owns_account(session, event.taker_leaves)) protection(session, command, event);
    }
  }

  void protection(std::uint32_t session, const SequencedCommand& command, const MatchEvent& event) noexcept {
    using order_entry::ProtectionChange;
    using order_entry::ProtectionGroup;
    const bool is_account = (event.scope_fields & scope_field::account) != 0;
    const bool is_trip = event.kind == MatchEventKind::protection_tripped;
    report<order_entry::ProtectionReportEncoder>(session, command.time, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .limit_value(event.limit_value)
          .account(event.taker_leaves)
          .group(is_account ? ProtectionGroup::account : ProtectionGroup::session)
          .change(is_trip                                              ? ProtectionChange::tripped
                  : event.kind == MatchEventKind::protection_set ? ProtectionChange::set
                                                                       : ProtectionChange::reset)
          .reason(static_cast<order_entry::ProtectionReason>(is_trip ? event.reason : 0))
          .was_tripped(yes_if(event.kind == MatchEventKind::protection_reset && event.quantity != 0));
    });
  }

  Sessions& sessions_;
  OperatorReports<Sessions> operators_;
};

}  // namespace hopwire::venue
