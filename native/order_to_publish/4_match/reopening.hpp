// How an instrument that the venue itself halted comes back: halt, reopening call, auction.
//
// Venue-made halts: LUDP (price_band.hpp), T5 (circuit_breaker.hpp), MWC1 and MWC2 (market_breaker.hpp; MWC3 stays until the operator says
// otherwise). set_reopening says how long they last and how long the call after them; 0 = until the operator says so. When the time has
// come, the state changes as if by command: to reopening_auction (reason in H: LUDP as it was, T7 after T5, MWCQ after MWC1 and MWC2), then
// to continuous. A permitted set_trading_state of the operator takes the timetable over: nothing happens by itself any more.
//
// Auction collar, after a limit state pause only. The call begins with `auctionCollar` (public: J) after its `stateChanged`: around the
// band price at which the limit state stood; 5% wide on the side of that band, up to the other band on the other (the US plan's shape).
// When the call is to end and its auction would trade outside, it does not: the collar is widened on that side by 5% of the first price
// (`auctionCollar` with extension one more) and the call goes on, by its timetable for another call time. 5% and widening are rounded down.
// Included by matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>

#include "generated/rules.hpp"
#include "order_to_publish/4_match/market_rules.hpp"

namespace hopwire::venue {

namespace reopening {

inline constexpr std::int64_t collar_basis_points = rules::reopening_collar_basis_points;
inline constexpr HaltReason pause{'L', 'U', 'D', 'P'};
inline constexpr HaltReason breaker{'T', '5'};

constexpr HaltReason market_breach(std::int64_t level) noexcept { return {'M', 'W', 'C', static_cast<char>('0' + level)}; }

// What ITCH gives for the call after a halt for `reason`.
inline HaltReason reason_after(HaltReason reason) noexcept {
  if (reason == breaker) return {'T', '7'};
  return reason == pause ? pause : HaltReason{'M', 'W', 'C', 'Q'};
}

inline levels::Price within(std::int64_t price) noexcept {
  return static_cast<levels::Price>(std::clamp<std::int64_t>(price, smallest_price, largest_price));
}

// The collar of the call that will follow this pause.
inline AuctionCollar collar_after(const InstrumentRules& rules) noexcept {
  const LimitState& limit = rules.limit_state;
  if (!limit.is_on || rules.band.basis_points == 0) return {};
  const std::int64_t width = price_collar::part_of(limit.price, collar_basis_points);
  const bool is_up = limit.side == order_entry::Side::buy;
  return {.is_set = true,
          .reference_price = limit.price,
          .lower_price = is_up ? within(rules.band.lower) : within(limit.price - width),
          .upper_price = is_up ? within(limit.price + width) : rules.band.upper,
          .extension = 0};
}

}  // namespace reopening

template <class Sink>
void MarketRules<Sink>::publish_collar(std::uint16_t locate, const AuctionCollar& collar) {
  rules(locate).auction_collar = collar;
  MatchEvent& event = begin_market_event(MatchEventKind::auction_collar, PublicEffect::auction_collar, locate);
  put_facts(event, CollarFacts{.reference_price = collar.reference_price,
                               .lower_price = collar.lower_price,
                               .upper_price = collar.upper_price,
                               .extension = collar.extension});
  sink_.commit();
}

// Keeps the call open when its auction would trade outside the collar.
template <class Sink>
bool MarketRules<Sink>::must_extend(std::uint16_t locate) {
  AuctionCollar collar = rules(locate).auction_collar;
  const auto call = rules(locate).call();
  if (!collar.is_set || !call) return false;
  const Price price = find_cross(locate, *call).price;
  if (price == 0 || (price >= collar.lower_price && price <= collar.upper_price)) return false;
  const std::int64_t width = price_collar::part_of(collar.reference_price, reopening::collar_basis_points);
  if (price > collar.upper_price) {
    collar.upper_price = reopening::within(collar.upper_price + width);
  } else {
    collar.lower_price = reopening::within(collar.lower_price - width);
  }
  ++collar.extension;
  publish_collar(locate, collar);
  return true;
}

template <class Sink>
Refusal MarketRules<Sink>::set_reopening(std::uint16_t locate, std::int64_t halt_time, std::int64_t call_time) {
  if (halt_time < 0 || call_time < 0) return {order_entry::RejectReason::invalid_value, 0};
  rules(locate).halt_time = static_cast<std::uint64_t>(halt_time);
  rules(locate).call_time = static_cast<std::uint64_t>(call_time);
  return {};
}

}  // namespace hopwire::venue
