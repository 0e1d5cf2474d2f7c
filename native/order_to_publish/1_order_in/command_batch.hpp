// What hop 1 hands to the composer in one duty cycle: commands in the order they were taken, each with the stamp of the read that brought
// it. Bounded, so that the first order of a cycle does not wait for the reports of hundreds behind it. Full: the gateway stops reading
// sessions until the next cycle; nothing is dropped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

class CommandBatch {
 public:
  static constexpr std::size_t capacity = 64;

  struct Item {
    Command command;
    std::uint64_t receive_tsc = 0;  // when the bytes were in hand
  };

  void clear() noexcept { count_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool full() const noexcept { return count_ == capacity; }
  [[nodiscard]] const Item& operator[](std::size_t index) const noexcept { return items_[index]; }

  // false when full.
  bool add(const Command& command, std::uint64_t receive_tsc) noexcept {
    if (full()) return false;
    items_[count_++] = {command, receive_tsc};
    return true;
  }

 private:
  std::array<Item, capacity> items_{};
  std::size_t count_ = 0;
};

}  // namespace hopwire::venue
