// Why: a command must be whole and sane before it may have a place in the sequence. What: one business message's block -> Command, or the
// reason why not. Pure: no state, no clock, no socket.
//
// Refused here is what a Command cannot carry (unknown values and flags, a limit without a price, a stop without a stop price) and what
// contradicts itself (a stop price or expire time of an order that has no use for one). What depends on books, instruments, time and other
// orders is the matcher's to refuse.
#pragma once

#include <cstdint>

#include "generated/order_entry.hpp"
#include "net/order_entry_wire.hpp"
#include "order_to_publish/1_order_in/control_decoder.hpp"
#include "order_to_publish/1_order_in/decoded_command.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"
#include "order_to_publish/1_order_in/operator_decoder.hpp"
#include "order_to_publish/1_order_in/quote_decoder.hpp"

namespace hopwire::venue {

namespace detail {

[[nodiscard]] constexpr bool is_stop(order_entry::OrderType type) noexcept {
  return type == order_entry::OrderType::stop || type == order_entry::OrderType::stop_limit;
}

[[nodiscard]] constexpr bool has_limit(order_entry::OrderType type) noexcept {
  return type == order_entry::OrderType::limit || type == order_entry::OrderType::stop_limit;
}

// The first thing wrong with a new order by itself; none when it makes sense.
[[nodiscard]] inline order_entry::RejectReason check_new_order(const Command& command) noexcept {
  using enum order_entry::RejectReason;
  const SpecialTerms& terms = command.special;
  order_entry::OrderFlags known{};
  known.keep_on_disconnect(true).post_only(true).imbalance_only(true).short_sale(true);
  if (!order_entry::is_valid(command.side)) return invalid_side;
  if (!order_entry::is_valid(command.order_type)) return invalid_order_type;
  if (!order_entry::is_valid(command.time_in_force)) return invalid_time_in_force;
  if (has_limit(command.order_type) && command.price == order_entry::NewOrderView::price_null_value) return invalid_price;
  if (is_stop(command.order_type) == (terms.stop_price == no_stop_price)) return invalid_stop_price;
  if (command.time_in_force != order_entry::TimeInForce::good_till_time && terms.expire_time != 0) return invalid_time_in_force;
  if ((command.flags & ~known.bits) != 0) return not_supported;
  if (!order_entry::is_valid(terms.self_trade_scope) || !order_entry::is_valid(terms.self_trade_action)) return not_supported;
  return none;
}

}  // namespace detail

[[nodiscard]] inline DecodedCommand decode_new_order(const std::byte* block, const InstrumentDirectory& directory,
                                                     const Sender& sender) noexcept {
  const order_entry::NewOrderView view(block);
  DecodedCommand result{.command = detail::begin_command(CommandKind::new_order, sender, view.cl_ord_id())};
  Command& command = result.command;
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
  command.special = {.expire_time = view.expire_time(),
                     .minimum_quantity = view.min_quantity(),
                     .display_quantity = view.display_quantity(),
                     .stop_price = view.stop_price(),
                     .self_trade_scope = view.self_trade_scope(),
                     .self_trade_action = view.self_trade_action()};
  command.mark_special_terms();
  result.reason = detail::check_new_order(command);
  return result;
}

static_assert(no_stop_price == order_entry::NewOrderView::stop_price_null_value);

[[nodiscard]] inline DecodedCommand decode_replace_order(const std::byte* block, const InstrumentDirectory& directory,
                                                     const Sender& sender) noexcept {
  const order_entry::ReplaceOrderView view(block);
  DecodedCommand result{.command = detail::begin_command(CommandKind::replace_order, sender, view.cl_ord_id())};
  Command& command = result.command;
  command.original_cl_ord_id = view.orig_cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  command.price = view.price();
  command.quantity = view.quantity();
  command.special.stop_price = view.stop_price();
  command.mark_special_terms();
  // Without a limit it can only mean a waiting stop order, which has none.
  const bool no_price = command.price == order_entry::ReplaceOrderView::price_null_value && command.special.stop_price == no_stop_price;
  if (no_price) result.reason = order_entry::RejectReason::invalid_price;
  return result;
}

[[nodiscard]] inline DecodedCommand decode_cancel_order(const std::byte* block, const InstrumentDirectory& directory,
                                                     const Sender& sender) noexcept {
  const order_entry::CancelOrderView view(block);
  DecodedCommand result{.command = detail::begin_command(CommandKind::cancel_order, sender, view.cl_ord_id())};
  Command& command = result.command;
  command.original_cl_ord_id = view.orig_cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.instrument_id = view.instrument_id();
  command.locate = directory.locate_of(command.instrument_id);
  return result;
}

// message.template_id must be a business request's; is_business_request() says so.
[[nodiscard]] inline DecodedCommand decode_command(const net::Message& message, const InstrumentDirectory& directory,
                                                   const Sender& sender) noexcept {
  const std::byte* block = message.block;
  if (is_operators_template(message.template_id)) [[unlikely]] {
    return decode_operators_request(message.template_id, block, message.sbe, directory, sender);
  }
  switch (message.template_id) {
    case order_entry::NewOrderView::template_id: return decode_new_order(block, directory, sender);
    case order_entry::ReplaceOrderView::template_id: return decode_replace_order(block, directory, sender);
    case order_entry::CancelOrderView::template_id: return decode_cancel_order(block, directory, sender);
    case order_entry::MassCancelView::template_id: return decode_mass_cancel(block, directory, sender);
    case order_entry::MassQuoteView::template_id: return decode_mass_quote(order_entry::MassQuoteView::read(message.sbe), sender);
    case order_entry::SetProtectionView::template_id: return decode_set_protection(block, sender);
    case order_entry::ResetProtectionView::template_id: return decode_reset_protection(block, sender);
    case order_entry::PurgeView::template_id: return decode_purge(block, directory, sender);
    default: return decode_unlock(block, directory, sender);
  }
}

[[nodiscard]] constexpr bool is_business_request(std::uint16_t template_id) noexcept {
  const bool is_members = template_id >= order_entry::NewOrderView::template_id && template_id <= order_entry::UnlockView::template_id;
  return is_members || is_operators_template(template_id);
}

static_assert(order_entry::NewOrderView::template_id == 100 && order_entry::UnlockView::template_id == 108);

}  // namespace hopwire::venue
