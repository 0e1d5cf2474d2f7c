// What hop 3 keeps per stock locate and what it tells: one book row, trade prints, counters of what the stream did wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hopwire::feed {

struct BookLimits {
  std::size_t maximum_orders = std::size_t{1} << 20;  // live at one time
  std::size_t maximum_levels = std::size_t{1} << 20;  // price levels with orders, all books together
  std::uint16_t maximum_locate = 65535;
  std::size_t maximum_trades = 4096;  // prints kept between two clear_trades()
  std::size_t orders_in_cache = 16'384;  // with fewer, live, nothing is asked for ahead: the caches hold the books
  char market = 'Q';                  // whose operational halts ('h') count here: Q Nasdaq, B BX, X PSX
};

// What its row in the Books region shows (book_rows.hpp). Together, so that one look says there is nothing seldom to write.
namespace row_flag {
inline constexpr std::uint8_t written = 1;  // as a whole, once; from then on only what changed is
inline constexpr std::uint8_t stale = 2;    // as the row was last written
inline constexpr std::uint8_t renamed = 4;  // name or state differ from the row's
inline constexpr std::uint8_t traded = 8;   // a print since the row was written
}  // namespace row_flag

// One cache line. A book begins as zero bytes, so that the 65,536 there can be cost nothing until a stock locate is used; its price levels
// stand in two ladders beside it.
struct alignas(64) Book {
  std::uint64_t update_time = 0;  // ns since midnight
  std::uint64_t updates = 0;      // messages that touched this row
  std::uint32_t order_count = 0;
  bool touched = false;  // stands in the touched list
  bool known = false;    // some message named this locate's stock
  std::uint8_t row = 0;  // row_flag
  std::array<char, 8> symbol{};  // space padded once known
  std::int32_t last_trade_price = 0;  // 0 = none yet
  std::uint32_t last_trade_shares = 0;
  char trading_state = 0;             // of the last H: H halted, P paused, Q quotation only, T trading; 0 = none seen
  bool operationally_halted = false;  // of the last h for this market

  [[nodiscard]] bool halted() const noexcept { return trading_state == 'H' || trading_state == 'P' || operationally_halted; }
  // Trimmed of its padding; empty when unknown.
  [[nodiscard]] std::string_view stock() const noexcept {
    std::string_view name(symbol.data(), symbol.size());
    const std::size_t last = name.find_last_not_of(std::string_view(" \0", 2));
    return name.substr(0, last == std::string_view::npos ? 0 : last + 1);
  }
};
static_assert(sizeof(Book) == 64);

// A trade the feed reported and the tape counts: E, C (printable), P and Q.
struct TradePrint {
  std::uint64_t time = 0;  // ns since midnight
  std::uint64_t match = 0;
  std::uint64_t shares = 0;  // 64 bits for a cross
  std::int32_t price = 0;    // 1e-4
  std::uint16_t locate = 0;
  char side = 0;  // of the resting order; 0 when the message does not tell (P, Q, an unknown order)
  char type = 0;  // E, C, P or Q
};

// Wire trouble is counted and named, never repaired by invention. Indexed by message type where a type matters. Of everything that was ever
// booked, the messages of snapshots too.
struct BookCounters {
  std::array<std::uint64_t, 256> messages{};
  std::array<std::uint64_t, 256> orphans{};    // E, C, X, D, U of a reference that is not live
  std::uint64_t duplicate_references = 0;      // A, F or U that brings a reference already live: ignored
  std::uint64_t over_reductions = 0;           // E, C or X of more shares than remain: the order is removed
  std::uint64_t zero_share_orders = 0;         // A, F or U with nothing to show: no order is made
  std::uint64_t beyond_limits = 0;             // orders not kept: table, levels or locate range full
  std::uint64_t trades_dropped = 0;            // prints beyond maximum_trades
  std::uint64_t printed_shares = 0;            // E + C (printable) + P + Q; broken trades are not subtracted
  std::uint64_t broken_trades = 0;             // B

  [[nodiscard]] std::uint64_t of(char type) const noexcept { return messages[static_cast<std::uint8_t>(type)]; }
  [[nodiscard]] std::uint64_t orphans_of(char type) const noexcept { return orphans[static_cast<std::uint8_t>(type)]; }
  [[nodiscard]] std::uint64_t all_orphans() const noexcept {
    std::uint64_t sum = 0;
    for (const char type : {'E', 'C', 'X', 'D', 'U'}) sum += orphans_of(type);
    return sum;
  }
};

}  // namespace hopwire::feed
