// Why: who runs a venue must see what became of each request and what the market did by itself. What: the answer to an operator's command,
// last of all it caused, with a copy to every other operator; and events about instruments, the market and risk, to all operators alike.
// Input: the command, what stood there before (4_match/operator_view.hpp), its events. Output: reports in OutboundSessions. Owner: the
// venue's thread.
//
// A SetLimits is as many commands as it has limits, and applies with the last; so its answers are kept until then: one report a limit, or
// one that refuses them all. What can go wrong: nobody is logged on; reports are made and kept like everybody's (outbound_session.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "order_to_publish/1_order_in/gateway_refusal.hpp"
#include "order_to_publish/4_match/market_facts.hpp"
#include "order_to_publish/4_match/operator_view.hpp"

namespace hopwire::venue {

// Sessions: as report_writer.hpp has them, with operators() and session_id(index).
template <class Sessions>
class OperatorReports {
 public:
  explicit OperatorReports(Sessions& sessions) : sessions_(sessions) {}

  // Events that concern no order's owner, or warn.
  void tell(const SequencedCommand& command, const MatchEvent& event) noexcept {
    switch (event.kind) {
      case MatchEventKind::uncrossed: return uncrossed(command, event);
      case MatchEventKind::imbalance: return imbalance(command, event);
      case MatchEventKind::state_changed: return state_changed(command, event);
      case MatchEventKind::auction_collar: return auction_collar(command, event);
      case MatchEventKind::limit_state:
      case MatchEventKind::limit_state_over: return limit_state(command, event);
      case MatchEventKind::market_breached:
        return tell_all<order_entry::MarketBreachReportEncoder>(command, [&](auto& message) { message.level(event.quantity); });
      case MatchEventKind::day_rolled:
        return tell_all<order_entry::DayRolledReportEncoder>(command, [&](auto& message) { message.day(event.quantity); });
      case MatchEventKind::risk_warning: return risk_warning(command, event);
      default: return;  // said by the answer to the command
    }
  }

  // A member's protection; its owner is told in its own flow.
  void tripped(const SequencedCommand& command, const MatchEvent& event) noexcept {
    using order_entry::ProtectionGroup;
    const bool is_account = (event.scope_fields & scope_field::account) != 0;
    const bool is_known = !is_account && event.session < sessions_.session_count();
    tell_all<order_entry::ProtectionTripReportEncoder>(command, [&](auto& message) {
      message.limit_value(event.limit_value)
          .session_id(is_known ? sessions_.session_id(event.session) : 0)
          .account(is_account ? event.taker_leaves : 0)
          .group(is_account ? ProtectionGroup::account : ProtectionGroup::session)
          .reason(static_cast<order_entry::ProtectionReason>(event.reason));
    });
  }

  // What became of an operator's command; after its events.
  void answer(const SequencedCommand& command, const ValuesBefore& before, std::span<const MatchEvent> events) noexcept {
    if (command.command.kind == CommandKind::set_limits) return answer_limit(command, before, events);
    const MatchEvent* refused = refusal_among(command.command, events);
    if (refused == nullptr && !is_operator_command(command.command.kind)) return kill_report(command, before, events);
    report({command, before, refused});
  }

 private:
  struct Answer {
    SequencedCommand command;
    ValuesBefore before;
    const MatchEvent* refused = nullptr;
  };

  // What is due before a command may have been refused or killed for another; a command has one answer, its last.
  [[nodiscard]] static const MatchEvent* refusal_among(const Command& command, std::span<const MatchEvent> events) noexcept {
    const MatchEventKind kind =
        is_operator_command(command.kind) ? MatchEventKind::admin_refused : MatchEventKind::cancel_rejected;
    const auto found = std::find_if(events.rbegin(), events.rend(), [kind](const MatchEvent& event) { return event.kind == kind; });
    return found == events.rend() ? nullptr : &*found;
  }

  template <class Encoder, class Fill>
  void tell_all(const SequencedCommand& command, Fill&& fill) noexcept {
    for (const std::uint32_t session : sessions_.operators()) sessions_.session(session).template report<Encoder>(command.time, fill);
  }

  // To who asked, under the id it was asked with, and to the other operators.
  template <class Encoder, class Fill>
  void tell_all_of_request(const SequencedCommand& command, Fill&& fill) noexcept {
    const std::uint32_t asked = command.command.session;
    const std::uint32_t asker = asked < sessions_.session_count() ? sessions_.session_id(asked) : 0;
    for (const std::uint32_t session : sessions_.operators()) {
      sessions_.session(session).template report<Encoder>(command.time, [&](auto& message) {
        fill(message)
            .cl_ord_id(session == asked ? command.command.cl_ord_id : 0)
            .command_sequence(command.sequence)
            .operator_session(asker);
      });
    }
  }

  void answer_limit(const SequencedCommand& command, const ValuesBefore& before, std::span<const MatchEvent> events) noexcept {
    const bool goes_on = limit_count_ != 0 && limit_count_ < limits_.size() &&
                         limits_[0].command.command.cl_ord_id == command.command.cl_ord_id &&
                         limits_[0].command.command.session == command.command.session;
    if (!goes_on) limit_count_ = 0;
    limits_[limit_count_++] = {command, before};
    if (command.command.risk.more != 0) return;
    const MatchEvent* refused = refusal_among(command.command, events);
    if (refused != nullptr) {
      report({command, before, refused});
    } else {
      for (std::size_t index = 0; index < limit_count_; ++index) report(limits_[index]);
    }
    limit_count_ = 0;
  }

  void report(const Answer& answer) noexcept {
    const Command& command = answer.command.command;
    const bool is_risk = is_about_risk(command.kind);
    tell_all_of_request<order_entry::OperatorReportEncoder>(answer.command, [&](auto& message) -> auto& {
      message.before(answer.before.value)
          .second_before(answer.before.second)
          .account(command.account)
          .instrument_id(command.instrument_id)
          .request(request_kind_of(command.kind))
          .state_before(answer.before.state);
      if (answer.refused != nullptr) {
        message.reason(static_cast<order_entry::RejectReason>(answer.refused->reason)).limit_value(answer.refused->limit_value);
      }
      if (is_risk) return message.value(command.risk.value).risk_limit(command.risk.limit).severity(command.risk.severity);
      if (!is_operator_command(command.kind)) return message;  // a kill that was refused
      return message.value(command.operators.values[0]).second_value(command.operators.values[1]).state(command.operators.state);
    });
  }

  void kill_report(const SequencedCommand& command, const ValuesBefore& before, std::span<const MatchEvent> events) noexcept {
    const bool is_kill = command.command.kind == CommandKind::kill;
    const MatchEventKind kind = is_kill ? MatchEventKind::killed : MatchEventKind::unkilled;
    const auto closes = std::find_if(events.rbegin(), events.rend(), [kind](const MatchEvent& event) { return event.kind == kind; });
    if (closes == events.rend()) return;
    const std::uint32_t session = closes->taker_session;
    const bool names_session = (closes->scope_fields & scope_field::session) != 0 && session < sessions_.session_count();
    tell_all_of_request<order_entry::KillReportEncoder>(command, [&](auto& message) -> auto& {
      constexpr auto fields = static_cast<std::uint8_t>(~scope_field::said);
      return message.canceled_count(is_kill ? closes->quantity : 0)
          .session_id(names_session ? sessions_.session_id(session) : 0)
          .account(closes->taker_leaves)
          .firm(closes->displayed)
          .scope(order_entry::ScopeFields{.bits = static_cast<std::uint8_t>(closes->scope_fields & fields)})
          .request(request_kind_of(command.command.kind))
          .was_killed(yes_if(before.was_killed));
    });
  }

  [[nodiscard]] static order_entry::BooleanType yes_if(bool condition) noexcept {
    return condition ? order_entry::BooleanType::yes : order_entry::BooleanType::no;
  }

  // 0 is no price of an instrument.
  [[nodiscard]] static std::int32_t price_or_null(std::int32_t price) noexcept {
    return price == 0 ? order_entry::AuctionReportView::price_null_value : price;
  }

  void uncrossed(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const auto facts = facts_of<AuctionFacts>(event);
    tell_all<order_entry::AuctionReportEncoder>(command, [&](auto& message) {
      message.quantity(static_cast<std::int64_t>(facts.quantity))
          .instrument_id(event.instrument_id)
          .price(price_or_null(event.price))
          .cross_type(facts.cross_type);
    });
  }

  void imbalance(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const auto facts = facts_of<AuctionFacts>(event);
    tell_all<order_entry::ImbalanceReportEncoder>(command, [&](auto& message) {
      message.paired_quantity(static_cast<std::int64_t>(facts.paired_quantity))
          .imbalance_quantity(static_cast<std::int64_t>(facts.quantity))
          .instrument_id(event.instrument_id)
          .near_price(price_or_null(facts.near_price))
          .far_price(price_or_null(facts.far_price))
          .reference_price(price_or_null(facts.reference_price))
          .side(event.side)
          .cross_type(facts.cross_type);
    });
  }

  void state_changed(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const auto facts = facts_of<StateFacts>(event);
    tell_all<order_entry::TradingStateReportEncoder>(command, [&](auto& message) {
      message.instrument_id(event.instrument_id)
          .halt_reason(std::string_view(facts.halt_reason.data(), facts.halt_reason.size()))
          .state(facts.state);
    });
  }

  void auction_collar(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const auto facts = facts_of<CollarFacts>(event);
    tell_all<order_entry::AuctionCollarReportEncoder>(command, [&](auto& message) {
      message.instrument_id(event.instrument_id)
          .reference_price(price_or_null(facts.reference_price))
          .lower_price(facts.lower_price)
          .upper_price(facts.upper_price)
          .extension(facts.extension);
    });
  }

  void limit_state(const SequencedCommand& command, const MatchEvent& event) noexcept {
    const bool is_on = event.kind == MatchEventKind::limit_state;
    tell_all<order_entry::LimitStateReportEncoder>(command, [&](auto& message) {
      message.instrument_id(event.instrument_id).price(price_or_null(is_on ? event.price : 0)).side(event.side).is_on(yes_if(is_on));
    });
  }

  void risk_warning(const SequencedCommand& command, const MatchEvent& event) noexcept {
    constexpr auto no_entry = order_entry::RiskWarningView::entry_index_null_value;
    const bool is_known = event.session < sessions_.session_count();
    tell_all<order_entry::RiskWarningEncoder>(command, [&](auto& message) {
      message.cl_ord_id(event.cl_ord_id)
          .limit_value(event.limit_value)
          .session_id(is_known ? sessions_.session_id(event.session) : 0)
          .account(event.account)
          .instrument_id(event.request == order_entry::RequestKind::mass_quote ? 0 : command.command.instrument_id)
          .reason(static_cast<order_entry::RejectReason>(event.reason))
          .request(event.request)
          .entry_index(event.entry_plus_1 == 0 ? no_entry : static_cast<std::uint8_t>(event.entry_plus_1 - 1));
    });
  }

  Sessions& sessions_;
  std::array<Answer, rules::limits_of_row_max> limits_{};  // of a SetLimits whose last limit has not come
  std::size_t limit_count_ = 0;
};

}  // namespace hopwire::venue
