// Why: a strategy speaks of quotes, the venue of orders; between them stands what this trader has at the venue right now.
// Owns: one slot per own order. The slot's number is the low 16 bits of its ClOrdID and a rising counter the high 48, so that ids rise
// strictly (the venue's rule) and a report finds its slot without a search.
// Owner thread: the trader's loop. Nothing is allocated after construction.
// What can go wrong: all slots taken -> take() returns no_slot and the intent is refused (RiskReason order_table_full);
// a report for an id that is not ours or long gone -> find() returns nullptr and the caller counts it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "generated/order_entry.hpp"

namespace hopwire::feed {

using SlotIndex = std::uint32_t;
inline constexpr SlotIndex no_slot = 0xFFFFFFFFu;

enum class OwnOrderState : std::uint8_t { free, pending_new, live, pending_replace, pending_cancel };

struct OwnOrder {
  std::uint64_t cl_ord_id = 0;          // the id the venue knows the order by
  std::uint64_t pending_cl_ord_id = 0;  // of the replace or cancel in flight
  std::uint32_t quantity = 0;           // total, executed included
  std::uint32_t executed = 0;
  std::uint32_t pending_quantity = 0;  // total asked for by the replace in flight
  std::int32_t price = 0;              // 1e-4
  std::int32_t pending_price = 0;
  std::uint32_t next_free = no_slot;
  std::uint16_t locate = 0;
  OwnOrderState state = OwnOrderState::free;
  order_entry::Side side = order_entry::Side::buy;
  bool is_quote = false;

  [[nodiscard]] std::uint32_t leaves() const noexcept { return quantity - executed; }
};

class OwnOrders {
 public:
  static constexpr std::size_t maximum_slots = (std::size_t{1} << 16) - 1;  // the last number names no order: mass cancels

  // first_counter: where ids begin; must lie above every counter used before in the same session version.
  explicit OwnOrders(std::size_t slots, std::uint64_t first_counter = 1)
      : orders_(slots < maximum_slots ? slots : maximum_slots), counter_(first_counter) {
    for (std::size_t slot = orders_.size(); slot-- > 0;) release(static_cast<SlotIndex>(slot));
    in_use_ = 0;
  }

  [[nodiscard]] SlotIndex take() noexcept {
    const SlotIndex slot = free_head_;
    if (slot == no_slot) return no_slot;
    free_head_ = orders_[slot].next_free;
    orders_[slot] = OwnOrder{};
    ++in_use_;
    return slot;
  }

  void release(SlotIndex slot) noexcept {
    orders_[slot].state = OwnOrderState::free;
    orders_[slot].next_free = free_head_;
    free_head_ = slot;
    --in_use_;
  }

  // The next ClOrdID for a request about this slot.
  [[nodiscard]] std::uint64_t next_cl_ord_id(SlotIndex slot) noexcept { return (counter_++ << 16) | slot; }

  // For a request that is about no single order.
  [[nodiscard]] std::uint64_t next_cl_ord_id() noexcept { return (counter_++ << 16) | maximum_slots; }

  [[nodiscard]] OwnOrder& operator[](SlotIndex slot) noexcept { return orders_[slot]; }
  [[nodiscard]] const OwnOrder& operator[](SlotIndex slot) const noexcept { return orders_[slot]; }

  [[nodiscard]] static SlotIndex slot_of(std::uint64_t cl_ord_id) noexcept { return static_cast<SlotIndex>(cl_ord_id & 0xFFFF); }

  // The order this id names now: its own id or that of its request in flight. nullptr when there is none; 0 names nothing, though it is
  // what an order without a request in flight has for one.
  [[nodiscard]] OwnOrder* find(std::uint64_t cl_ord_id) noexcept {
    if (cl_ord_id == 0) return nullptr;
    const SlotIndex slot = slot_of(cl_ord_id);
    if (slot >= orders_.size()) return nullptr;
    OwnOrder& order = orders_[slot];
    if (order.state == OwnOrderState::free) return nullptr;
    return order.cl_ord_id == cl_ord_id || order.pending_cl_ord_id == cl_ord_id ? &order : nullptr;
  }

  [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
  [[nodiscard]] std::size_t slots() const noexcept { return orders_.size(); }

 private:
  std::vector<OwnOrder> orders_;  // sized once
  std::uint64_t counter_;
  std::size_t in_use_ = 0;
  SlotIndex free_head_ = no_slot;
};

}  // namespace hopwire::feed
