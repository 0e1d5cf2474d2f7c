// Why: native tests and benches want percentiles without TypeScript. What: percentiles of a counts array, with the rounding of the reference
// implementations (the highest value equivalent to the one at the rank), so that both languages print the same figure. Cold.
#pragma once

#include <algorithm>
#include <cstdint>
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
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(asked / 100.0 * static_cast<double>(total) + 0.5));
  std::uint64_t seen = 0;
  for (std::size_t index = 0; index < counts.size(); ++index) {
    seen += counts[index];
    if (seen >= rank) return percentile <= 0 ? lowest_at(index) : highest_at(index);
  }
  return 0;
}

}  // namespace hopwire::core::hdr
