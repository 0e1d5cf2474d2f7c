// What a matcher remembers of instruments and the market beside the books: read and changed by market_rules.hpp and book_checks.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "order_to_publish/4_match/instrument_rules.hpp"

namespace hopwire::venue {

struct MarketStore {
  // What an order has in an auction, as it stands in line there.
  struct Piece {
    std::uint64_t placed_after;  // time priority: Matcher::Turn
    std::uint64_t placement;
    levels::OrderIndex slot;
    levels::Price price;  // null for a market order
    std::uint32_t open;
    bool is_displayed;
    bool is_hidden;  // a reserve order's rest
  };

  MarketStore(std::size_t maximum_locate, std::size_t maximum_orders)
      : rules(maximum_locate + 1), marked(maximum_locate + 1), pieces(4 * maximum_orders) {}

  core::ReservedArray<InstrumentRules> rules;  // by locate
  core::ReservedArray<std::uint16_t> marked;   // rows whose best prices may have changed while a band holds
  std::size_t marked_count = 0;
  core::ReservedArray<Piece> pieces;  // room for an auction
  std::uint64_t placements = 0;
  std::int64_t day = 0;
  std::int64_t said_levels[3] = {};  // of the market-wide circuit breaker, as last said; nothing follows from them here
  std::int64_t breached_level = 0;  // of the market-wide circuit breaker, this day; 0 = none
};

}  // namespace hopwire::venue
