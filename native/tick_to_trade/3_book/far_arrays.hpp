// Why: the few levels far from the market lie in sorted arrays that grow by doubling, and nothing may be allocated while messages come.
// What: arrays in powers of two, cut from one reserved range; one that is given back is taken again for the same size. Owner: one
// PriceLadders. What can go wrong: the range is used up -> take returns nullptr.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/reserved_array.hpp"
#include "tick_to_trade/3_book/book_memory.hpp"

namespace hopwire::feed {

struct FarLevel {
  std::int32_t key;  // higher is better
  LevelIndex level;
};

class FarArrays {
 public:
  // Throws core::SystemError when the address space is refused.
  explicit FarArrays(std::size_t maximum_entries) : entries_(maximum_entries) {}

  // capacity: a power of two.
  [[nodiscard]] FarLevel* take(std::uint32_t capacity) noexcept {
    FarLevel*& head = free_[size_class(capacity)];
    if (FarLevel* array = head; array != nullptr) {
      std::memcpy(&head, array, sizeof(FarLevel));
      return array;
    }
    if (used_ + capacity > entries_.maximum()) return nullptr;
    FarLevel* array = entries_.data() + used_;
    used_ += capacity;
    return array;
  }

  // A free array's first entry holds the address of the next one.
  void give(FarLevel* array, std::uint32_t capacity) noexcept {
    FarLevel*& head = free_[size_class(capacity)];
    std::memcpy(array, &head, sizeof(FarLevel));
    head = array;
  }

  // As at the beginning: no array that was taken may be used any more.
  void forget() noexcept {
    entries_.clear();
    free_.fill(nullptr);
    used_ = 0;
  }

 private:
  static_assert(sizeof(FarLevel) == sizeof(FarLevel*));
  static std::size_t size_class(std::uint32_t capacity) noexcept { return static_cast<std::size_t>(std::countr_zero(capacity)); }

  core::ReservedArray<FarLevel> entries_;
  std::array<FarLevel*, 32> free_{};
  std::size_t used_ = 0;
};

}  // namespace hopwire::feed
