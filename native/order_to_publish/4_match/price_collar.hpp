// Price collar: how far from the reference price an order may reach. The reference price is the last trade, or what the operator said
// since (set_reference_price); without one there is no collar. set_price_collar sets the distance, at most 10,000 basis points; 0 = none.
// The upper edge is reference + floor(reference x basis points / 10,000), the lower edge the same below.
//
// A new or replaced limit order of any state that reaches too far (a buy above the upper edge, a sell below the lower) is refused:
// priceCollar, with the edge. A market order trades as far as the edge it meets when it comes in, and is cancelled there like any market
// order without a counterpart (immediateOrCancel); trades on the way do not move that edge. A stop-limit is asked when it is triggered, and
// `canceled` with priceCollar. Orders that rest, and auctions, are not asked.
#pragma once

#include <cstdint>
#include <optional>

#include "generated/rules.hpp"
#include "order_to_publish/4_match/instrument_rules.hpp"

namespace hopwire::venue::price_collar {

using levels::Price;

inline constexpr std::int64_t whole = rules::whole_in_basis_points;

// A part of a price, rounded down.
inline std::int64_t part_of(Price price, std::int64_t basis_points) noexcept { return price * basis_points / whole; }

// The worst price that an order of this side may reach; reference 0 = there is none.
inline std::optional<std::int64_t> edge(const InstrumentRules& rules, Price reference, order_entry::Side side) noexcept {
  if (reference == 0 || rules.collar_basis_points == 0) return std::nullopt;
  const std::int64_t distance = part_of(reference, rules.collar_basis_points);
  return side == order_entry::Side::buy ? reference + distance : reference - distance;
}

inline bool is_beyond(order_entry::Side side, Price price, std::int64_t edge) noexcept {
  return side == order_entry::Side::buy ? price > edge : price < edge;
}

inline Refusal check(const InstrumentRules& rules, Price reference, order_entry::Side side, Price price) noexcept {
  const auto limit = edge(rules, reference, side);
  if (!limit || !is_beyond(side, price, *limit)) return {};
  return {order_entry::RejectReason::price_collar, *limit};
}

inline Refusal check_basis_points(std::int64_t basis_points) noexcept {
  if (basis_points < 0) return {order_entry::RejectReason::invalid_value, 0};
  if (basis_points > whole) return {order_entry::RejectReason::invalid_value, whole};
  return {};
}

inline Refusal set(InstrumentRules& rules, std::int64_t basis_points) noexcept {
  const Refusal refusal = check_basis_points(basis_points);
  if (!refusal) rules.collar_basis_points = static_cast<std::uint32_t>(basis_points);
  return refusal;
}

}  // namespace hopwire::venue::price_collar
