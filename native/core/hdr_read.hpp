// Why: native tests and benches want percentiles without TypeScript. What: percentiles of a counts array, with the rounding of the
// reference implementations (the highest value equivalent to the one at the rank), so that both languages print the same figure. Cold.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "core/hdr.hpp"

namespace hopwire::core::hdr {

[[nodiscard]] inline std::uint64_t total_count(std::span<const std::uint32_t> counts) noexcept {
  std::uint64_t total = 0;
  for (const std::uint32_t count : counts) total += count;
  return total;
}

// 0 for an empty histogram.
[[nodiscard]] inline std::uint64_t value_at_percentile(std::span<const std::uint32_t> counts, double percentile) noexcept {
  const std::uint64_t total = total_count(counts);
  const double asked = std::clamp(percentile, 0.0, 100.0);
  // Rounded up, less one unit in the last place: 10 % of 10 values is the first value, not the second.
  const double exact = asked / 100.0 * static_cast<double>(total) * (1 - std::numeric_limits<double>::epsilon());
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exact)));
  std::uint64_t seen = 0;
  for (std::size_t index = 0; index < counts.size(); ++index) {
    seen += counts[index];
    if (seen >= rank) return percentile <= 0 ? lowest_at(index) : highest_at(index);
  }
  return 0;
}

}  // namespace hopwire::core::hdr
