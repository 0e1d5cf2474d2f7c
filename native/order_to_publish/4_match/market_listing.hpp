// For tests and tools: the part of state_listing.hpp that is about states, auctions and limits, as src/reference/market_listing.ts prints
// it. What is as it was at the start is left out.
#pragma once

#include <cstdint>
#include <ostream>

#include "order_to_publish/4_match/circuit_breaker.hpp"
#include "order_to_publish/4_match/scenario_market.hpp"

namespace hopwire::venue::scenario {

inline std::ostream& operator<<(std::ostream& out, const AuctionCollar& collar) {
  return out << collar.lower_price << " to " << collar.upper_price << " around " << collar.reference_price;
}

inline void list_state(std::ostream& out, const InstrumentRules& rules) {
  const std::string reason = halt_reason_word(rules.halt_reason);
  if (!rules.is_trading() || !reason.empty()) {
    out << "state " << state_word(rules.state) << (reason.empty() ? "" : " ") << reason;
    if (rules.due != never) out << " due " << rules.due;
    out << "\n";
  }
  if (rules.pause_collar.is_set) out << "opens with " << rules.pause_collar << "\n";
  if (rules.auction_collar.is_set) out << "collar " << rules.auction_collar << " extension " << rules.auction_collar.extension << "\n";
}

inline void list_limits(std::ostream& out, const InstrumentRules& rules, levels::Price last_price, std::uint64_t now) {
  if (rules.said_reference != 0 && rules.said_reference != last_price) out << "reference " << rules.said_reference << "\n";
  if (rules.tick_count != 0) {
    out << "ticks";
    for (std::uint32_t index = 0; index < rules.tick_count; ++index) {
      out << " " << rules.ticks[index].from_price << ":" << rules.ticks[index].tick;
    }
    out << "\n";
  }
  if (rules.lot != 1 || rules.minimum_quantity != 1) out << "lot " << rules.lot << " least " << rules.minimum_quantity << "\n";
  if (rules.collar_basis_points != 0) out << "collar " << rules.collar_basis_points << "\n";
  if (rules.band.basis_points != 0) {
    out << "band " << rules.band.basis_points << " from " << rules.band.lower << " to " << rules.band.upper << "\n";
  }
  if (rules.limit_state.is_on) {
    const char* side = rules.limit_state.side == order_entry::Side::buy ? "buy" : "sell";
    out << "limit " << side << " @ " << rules.limit_state.price << " since " << rules.limit_state.since << "\n";
  }
  if (rules.breaker.basis_points != 0) {
    out << "breaker " << rules.breaker.basis_points << " slices of " << rules.breaker.slice_time << ":";
    for (const Breaker::Slice& slice : circuit_breaker::counted(rules.breaker, now)) {
      out << " " << slice.number << ":" << slice.lowest << "-" << slice.highest;
    }
    out << "\n";
  }
  if (rules.halt_time != 0 || rules.call_time != 0) out << "reopening " << rules.halt_time << " " << rules.call_time << "\n";
}

}  // namespace hopwire::venue::scenario
