// Hop 6 of tick_to_trade: an approved order becomes SBE bytes behind their frame.
// Input: ApprovedOrder. Output: one frame in the caller's memory. Owner: the trader's loop. Budget: hops.xml, 6_encode.
// Takes nothing that hop 5 has not approved; cannot fail: every field fits its place on the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/order_entry_wire.hpp"
#include "tick_to_trade/5_risk/risk_gate.hpp"

namespace hopwire::feed {

// Room encode() needs.
inline constexpr std::size_t largest_order_frame = net::frame_length_of<order_entry::NewOrderEncoder>;
static_assert(net::frame_length_of<order_entry::ReplaceOrderEncoder> <= largest_order_frame);
static_assert(net::frame_length_of<order_entry::CancelOrderEncoder> <= largest_order_frame);
static_assert(net::frame_length_of<order_entry::MassCancelEncoder> <= largest_order_frame);

namespace detail {

struct RequestHeader {
  std::uint64_t sequence;
  std::uint64_t last_processed;
  std::uint64_t sending_time;
};

template <class Encoder>
[[nodiscard]] inline Encoder start_request(std::byte* out, const RequestHeader& header) noexcept {
  Encoder encoder = net::start_message<Encoder>(out);
  encoder.header().sequence_number(header.sequence).last_processed(header.last_processed).sending_time(header.sending_time);
  return encoder;
}

[[nodiscard]] inline std::size_t encode_new(const OrderIntent& intent, const RequestHeader& header, std::byte* out,
                                            std::uint32_t account) noexcept {
  const bool is_market = intent.order_type == order_entry::OrderType::market;
  start_request<order_entry::NewOrderEncoder>(out, header)
      .cl_ord_id(intent.cl_ord_id)
      .trigger_sequence(intent.trigger_sequence)
      .account(account)
      .instrument_id(intent.instrument_id)
      .price(is_market ? order_entry::NewOrderView::price_null_value : intent.price)
      .quantity(intent.quantity)
      .expire_time(0)
      .stop_price(order_entry::NewOrderView::stop_price_null_value)
      .min_quantity(0)
      .display_quantity(0)
      .side(intent.side)
      .order_type(intent.order_type)
      .time_in_force(intent.time_in_force)
      .self_trade_scope(order_entry::SelfTradeScope::account)
      .self_trade_action(order_entry::SelfTradeAction::none);
  return net::frame_length_of<order_entry::NewOrderEncoder>;
}

[[nodiscard]] inline std::size_t encode_replace(const OrderIntent& intent, const RequestHeader& header, std::byte* out) noexcept {
  start_request<order_entry::ReplaceOrderEncoder>(out, header)
      .cl_ord_id(intent.cl_ord_id)
      .orig_cl_ord_id(intent.original_cl_ord_id)
      .trigger_sequence(intent.trigger_sequence)
      .instrument_id(intent.instrument_id)
      .price(intent.price)
      .quantity(intent.quantity)
      .stop_price(order_entry::ReplaceOrderView::stop_price_null_value);
  return net::frame_length_of<order_entry::ReplaceOrderEncoder>;
}

[[nodiscard]] inline std::size_t encode_cancel(const OrderIntent& intent, const RequestHeader& header, std::byte* out) noexcept {
  start_request<order_entry::CancelOrderEncoder>(out, header)
      .cl_ord_id(intent.cl_ord_id)
      .orig_cl_ord_id(intent.original_cl_ord_id)
      .trigger_sequence(intent.trigger_sequence)
      .instrument_id(intent.instrument_id);
  return net::frame_length_of<order_entry::CancelOrderEncoder>;
}

// instrument_id 0: all of the session's orders.
[[nodiscard]] inline std::size_t encode_mass_cancel(const OrderIntent& intent, const RequestHeader& header, std::byte* out) noexcept {
  const auto scope = order_entry::ScopeFields{}.session(true).instrument(intent.instrument_id != 0);
  start_request<order_entry::MassCancelEncoder>(out, header)
      .cl_ord_id(intent.cl_ord_id)
      .instrument_id(intent.instrument_id)
      .scope(scope)
      .side(order_entry::Side::buy);
  return net::frame_length_of<order_entry::MassCancelEncoder>;
}

}  // namespace detail

// Writes one frame at `out` and returns its length. sequence: OrderSession::next_sequence(); sending_time: ns since the UNIX epoch.
[[nodiscard]] inline std::size_t encode(const ApprovedOrder& order, std::uint64_t sequence, std::uint64_t last_processed,
                                        std::uint64_t sending_time, std::byte* out, std::uint32_t account = 0) noexcept {
  const OrderIntent& intent = order.intent();
  const detail::RequestHeader header{sequence, last_processed, sending_time};
  switch (intent.kind) {
    case OrderIntentKind::new_order: return detail::encode_new(intent, header, out, account);
    case OrderIntentKind::replace_order: return detail::encode_replace(intent, header, out);
    case OrderIntentKind::cancel_order: return detail::encode_cancel(intent, header, out);
    case OrderIntentKind::mass_cancel: break;
  }
  return detail::encode_mass_cancel(intent, header, out);
}

}  // namespace hopwire::feed
