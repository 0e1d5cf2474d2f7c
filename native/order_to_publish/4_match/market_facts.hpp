// What an event about an instrument or the market says beside its kind, price, side and locate. Such an event is about no order, so what
// an order's event keeps in its last 56 bytes (match_event.hpp, from queue_ahead on) is free for these, one of them by kind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "order_to_publish/4_match/match_event.hpp"

namespace hopwire::venue {

// Up to four capitals or digits, zero bytes behind them.
using HaltReason = std::array<char, 4>;

// uncrossed, imbalance. The first two stand where an order's event has queue_ahead and match_number.
struct AuctionFacts {
  std::uint64_t quantity = 0;         // uncrossed: traded; imbalance: what would be left over, on MatchEvent::side
  std::uint64_t match_number = 0;     // uncrossed
  std::uint64_t paired_quantity = 0;  // imbalance: what would trade
  std::int32_t reference_price = 0;   // imbalance; 0 = none
  std::int32_t far_price = 0;         // the price if only orders for this auction took part; 0 = none
  std::int32_t near_price = 0;        // if all did
  order_entry::CrossType cross_type = order_entry::CrossType::opening;
  char variation = ' ';  // ITCH's letter for how far the near price is from the reference
  std::uint8_t reserved[18] = {};
};

// state_changed.
struct StateFacts {
  order_entry::TradingState state = order_entry::TradingState::continuous;
  std::uint8_t reserved[3] = {};
  HaltReason halt_reason{};
  std::uint8_t reserved_too[48] = {};
};

// auction_collar.
struct CollarFacts {
  std::int32_t reference_price = 0;
  std::int32_t lower_price = 0;
  std::int32_t upper_price = 0;
  std::uint32_t extension = 0;  // how many times it was widened
  std::uint8_t reserved[40] = {};
};

// market_levels.
struct LevelFacts {
  std::int64_t levels[3] = {};  // 1e-8
  std::uint8_t reserved[32] = {};
};

namespace market_facts {
inline constexpr std::size_t at = offsetof(MatchEvent, queue_ahead);
inline constexpr std::size_t size = sizeof(MatchEvent) - at;
}  // namespace market_facts

template <class Facts>
void put_facts(MatchEvent& event, const Facts& facts) noexcept {
  static_assert(sizeof(Facts) == market_facts::size && std::has_unique_object_representations_v<Facts>);
  std::memcpy(reinterpret_cast<std::byte*>(&event) + market_facts::at, &facts, sizeof facts);
}

template <class Facts>
[[nodiscard]] Facts facts_of(const MatchEvent& event) noexcept {
  static_assert(sizeof(Facts) == market_facts::size && std::is_trivially_copyable_v<Facts>);
  Facts facts;
  std::memcpy(static_cast<void*>(&facts), reinterpret_cast<const std::byte*>(&event) + market_facts::at, sizeof facts);
  return facts;
}

// About an instrument or the market, not about an order.
[[nodiscard]] constexpr bool is_about_market(MatchEventKind kind) noexcept {
  return kind >= MatchEventKind::uncrossed && kind <= MatchEventKind::admin_refused;
}

// The letter of ITCH H.
[[nodiscard]] inline char trading_action(const StateFacts& facts) noexcept {
  using order_entry::TradingState;
  if (facts.state == TradingState::continuous) return 'T';
  if (facts.state == TradingState::closed) return 'H';
  if (facts.state != TradingState::halt) return 'Q';
  const bool by_venue = facts.halt_reason == HaltReason{'L', 'U', 'D', 'P'} || facts.halt_reason == HaltReason{'T', '5'};
  return by_venue ? 'P' : 'H';
}

}  // namespace hopwire::venue
