// Why: a command must be whole and sane before it may have a place in the sequence. What: one business message's block -> Command, or the
// reason why not. Pure: no state, no clock, no socket.
//
// Refused here is what a Command cannot carry or the venue does not do (unknown sides, types, flags, minimum and display quantities, a
// limit order without a price). What depends on books, instruments and other orders is the matcher's to refuse.
#pragma once

#include <cstdint>

#include "generated/order_entry.hpp"
#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"

namespace hopwire::venue {

struct DecodedCommand {
  Command command;
  order_entry::RejectReason reason = order_entry::RejectReason::none;
};

[[nodiscard]] inline DecodedCommand decode_new_order(const std::byte* block, const InstrumentDirectory& directory) noexcept {
  using enum order_entry::RejectReason;
  const order_entry::NewOrderView view(block);
  DecodedCommand result;
  Command& command = result.command;
  command.kind = CommandKind::new_order;
  command.cl_ord_id = view.cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.account = view.account();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  command.price = view.price();
  command.quantity = view.quantity();
  command.side = view.side();
  command.order_type = view.order_type();
  command.time_in_force = view.time_in_force();
  command.flags = view.flags().bits;
  order_entry::OrderFlags known{};
  known.keep_on_disconnect(true);
  if (!order_entry::is_valid(command.side)) {
    result.reason = invalid_side;
  } else if (!order_entry::is_valid(command.order_type)) {
    result.reason = invalid_order_type;
  } else if (!order_entry::is_valid(command.time_in_force)) {
    result.reason = invalid_time_in_force;
  } else if (command.order_type == order_entry::OrderType::limit && command.price == order_entry::NewOrderView::price_null_value) {
    result.reason = invalid_price;
  } else if (command.order_type > order_entry::OrderType::market || command.time_in_force > order_entry::TimeInForce::immediate_or_cancel) {
    result.reason = not_supported;  // the message has no stop price and no expire time
  } else if (view.min_quantity() != 0 || view.display_quantity() != 0 || (command.flags & ~known.bits) != 0) {
    result.reason = not_supported;
  }
  return result;
}

[[nodiscard]] inline DecodedCommand decode_replace_order(const std::byte* block, const InstrumentDirectory& directory) noexcept {
  const order_entry::ReplaceOrderView view(block);
  DecodedCommand result;
  Command& command = result.command;
  command.kind = CommandKind::replace_order;
  command.cl_ord_id = view.cl_ord_id();
  command.original_cl_ord_id = view.orig_cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  command.price = view.price();
  command.quantity = view.quantity();
  if (command.price == order_entry::ReplaceOrderView::price_null_value) result.reason = order_entry::RejectReason::invalid_price;
  return result;
}

[[nodiscard]] inline DecodedCommand decode_cancel_order(const std::byte* block, const InstrumentDirectory& directory) noexcept {
  const order_entry::CancelOrderView view(block);
  DecodedCommand result;
  Command& command = result.command;
  command.kind = CommandKind::cancel_order;
  command.cl_ord_id = view.cl_ord_id();
  command.original_cl_ord_id = view.orig_cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  return result;
}

[[nodiscard]] inline DecodedCommand decode_mass_cancel(const std::byte* block, const InstrumentDirectory& directory) noexcept {
  const order_entry::MassCancelView view(block);
  DecodedCommand result;
  Command& command = result.command;
  command.kind = CommandKind::mass_cancel;
  command.cl_ord_id = view.cl_ord_id();
  command.scope = view.scope();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  if (!order_entry::is_valid(command.scope)) result.reason = order_entry::RejectReason::not_supported;
  return result;
}

// template_id must be one of the four business requests; is_business_request() says so.
[[nodiscard]] inline DecodedCommand decode_command(std::uint16_t template_id, const std::byte* block,
                                                   const InstrumentDirectory& directory) noexcept {
  switch (template_id) {
    case order_entry::NewOrderView::template_id: return decode_new_order(block, directory);
    case order_entry::ReplaceOrderView::template_id: return decode_replace_order(block, directory);
    case order_entry::CancelOrderView::template_id: return decode_cancel_order(block, directory);
    default: return decode_mass_cancel(block, directory);
  }
}

[[nodiscard]] constexpr bool is_business_request(std::uint16_t template_id) noexcept {
  return template_id >= order_entry::NewOrderView::template_id && template_id <= order_entry::MassCancelView::template_id;
}

static_assert(order_entry::NewOrderView::template_id == 100 && order_entry::MassCancelView::template_id == 103);

}  // namespace hopwire::venue
