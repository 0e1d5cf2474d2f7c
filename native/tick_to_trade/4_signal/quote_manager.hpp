// Why: "quote 100.01 x 100.03" must become new, replace and cancel messages, one in flight per order, without the strategy keeping count.
// Input: a desired two-sided quote per row. Output: OrderIntents that move the standing orders there. Owner: the trader's loop.
// Rule: at most one request in flight per order. A quote that arrives meanwhile waits as the side's desire and is acted on when the answer
// comes (row put on the dirty list); older desires are overwritten, never queued.
// When it cannot: no free slot -> the intent is not made and refused() rises; the desire stays and is tried again at the row's next report.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tick_to_trade/4_signal/order_intent.hpp"
#include "tick_to_trade/4_signal/own_orders.hpp"

namespace hopwire::feed {

struct Quote {
  std::int32_t bid_price = 0;  // 1e-4; 0 = no bid
  std::int32_t ask_price = 0;
  std::uint32_t bid_quantity = 0;
  std::uint32_t ask_quantity = 0;
};

class QuoteManager {
 public:
  // largest_order: the most one order may ask for in total, what it has executed included.
  QuoteManager(OwnOrders& orders, std::size_t rows, std::uint32_t largest_order = std::numeric_limits<std::uint32_t>::max())
      : orders_(orders), rows_(rows), largest_order_(largest_order) {
    dirty_.reserve(2 * rows);
  }

  void set_instrument(std::uint16_t locate, std::uint32_t instrument_id) noexcept { rows_[locate].instrument_id = instrument_id; }
  [[nodiscard]] std::uint32_t instrument_id(std::uint16_t locate) const noexcept {
    return locate < rows_.size() ? rows_[locate].instrument_id : 0;
  }

  void desire(std::uint16_t locate, const Quote& quote) noexcept {
    Row& row = rows_[locate];
    row.sides[0].price = quote.bid_price;
    row.sides[0].quantity = quote.bid_price == 0 ? 0 : quote.bid_quantity;
    row.sides[1].price = quote.ask_price;
    row.sides[1].quantity = quote.ask_price == 0 ? 0 : quote.ask_quantity;
  }

  // Makes the intents that bring the row's standing orders to what is desired. emit(const OrderIntent&, SlotIndex).
  template <class Emit>
  void reconcile(std::uint16_t locate, Emit&& emit) noexcept {
    reconcile_side(locate, order_entry::Side::buy, rows_[locate].sides[0], emit);
    reconcile_side(locate, order_entry::Side::sell, rows_[locate].sides[1], emit);
  }

  // An answer freed a side that may want something else by now.
  void mark_dirty(std::uint16_t locate) noexcept {
    if (rows_[locate].dirty) return;
    rows_[locate].dirty = true;
    dirty_.push_back(locate);
  }

  template <class Emit>
  void reconcile_dirty(Emit&& emit) noexcept {
    // A refusal inside emit may mark rows again; those wait for the next call.
    const std::size_t count = dirty_.size();
    for (std::size_t index = 0; index < count; ++index) {
      const std::uint16_t locate = dirty_[index];
      rows_[locate].dirty = false;
      reconcile(locate, emit);
    }
    dirty_.erase(dirty_.begin(), dirty_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  // A quote order is gone (executed, cancelled, rejected): the side stands empty.
  void order_gone(std::uint16_t locate, order_entry::Side side) noexcept {
    SideState& state = rows_[locate].sides[side == order_entry::Side::buy ? 0 : 1];
    state.slot = no_slot;
  }

  // Refused, or executed away: what stands now is what is wanted until the strategy quotes anew. An order that never stood leaves nothing.
  void drop_desire(std::uint16_t locate, order_entry::Side side) noexcept {
    SideState& state = rows_[locate].sides[side == order_entry::Side::buy ? 0 : 1];
    const bool stands = state.slot != no_slot && orders_[state.slot].state != OwnOrderState::pending_new;
    state.price = stands ? orders_[state.slot].price : 0;
    state.quantity = stands ? orders_[state.slot].leaves() : 0;
  }

  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct SideState {
    std::int32_t price = 0;
    std::uint32_t quantity = 0;  // desired open quantity; 0 = nothing should stand
    SlotIndex slot = no_slot;
  };
  struct Row {
    std::array<SideState, 2> sides{};
    std::uint32_t instrument_id = 0;
    bool dirty = false;
  };

  template <class Emit>
  void reconcile_side(std::uint16_t locate, order_entry::Side side, SideState& desired, Emit& emit) noexcept {
    if (desired.slot == no_slot) {
      if (desired.quantity != 0) open(locate, side, desired, emit);
      return;
    }
    OwnOrder& order = orders_[desired.slot];
    if (order.state != OwnOrderState::live) return;  // one request in flight; looked at again when it is answered
    if (desired.quantity == 0) {
      cancel(order, desired.slot, emit);
    } else if (order.price != desired.price || order.leaves() != desired.quantity) {
      if (outgrown(order, desired)) return cancel(order, desired.slot, emit);
      replace(order, desired, emit);
    }
  }

  // A replace names the order's total, so an order that fills in part and is topped up grows with every fill; one day it could be neither
  // topped up nor moved. The desire stays, and is opened anew when the cancel has been answered.
  [[nodiscard]] bool outgrown(const OwnOrder& order, const SideState& desired) const noexcept {
    return desired.quantity <= largest_order_ && order.executed > largest_order_ - desired.quantity;
  }

  template <class Emit>
  void open(std::uint16_t locate, order_entry::Side side, SideState& desired, Emit& emit) noexcept {
    const SlotIndex slot = orders_.take();
    if (slot == no_slot) {
      ++refused_;
      return;
    }
    OwnOrder& order = orders_[slot];
    order.cl_ord_id = orders_.next_cl_ord_id(slot);
    order.quantity = desired.quantity;
    order.price = desired.price;
    order.locate = locate;
    order.side = side;
    order.is_quote = true;
    order.state = OwnOrderState::pending_new;
    desired.slot = slot;
    OrderIntent intent = about(order, OrderIntentKind::new_order);
    intent.cl_ord_id = order.cl_ord_id;
    intent.quantity = desired.quantity;
    intent.price = desired.price;
    intent.open_quantity_delta = desired.quantity;
    emit(intent, slot);
  }

  template <class Emit>
  void replace(OwnOrder& order, const SideState& desired, Emit& emit) noexcept {
    order.pending_cl_ord_id = orders_.next_cl_ord_id(desired.slot);
    order.pending_price = desired.price;
    order.pending_quantity = order.executed + desired.quantity;
    order.state = OwnOrderState::pending_replace;
    OrderIntent intent = about(order, OrderIntentKind::replace_order);
    intent.cl_ord_id = order.pending_cl_ord_id;
    intent.original_cl_ord_id = order.cl_ord_id;
    intent.quantity = order.pending_quantity;
    intent.price = desired.price;
    intent.open_quantity_delta = desired.quantity > order.leaves() ? desired.quantity - order.leaves() : 0;
    emit(intent, desired.slot);
  }

  template <class Emit>
  void cancel(OwnOrder& order, SlotIndex slot, Emit& emit) noexcept {
    order.pending_cl_ord_id = orders_.next_cl_ord_id(slot);
    order.state = OwnOrderState::pending_cancel;
    OrderIntent intent = about(order, OrderIntentKind::cancel_order);
    intent.cl_ord_id = order.pending_cl_ord_id;
    intent.original_cl_ord_id = order.cl_ord_id;
    emit(intent, slot);
  }

  [[nodiscard]] OrderIntent about(const OwnOrder& order, OrderIntentKind kind) const noexcept {
    OrderIntent intent;
    intent.kind = kind;
    intent.locate = order.locate;
    intent.instrument_id = rows_[order.locate].instrument_id;
    intent.side = order.side;
    return intent;
  }

  OwnOrders& orders_;
  std::vector<Row> rows_;              // sized once
  std::uint32_t largest_order_;
  std::vector<std::uint16_t> dirty_;   // reserved once: a row stands here at most twice
  std::uint64_t refused_ = 0;
};

}  // namespace hopwire::feed
