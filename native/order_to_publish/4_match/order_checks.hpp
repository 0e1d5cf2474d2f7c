// Why: what the matcher refuses before it touches a book, in one place and in a stated order, so that every refusal has one reason and the
// number that was exceeded. The limits are those of what ITCH 5.0 can publish, and of the memory the venue was given.
//
// Order of checks, new order: instrument, locks, side, order type, time in force, price, stop price, quantity, minimum quantity, display
// quantity, tick, lot, combination, expire time, duplicate ClOrdID, trading state, collar, band, post-only, pre-trade risk, room in the
// book.
// src/reference/checks.ts says the same at length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "generated/order_entry.hpp"
#include "generated/rules.hpp"
#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

struct MatcherLimits {
  std::size_t maximum_orders = 0;
  std::size_t maximum_levels = 0;
  std::uint16_t maximum_locate = 0;
  std::uint32_t maximum_order_quantity = 0;
  std::size_t maximum_sessions = 4096;  // order-entry sessions are numbered from 0
  bool is_risk_on = false;              // pre-trade risk (pre_trade_risk.hpp)
  std::uint16_t maximum_accounts = 1024;  // that the operator may name limits, restrictions or positions of
};

using rules::largest_price;
using rules::smallest_price;

// Two words, so that it is given back in registers: three would go through memory, checks that refuse nothing included.
struct Refusal {
  order_entry::RejectReason reason = order_entry::RejectReason::none;
  std::uint8_t entry_plus_1 = 0;  // of a mass quote: which entry; 0 = none
  std::int64_t limit_value = 0;   // the limit that was exceeded

  constexpr Refusal() noexcept = default;
  constexpr Refusal(order_entry::RejectReason why, std::int64_t limit) noexcept : reason(why), limit_value(limit) {}

  explicit operator bool() const noexcept { return reason != order_entry::RejectReason::none; }
};
static_assert(sizeof(Refusal) == 16 && std::is_trivially_copyable_v<Refusal>);

inline Refusal check_price(std::int32_t price) noexcept {
  if (price < smallest_price) return {order_entry::RejectReason::invalid_price, smallest_price};
  if (price > largest_price) return {order_entry::RejectReason::invalid_price, largest_price};
  return {};
}

inline Refusal check_quantity(std::uint32_t quantity, std::uint32_t largest) noexcept {
  if (quantity == 0) return {order_entry::RejectReason::invalid_quantity, 1};
  if (quantity > largest) return {order_entry::RejectReason::invalid_quantity, largest};
  return {};
}

// True when check_fields has nothing to say, found without a jump: the side of an order is as good as random to a branch predictor.
inline bool fields_are_sound(const Command& command, std::uint32_t largest_quantity) noexcept {
  constexpr auto prices = static_cast<std::uint32_t>(largest_price - smallest_price);
  const unsigned side = (command.side == order_entry::Side::buy) | (command.side == order_entry::Side::sell);
  const unsigned type = command.order_type <= order_entry::OrderType::market;
  const unsigned time_in_force = command.time_in_force <= order_entry::TimeInForce::immediate_or_cancel;
  const unsigned price = (command.order_type == order_entry::OrderType::market) |
                         (static_cast<std::uint32_t>(command.price) - static_cast<std::uint32_t>(smallest_price) <= prices);
  const unsigned quantity = command.quantity - 1 < largest_quantity;
  return (side & type & time_in_force & price & quantity) != 0;
}

// The fields of a new order by themselves, without the book.
inline Refusal check_fields(const Command& command, std::uint32_t largest_quantity) noexcept {
  if (fields_are_sound(command, largest_quantity)) [[likely]] return {};
  using order_entry::OrderType;
  using order_entry::RejectReason;
  using order_entry::TimeInForce;
  if (command.side != order_entry::Side::buy && command.side != order_entry::Side::sell) return {RejectReason::invalid_side, 0};
  if (command.order_type != OrderType::limit && command.order_type != OrderType::market) return {RejectReason::invalid_order_type, 0};
  if (command.time_in_force != TimeInForce::day && command.time_in_force != TimeInForce::immediate_or_cancel) {
    return {RejectReason::invalid_time_in_force, 0};
  }
  if (command.order_type == OrderType::limit) {
    if (const Refusal refusal = check_price(command.price)) return refusal;
  }
  return check_quantity(command.quantity, largest_quantity);
}

// ---- orders with special terms ----

inline bool has_limit_price(order_entry::OrderType type) noexcept {
  return type == order_entry::OrderType::limit || type == order_entry::OrderType::stop_limit;
}
inline bool is_stop(order_entry::OrderType type) noexcept {
  return type == order_entry::OrderType::stop || type == order_entry::OrderType::stop_limit;
}
inline bool is_auction_only(order_entry::TimeInForce time_in_force) noexcept {
  return time_in_force == order_entry::TimeInForce::at_the_opening || time_in_force == order_entry::TimeInForce::at_the_close;
}
inline bool may_rest(order_entry::OrderType type, order_entry::TimeInForce time_in_force) noexcept {
  const bool stays = time_in_force == order_entry::TimeInForce::day || time_in_force == order_entry::TimeInForce::good_till_time;
  return has_limit_price(type) && stays;
}

inline Refusal check_stop_price(std::int32_t stop_price) noexcept {
  Refusal refusal = check_price(stop_price);
  if (refusal) refusal.reason = order_entry::RejectReason::invalid_stop_price;
  return refusal;
}

// Post-only contradicts what need not rest; a reserve must be able to rest; orders for one auction wait for it as limit or market orders;
// imbalance-only is for limit orders among them.
inline Refusal check_combination(const Command& command) noexcept {
  const bool rests = may_rest(command.order_type, command.time_in_force);
  const bool post_only = order_entry::OrderFlags{command.flags}.post_only();
  const bool bad_post = post_only && (!rests || is_stop(command.order_type) || command.special.minimum_quantity != 0);
  const bool bad_reserve = command.special.display_quantity != 0 && !rests;
  const bool imbalance_only = order_entry::OrderFlags{command.flags}.imbalance_only();
  const bool bad_auction = is_auction_only(command.time_in_force)
                               ? is_stop(command.order_type) || command.special.minimum_quantity != 0
                               : imbalance_only;
  const bool bad_imbalance = imbalance_only && command.order_type != order_entry::OrderType::limit;
  return bad_post || bad_reserve || bad_auction || bad_imbalance ? Refusal{order_entry::RejectReason::not_supported, 0} : Refusal{};
}

// As check_fields, for every kind of order. What these fields mean together is asked after steps of price and quantity.
inline Refusal check_special_fields(const Command& command, std::uint32_t largest_quantity) noexcept {
  using order_entry::RejectReason;
  if (!order_entry::is_valid(command.side)) return {RejectReason::invalid_side, 0};
  if (!order_entry::is_valid(command.order_type)) return {RejectReason::invalid_order_type, 0};
  if (!order_entry::is_valid(command.time_in_force)) return {RejectReason::invalid_time_in_force, 0};
  if (has_limit_price(command.order_type)) {
    if (const Refusal refusal = check_price(command.price)) return refusal;
  }
  if (is_stop(command.order_type)) {
    if (const Refusal refusal = check_stop_price(command.special.stop_price)) return refusal;
  }
  if (const Refusal refusal = check_quantity(command.quantity, largest_quantity)) return refusal;
  if (command.special.minimum_quantity > command.quantity) return {RejectReason::invalid_minimum_quantity, command.quantity};
  if (command.special.display_quantity > command.quantity) return {RejectReason::invalid_display_quantity, command.quantity};
  return {};
}

inline Refusal check_expire_time(const Command& command, std::uint64_t now) noexcept {
  if (command.time_in_force != order_entry::TimeInForce::good_till_time || command.special.expire_time > now) return {};
  return {order_entry::RejectReason::expire_time_passed, static_cast<std::int64_t>(now)};
}

}  // namespace hopwire::venue
