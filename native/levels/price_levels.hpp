// Why: the feed's books and the matcher's books need the same thing of a price: find its level fast near the best price, keep levels in
// order, never allocate. This is the one structure the two flows share; order tables are each side's own.
//
// Layout: a Ladder is a sorted array of {price, level}, worst price first, so that the best stands at the end and an insertion near the
// best moves few entries. Levels (32 bytes: totals and the FIFO's ends) lie in one pool for all books of an owner; a level keeps its
// index for life, so an order node can point at it. Ladder arrays come in power-of-two sizes cut from one reserved range and are recycled
// by size.
//
// Search: the last eight entries are compared at once (most traffic is near the best, and a scan would end at a different entry each
// time, which no branch predictor likes), then the eight before them, then binary search. A price far from the best costs O(log n) to find
// and O(distance) to insert.
//
// What can go wrong: the pool or the range is full -> find_or_insert returns `none` and the caller refuses the order; nothing half-done.
#pragma once

#include <emmintrin.h>

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

struct alignas(32) Level {  // never across two cache lines
  std::uint64_t quantity = 0;  // sum over its orders
  std::uint32_t order_count = 0;
  OrderIndex head = none;  // first in time
  OrderIndex tail = none;
  Price price = 0;
};
static_assert(sizeof(Level) == 32);

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

// FIFO of a level over any node type with `next` and `previous` order indexes. Totals of shares are the caller's. Whether there is a
// neighbour is as good as random to a branch predictor: both ends are chosen between, not jumped to.
template <class Nodes>
inline void push_back(Level& level, Nodes&& nodes, OrderIndex index) noexcept {
  const OrderIndex tail = level.tail;
  nodes[index].next = none;
  nodes[index].previous = tail;
  OrderIndex& neighbour = nodes[tail == none ? index : tail].next;
  *(tail == none ? &level.head : &neighbour) = index;
  level.tail = index;
  ++level.order_count;
}

template <class Nodes>
inline void unlink(Level& level, Nodes&& nodes, OrderIndex index) noexcept {
  const OrderIndex next = nodes[index].next;
  const OrderIndex previous = nodes[index].previous;
  OrderIndex& before = nodes[previous == none ? index : previous].next;
  OrderIndex& after = nodes[next == none ? index : next].previous;
  *(previous == none ? &level.head : &before) = next;
  *(next == none ? &level.tail : &after) = previous;
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
  void prefetch(LevelIndex index) const noexcept { __builtin_prefetch(levels_.data() + index, 1); }
  // Asks for 2 MiB pages: with thousands of books, levels and ladders lie on more small pages than a processor remembers.
  void prefer_huge_pages() noexcept {
    levels_.prefer_huge_pages();
    entries_.prefer_huge_pages();
  }
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
    const std::uint32_t count = ladder.count;
    if (count >= at_once) [[likely]] {
      const LadderEntry* last = ladder.entries + (count - at_once);
      const __m128i wanted = _mm_set1_epi32(price);
      const std::uint32_t found = equal_of_four(last, wanted) | equal_of_four(last + 4, wanted) << 4;
      if (found != 0) [[likely]] {
        const auto at = static_cast<std::uint32_t>(std::countr_zero(found));
        if (rank_from_best != nullptr) *rank_from_best = at_once - 1 - at;
        return last[at].level;
      }
    }
    return find_or_insert_farther(ladder, price, rank_from_best);
  }

  // Takes an empty level off the ladder and recycles it.
  void erase(Ladder& ladder, Price price, std::uint32_t* rank_from_best = nullptr) noexcept {
    const std::uint32_t position = lower_position(ladder, price);
    assert(position < ladder.count && ladder.entries[position].price == price);
    const LevelIndex index = ladder.entries[position].level;
    assert(levels_[index].order_count == 0);
    if (rank_from_best != nullptr) *rank_from_best = ladder.count - position - 1;
    move_entries(ladder, position + 1, position);
    --ladder.count;
    give_level(index);
  }

  // The same for the best level.
  void erase_best(Ladder& ladder) noexcept {
    assert(ladder.count != 0 && levels_[best(ladder)].order_count == 0);
    give_level(ladder.entries[--ladder.count].level);
  }

 private:
  static constexpr std::size_t entries_per_level = 4;  // doubling leaves old arrays behind; each size is recycled
  static constexpr std::size_t spare_entries = std::size_t{1} << 20;
  static constexpr std::uint32_t at_once = 8;  // entries compared or moved together
  static constexpr std::uint32_t first_capacity = at_once;

  // True when a ranks before (is worse than) b on this side.
  static bool worse(bool is_bid, Price a, Price b) noexcept { return is_bid ? a < b : a > b; }

  static __m128i prices_of_four(const LadderEntry* entries) noexcept {
    const __m128 low = _mm_loadu_ps(reinterpret_cast<const float*>(entries));
    const __m128 high = _mm_loadu_ps(reinterpret_cast<const float*>(entries + 2));
    return _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
  }

  // Bit i: true of entries[i].
  static std::uint32_t mask_of_four(__m128i comparison) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(comparison)));
  }

  static std::uint32_t equal_of_four(const LadderEntry* entries, __m128i price) noexcept {
    return mask_of_four(_mm_cmpeq_epi32(prices_of_four(entries), price));
  }

  // Bit i: the price of entries[i] is worse than `price`. flip: 0 for bids, all ones for asks, so that worse is always less.
  static std::uint32_t worse_of_four(const LadderEntry* entries, __m128i price, __m128i flip) noexcept {
    return mask_of_four(_mm_cmplt_epi32(_mm_xor_si128(prices_of_four(entries), flip), price));
  }

  // First position whose price is not worse than `price`.
  static std::uint32_t lower_position(const Ladder& ladder, Price price) noexcept {
    if (ladder.capacity == 0) [[unlikely]] return 0;
    const std::int32_t sign = ladder.is_bid ? 0 : -1;
    const __m128i flip = _mm_set1_epi32(sign);
    const __m128i flipped = _mm_set1_epi32(price ^ sign);
    const std::uint32_t count = ladder.count;
    std::uint32_t start = count > at_once ? count - at_once : 0;
    std::uint32_t valid = count >= at_once ? 0xFF : (1U << count) - 1;  // entries behind the last are left-overs
    for (int step = 0; step < 2; ++step) {
      const LadderEntry* entries = ladder.entries + start;
      const std::uint32_t worse = worse_of_four(entries, flipped, flip) | worse_of_four(entries + 4, flipped, flip) << 4;
      const auto before = static_cast<std::uint32_t>(std::popcount(worse & valid));  // they stand first: the ladder is sorted
      if (before != 0 || start == 0) [[likely]] return start + before;
      start = start > at_once ? start - at_once : 0;
      valid = 0xFF;
    }
    return lower_position_below(ladder, start + at_once, price);
  }

  // The same among entries [0, high), where it is known to be, or to be `high`.
  static std::uint32_t lower_position_below(const Ladder& ladder, std::uint32_t high, Price price) noexcept {
    std::uint32_t low = 0;
    while (low < high) {
      const std::uint32_t middle = (low + high) / 2;
      if (worse(ladder.is_bid, ladder.entries[middle].price, price)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // Moves entries [from, count) so that they begin at `to`, one place up or down. A few, as near the best: all at once, left-overs
  // included, without asking how many.
  static void move_entries(Ladder& ladder, std::uint32_t from, std::uint32_t to) noexcept {
    LadderEntry* source = ladder.entries + from;
    LadderEntry* target = ladder.entries + to;
    if (ladder.count - from > at_once || from + at_once + 1 > ladder.capacity) {
      std::memmove(target, source, (ladder.count - from) * sizeof(LadderEntry));
      return;
    }
    const auto* from_pairs = reinterpret_cast<const __m128i*>(source);
    auto* to_pairs = reinterpret_cast<__m128i*>(target);
    static_assert(at_once == 8 && sizeof(LadderEntry) == 8);
    const __m128i first = _mm_loadu_si128(from_pairs);
    const __m128i second = _mm_loadu_si128(from_pairs + 1);
    const __m128i third = _mm_loadu_si128(from_pairs + 2);
    const __m128i fourth = _mm_loadu_si128(from_pairs + 3);
    _mm_storeu_si128(to_pairs, first);
    _mm_storeu_si128(to_pairs + 1, second);
    _mm_storeu_si128(to_pairs + 2, third);
    _mm_storeu_si128(to_pairs + 3, fourth);
  }

  // find_or_insert where the price is not among the last entries.
  [[gnu::noinline]] LevelIndex find_or_insert_farther(Ladder& ladder, Price price, std::uint32_t* rank_from_best) noexcept {
    std::uint32_t position = lower_position(ladder, price);
    const bool present = position < ladder.count && ladder.entries[position].price == price;
    if (rank_from_best != nullptr) *rank_from_best = ladder.count - position - (present ? 1 : 0);
    if (present) [[likely]] return ladder.entries[position].level;
    return insert_at(ladder, position, price);
  }

  [[gnu::noinline]] LevelIndex insert_at(Ladder& ladder, std::uint32_t position, Price price) noexcept {
    if (ladder.count == ladder.capacity && !grow(ladder)) return none;
    const LevelIndex index = take_level(price);
    if (index == none) return none;
    move_entries(ladder, position, position + 1);
    ladder.entries[position] = {price, index};
    ++ladder.count;
    return index;
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

  // Free levels are chained through `head`.
  void give_level(LevelIndex index) noexcept {
    levels_[index].head = free_level_;
    free_level_ = index;
    ++free_count_;
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
