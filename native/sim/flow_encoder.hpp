// A command of the simulated participants as one framed order-entry message. Simulated flow passes no pre-trade risk, so it has an
// encoder of its own: what hop 6 of tick_to_trade encodes stays provably approved.
//
// Owns nothing, cannot fail: `out` has room for largest_flow_frame bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "generated/order_entry.hpp"
#include "net/order_entry_wire.hpp"
#include "sim/order_flow.hpp"

namespace hopwire::sim {

// What the session knows and the command does not.
struct FlowStamp {
  std::uint64_t sequence = 0;
  std::uint64_t last_processed = 0;
  std::uint64_t sending_time = 0;  // ns since the UNIX epoch
};

inline constexpr std::size_t largest_flow_frame =
    std::max({net::frame_length_of<order_entry::NewOrderEncoder>, net::frame_length_of<order_entry::ReplaceOrderEncoder>,
              net::frame_length_of<order_entry::CancelOrderEncoder>});

namespace detail {

template <class Encoder>
Encoder begin(const FlowCommand& command, const FlowStamp& stamp, std::byte* out) noexcept {
  auto message = net::start_message<Encoder>(out);
  message.header().sequence_number(stamp.sequence).last_processed(stamp.last_processed).sending_time(stamp.sending_time);
  message.cl_ord_id(command.cl_ord_id).instrument_id(command.instrument_id);
  return message;
}

}  // namespace detail

// Returns the length of the frame.
inline std::size_t encode(const FlowCommand& command, const FlowStamp& stamp, std::byte* out) noexcept {
  using namespace order_entry;
  switch (command.kind) {
    case FlowKind::new_order: {
      auto message = detail::begin<NewOrderEncoder>(command, stamp, out);
      const bool is_market = command.order_type == OrderType::market;
      message.trigger_sequence(NewOrderView::trigger_sequence_null_value)
          .account(command.account)
          .price(is_market ? NewOrderView::price_null_value : command.price)
          .quantity(command.quantity)
          .side(command.side)
          .order_type(command.order_type)
          .time_in_force(command.time_in_force)
          .stop_price(NewOrderView::stop_price_null_value);
      return net::frame_length_of<NewOrderEncoder>;
    }
    case FlowKind::replace_order: {
      auto message = detail::begin<ReplaceOrderEncoder>(command, stamp, out);
      message.orig_cl_ord_id(command.original_cl_ord_id)
          .trigger_sequence(ReplaceOrderView::trigger_sequence_null_value)
          .price(command.price)
          .quantity(command.quantity)
          .stop_price(ReplaceOrderView::stop_price_null_value);
      return net::frame_length_of<ReplaceOrderEncoder>;
    }
    case FlowKind::cancel_order: break;
  }
  auto message = detail::begin<CancelOrderEncoder>(command, stamp, out);
  message.orig_cl_ord_id(command.original_cl_ord_id).trigger_sequence(CancelOrderView::trigger_sequence_null_value);
  return net::frame_length_of<CancelOrderEncoder>;
}

}  // namespace hopwire::sim
