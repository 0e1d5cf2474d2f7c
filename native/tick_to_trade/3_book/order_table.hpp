// Why: an ITCH modification names its order by a 64-bit reference and nothing else; finding that order is the main cost of a book.
// References rise all day (to about a thousand million), most orders die young, and a few per cent live for hours.
//
// Layout. Young references are a direct index: a window of pages of 64 references, page p in slot p mod W, each entry the order's
// index. When a newer page needs the slot, the few survivors of the old one move to a hash (open addressing, linear probing, eight
// neighbouring references to a cache line, backward-shift deletion, so no tombstones). Memory is fixed however far references grow. Any
// 64-bit reference is accepted; a stream with scattered references is merely slower.
//
//   invariant: a reference lies in the hash if and only if its slot holds a newer page; pages in a slot only ever rise.
//
// Order nodes are 16 bytes and recycled last-in first-out; what is not needed to reduce or unlink an order (its reference) is a column
// apart.
//
// What can go wrong: the table is full -> insert returns `none`. A reference already present must be found by the caller first (asserted).
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"

namespace hopwire::feed {

using levels::none;
using levels::OrderIndex;

struct OrderNode {
  OrderIndex next;      // later in time at the same price; chains free nodes
  OrderIndex previous;  // earlier in time
  levels::LevelIndex level;
  std::uint32_t shares;  // remaining
};
static_assert(sizeof(OrderNode) == 16);

class OrderTable {
 public:
  // Throws core::SystemError when the address space is refused.
  explicit OrderTable(std::size_t maximum_orders)
      : nodes_(maximum_orders),
        references_(maximum_orders),
        page_count_(std::clamp(std::bit_ceil(maximum_orders) / pages_per_order, smallest_window, largest_window)),
        pages_(page_count_),
        window_(page_count_ * page_size),
        hash_mask_(std::max(std::bit_ceil(maximum_orders) * 2, std::size_t{64}) - 1),
        hash_(hash_mask_ + 1) {}

  [[nodiscard]] OrderNode& operator[](OrderIndex index) noexcept { return nodes_[index]; }
  [[nodiscard]] const OrderNode& operator[](OrderIndex index) const noexcept { return nodes_[index]; }
  [[nodiscard]] std::uint64_t reference(OrderIndex index) const noexcept { return references_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  [[nodiscard]] std::size_t maximum() const noexcept { return nodes_.maximum(); }
  // Orders that outlived their page of the window.
  [[nodiscard]] std::size_t aged() const noexcept { return hashed_; }

  // The order's index, `none` when there is no such order.
  [[nodiscard]] OrderIndex find(std::uint64_t reference) const noexcept {
    const std::uint64_t page = reference / page_size;
    const Page& resident = pages_[slot_of(page)];
    if (resident.number_plus_one == page + 1) return window_[window_position(reference)] - 1;  // 0 = empty, and 0 - 1 is `none`
    if (resident.number_plus_one <= page) return none;
    const std::size_t position = hash_position(reference);
    return position == absent ? none : hash_[position].order_plus_one - 1;
  }

  // Takes a node for a reference that is not present. `none` when the table is full.
  [[nodiscard]] OrderIndex insert(std::uint64_t reference) noexcept {
    assert(find(reference) == none);
    const OrderIndex index = take_node();
    if (index == none) return none;
    references_[index] = reference;
    ++live_;
    const std::uint64_t page = reference / page_size;
    Page& resident = pages_[slot_of(page)];
    if (resident.number_plus_one > page + 1) {
      hash_insert(reference, index);
      return index;
    }
    if (resident.number_plus_one <= page) {
      if (resident.live != 0) age(resident);
      resident.number_plus_one = page + 1;
    }
    window_[window_position(reference)] = index + 1;
    ++resident.live;
    return index;
  }

  // Gives back the node of a present order, already unlinked from its level.
  void erase(std::uint64_t reference, OrderIndex index) noexcept {
    assert(references_[index] == reference);
    const std::uint64_t page = reference / page_size;
    Page& resident = pages_[slot_of(page)];
    if (resident.number_plus_one == page + 1) {
      window_[window_position(reference)] = 0;
      --resident.live;
    } else {
      hash_erase(hash_position(reference));
    }
    nodes_[index].next = free_node_;
    free_node_ = index;
    --live_;
  }

  // Hint that `reference` will be looked up soon.
  void prefetch(std::uint64_t reference) const noexcept { __builtin_prefetch(window_.data() + window_position(reference)); }

 private:
  struct Page {
    std::uint64_t number_plus_one = 0;  // 0 = never used
    std::uint64_t live = 0;
  };
  struct HashEntry {
    std::uint32_t hash = 0;
    std::uint32_t order_plus_one = 0;  // 0 = empty
  };

  static constexpr std::size_t page_size = 64;
  static constexpr std::size_t pages_per_order = 16;
  static constexpr std::size_t smallest_window = 16;           // pages
  static constexpr std::size_t largest_window = std::size_t{1} << 16;  // 4 Mi references, 16 MiB
  static constexpr std::size_t neighbours = 8;                 // references hashed side by side
  static constexpr std::size_t absent = ~std::size_t{0};

  [[nodiscard]] std::size_t slot_of(std::uint64_t page) const noexcept { return page & (page_count_ - 1); }
  [[nodiscard]] std::size_t window_position(std::uint64_t reference) const noexcept { return reference & (page_count_ * page_size - 1); }

  static std::uint32_t hash_of(std::uint64_t reference) noexcept {
    std::uint64_t mixed = (reference / neighbours) * 0x9E3779B97F4A7C15ULL;
    mixed ^= mixed >> 32;
    mixed *= 0xD6E8FEB86659FD93ULL;
    return static_cast<std::uint32_t>(((mixed >> 32) & ~(neighbours - 1)) | (reference % neighbours));
  }

  [[nodiscard]] std::size_t hash_position(std::uint64_t reference) const noexcept {
    const std::uint32_t hash = hash_of(reference);
    for (std::size_t position = hash & hash_mask_; hash_[position].order_plus_one != 0; position = (position + 1) & hash_mask_) {
      if (hash_[position].hash == hash && references_[hash_[position].order_plus_one - 1] == reference) return position;
    }
    return absent;
  }

  // Never full: twice as many entries as orders.
  void hash_insert(std::uint64_t reference, OrderIndex index) noexcept {
    const std::uint32_t hash = hash_of(reference);
    std::size_t position = hash & hash_mask_;
    while (hash_[position].order_plus_one != 0) position = (position + 1) & hash_mask_;
    hash_[position] = {hash, index + 1};
    ++hashed_;
  }

  // Closes the hole by moving back each follower that may stand nearer its home.
  void hash_erase(std::size_t hole) noexcept {
    assert(hole != absent);
    for (std::size_t follower = (hole + 1) & hash_mask_; hash_[follower].order_plus_one != 0; follower = (follower + 1) & hash_mask_) {
      const std::size_t home = hash_[follower].hash & hash_mask_;
      if (((follower - home) & hash_mask_) >= ((follower - hole) & hash_mask_)) {
        hash_[hole] = hash_[follower];
        hole = follower;
      }
    }
    hash_[hole] = {};
    --hashed_;
  }

  void age(Page& page) noexcept {
    const std::uint64_t first = (page.number_plus_one - 1) * page_size;
    std::uint32_t* entries = window_.data() + window_position(first);
    for (std::size_t i = 0; i < page_size; ++i) {
      if (entries[i] == 0) continue;
      hash_insert(first + i, entries[i] - 1);
      entries[i] = 0;
    }
    page.live = 0;
  }

  OrderIndex take_node() noexcept {
    if (free_node_ != none) {
      const OrderIndex index = free_node_;
      free_node_ = nodes_[index].next;
      return index;
    }
    return used_ == nodes_.maximum() ? none : static_cast<OrderIndex>(used_++);
  }

  core::ReservedArray<OrderNode> nodes_;
  core::ReservedArray<std::uint64_t> references_;
  std::size_t page_count_;
  core::ReservedArray<Page> pages_;
  core::ReservedArray<std::uint32_t> window_;
  std::size_t hash_mask_;
  core::ReservedArray<HashEntry> hash_;
  std::size_t used_ = 0;
  std::size_t live_ = 0;
  std::size_t hashed_ = 0;
  OrderIndex free_node_ = none;
};

}  // namespace hopwire::feed
