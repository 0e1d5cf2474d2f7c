// Why: what an order message needs lies anywhere in tens of megabytes, and memory answers in 100 to 300 ns where a message takes 30. The
// messages behind this one are known, though: each is looked at some turns before its own, so that what it needs is on its way.
//
//   far      the order's page and row, the book, the ladders, the row of the level an add goes to: all by arithmetic from the message
//   middle   the page being here: an order that has outlived the window has its bucket asked for
//   near     the row being here: its neighbours and its level; of an add, the level's last order
//   last     the same for those that have outlived the window
//
// Owns nothing, changes nothing, and need not be right: a wrong guess costs a line of cache. Nothing here jumps by type, which a branch
// predictor could not learn: a table says where a type has what, and what it has not is read from its first bytes and leads to memory that
// is ours, too. Only replaces are seldom enough to be asked after: their new level is looked for on both sides, for they name none.
//
// Everything that prefetches is always_inline: g++ takes a function that does nothing else for one without effect and drops its calls.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"
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

  // Messages looked at, and applied, one after the other before the next kind of look: what a look needs stays in registers.
  static constexpr std::size_t block = 8;

  [[gnu::always_inline]] void begin() noexcept {
    look_far(0, far);
    look_for_aged(0, middle);
    look_near(0, near);
  }

  // Before the block that begins with event `i` is applied.
  [[gnu::always_inline]] void turn(std::size_t i) noexcept {
    if (i + near < events_.size()) {
      look_far(i + far, i + far + block);
      look_for_aged(i + middle, i + middle + block);
      look_near(i + near, i + near + block);
    }
    if (begin_ != end_) look_at_aged(i);
  }

 private:
  static constexpr std::size_t far = 48;
  static constexpr std::size_t middle = 32;
  static constexpr std::size_t near = 16;
  static constexpr std::size_t ring = 64;
  static_assert(far + block <= ring);

  // Where a type has its reference, side and price; 0 where it has none.
  struct Hint {
    std::uint8_t reference;
    std::uint8_t side;
    std::uint8_t price;
    std::uint8_t adds;  // 0, 1
  };
  static constexpr std::array<Hint, 256> hints = [] {
    std::array<Hint, 256> all{};
    for (const char type : {'A', 'F', 'E', 'C', 'X', 'D', 'U'}) {
      Hint& hint = all[static_cast<std::uint8_t>(type)];
      hint.reference = itch::AddOrderView::order_reference_number_offset;
      if (type != 'A' && type != 'F') continue;
      hint.side = itch::AddOrderView::buy_sell_indicator_offset;
      hint.price = itch::AddOrderView::price_offset;
      hint.adds = 1;
    }
    return all;
  }();
  static const Hint& hint_of(const BookEvent& event) noexcept { return hints[static_cast<std::uint8_t>(event.type())]; }

  [[nodiscard]] std::uint16_t row_of(const BookEvent& event) const noexcept { return std::min(event.locate(), memory_.last); }
  [[nodiscard]] static std::uint64_t reference_of(const BookEvent& event) noexcept {
    return core::load_be<std::uint64_t>(event.message() + hint_of(event).reference);
  }

  [[nodiscard]] std::size_t end_of(std::size_t wanted) const noexcept { return std::min(wanted, events_.size()); }

  [[gnu::always_inline]] void look_far(std::size_t i, std::size_t end) noexcept {
    for (const Memory memory = memory_; i < end_of(end); ++i) {
      const std::byte* message = events_[i].message();
      const Hint& hint = hint_of(events_[i]);
      const std::uint16_t book = row_of(events_[i]);
      const auto side = static_cast<char>(message[hint.side]);
      const auto price = core::load_be<std::int32_t>(message + hint.price);
      const OrderIndex order = memory.orders.prefetch(core::load_be<std::uint64_t>(message + hint.reference));
      const LevelIndex level = memory.levels.likely_row(ladder_of(book, side), price);
      const OrderIndex row = order ^ ((order ^ level) & (OrderIndex{0} - hint.adds));
      __builtin_prefetch(memory.rows + row, 1);
      __builtin_prefetch(&memory.books[book], 1);
      memory.levels.prefetch(ladder_of(book, 'B'));
      begins_at_[i % ring] = row;
      if (events_[i].type() == 'U') [[unlikely]] look_for_new_level(events_[i], [](const OrderNode&) {});
    }
  }

  // The level's row has as its neighbours the first and the last of its orders.
  [[gnu::always_inline]] void look_near(std::size_t i, std::size_t end) const noexcept {
    for (const OrderNode* rows = memory_.rows; i < end_of(end); ++i) {
      const OrderNode& row = rows[begins_at_[i % ring]];
      __builtin_prefetch(rows + row.next, 1);
      __builtin_prefetch(rows + row.previous, 1);
      __builtin_prefetch(rows + row.level, 1);
      if (events_[i].type() != 'U') [[likely]] continue;
      look_for_new_level(events_[i], [rows](const OrderNode& level) { __builtin_prefetch(rows + level.previous, 1); });
    }
  }

  template <class Then>
  [[gnu::always_inline]] void look_for_new_level(const BookEvent& event, Then&& then) const noexcept {
    for (const char side : {'B', 'S'}) {
      const OrderNode* level = memory_.rows + memory_.levels.likely_row(ladder_of(row_of(event), side), event.replaced_price());
      __builtin_prefetch(level, 1);
      then(*level);
    }
  }

  [[gnu::always_inline]] void look_for_aged(std::size_t i, std::size_t end) noexcept {
    for (; i < end_of(end); ++i) {
      const std::uint64_t reference = reference_of(events_[i]);
      if (!memory_.orders.may_have_aged(reference)) [[likely]] continue;
      memory_.orders.prefetch_bucket(reference);
      aged_[end_++ % ring] = static_cast<std::uint32_t>(i);
    }
  }

  // Those before block `near` are found by their bucket, those of the next block have their neighbours asked for.
  [[gnu::noinline]] void look_at_aged(std::size_t i) noexcept {
    for (; begin_ != middle_ && aged_[begin_ % ring] < i + block; ++begin_) {
      const OrderNode& order = memory_.rows[memory_.orders.likely_aged_row(reference_of(events_[aged_[begin_ % ring]]))];
      __builtin_prefetch(memory_.rows + order.previous, 1);
      __builtin_prefetch(memory_.rows + order.next, 1);
      __builtin_prefetch(memory_.rows + order.level, 1);
    }
    for (; middle_ != end_ && aged_[middle_ % ring] < i + near + block; ++middle_) {
      memory_.orders.prefetch_aged(reference_of(events_[aged_[middle_ % ring]]));
    }
  }

  std::span<const BookEvent> events_;
  Memory memory_;
  std::array<OrderIndex, ring> begins_at_;  // by event: its order's likely row, of an add its level's
  std::array<std::uint32_t, ring> aged_;  // events whose orders may lie in the hash, in turn
  std::uint32_t begin_ = 0;   // next to have its neighbours asked for
  std::uint32_t middle_ = 0;  // next to be found by its bucket
  std::uint32_t end_ = 0;
};

}  // namespace hopwire::feed
