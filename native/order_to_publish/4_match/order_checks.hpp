// Why: what the matcher refuses before it touches a book, in one place and in a stated order, so that every refusal has one reason and the
// number that was exceeded. The limits are those of what ITCH 5.0 can publish, and of the memory the venue was given.
//
// Order of checks, new order: instrument, side, order type, time in force, price, quantity, duplicate ClOrdID, room in the book.
#pragma once

#include <cstddef>
#include <cstdint>

#include "generated/order_entry.hpp"
#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

struct MatcherLimits {
  std::size_t maximum_orders = 0;
  std::size_t maximum_levels = 0;
  std::uint16_t maximum_locate = 0;
  std::uint32_t maximum_order_quantity = 0;
  std::size_t maximum_sessions = 4096;  // order-entry sessions are numbered from 0
};

inline constexpr std::int32_t smallest_price = 1;
inline constexpr std::int32_t largest_price = 2'000'000'000;  // 200,000.0000, the largest Price(4)

struct Refusal {
  order_entry::RejectReason reason = order_entry::RejectReason::none;
  std::int64_t limit_value = 0;  // the limit that was exceeded

  explicit operator bool() const noexcept { return reason != order_entry::RejectReason::none; }
};

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

}  // namespace hopwire::venue
