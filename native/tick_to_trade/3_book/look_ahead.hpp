// Why: what an order message needs lies anywhere in tens of megabytes, and memory answers in 100 to 300 ns where a message takes 30. The
// messages behind this one are known, though: each is looked at some turns before its own, so that what it needs is on its way.
//
//   far      the order's page and row, the book, the ladders, the row of the level an add goes to: all by arithmetic from the message
//   middle   the page being here: an order that has outlived the window has its bucket asked for
//   near     the row being here: its neighbours and its level; of an add, the last order of its level
//   last     the same for those that have outlived the window
//
// Owns nothing, changes nothing, and need not be right: a wrong guess costs a line of cache. Nothing here jumps by type, which a branch
// predictor could not learn: what a message does not have is read as something else and leads to memory that is ours, too.
//
// Everything that prefetches is always_inline: g++ takes a function that does nothing else for one without effect and drops its calls.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tick_to_trade/2_decode/book_event.hpp"
#include "tick_to_trade/3_book/book.hpp"
#include "tick_to_trade/3_book/order_table.hpp"
#include "tick_to_trade/3_book/price_ladder.hpp"

namespace hopwire::feed {

class LookAhead {
 public:
  struct Memory {
    const OrderNode* rows;
    const OrderTable& orders;
    const PriceLadders& levels;
    const Book* books;
    std::uint16_t last;  // locate
  };

  LookAhead(std::span<const BookEvent> events, const Memory& memory) noexcept : events_(events), memory_(memory) {}

  [[gnu::always_inline]] void begin() noexcept {
    for (std::size_t i = 0; i < std::min(events_.size(), far); ++i) look_far(events_[i]);
    for (std::size_t i = 0; i < std::min(events_.size(), near); ++i) look_near(events_[i]);
  }

  // Before event i is applied.
  [[gnu::always_inline]] void turn(std::size_t i) noexcept {
    const std::size_t count = events_.size();
    if (i + far < count) look_far(events_[i + far]);
    if (i + middle < count) look_for_aged(i + middle);
    if (i + near < count) look_near(events_[i + near]);
    if (begin_ != end_) [[unlikely]] look_at_aged(i);
  }

 private:
  static constexpr std::size_t far = 48;
  static constexpr std::size_t middle = 32;
  static constexpr std::size_t near = 20;
  static constexpr std::size_t last = 8;
  static constexpr std::size_t ring = 64;
  static_assert(middle - last < ring);

  [[nodiscard]] std::uint16_t row_of(const BookEvent& event) const noexcept { return std::min(event.locate(), memory_.last); }
  [[nodiscard]] LevelIndex likely_level(const BookEvent& event) const noexcept {
    return memory_.levels.likely_row(ladder_of(row_of(event), event.likely_side()), event.likely_price());
  }

  [[gnu::always_inline]] void look_far(const BookEvent& event) const noexcept {
    if (!event.has_reference()) [[unlikely]] return;
    memory_.orders.prefetch(event.reference());
    __builtin_prefetch(&memory_.books[row_of(event)], 1);
    memory_.levels.prefetch(ladder_of(row_of(event), 'B'));
    __builtin_prefetch(memory_.rows + likely_level(event), 1);
  }

  [[gnu::always_inline]] void look_near(const BookEvent& event) const noexcept {
    if (!event.has_reference()) [[unlikely]] return;
    const OrderNode& order = memory_.rows[memory_.orders.likely_row(event.reference())];
    const OrderNode& level = memory_.rows[likely_level(event)];
    const bool adds = event.adds();
    __builtin_prefetch(memory_.rows + (adds ? level.previous : order.previous), 1);
    __builtin_prefetch(memory_.rows + (adds ? level.previous : order.next), 1);
    __builtin_prefetch(memory_.rows + (adds ? level.previous : order.level), 1);
  }

  [[gnu::always_inline]] void look_for_aged(std::size_t index) noexcept {
    const BookEvent& event = events_[index];
    if (!event.has_reference() || !memory_.orders.may_have_aged(event.reference())) [[likely]] return;
    memory_.orders.prefetch_bucket(event.reference());
    aged_[end_++ % ring] = static_cast<std::uint32_t>(index);
  }

  // At most one a turn is found by its bucket, and one has its neighbours asked for; each turn adds at most one.
  [[gnu::always_inline]] void look_at_aged(std::size_t turn) noexcept {
    if (middle_ != end_ && aged_[middle_ % ring] <= turn + near) {
      memory_.orders.prefetch_aged(events_[aged_[middle_++ % ring]].reference());
    }
    if (begin_ == middle_ || aged_[begin_ % ring] > turn + last) return;
    const std::uint64_t reference = events_[aged_[begin_++ % ring]].reference();
    const OrderNode& order = memory_.rows[memory_.orders.likely_aged_row(reference)];
    __builtin_prefetch(memory_.rows + order.previous, 1);
    __builtin_prefetch(memory_.rows + order.next, 1);
    __builtin_prefetch(memory_.rows + order.level, 1);
  }

  std::span<const BookEvent> events_;
  Memory memory_;
  std::array<std::uint32_t, ring> aged_;  // events whose orders may lie in the hash, in turn
  std::uint32_t begin_ = 0;   // next to have its neighbours asked for
  std::uint32_t middle_ = 0;  // next to be found by its bucket
  std::uint32_t end_ = 0;
};

}  // namespace hopwire::feed
