// Hop 4 -> hop 5: one order the strategy wants, quotes already resolved into the orders that realise them.
#pragma once

#include <cstdint>
#include <type_traits>

#include "generated/order_entry.hpp"

namespace hopwire::feed {

enum class OrderIntentKind : std::uint8_t { new_order, replace_order, cancel_order, mass_cancel };

struct OrderIntent {
  std::uint64_t cl_ord_id = 0;           // strictly rising within the session
  std::uint64_t original_cl_ord_id = 0;  // replace and cancel
  std::uint64_t trigger_sequence = 0;    // MoldUDP64 sequence of the packet that caused it; UINT64_MAX = none
  std::uint64_t receive_tsc = 0;         // stamp of that packet at the wire, in TSC ticks; 0 = none
  std::uint32_t instrument_id = 0;
  std::int32_t price = 0;                 // 1e-4
  std::uint32_t quantity = 0;             // new: order quantity; replace: new total quantity, executed included
  std::uint32_t open_quantity_delta = 0;  // replace: how much open quantity it adds at most (0 for a reduction)
  std::uint16_t locate = 0;               // row of the book
  OrderIntentKind kind = OrderIntentKind::new_order;
  order_entry::Side side = order_entry::Side::buy;
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;
  order_entry::OrderType order_type = order_entry::OrderType::limit;
  std::uint8_t reserved[2] = {};
};

static_assert(std::is_trivially_copyable_v<OrderIntent> && sizeof(OrderIntent) == 56);

}  // namespace hopwire::feed
