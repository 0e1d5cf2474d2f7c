// Why: few orders ask for more than a limit, a market price or immediate-or-cancel, so what those few ask for lies in a column of its own
// that ordinary orders never touch. An order that has a row here carries has_terms among the flags of its OrderDetail; the matcher's plain
// path tests that one bit where it has the detail in hand anyway.
#pragma once

#include <algorithm>
#include <cstdint>

#include "levels/price_levels.hpp"
#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

// In OrderDetail::flags, beside the client's.
inline constexpr std::uint8_t has_terms = 0x80;
inline constexpr std::uint8_t is_quote = 0x40;   // found by its owner, not by a client's id; has terms as well
inline constexpr std::uint8_t has_moved = 0x20;  // its reference is no longer the one it was entered under
inline constexpr std::uint8_t has_risk_price = 0x10;  // no terms, but a price for risk that is not its own: OrderTerms::risk_price
inline constexpr std::uint8_t client_flags = 0x0F;

enum class OrderPlace : std::uint8_t {
  book,     // or on its way there
  parked,   // a stop that waits
  elected,  // a stop that a trade has reached and that waits for its turn
  queued,   // waits for an auction
};

struct OrderTerms {
  std::uint64_t expire_time;  // 0 = none
  std::uint64_t entry;        // the reference it was entered under: its place in the order of entry
  std::uint64_t placed_after;  // it took its place behind all orders up to this reference; 0 = behind those before its own
  std::uint64_t placement;     // among those behind the same reference
  std::uint32_t hidden;       // open quantity beyond what the book shows
  std::uint32_t display_quantity;
  std::uint32_t minimum_quantity;
  levels::Price stop_price;  // of a stop that has not come in
  levels::Price price;       // its limit; null for a market order
  order_entry::OrderType order_type;
  order_entry::TimeInForce time_in_force;
  order_entry::SelfTradeScope self_trade_scope;
  order_entry::SelfTradeAction self_trade_action;
  OrderPlace place;
  std::uint8_t reserved[3];
  levels::Price risk_price;  // with pre-trade risk: what the order is reckoned at

  [[nodiscard]] bool is_stop() const noexcept {
    return order_type == order_entry::OrderType::stop || order_type == order_entry::OrderType::stop_limit;
  }
  // What the book shows of `leaves` when the order goes to the back of its price.
  [[nodiscard]] std::uint32_t to_display(std::uint32_t leaves) const noexcept {
    return display_quantity == 0 ? leaves : std::min(display_quantity, leaves);
  }
};
static_assert(sizeof(OrderTerms) == 64);

}  // namespace hopwire::venue
