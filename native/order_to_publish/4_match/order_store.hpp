// Why: where the matcher's live orders lie. One slot an order, for its life in the book; a replace keeps the slot.
//
// Layout, three columns by how often they are read:
//   OrderNode    16 bytes  FIFO links, open quantity, level: all that walking a level needs
//   OrderDetail  32 bytes  who owns it and what it is called: read when an order trades or goes
//   SessionLink   8 bytes  the session's list in entry order: neighbours in time are neighbours in memory
// Freed slots are taken again last-in first-out, so the hot ones stay in the cache.
//
// What can go wrong: the store is full; the matcher asks full() before it promises anything.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "generated/order_entry.hpp"
#include "levels/price_levels.hpp"

namespace hopwire::venue {

struct OrderNode {
  levels::OrderIndex next;
  levels::OrderIndex previous;
  std::uint32_t leaves;  // open quantity
  levels::LevelIndex level;
};
static_assert(sizeof(OrderNode) == 16);

struct OrderDetail {
  std::uint64_t cl_ord_id;
  std::uint64_t reference;
  std::uint32_t session;
  std::uint32_t account;
  std::uint32_t executed;  // shares traded since the order was entered, replaces included
  std::uint16_t locate;
  order_entry::Side side;
  std::uint8_t flags;  // order_entry::OrderFlags
};
static_assert(sizeof(OrderDetail) == 32);

class OrderStore {
 public:
  using OrderIndex = levels::OrderIndex;

  OrderStore(std::size_t maximum_orders, std::size_t maximum_sessions)
      : nodes_(maximum_orders), details_(maximum_orders), links_(maximum_orders), sessions_(maximum_sessions) {}

  [[nodiscard]] bool full() const noexcept { return free_ == levels::none && used_ == nodes_.maximum(); }
  [[nodiscard]] std::size_t maximum() const noexcept { return nodes_.maximum(); }
  [[nodiscard]] std::size_t maximum_sessions() const noexcept { return sessions_.maximum(); }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }

  // A slot at the tail of the session's list. The store must not be full.
  [[nodiscard]] OrderIndex take(std::uint32_t session) noexcept {
    OrderIndex slot = free_;
    if (slot != levels::none) {
      free_ = nodes_[slot].next;
    } else {
      assert(used_ < nodes_.maximum());
      slot = static_cast<OrderIndex>(used_++);
    }
    ++live_;
    SessionList& list = sessions_[session];
    links_[slot] = {.next_plus_1 = 0, .previous_plus_1 = list.tail_plus_1};
    (list.tail_plus_1 == 0 ? list.head_plus_1 : links_[list.tail_plus_1 - 1].next_plus_1) = slot + 1;
    list.tail_plus_1 = slot + 1;
    return slot;
  }

  void give(OrderIndex slot) noexcept {
    SessionList& list = sessions_[details_[slot].session];
    const SessionLink link = links_[slot];
    (link.previous_plus_1 == 0 ? list.head_plus_1 : links_[link.previous_plus_1 - 1].next_plus_1) = link.next_plus_1;
    (link.next_plus_1 == 0 ? list.tail_plus_1 : links_[link.next_plus_1 - 1].previous_plus_1) = link.previous_plus_1;
    nodes_[slot].next = free_;
    free_ = slot;
    --live_;
  }

  [[nodiscard]] core::ReservedArray<OrderNode>& nodes() noexcept { return nodes_; }
  [[nodiscard]] OrderNode& node(OrderIndex slot) noexcept { return nodes_[slot]; }
  [[nodiscard]] const OrderNode& node(OrderIndex slot) const noexcept { return nodes_[slot]; }
  [[nodiscard]] OrderDetail& detail(OrderIndex slot) noexcept { return details_[slot]; }
  [[nodiscard]] const OrderDetail& detail(OrderIndex slot) const noexcept { return details_[slot]; }

  // The session's orders in entry order; `none` ends the list.
  [[nodiscard]] OrderIndex first_of(std::uint32_t session) const noexcept { return sessions_[session].head_plus_1 - 1; }
  [[nodiscard]] OrderIndex next_of_session(OrderIndex slot) const noexcept { return links_[slot].next_plus_1 - 1; }

  void prefetch(OrderIndex slot) const noexcept {
    __builtin_prefetch(nodes_.data() + slot, 1);
    __builtin_prefetch(details_.data() + slot, 1);
    __builtin_prefetch(links_.data() + slot, 1);
  }

  // Takes the memory of the first `count` slots now, not at their first order.
  void touch(std::size_t count) {
    take_pages(nodes_, count);
    take_pages(details_, count);
    take_pages(links_, count);
  }

 private:
  // Indexes plus one, so that fresh zero pages are empty lists.
  struct SessionLink {
    std::uint32_t next_plus_1;
    std::uint32_t previous_plus_1;
  };
  struct SessionList {
    std::uint32_t head_plus_1;
    std::uint32_t tail_plus_1;
  };

  template <class Column>
  static void take_pages(Column& column, std::size_t count) {
    if (count == column.maximum()) column.prefer_huge_pages();  // they would all be taken anyway
    column.touch(count);
  }

  core::ReservedArray<OrderNode> nodes_;
  core::ReservedArray<OrderDetail> details_;
  core::ReservedArray<SessionLink> links_;
  core::ReservedArray<SessionList> sessions_;
  std::size_t used_ = 0;
  std::size_t live_ = 0;
  OrderIndex free_ = levels::none;
};

}  // namespace hopwire::venue
