// The floor that the feed's books are measured against: level-3 books that trust their input and know it in advance.
//
// What it does not do: check a length, a reference, a side or a price; keep a best price, times, counters, prints or names; bound its
// memory (16 bytes for each reference ever given and 256 kB for each instrument, taken before the first message); take a price more than
// 20 dollars from the instrument's first. What it does is enough for the same digest at the end: orders in time at their price, shares of
// orders, totals of levels.
//
// Layout: rows of 16 bytes; order row = reference, level rows by tick in a window around the first price of their instrument; a level
// stands in the circle of its orders. Two ways: one message at a time, and with what a message needs asked for 32 and 12 messages before.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/endian.hpp"
#include "core/reserved_array.hpp"
#include "generated/itch_5_0.hpp"
#include "levels/book_digest.hpp"
#include "tick_to_trade/3_book/book_memory.hpp"

namespace hopwire::bench {

class BareBooks {
 public:
  struct Extent {
    std::uint64_t first_reference = ~std::uint64_t{0};
    std::uint64_t last_reference = 0;
    std::uint16_t last_locate = 0;
  };
  // What it is told in advance of the messages it will be given.
  static Extent extent_of(std::span<const std::byte> bytes) {
    Extent extent;
    const std::byte* end = bytes.data() + bytes.size();
    for (const std::byte* at = bytes.data(); at < end; at += 2 + core::load_be<std::uint16_t>(at)) {
      const std::byte* message = at + 2;
      extent.last_locate = std::max(extent.last_locate, itch::SystemEventView(message).stock_locate());
      if (!adds(message) && static_cast<char>(message[0]) != 'U') continue;
      const auto reference = core::load_be<std::uint64_t>(message + (adds(message) ? reference_at : new_reference_at));
      extent.first_reference = std::min(extent.first_reference, reference);
      extent.last_reference = std::max(extent.last_reference, reference);
    }
    return extent;
  }
  explicit BareBooks(const Extent& extent)
      : BareBooks(extent.first_reference, extent.last_reference - extent.first_reference + 1, std::size_t{extent.last_locate} + 1) {}

  // References lie in [first, first + references), locates below `instruments`.
  BareBooks(std::uint64_t first, std::size_t references, std::size_t instruments)
      : first_reference_(first),
        levels_at_(static_cast<std::uint32_t>((references + 1) / 2 * 2)),
        rows_(levels_at_ + instruments * 2 * window * 2),
        base_(instruments, unset) {
    rows_.prefer_huge_pages();
    rows_.touch(rows_.maximum());
  }

  void one_by_one(std::span<const std::byte> bytes) {
    const std::byte* end = bytes.data() + bytes.size();
    for (const std::byte* at = bytes.data(); at < end; at += 2 + core::load_be<std::uint16_t>(at)) apply(at + 2);
  }

  void looking_ahead(std::span<const std::byte> bytes) {
    const std::byte* end = bytes.data() + bytes.size();
    const std::byte* far_at = bytes.data();
    const std::byte* messages[ring];
    std::uint64_t read = 0;
    std::uint64_t neared = 0;
    for (std::uint64_t applied = 0;; ++applied) {
      for (; read < applied + far && far_at < end; ++read) {
        messages[read % ring] = far_at + 2;
        far_at += 2 + core::load_be<std::uint16_t>(far_at);
        ask_far(messages[read % ring]);
      }
      for (; neared < applied + near && neared < read; ++neared) ask_near(messages[neared % ring]);
      if (applied == read) return;
      apply(messages[applied % ring]);
    }
  }

  [[nodiscard]] std::uint64_t market_digest() const {
    levels::MarketDigest digest;
    for (std::size_t locate = 0; locate < base_.size(); ++locate) {
      levels::BookDigest book;
      std::uint32_t orders = 0;
      for (const char side : {'B', 'S'}) {
        for (std::uint32_t i = 0; i < window && base_[locate] != unset; ++i) {
          const std::uint32_t row = level_row(locate, side, side == 'B' ? window - 1 - i : i);
          const feed::Level& level = level_at(rows_.data(), row);
          orders += level.order_count();
          if (level.order_count() == 0) continue;
          for (std::uint32_t order = level.line.next; order != row; order = rows_[order].next) {
            book.add(side, first_reference_ + order, level.price, rows_[order].shares);
          }
        }
      }
      digest.add(static_cast<std::uint16_t>(locate), orders, book.value());
    }
    return digest.value();
  }

 private:
  static constexpr std::uint32_t window = 4'096;  // ticks of a cent
  static constexpr std::int32_t unset = -1;
  static constexpr std::size_t far = 32;
  static constexpr std::size_t near = 12;
  static constexpr std::size_t ring = 64;
  static constexpr std::size_t reference_at = itch::AddOrderView::order_reference_number_offset;
  static constexpr std::size_t new_reference_at = itch::OrderReplaceView::new_order_reference_number_offset;

  [[nodiscard]] std::uint32_t row_of(const std::byte* message, std::size_t offset = reference_at) const {
    return static_cast<std::uint32_t>(core::load_be<std::uint64_t>(message + offset) - first_reference_);
  }
  [[nodiscard]] std::uint32_t level_row(std::size_t locate, char side, std::uint32_t tick) const {
    return levels_at_ + static_cast<std::uint32_t>(((locate * 2 + (side == 'B' ? 0 : 1)) * window + tick) * 2);
  }
  [[nodiscard]] std::uint32_t level_of(std::size_t locate, char side, std::uint32_t price) const {
    return level_row(locate, side, (price / 100 - static_cast<std::uint32_t>(base_[locate])) % window);
  }

  void apply(const std::byte* message) {
    switch (static_cast<char>(message[0])) {
      case 'A':
      case 'F': {
        const itch::AddOrderView add(message);
        const std::uint16_t locate = add.stock_locate();
        if (base_[locate] == unset) [[unlikely]] base_[locate] = static_cast<std::int32_t>(add.price() / 100 - window / 2);
        return enter(row_of(message), level_of(locate, add.buy_sell_indicator(), add.price()), add.buy_sell_indicator(), add.price(),
                     add.shares());
      }
      case 'E':
      case 'C':
      case 'X': {
        feed::OrderNode& order = rows_[row_of(message)];
        const std::uint32_t shares = itch::OrderExecutedView(message).executed_shares();
        if (shares >= order.shares) return take_out(row_of(message));
        order.shares -= shares;
        level_at(rows_.data(), order.level).quantity -= shares;
        return;
      }
      case 'D': return take_out(row_of(message));
      case 'U': {
        const itch::OrderReplaceView replace(message);
        const char side = level_at(rows_.data(), rows_[row_of(message)].level).side;
        take_out(row_of(message));
        return enter(row_of(message, new_reference_at), level_of(replace.stock_locate(), side, replace.price()), side, replace.price(),
                     replace.shares());
      }
      default: return;
    }
  }

  void enter(std::uint32_t row, std::uint32_t level_row, char side, std::uint32_t price, std::uint32_t shares) {
    feed::Level& level = level_at(rows_.data(), level_row);
    if (level.side == 0) level.line.next = level.line.previous = level_row;
    level.side = side;
    level.price = static_cast<std::int32_t>(price);
    push_back(rows_.data(), level_row, row, shares);
    level.quantity += shares;
  }

  void take_out(std::uint32_t row) {
    level_at(rows_.data(), rows_[row].level).quantity -= rows_[row].shares;
    unlink(rows_.data(), row);
  }

  [[nodiscard]] static bool adds(const std::byte* message) {
    const auto type = static_cast<char>(message[0]);
    return type == 'A' || type == 'F';
  }
  [[gnu::always_inline]] std::uint32_t level_of_add(const std::byte* message) const {
    const itch::AddOrderView add(message);
    return level_of(add.stock_locate(), add.buy_sell_indicator(), add.price());
  }
  [[gnu::always_inline]] void ask_far(const std::byte* message) const {
    __builtin_prefetch(&rows_[row_of(message)], 1);
    if (adds(message)) __builtin_prefetch(&rows_[level_of_add(message)], 1);
  }
  [[gnu::always_inline]] void ask_near(const std::byte* message) const {
    if (adds(message)) return __builtin_prefetch(&rows_[rows_[level_of_add(message)].previous], 1);
    if (row_of(message) >= levels_at_) return;  // no order's message
    const feed::OrderNode& order = rows_[row_of(message)];
    __builtin_prefetch(&rows_[order.next], 1);
    __builtin_prefetch(&rows_[order.previous], 1);
    __builtin_prefetch(&rows_[order.level], 1);
  }

  std::uint64_t first_reference_;
  std::uint32_t levels_at_;
  core::ReservedArray<feed::OrderNode> rows_;
  std::vector<std::int32_t> base_;  // lowest tick of the instrument's window
};

}  // namespace hopwire::bench
