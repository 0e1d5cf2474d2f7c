// Why: most instruments trade continuously without a table, a band or a collar, so what an instrument asks for beyond that lies in a column
// of its own, which the plain path never touches. A book's `rules` byte says whether to look here; it stands on the line that every command
// to the book reads anyway.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "generated/rules.hpp"
#include "levels/price_levels.hpp"
#include "order_to_publish/4_match/market_facts.hpp"
#include "order_to_publish/4_match/order_checks.hpp"

namespace hopwire::venue {

// Bits of a book's `rules` byte; 0 = an ordinary book.
namespace book_rule {
inline constexpr std::uint8_t not_trading = 1;  // any state but continuous
inline constexpr std::uint8_t asks_more = 2;    // a table, collar, band, breaker, or a reference price that is not the last trade
inline constexpr std::uint8_t banded = 4;       // its best prices are watched
inline constexpr std::uint8_t risk = 8;         // of every book when the venue has pre-trade risk
inline constexpr std::uint8_t short_restricted = 16;  // with risk: a short sale is asked for its price
}  // namespace book_rule

inline constexpr std::uint64_t never = UINT64_MAX;
inline constexpr std::uint32_t maximum_tick_bands = rules::tick_bands_max;
using rules::breaker_slices;

struct TickBand {
  levels::Price from_price;
  levels::Price tick;
};

struct PriceBand {
  std::uint32_t basis_points = 0;  // 0 = no band
  std::int64_t lower = 0;  // a tick may be so large that it lies above every price
  levels::Price upper = 0;
};

struct LimitState {
  bool is_on = false;
  order_entry::Side side = order_entry::Side::buy;  // whose best price stands at the band
  levels::Price price = 0;
  std::uint64_t since = 0;
};

struct AuctionCollar {
  bool is_set = false;
  levels::Price reference_price = 0;
  levels::Price lower_price = 0;
  levels::Price upper_price = 0;
  std::uint32_t extension = 0;
};

// circuit_breaker.hpp
struct Breaker {
  struct Slice {
    std::uint64_t number;
    levels::Price lowest;
    levels::Price highest;
  };

  std::uint32_t basis_points = 0;  // 0 = no breaker
  std::uint32_t count = 0;
  std::uint64_t slice_time = 0;
  Slice slices[breaker_slices] = {};  // oldest first
};

struct InstrumentRules {
  order_entry::TradingState state = order_entry::TradingState::continuous;
  HaltReason halt_reason{};            // of the last change of state
  levels::Level queue;                 // orders that wait unseen for an auction, in time priority
  levels::Price said_reference = 0;    // the reference price where it is not the last trade; 0 = it is
  std::uint32_t lot = 1;
  std::uint32_t minimum_quantity = 1;
  std::uint32_t collar_basis_points = 0;  // 0 = no collar
  std::uint32_t tick_count = 0;
  TickBand ticks[maximum_tick_bands] = {};  // ascending
  PriceBand band;
  LimitState limit_state;
  Breaker breaker;
  std::uint64_t halt_time = 0;  // how long what the venue halted stays halted, then in its call; 0 = until the operator says so
  std::uint64_t call_time = 0;
  std::uint64_t due = never;  // when the venue's own timetable changes the state next
  AuctionCollar pause_collar;    // for the call after a pause
  AuctionCollar auction_collar;  // of the call that is on
  bool is_marked = false;        // its best prices may have changed
  bool has_risk = false;         // pre_trade_risk.hpp
  bool is_short_restricted = false;  // short_sale.hpp

  [[nodiscard]] bool is_trading() const noexcept { return state == order_entry::TradingState::continuous; }

  // The auction that is being called.
  [[nodiscard]] std::optional<order_entry::CrossType> call() const noexcept {
    using order_entry::TradingState;
    if (state == TradingState::opening_auction) return order_entry::CrossType::opening;
    if (state == TradingState::reopening_auction) return order_entry::CrossType::reopening;
    if (state == TradingState::closing_auction) return order_entry::CrossType::closing;
    return std::nullopt;
  }

  [[nodiscard]] std::uint8_t book_bits() const noexcept {
    const bool asks_more = tick_count != 0 || lot != 1 || minimum_quantity != 1 || collar_basis_points != 0 || band.basis_points != 0 ||
                           breaker.basis_points != 0 || said_reference != 0;
    return static_cast<std::uint8_t>((is_trading() ? 0 : book_rule::not_trading) | (asks_more ? book_rule::asks_more : 0) |
                                     (band.basis_points != 0 || limit_state.is_on ? book_rule::banded : 0) |
                                     (has_risk ? book_rule::risk : 0) |
                                     (has_risk && is_short_restricted ? book_rule::short_restricted : 0));
  }
};

}  // namespace hopwire::venue
