// Why: an order, its neighbours in time and its price level are named by one 32-bit index over one mapping, so that a level can stand in
// the circle of its own orders. Taking an order out of its line is then two stores and asks nothing.
//
// Layout, in rows of 16 bytes:  [ window: orders by reference | orders that outlived the window | levels, two rows each ]
// A level's first row is its place in the circle (next = first in time, previous = last in time), the second its totals.
//
// Owns the mapping. What can go wrong: the address space is refused, or the limits exceed what 32 bits can name -> SystemError at set-up.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "core/reserved_array.hpp"
#include "core/system_error.hpp"
#include "levels/price_levels.hpp"

namespace hopwire::feed {

using levels::LevelIndex;
using levels::none;
using levels::OrderIndex;
using levels::Price;

struct OrderNode {
  OrderIndex next;      // later in time at the same price; the level itself behind the last
  OrderIndex previous;  // earlier in time; the level itself before the first
  LevelIndex level;
  std::uint32_t shares;  // remaining; of a level's own row: how many orders stand there
};
static_assert(sizeof(OrderNode) == 16);

struct alignas(32) Level {  // never across two cache lines
  OrderNode line;           // an OrderNode, so that both ways to reach it are one type to the compiler
  std::uint64_t quantity;   // sum over its orders
  Price price;
  std::uint16_t locate;
  char side;  // 'B', 'S'; 0 for the level that stands in no book
  std::uint8_t position;  // in its ladder's window, or PriceLadders::far_away

  [[nodiscard]] std::uint32_t order_count() const noexcept { return line.shares; }
};
static_assert(sizeof(Level) == 2 * sizeof(OrderNode) && std::is_trivially_copyable_v<Level>);

class BookMemory {
 public:
  // `levels` beside the one that stands in no book.
  BookMemory(std::size_t window, std::size_t maximum_orders, std::size_t levels)
      : first_order_(window), first_level_((window + maximum_orders + 1) / 2 * 2), rows_(checked(first_level_ + 2 * (levels + 1))) {
    rows_.prefer_huge_pages();
    touched_ = first_order_ + std::min(maximum_orders, rows_touched);
    rows_.touch(touched_);
  }

  // As at the beginning, over the same addresses.
  void forget() noexcept {
    rows_.clear();
    rows_.touch(touched_);
  }

  [[nodiscard]] OrderNode* rows() noexcept { return rows_.data(); }
  [[nodiscard]] std::size_t first_order() const noexcept { return first_order_; }
  [[nodiscard]] std::size_t first_level() const noexcept { return first_level_; }
  [[nodiscard]] std::size_t end() const noexcept { return rows_.maximum(); }

 private:
  static constexpr std::size_t rows_touched = std::size_t{1} << 17;

  static std::size_t checked(std::size_t rows) {
    if (rows < none) return rows;
    throw core::SystemError("reserve memory", "books of " + std::to_string(rows) + " rows, of which 32 bits can name fewer", EOVERFLOW);
  }

  std::size_t first_order_;
  std::size_t first_level_;
  // A first touch costs a page fault, of a huge page a tenth of a millisecond: what the first messages use is taken before them.
  std::size_t touched_ = 0;
  core::ReservedArray<OrderNode> rows_;
};

inline Level& level_at(OrderNode* rows, LevelIndex index) noexcept { return *reinterpret_cast<Level*>(rows + index); }
inline const Level& level_at(const OrderNode* rows, LevelIndex index) noexcept { return *reinterpret_cast<const Level*>(rows + index); }

inline void push_back(OrderNode* rows, LevelIndex level, OrderIndex index, std::uint32_t shares) noexcept {
  OrderNode& line = rows[level];
  const OrderIndex last = line.previous;
  rows[index] = {.next = level, .previous = last, .level = level, .shares = shares};
  rows[last].next = index;
  line.previous = index;
  ++line.shares;
}

inline void unlink(OrderNode* rows, OrderIndex index) noexcept {
  const OrderNode order = rows[index];
  rows[order.previous].next = order.next;
  rows[order.next].previous = order.previous;
  --rows[order.level].shares;
}

}  // namespace hopwire::feed
