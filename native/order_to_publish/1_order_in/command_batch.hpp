// What hop 1 hands to the composer in one duty cycle: commands in the order they were taken, each with the stamp of the read that brought
// it. Bounded, so that the first order of a cycle does not wait for the reports of hundreds behind it. Full: the gateway stops reading
// sessions until the next cycle; nothing is dropped.
//
// One message may become many commands: a mass quote, an entry each and the close. They are never divided between batches. So a batch that
// is not full has room for the largest message, and the journal is asked for as many records before a session is read (pipeline.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

class CommandBatch {
 public:
  static constexpr std::size_t limit = 64;  // commands from which on it is full
  static constexpr std::size_t largest_message = mass_quote_entries_max + 1;
  static constexpr std::size_t capacity = limit - 1 + largest_message;

  struct Item {
    Command command;
    std::uint64_t receive_tsc = 0;  // when the bytes were in hand
  };

  void clear() noexcept { count_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool full() const noexcept { return count_ >= limit; }
  [[nodiscard]] const Item& operator[](std::size_t index) const noexcept { return items_[index]; }

  // The commands of one message; the batch was not full before the first of them. false: there is no room for it.
  bool add(const Command& command, std::uint64_t receive_tsc) noexcept {
    if (count_ == capacity) return false;
    items_[count_++] = {command, receive_tsc};
    return true;
  }

 private:
  std::array<Item, capacity> items_{};
  std::size_t count_ = 0;
};

}  // namespace hopwire::venue
