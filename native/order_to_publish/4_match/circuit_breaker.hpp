// An instrument's own circuit breaker. set_circuit_breaker gives a percentage (at most 10,000 basis points; 0 = none) and a window of time.
//
// A trade in continuous trading that would be more than that percentage above the lowest or below the highest trade price of the window
// does not happen. The order that came in is `canceled` with tradingHalted for what it has not traded, a fill-or-kill too (its trial does
// not foresee this), and the instrument halts: T5, public H with P (reopening.hpp goes on from there). Stops elected before wait again.
//
// The window is counted in 16 slices of floor(window / 16) nanoseconds, from time 0: the slice of the present and the 15 before it count,
// each with its lowest and highest trade price. So 16 pairs are remembered, whatever is traded. An auction starts the count anew, with its
// price if it traded; so does a new day, and a new setting. A window below 16 ns is refused (invalidValue).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>

#include "order_to_publish/4_match/instrument_rules.hpp"
#include "order_to_publish/4_match/price_collar.hpp"

namespace hopwire::venue::circuit_breaker {

using levels::Price;

// The slices that count, oldest first.
inline std::span<const Breaker::Slice> counted(const Breaker& breaker, std::uint64_t now) noexcept {
  const std::uint64_t number = now / breaker.slice_time;
  const std::uint64_t oldest = number < breaker_slices ? 0 : number - breaker_slices + 1;
  std::uint32_t first = 0;
  while (first < breaker.count && breaker.slices[first].number < oldest) ++first;
  return {breaker.slices + first, breaker.count - first};
}

// Would a trade at this price go too far?
inline bool is_tripped(const Breaker& breaker, Price price, std::uint64_t now) noexcept {
  if (breaker.basis_points == 0) return false;
  const std::int64_t scaled = std::int64_t{price} * price_collar::whole;
  const std::int64_t up = price_collar::whole + breaker.basis_points;
  const std::int64_t down = price_collar::whole - breaker.basis_points;
  const auto slices = counted(breaker, now);
  return std::any_of(slices.begin(), slices.end(),
                     [&](const Breaker::Slice& slice) { return scaled > slice.lowest * up || scaled < slice.highest * down; });
}

inline void note(Breaker& breaker, Price price, std::uint64_t now) noexcept {
  if (breaker.basis_points == 0) return;
  const auto keep = counted(breaker, now);
  std::copy(keep.begin(), keep.end(), breaker.slices);
  breaker.count = static_cast<std::uint32_t>(keep.size());
  const std::uint64_t number = now / breaker.slice_time;
  if (breaker.count == 0 || breaker.slices[breaker.count - 1].number != number) {
    assert(breaker.count < breaker_slices);  // the present one is new, so at most 15 others count
    breaker.slices[breaker.count++] = {number, price, price};
    return;
  }
  Breaker::Slice& slice = breaker.slices[breaker.count - 1];
  slice.lowest = std::min(slice.lowest, price);
  slice.highest = std::max(slice.highest, price);
}

inline Refusal set(Breaker& breaker, std::int64_t basis_points, std::int64_t window) noexcept {
  if (const Refusal refusal = price_collar::check_basis_points(basis_points)) return refusal;
  if (basis_points > 0 && window < breaker_slices) return {order_entry::RejectReason::invalid_value, breaker_slices};
  breaker = {};
  if (basis_points == 0) return {};
  breaker.basis_points = static_cast<std::uint32_t>(basis_points);
  breaker.slice_time = static_cast<std::uint64_t>(window) / breaker_slices;
  return {};
}

}  // namespace hopwire::venue::circuit_breaker
