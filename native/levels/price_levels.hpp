// Why: the feed's books and the matcher's books need the same thing of a price: find its level fast near the best price, keep levels in
// order, never allocate. This is the one structure the two flows share; order tables are each side's own.
//
// Layout: a Ladder is a sorted array of {price, level}, worst price first, so that the best stands at the end and an insertion near the
// best moves few entries. Levels (24 bytes of totals and the FIFO's ends) lie in one pool for all books of an owner; a level keeps its
// index for life, so an order node can point at it. Ladder arrays come in power-of-two sizes cut from one reserved range and are recycled
// by size.
//
// Search: the last eight entries are scanned (most traffic is near the best), then binary search. A price far from the best costs
// O(log n) to find and O(distance) to insert.
//
// What can go wrong: the pool or the range is full -> find_or_insert returns `none` and the caller refuses the order; nothing half-done.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/reserved_array.hpp"

namespace hopwire::levels {

using Price = std::int32_t;       // 1e-4
using Quantity = std::uint32_t;   // shares
using OrderIndex = std::uint32_t;
using LevelIndex = std::uint32_t;

inline constexpr std::uint32_t none = 0xFFFFFFFFu;

struct Level {
  std::uint64_t quantity = 0;  // sum over its orders
  std::uint32_t order_count = 0;
  OrderIndex head = none;  // first in time
  OrderIndex tail = none;
  Price price = 0;
};
static_assert(sizeof(Level) == 24);

struct LadderEntry {
  Price price;
  LevelIndex level;
};

struct Ladder {
  LadderEntry* entries = nullptr;  // worst first; the best is entries[count - 1]
  std::uint32_t count = 0;
  std::uint32_t capacity = 0;
  bool is_bid = false;
};

// FIFO of a level over any node type with `next` and `previous` order indexes. Totals of shares are the caller's.
template <class Nodes>
inline void push_back(Level& level, Nodes&& nodes, OrderIndex index) noexcept {
  nodes[index].next = none;
  nodes[index].previous = level.tail;
  if (level.tail == none) {
    level.head = index;
  } else {
    nodes[level.tail].next = index;
  }
  level.tail = index;
  ++level.order_count;
}

template <class Nodes>
inline void unlink(Level& level, Nodes&& nodes, OrderIndex index) noexcept {
  const OrderIndex next = nodes[index].next;
  const OrderIndex previous = nodes[index].previous;
  (previous == none ? level.head : nodes[previous].next) = next;
  (next == none ? level.tail : nodes[next].previous) = previous;
  --level.order_count;
}

class LevelStore {
 public:
  // Reserves address space for `maximum_levels` levels and the ladders that hold them; memory is taken as it is first touched.
  // Throws core::SystemError when the address space is refused.
  explicit LevelStore(std::size_t maximum_levels)
      : levels_(maximum_levels), entries_(maximum_levels * entries_per_level + spare_entries) {
    free_arrays_.fill(nullptr);
  }

  [[nodiscard]] Level& level(LevelIndex index) noexcept { return levels_[index]; }
  [[nodiscard]] const Level& level(LevelIndex index) const noexcept { return levels_[index]; }
  [[nodiscard]] std::size_t levels_in_use() const noexcept { return used_ - free_count_; }

  // The best level, `none` when the side is empty.
  [[nodiscard]] static LevelIndex best(const Ladder& ladder) noexcept {
    return ladder.count == 0 ? none : ladder.entries[ladder.count - 1].level;
  }

  // The level of `price`, `none` when there is none. rank_from_best: 0 = the best price; when absent, the rank it would take.
  [[nodiscard]] static LevelIndex find(const Ladder& ladder, Price price, std::uint32_t* rank_from_best = nullptr) noexcept {
    const std::uint32_t position = lower_position(ladder, price);
    const bool present = position < ladder.count && ladder.entries[position].price == price;
    if (rank_from_best != nullptr) *rank_from_best = ladder.count - position - (present ? 1 : 0);
    return present ? ladder.entries[position].level : none;
  }

  // The level of `price`, made when absent (empty, order_count 0). `none` when the store is full; the ladder is then unchanged.
  [[nodiscard]] LevelIndex find_or_insert(Ladder& ladder, Price price, std::uint32_t* rank_from_best = nullptr) noexcept {
    std::uint32_t position = lower_position(ladder, price);
    const bool present = position < ladder.count && ladder.entries[position].price == price;
    if (rank_from_best != nullptr) *rank_from_best = ladder.count - position - (present ? 1 : 0);
    if (present) return ladder.entries[position].level;
    if (ladder.count == ladder.capacity && !grow(ladder)) return none;
    const LevelIndex index = take_level(price);
    if (index == none) return none;
    std::memmove(ladder.entries + position + 1, ladder.entries + position, (ladder.count - position) * sizeof(LadderEntry));
    ladder.entries[position] = {price, index};
    ++ladder.count;
    return index;
  }

  // Takes an empty level off the ladder and recycles it.
  void erase(Ladder& ladder, Price price, std::uint32_t* rank_from_best = nullptr) noexcept {
    const std::uint32_t position = lower_position(ladder, price);
    assert(position < ladder.count && ladder.entries[position].price == price);
    const LevelIndex index = ladder.entries[position].level;
    assert(levels_[index].order_count == 0);
    if (rank_from_best != nullptr) *rank_from_best = ladder.count - position - 1;
    std::memmove(ladder.entries + position, ladder.entries + position + 1, (ladder.count - position - 1) * sizeof(LadderEntry));
    --ladder.count;
    levels_[index].head = free_level_;  // free levels are chained through `head`
    free_level_ = index;
    ++free_count_;
  }

 private:
  static constexpr std::size_t entries_per_level = 4;  // doubling leaves old arrays behind; each size is recycled
  static constexpr std::size_t spare_entries = std::size_t{1} << 20;
  static constexpr std::uint32_t first_capacity = 8;
  static constexpr std::uint32_t linear_scan = 8;

  // True when a ranks before (is worse than) b on this side.
  static bool worse(bool is_bid, Price a, Price b) noexcept { return is_bid ? a < b : a > b; }

  // First position whose price is not worse than `price`.
  static std::uint32_t lower_position(const Ladder& ladder, Price price) noexcept {
    const LadderEntry* entries = ladder.entries;
    std::uint32_t position = ladder.count;
    const std::uint32_t stop = ladder.count > linear_scan ? ladder.count - linear_scan : 0;
    while (position > stop) {
      if (worse(ladder.is_bid, entries[position - 1].price, price)) return position;
      --position;
    }
    std::uint32_t low = 0;
    while (low < position) {
      const std::uint32_t middle = (low + position) / 2;
      if (worse(ladder.is_bid, entries[middle].price, price)) {
        low = middle + 1;
      } else {
        position = middle;
      }
    }
    return low;
  }

  LevelIndex take_level(Price price) noexcept {
    LevelIndex index = free_level_;
    if (index != none) {
      free_level_ = levels_[index].head;
      --free_count_;
    } else {
      if (used_ == levels_.maximum()) return none;
      index = static_cast<LevelIndex>(used_++);
    }
    levels_[index] = Level{.price = price};
    return index;
  }

  bool grow(Ladder& ladder) noexcept {
    const std::uint32_t capacity = ladder.capacity == 0 ? first_capacity : ladder.capacity * 2;
    LadderEntry* entries = take_array(capacity);
    if (entries == nullptr) return false;
    if (ladder.capacity != 0) {
      std::memcpy(entries, ladder.entries, ladder.count * sizeof(LadderEntry));
      give_array(ladder.entries, ladder.capacity);
    }
    ladder.entries = entries;
    ladder.capacity = capacity;
    return true;
  }

  LadderEntry* take_array(std::uint32_t capacity) noexcept {
    LadderEntry*& head = free_arrays_[static_cast<std::size_t>(std::countr_zero(capacity))];
    if (head != nullptr) {
      LadderEntry* array = head;
      std::memcpy(&head, array, sizeof(LadderEntry));  // the next free array's address stands in the first entry
      return array;
    }
    if (entries_used_ + capacity > entries_.maximum()) return nullptr;
    LadderEntry* array = entries_.data() + entries_used_;
    entries_used_ += capacity;
    return array;
  }

  void give_array(LadderEntry* array, std::uint32_t capacity) noexcept {
    LadderEntry*& head = free_arrays_[static_cast<std::size_t>(std::countr_zero(capacity))];
    std::memcpy(array, &head, sizeof(LadderEntry));
    head = array;
  }

  core::ReservedArray<Level> levels_;
  core::ReservedArray<LadderEntry> entries_;
  std::array<LadderEntry*, 32> free_arrays_{};
  std::size_t used_ = 0;
  std::size_t free_count_ = 0;
  std::size_t entries_used_ = 0;
  LevelIndex free_level_ = none;
};

static_assert(sizeof(LadderEntry) == sizeof(void*));

}  // namespace hopwire::levels
