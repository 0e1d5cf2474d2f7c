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

inline void write_level(const OrderNode* rows, LevelIndex index, const SideColumns& columns, std::uint32_t rank) noexcept {
  const Level& level = level_at(rows, index);
  columns.price[rank] = level.price;
  columns.orders[rank] = level.order_count();
  columns.quantity[rank] = static_cast<double>(level.quantity);
}

// The ranks to write: those that changed, and from the first that moved all. A level behind the row's depth changes nothing shown, not even
// how many levels there are; most messages are of such a level or of the other side, so that is found out before anything else.
template <class ColumnsOf>
[[gnu::always_inline]] inline void write_side(const RowSource& source, LadderIndex index, std::uint32_t depth, bool whole,
                                              ColumnsOf&& columns_of) noexcept {
  Ladder& ladder = source.levels[index];
  const std::uint32_t shown = (std::uint32_t{1} << depth) - 1;
  const std::uint32_t moved = whole ? shown : ladder.moved & shown;
  std::uint32_t ranks = (ladder.changed | moved) & shown;
  ladder.changed = 0;
  ladder.moved = 0;
  if (ranks == 0) return;
  const SideColumns columns = columns_of();
  if (moved != 0) {
    ranks |= (~std::uint32_t{0} << std::countr_zero(moved)) & shown;
    *columns.levels = std::min(source.levels.count(index), depth);
  }
  std::uint32_t rank = 0;
  source.levels.walk(index, static_cast<std::uint32_t>(32 - std::countl_zero(ranks)), [&](LevelIndex level) {
    if ((ranks >> rank & 1) != 0) write_level(source.rows, level, columns, rank);
    ++rank;
  });
}

}  // namespace detail

inline void write_row(const RowSource& source, std::uint16_t locate, regions::BooksColumns& columns, std::uint32_t depth,
                      bool stale) noexcept {
  Book& book = source.book;
  const bool whole = !book.written;
  const std::size_t first = std::size_t{locate} * depth;
  core::write_begin(&columns.sequence[locate]);
  if (whole || book.renamed || book.shown_stale != stale) {
    columns.state[locate] = (book.known ? state_known : 0U) | (stale ? state_stale : 0U) | (book.halted() ? state_halted : 0U);
    std::memcpy(columns.symbol + std::size_t{locate} * book.symbol.size(), book.symbol.data(), book.symbol.size());
  }
  if (whole || book.traded) {
    columns.last_trade_price[locate] = book.last_trade_price;
    columns.last_trade_quantity[locate] = book.last_trade_shares;
  }
  columns.order_count[locate] = book.order_count;
  columns.update_time[locate] = static_cast<double>(book.update_time);
  columns.updates[locate] = static_cast<double>(book.updates);
  detail::write_side(source, ladder_of(locate, 'B'), depth, whole, [&] {
    return detail::SideColumns{columns.bid_price + first, columns.bid_orders + first, columns.bid_quantity + first,
                               columns.bid_levels + locate};
  });
  detail::write_side(source, ladder_of(locate, 'S'), depth, whole, [&] {
    return detail::SideColumns{columns.ask_price + first, columns.ask_orders + first, columns.ask_quantity + first,
                               columns.ask_levels + locate};
  });
  core::write_end(&columns.sequence[locate]);
  book.written = true;
  book.renamed = false;
  book.shown_stale = stale;
  book.traded = false;
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
