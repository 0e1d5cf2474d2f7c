// Why: where the matcher's live orders lie. One row an order, for its life in the book; a replace keeps the row.
//
// Layout: a row is one cache line, because whatever happens to an order needs most of it:
//   OrderNode    16 bytes  FIFO links, open quantity, level: what walking a level needs
//   OrderDetail  32 bytes  who owns it and what it is called
//   8 bytes                the session's list in entry order
//   4 bytes                the next order of the same index bucket (client_order_index.hpp)
//   4 bytes                its firm
// An order that trades or goes costs its own line and those of its neighbours, wherever in the store it lies; three columns cost two more.
// Freed rows are taken again last-in first-out, so the hot ones stay in the cache.
//
// What can go wrong: the store is full; the matcher asks full() before it promises anything.
#pragma once

#include <algorithm>
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
  std::uint32_t leaves;  // open quantity that the book shows; all of it but for reserve orders
  levels::LevelIndex level;
};
static_assert(sizeof(OrderNode) == 16);

struct OrderDetail {
  std::uint64_t cl_ord_id;
  std::uint64_t reference;
  std::uint16_t session;
  std::uint16_t account_row;  // with pre-trade risk: its account's (risk_limits.hpp)
  std::uint32_t account;
  std::uint32_t executed;  // shares traded since the order was entered, replaces included
  std::uint16_t locate;
  order_entry::Side side;
  std::uint8_t flags;  // order_entry::OrderFlags; has_terms (order_terms.hpp)
};
static_assert(sizeof(OrderDetail) == 32);

class OrderStore {
 public:
  using OrderIndex = levels::OrderIndex;
  static constexpr std::size_t most_sessions = std::size_t{1} << 16;

  // Sessions beyond the most that there can be are none.
  OrderStore(std::size_t maximum_orders, std::size_t maximum_sessions)
      : rows_(maximum_orders), sessions_(std::min(maximum_sessions, most_sessions)) {}

  [[nodiscard]] bool full() const noexcept { return free_ == levels::none && used_ == rows_.maximum(); }
  [[nodiscard]] std::size_t maximum() const noexcept { return rows_.maximum(); }
  [[nodiscard]] std::size_t maximum_sessions() const noexcept { return sessions_.maximum(); }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  // Rows that were ever taken: the most that lived at one time.
  [[nodiscard]] std::size_t most_live() const noexcept { return used_; }

  // A row at the tail of the session's list. The store must not be full.
  [[nodiscard]] OrderIndex take(std::uint32_t session) noexcept {
    OrderIndex slot = free_;
    if (slot != levels::none) {
      free_ = rows_[slot].node.next;
    } else {
      assert(used_ < rows_.maximum());
      slot = static_cast<OrderIndex>(used_++);
    }
    ++live_;
    SessionList& list = sessions_[session];
    Row& row = rows_[slot];
    row.session_next_plus_1 = 0;
    row.session_previous_plus_1 = list.tail_plus_1;
    (list.tail_plus_1 == 0 ? list.head_plus_1 : rows_[list.tail_plus_1 - 1].session_next_plus_1) = slot + 1;
    list.tail_plus_1 = slot + 1;
    return slot;
  }

  void give(OrderIndex slot) noexcept {
    Row& row = rows_[slot];
    SessionList& list = sessions_[row.detail.session];
    const std::uint32_t next = row.session_next_plus_1;
    const std::uint32_t previous = row.session_previous_plus_1;
    (previous == 0 ? list.head_plus_1 : rows_[previous - 1].session_next_plus_1) = next;
    (next == 0 ? list.tail_plus_1 : rows_[next - 1].session_previous_plus_1) = previous;
    row.node.next = free_;
    free_ = slot;
    --live_;
  }

  // What a level's FIFO is linked through.
  struct Nodes {
    OrderStore& store;
    [[nodiscard]] OrderNode& operator[](OrderIndex slot) const noexcept { return store.rows_[slot].node; }
  };
  [[nodiscard]] Nodes nodes() noexcept { return {*this}; }
  [[nodiscard]] OrderNode& node(OrderIndex slot) noexcept { return rows_[slot].node; }
  [[nodiscard]] const OrderNode& node(OrderIndex slot) const noexcept { return rows_[slot].node; }
  [[nodiscard]] OrderDetail& detail(OrderIndex slot) noexcept { return rows_[slot].detail; }
  [[nodiscard]] const OrderDetail& detail(OrderIndex slot) const noexcept { return rows_[slot].detail; }

  // Whose people it is, for self-trade prevention.
  [[nodiscard]] std::uint32_t& firm(OrderIndex slot) noexcept { return rows_[slot].firm; }
  [[nodiscard]] std::uint32_t firm(OrderIndex slot) const noexcept { return rows_[slot].firm; }

  // The index's own: its link to the next order in the same bucket, 0 after the last.
  [[nodiscard]] std::uint32_t& bucket_next(OrderIndex slot) noexcept { return rows_[slot].bucket_next; }
  [[nodiscard]] std::uint32_t bucket_next(OrderIndex slot) const noexcept { return rows_[slot].bucket_next; }

  // The session's orders in entry order; `none` ends the list.
  [[nodiscard]] OrderIndex first_of(std::uint32_t session) const noexcept { return sessions_[session].head_plus_1 - 1; }
  [[nodiscard]] OrderIndex next_of_session(OrderIndex slot) const noexcept { return rows_[slot].session_next_plus_1 - 1; }

  void prefetch(OrderIndex slot) const noexcept { __builtin_prefetch(rows_.data() + slot, 1); }
  // The rows before and after it, in its level and in its session's list.
  void prefetch_neighbours(OrderIndex slot) const noexcept {
    const Row& row = rows_[slot];
    prefetch(row.node.next == levels::none ? slot : row.node.next);
    prefetch(row.node.previous == levels::none ? slot : row.node.previous);
    prefetch(row.session_next_plus_1 == 0 ? slot : row.session_next_plus_1 - 1);
    prefetch(row.session_previous_plus_1 == 0 ? slot : row.session_previous_plus_1 - 1);
  }

  // Takes the memory of the first `count` rows now, not at their first order.
  void touch(std::size_t count) {
    if (count == rows_.maximum()) rows_.prefer_huge_pages();  // they would all be taken anyway
    rows_.touch(count);
  }

 private:
  // Indexes plus one, so that fresh zero pages are empty lists.
  struct alignas(64) Row {
    OrderNode node;
    OrderDetail detail;
    std::uint32_t session_next_plus_1;
    std::uint32_t session_previous_plus_1;
    std::uint32_t bucket_next;
    std::uint32_t firm;
  };
  static_assert(sizeof(Row) == 64);
  struct SessionList {
    std::uint32_t head_plus_1;
    std::uint32_t tail_plus_1;
  };

  core::ReservedArray<Row> rows_;
  core::ReservedArray<SessionList> sessions_;
  std::size_t used_ = 0;
  std::size_t live_ = 0;
  OrderIndex free_ = levels::none;
};

}  // namespace hopwire::venue
