// Why: what is due must be found without asking every order. A binary heap of (due time, entry) over order slots; at one time the order
// entered first comes first. Each slot knows its place in the heap, so an order that goes takes its timer with it. Nothing is allocated
// after construction; an order has at most one timer.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"

namespace hopwire::venue {

class TimerHeap {
 public:
  using Slot = levels::OrderIndex;
  static constexpr std::uint64_t never = UINT64_MAX;

  explicit TimerHeap(std::size_t maximum_slots) : timers_(maximum_slots), positions_plus_1_(maximum_slots) {}

  // The earliest due time; `never` when there is none. One load: asked before every command.
  [[nodiscard]] std::uint64_t next_due() const noexcept { return next_due_; }
  // Whose it is. There must be one.
  [[nodiscard]] Slot first() const noexcept { return timers_[0].slot; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool has(Slot slot) const noexcept { return positions_plus_1_[slot] != 0; }

  // The slot must have none.
  void add(Slot slot, std::uint64_t due, std::uint64_t entry) noexcept {
    assert(!has(slot) && count_ < timers_.maximum());
    put(count_++, {due, entry, slot});
    rise(count_ - 1);
    next_due_ = timers_[0].due;
  }

  // Nothing when the slot has none.
  void remove(Slot slot) noexcept {
    if (!has(slot)) return;
    const std::size_t position = positions_plus_1_[slot] - 1;
    positions_plus_1_[slot] = 0;
    if (position != --count_) {
      put(position, timers_[count_]);
      rise(position);
      sink(position);
    }
    next_due_ = count_ == 0 ? never : timers_[0].due;
  }

 private:
  struct Timer {
    std::uint64_t due;
    std::uint64_t entry;
    Slot slot;

    [[nodiscard]] bool before(const Timer& other) const noexcept { return due != other.due ? due < other.due : entry < other.entry; }
  };

  void put(std::size_t position, const Timer& timer) noexcept {
    timers_[position] = timer;
    positions_plus_1_[timer.slot] = static_cast<std::uint32_t>(position + 1);
  }

  void exchange(std::size_t a, std::size_t b) noexcept {
    const Timer timer = timers_[a];
    put(a, timers_[b]);
    put(b, timer);
  }

  void rise(std::size_t position) noexcept {
    while (position != 0) {
      const std::size_t above = (position - 1) / 2;
      if (!timers_[position].before(timers_[above])) return;
      exchange(position, above);
      position = above;
    }
  }

  void sink(std::size_t position) noexcept {
    for (;;) {
      std::size_t first = position;
      for (const std::size_t below : {2 * position + 1, 2 * position + 2}) {
        if (below < count_ && timers_[below].before(timers_[first])) first = below;
      }
      if (first == position) return;
      exchange(position, first);
      position = first;
    }
  }

  core::ReservedArray<Timer> timers_;
  core::ReservedArray<std::uint32_t> positions_plus_1_;
  std::size_t count_ = 0;
  std::uint64_t next_due_ = never;
};

}  // namespace hopwire::venue
