// What the matcher's rules hand each other. Included by matcher.hpp, never by anyone else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "levels/price_levels.hpp"
#include "order_to_publish/4_match/instrument_rules.hpp"
#include "order_to_publish/4_match/order_terms.hpp"

namespace hopwire::venue::matching {

// One instrument's orders, and what every command to it asks first: one line.
struct alignas(64) Book {
  levels::Ladder bid;
  levels::Ladder ask;
  std::uint32_t instrument_id;
  std::uint32_t order_count;
  bool known;
  bool has_stops;            // some wait; see stops_
  std::uint8_t rules;        // book_rule bits: 0 = continuous trading, nothing asked beyond the ordinary; else see market_
  levels::Price last_price;  // of the last trade; 0 = none yet

  [[nodiscard]] bool has_risk() const noexcept { return (rules & book_rule::risk) != 0; }
  // Beside risk.
  [[nodiscard]] bool asks_anything() const noexcept { return (rules & ~(book_rule::risk | book_rule::short_restricted)) != 0; }

  const levels::Ladder& side(order_entry::Side which) const noexcept { return which == order_entry::Side::buy ? bid : ask; }
  levels::Ladder& side(order_entry::Side which) noexcept { return which == order_entry::Side::buy ? bid : ask; }
  levels::Ladder& opposite(order_entry::Side which) noexcept { return which == order_entry::Side::buy ? ask : bid; }
};
static_assert(sizeof(Book) == 64);

// A place in a walk (book_cursor.hpp).
struct BookCursor {
  levels::OrderIndex slot = levels::none;
  levels::LevelIndex level = levels::none;
  std::uint32_t levels_done = 0;
  bool asks = false;
};

// An order on its way through the book: new, or taken out of it by a replace. Small fields stand apart on purpose: where they are
// neighbours here and in an event, the compiler copies them with one wide load, which has to wait for the narrow stores before it.
struct Taker {
  std::uint64_t cl_ord_id;
  std::uint64_t reference;
  std::uint32_t session;
  std::uint32_t leaves;
  std::uint32_t account;
  std::uint32_t firm;
  std::uint32_t executed;  // since it was entered
  levels::Price price;     // as the owner is told; null for a market order
  levels::Price limit;     // the worst price it takes
  alignas(4) std::uint16_t locate;
  alignas(4) order_entry::Side side;
  alignas(4) std::uint8_t flags;
  alignas(4) order_entry::OrderType order_type;
  alignas(4) order_entry::TimeInForce time_in_force;
  alignas(4) std::uint16_t account_row = 0;  // these two with pre-trade risk (pre_trade_risk.hpp)
  levels::Price risk_price = 0;
  OrderTerms* terms = nullptr;  // none: an ordinary order
};

// No jump: a buy takes resting <= limit, a sell resting >= limit, which is ~resting <= ~limit.
inline bool crosses(order_entry::Side taker_side, levels::Price limit, levels::Price resting) noexcept {
  const levels::Price flip = -static_cast<levels::Price>(taker_side != order_entry::Side::buy);
  return (resting ^ flip) <= (limit ^ flip);
}

// What a taker and a maker exchanged.
struct Trade {
  levels::Price price;
  std::uint32_t quantity;
  [[nodiscard]] std::uint64_t value() const noexcept { return std::uint64_t{quantity} * static_cast<std::uint32_t>(price); }
};

// Stops that wait, by stop price: a buy is reached from below, so the lowest stands first, a sell from above.
struct StopBook {
  levels::Ladder buy;
  levels::Ladder sell;

  const levels::Ladder& side(order_entry::Side which) const noexcept { return which == order_entry::Side::buy ? buy : sell; }
  levels::Ladder& side(order_entry::Side which) noexcept { return which == order_entry::Side::buy ? buy : sell; }
};

// An order in the order of entry.
struct Entered {
  std::uint64_t entry;
  levels::OrderIndex slot;
};

// Time priority among all that wait or rest in an instrument: behind orders up to this reference, and among those by placement.
struct Turn {
  std::uint64_t placed_after;
  std::uint64_t placement;
};

// One instrument of a mass quote.
struct QuoteEntry {
  levels::Price bid_price;
  std::uint32_t bid_quantity;
  levels::Price ask_price;
  std::uint32_t ask_quantity;
  std::uint32_t instrument_id;
  std::uint16_t locate;
};

inline constexpr std::uint32_t most_entries = mass_quote_entries_max;

// Entries that wait for their close.
struct QuotedEntries {
  std::uint64_t cl_ord_id;
  std::uint32_t session;
  std::uint32_t count;
  QuoteEntry entries[most_entries];
};

// What a mass quote would need at most.
struct QuoteRoom {
  std::size_t orders;
  std::size_t levels;
};

}  // namespace hopwire::venue::matching
