// One business message of the venue -> ExecutionReport. Pure: no state, no clock, no socket; the block is known to be whole. What can go
// wrong: an enum value of a later version is passed on as it came; consumers treat a reason they do not know as a plain refusal.
#pragma once

#include <cstddef>
#include <cstdint>

#include "generated/order_entry.hpp"
#include "tick_to_trade/7_wire_out/execution_report.hpp"

namespace hopwire::feed {

namespace detail {

inline void read_header(const std::byte* block, ExecutionReport& report) noexcept {
  const order_entry::OutboundHeaderView header(block);  // the same composite at the same place in every report
  report.sequence = header.sequence_number();
  report.last_processed = header.last_processed();
  report.transact_time = header.transact_time();
  report.durability = header.durability();
  report.retransmitted = header.flags().poss_retrans();
}

// The wire's null is a market order; here a price is a number one can compute with.
[[nodiscard]] inline std::int32_t price_or_zero(std::int32_t price) noexcept {
  return price == order_entry::OrderAcceptedView::price_null_value ? 0 : price;
}

inline void read(const order_entry::OrderAcceptedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::accepted;
  report.cl_ord_id = view.cl_ord_id();
  report.reference = view.order_reference();
  report.queue_ahead = view.queue_ahead();
  report.instrument_id = view.instrument_id();
  report.price = price_or_zero(view.price());
  report.quantity = view.quantity();
  report.leaves = view.leaves_quantity();
  report.account = view.account();
  report.stop_price = price_or_zero(view.stop_price());
  report.side = view.side();
  report.order_type = view.order_type();
  report.time_in_force = view.time_in_force();
  report.state = view.state();
}

inline void read(const order_entry::OrderExecutedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::executed;
  report.cl_ord_id = view.cl_ord_id();
  report.reference = view.order_reference();
  report.match_number = view.match_number();
  report.instrument_id = view.instrument_id();
  report.price = price_or_zero(view.last_price());
  report.quantity = view.last_quantity();
  report.leaves = view.leaves_quantity();
  report.side = view.side();
  report.liquidity = view.liquidity();
}

inline void read(const order_entry::OrderCanceledView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::canceled;
  report.cl_ord_id = view.cl_ord_id();
  report.original_cl_ord_id = view.orig_cl_ord_id();
  report.reference = view.order_reference();
  report.instrument_id = view.instrument_id();
  report.quantity = view.canceled_quantity();
  report.leaves = view.leaves_quantity();
  report.side = view.side();
  report.reason = static_cast<std::uint16_t>(view.reason());
}

inline void read(const order_entry::OrderReplacedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::replaced;
  report.cl_ord_id = view.cl_ord_id();
  report.original_cl_ord_id = view.orig_cl_ord_id();
  report.reference = view.order_reference();
  report.original_reference = view.orig_order_reference();
  report.queue_ahead = view.queue_ahead();
  report.instrument_id = view.instrument_id();
  report.price = price_or_zero(view.price());
  report.quantity = view.quantity();
  report.leaves = view.leaves_quantity();
  report.stop_price = price_or_zero(view.stop_price());
  report.side = view.side();
  report.state = view.state();
}

inline void read(const order_entry::OrderRejectedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::rejected;
  report.cl_ord_id = view.cl_ord_id();
  report.limit_value = view.limit_value();
  report.instrument_id = view.instrument_id();
  report.retry_after_us = view.retry_after();
  report.reason = static_cast<std::uint16_t>(view.reason());
}

inline void read(const order_entry::CancelRejectedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::cancel_rejected;
  report.cl_ord_id = view.cl_ord_id();
  report.original_cl_ord_id = view.orig_cl_ord_id();
  report.limit_value = view.limit_value();
  report.instrument_id = view.instrument_id();
  report.retry_after_us = view.retry_after();
  report.reason = static_cast<std::uint16_t>(view.reason());
  report.request = view.request();
}

inline void read(const order_entry::MassCancelReportView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::mass_canceled;
  report.cl_ord_id = view.cl_ord_id();
  report.quantity = view.canceled_count();
  report.account = view.account();
  report.instrument_id = view.instrument_id();
  report.scope = view.scope();
  report.side = view.side();
}

inline void read(const order_entry::OrderRefreshedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::refreshed;
  report.cl_ord_id = view.cl_ord_id();
  report.reference = view.order_reference();
  report.original_reference = view.orig_order_reference();
  report.instrument_id = view.instrument_id();
  report.leaves = view.leaves_quantity();
  report.displayed = view.displayed_quantity();
  report.side = view.side();
}

inline void read(const order_entry::OrderTriggeredView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::triggered;
  report.cl_ord_id = view.cl_ord_id();
  report.reference = view.order_reference();
  report.instrument_id = view.instrument_id();
  report.leaves = view.leaves_quantity();
  report.stop_price = price_or_zero(view.stop_price());
  report.side = view.side();
  report.order_type = view.order_type();
  report.state = view.state();
}

inline void read(const order_entry::SelfTradePreventedView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::self_trade_prevented;
  report.cl_ord_id = view.cl_ord_id();
  report.reference = view.order_reference();
  report.instrument_id = view.instrument_id();
  report.price = price_or_zero(view.price());
  report.quantity = view.quantity();
  report.side = view.side();
  report.liquidity = view.liquidity();
}

inline void read(const order_entry::MassQuoteReportView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::mass_quoted;
  report.cl_ord_id = view.cl_ord_id();
  report.limit_value = view.limit_value();
  report.quantity = view.entries_taken();
  report.retry_after_us = view.retry_after();
  report.reason = static_cast<std::uint16_t>(view.reason());
  report.entry_index = view.entry_index();
}

inline void read(const order_entry::ProtectionReportView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::protection;
  report.cl_ord_id = view.cl_ord_id();
  report.limit_value = view.limit_value();
  report.account = view.account();
  report.group = view.group();
  report.change = view.change();
  report.reason = static_cast<std::uint16_t>(view.reason());
  report.quantity = view.was_tripped() == order_entry::BooleanType::yes ? 1 : 0;
}

inline void read(const order_entry::PurgeReportView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::purged;
  report.cl_ord_id = view.cl_ord_id();
  report.quantity = view.canceled_count();
  report.account = view.account();
  report.instrument_id = view.instrument_id();
  report.scope = view.scope();
}

inline void read(const order_entry::UnlockReportView& view, ExecutionReport& report) noexcept {
  report.kind = ReportKind::unlocked;
  report.cl_ord_id = view.cl_ord_id();
  report.quantity = view.was_locked() == order_entry::BooleanType::yes ? 1 : 0;
  report.account = view.account();
  report.instrument_id = view.instrument_id();
  report.scope = view.scope();
}

}  // namespace detail

[[nodiscard]] constexpr bool is_report(std::uint16_t template_id) noexcept {
  return template_id >= order_entry::OrderAcceptedView::template_id && template_id <= order_entry::UnlockReportView::template_id;
}

static_assert(order_entry::OrderAcceptedView::template_id == 200 && order_entry::UnlockReportView::template_id == 213);

// is_report(template_id) holds.
[[nodiscard]] inline ExecutionReport decode_report(std::uint16_t template_id, const std::byte* block) noexcept {
  ExecutionReport report;
  detail::read_header(block, report);
  switch (template_id) {
    case order_entry::OrderAcceptedView::template_id: detail::read(order_entry::OrderAcceptedView(block), report); break;
    case order_entry::OrderExecutedView::template_id: detail::read(order_entry::OrderExecutedView(block), report); break;
    case order_entry::OrderCanceledView::template_id: detail::read(order_entry::OrderCanceledView(block), report); break;
    case order_entry::OrderReplacedView::template_id: detail::read(order_entry::OrderReplacedView(block), report); break;
    case order_entry::OrderRejectedView::template_id: detail::read(order_entry::OrderRejectedView(block), report); break;
    case order_entry::CancelRejectedView::template_id: detail::read(order_entry::CancelRejectedView(block), report); break;
    case order_entry::MassCancelReportView::template_id: detail::read(order_entry::MassCancelReportView(block), report); break;
    case order_entry::OrderRefreshedView::template_id: detail::read(order_entry::OrderRefreshedView(block), report); break;
    case order_entry::OrderTriggeredView::template_id: detail::read(order_entry::OrderTriggeredView(block), report); break;
    case order_entry::SelfTradePreventedView::template_id: detail::read(order_entry::SelfTradePreventedView(block), report); break;
    case order_entry::MassQuoteReportView::template_id: detail::read(order_entry::MassQuoteReportView(block), report); break;
    case order_entry::ProtectionReportView::template_id: detail::read(order_entry::ProtectionReportView(block), report); break;
    case order_entry::PurgeReportView::template_id: detail::read(order_entry::PurgeReportView(block), report); break;
    default: detail::read(order_entry::UnlockReportView(block), report); break;
  }
  return report;
}

}  // namespace hopwire::feed
