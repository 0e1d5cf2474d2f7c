// Why: readers see the best levels of each book as columns (schemas/regions.xml, Books); most messages change one entry of one row or
// nothing that is shown, so only that is written.
//
// Owns nothing. The books say what has changed: per side the ranks whose totals changed, and the ranks at which a level came or went, from
// where on everything has moved. A row is written under its seqlock; time and counts always, a price level behind the row's depth writes
// no level. What can go wrong: nothing; a reader that comes in between reads again.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/seqlock.hpp"
#include "generated/regions.hpp"
#include "tick_to_trade/3_book/book.hpp"
#include "tick_to_trade/3_book/price_ladder.hpp"

namespace hopwire::feed {

inline constexpr std::uint32_t state_known = 1;
inline constexpr std::uint32_t state_stale = 2;
inline constexpr std::uint32_t state_halted = 4;

struct RowSource {
  const OrderNode* rows;
  PriceLadders& levels;
  Book& book;
};

namespace detail {

struct SideColumns {
  std::int32_t* price;
  std::uint32_t* orders;
  double* quantity;
  std::uint32_t* levels;
};

[[nodiscard]] inline SideColumns columns_of(regions::BooksColumns& columns, std::uint16_t locate, std::uint32_t depth, bool bids) noexcept {
  const std::size_t first = std::size_t{locate} * depth;
  if (bids) return {columns.bid_price + first, columns.bid_orders + first, columns.bid_quantity + first, columns.bid_levels + locate};
  return {columns.ask_price + first, columns.ask_orders + first, columns.ask_quantity + first, columns.ask_levels + locate};
}

// Sums and times are far below 2^63, and only from a signed number is it one instruction.
[[nodiscard]] inline double as_double(std::uint64_t value) noexcept { return static_cast<double>(static_cast<std::int64_t>(value)); }

inline void write_level(const OrderNode* rows, LevelIndex index, const SideColumns& columns, std::uint32_t rank) noexcept {
  const Level& level = level_at(rows, index);
  columns.price[rank] = level.price;
  columns.orders[rank] = level.order_count();
  columns.quantity[rank] = as_double(level.quantity);
}

[[nodiscard]] inline std::uint32_t shown_ranks(std::uint32_t depth) noexcept { return (std::uint32_t{1} << depth) - 1; }

// The ranks that changed, and from the first at which a level came or went all.
inline void write_side(const RowSource& source, LadderIndex index, regions::BooksColumns& columns, std::uint16_t locate,
                       std::uint32_t depth, bool whole) noexcept {
  const Ladder& ladder = source.levels[index];
  const std::uint32_t shown = shown_ranks(depth);
  const std::uint32_t moved = whole ? shown : ladder.moved & shown;
  const std::uint32_t first_moved = moved & (~moved + 1);  // 0 when none has
  const std::uint32_t ranks = (ladder.changed & shown) | (shown & ~(first_moved - 1));
  const SideColumns side = columns_of(columns, locate, depth, is_bid(index));
  *side.levels = std::min(source.levels.count(index), depth);
  std::uint32_t rank = 0;
  source.levels.walk(index, static_cast<std::uint32_t>(32 - std::countl_zero(ranks)), [&](LevelIndex level) {
    if ((ranks >> rank & 1) != 0) write_level(source.rows, level, side, rank);
    ++rank;
  });
}

// What most messages leave alone: levels that are shown, name, state, last trade. A message is of one side: the one that has changed comes
// first, and the other is seldom written.
[[gnu::noinline]] inline void write_shown(const RowSource& source, std::uint16_t locate, regions::BooksColumns& columns,
                                          std::uint32_t depth, bool stale) noexcept {
  const Book& book = source.book;
  const bool whole = (book.row & row_flag::written) == 0;
  if (whole || (book.row & row_flag::renamed) != 0 || ((book.row & row_flag::stale) != 0) != stale) {
    columns.state[locate] = (book.known ? state_known : 0U) | (stale ? state_stale : 0U) | (book.halted() ? state_halted : 0U);
    std::memcpy(columns.symbol + std::size_t{locate} * book.symbol.size(), book.symbol.data(), book.symbol.size());
  }
  if (whole || (book.row & row_flag::traded) != 0) {
    columns.last_trade_price[locate] = book.last_trade_price;
    columns.last_trade_quantity[locate] = book.last_trade_shares;
  }
  const LadderIndex bids = ladder_of(locate, 'B');
  const auto ranks_of = [&](LadderIndex index) {
    const Ladder& ladder = source.levels[index];
    return whole ? ~std::uint32_t{0} : (ladder.changed | ladder.moved) & shown_ranks(depth);
  };
  const LadderIndex one = bids + (ranks_of(bids) == 0 ? 1 : 0);
  if (ranks_of(one) != 0) write_side(source, one, columns, locate, depth, whole);
  const LadderIndex other = one ^ 1;
  if (ranks_of(other) != 0) [[unlikely]] write_side(source, other, columns, locate, depth, whole);
}

}  // namespace detail

// A level behind the row's depth changes nothing shown, not even how many levels there are.
[[gnu::always_inline]] inline void write_row(const RowSource& source, std::uint16_t locate, regions::BooksColumns& columns,
                                             std::uint32_t depth, bool stale) noexcept {
  Book& book = source.book;
  Ladder& bid = source.levels[ladder_of(locate, 'B')];
  Ladder& ask = source.levels[ladder_of(locate, 'S')];
  const std::uint8_t as_shown = row_flag::written | (stale ? row_flag::stale : 0);
  const std::uint32_t ranks = (bid.changed | bid.moved | ask.changed | ask.moved) & detail::shown_ranks(depth);
  std::uint32_t* sequence = &columns.sequence[locate];
  core::write_begin(sequence);
  columns.order_count[locate] = book.order_count;
  columns.update_time[locate] = detail::as_double(book.update_time);
  columns.updates[locate] = detail::as_double(book.updates);
  if ((ranks != 0) | (book.row != as_shown)) detail::write_shown(source, locate, columns, depth, stale);
  core::write_end(sequence);
  bid.changed = bid.moved = ask.changed = ask.moved = 0;
  book.row = as_shown;
}

// Every row up to `last` says whether a gap is open; rows that already say it are left alone.
inline void mark_rows(regions::BooksColumns& columns, std::uint32_t last, bool stale) noexcept {
  for (std::uint32_t locate = 0; locate <= last; ++locate) {
    const std::uint32_t state = columns.state[locate];
    const std::uint32_t wanted = stale ? state | state_stale : state & ~state_stale;
    if (state == wanted) continue;
    core::write_begin(&columns.sequence[locate]);
    columns.state[locate] = wanted;
    core::write_end(&columns.sequence[locate]);
  }
}

}  // namespace hopwire::feed
