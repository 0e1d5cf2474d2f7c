// What the gateway itself refuses, in the reports of the session's flow: the same messages the matcher's refusals come in, by what was
// asked for (5_publish/report_writer.hpp, operator_reports.hpp).
#pragma once

#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/1_order_in/outbound_session.hpp"

namespace hopwire::venue {

struct GatewayRefusal {
  order_entry::RejectReason reason = order_entry::RejectReason::none;
  std::int64_t limit_value = 0;
  std::uint64_t wait = 0;  // ns until it may be asked again
};

// The kinds that a client can send.
[[nodiscard]] constexpr order_entry::RequestKind request_kind_of(CommandKind kind) noexcept {
  using order_entry::RequestKind;
  switch (kind) {
    case CommandKind::replace_order: return RequestKind::replace_order;
    case CommandKind::cancel_order: return RequestKind::cancel_order;
    case CommandKind::mass_cancel: return RequestKind::mass_cancel;
    case CommandKind::mass_quote: return RequestKind::mass_quote;
    case CommandKind::purge: return RequestKind::purge;
    case CommandKind::unlock: return RequestKind::unlock;
    case CommandKind::set_protection: return RequestKind::set_protection;
    case CommandKind::reset_protection: return RequestKind::reset_protection;
    case CommandKind::kill: return RequestKind::kill;
    case CommandKind::unkill: return RequestKind::unkill;
    case CommandKind::query: return RequestKind::query;
    default: break;
  }
  if (!is_operator_command(kind)) return RequestKind::new_order;
  constexpr auto distance = static_cast<int>(CommandKind::set_trading_state) - static_cast<int>(RequestKind::set_trading_state);
  return static_cast<RequestKind>(static_cast<int>(kind) - distance);
}

static_assert(request_kind_of(CommandKind::set_trading_state) == order_entry::RequestKind::set_trading_state);
static_assert(request_kind_of(CommandKind::roll_day) == order_entry::RequestKind::roll_day);
static_assert(request_kind_of(CommandKind::set_position) == order_entry::RequestKind::set_position);

// What was asked for is not said again: it may be what made no sense.
inline void report_operators_refusal(OutboundSession& outbound, const Command& command, const GatewayRefusal& refusal,
                                     std::uint64_t time) noexcept {
  constexpr auto none = order_entry::OperatorReportView::before_null_value;
  outbound.report<order_entry::OperatorReportEncoder>(time, [&](auto& message) {
    message.cl_ord_id(command.cl_ord_id)
        .limit_value(refusal.limit_value)
        .before(none)
        .second_before(none)
        .account(command.account)
        .instrument_id(command.instrument_id)
        .reason(refusal.reason)
        .request(request_kind_of(command.kind));
  });
}

inline void report_refusal(OutboundSession& outbound, const Command& command, const GatewayRefusal& refusal, std::uint64_t time) noexcept {
  if (is_operators_request(command.kind)) return report_operators_refusal(outbound, command, refusal, time);
  const auto retry_after = static_cast<std::uint32_t>((refusal.wait + 999) / 1000);  // microseconds, rounded up
  const auto fill = [&](auto& message) -> auto& {
    return message.cl_ord_id(command.cl_ord_id).limit_value(refusal.limit_value).retry_after(retry_after).reason(refusal.reason);
  };
  if (command.kind == CommandKind::new_order) {
    return outbound.report<order_entry::OrderRejectedEncoder>(time,
                                                              [&](auto& message) { fill(message).instrument_id(command.instrument_id); });
  }
  if (command.kind == CommandKind::mass_quote) {
    return outbound.report<order_entry::MassQuoteReportEncoder>(
        time, [&](auto& message) { fill(message).entry_index(order_entry::MassQuoteReportView::entry_index_null_value); });
  }
  outbound.report<order_entry::CancelRejectedEncoder>(time, [&](auto& message) {
    fill(message)
        .orig_cl_ord_id(command.original_cl_ord_id)
        .instrument_id(command.instrument_id)
        .request(request_kind_of(command.kind));
  });
}

}  // namespace hopwire::venue
