// Durations of single events: recorded in TSC ticks into HDR buckets, read as percentiles in nanoseconds.
//
// Memory is taken at construction; record() costs an increment in a table of 221 kB, of which neighbouring values share lines. What can go
// wrong: nothing is subtracted, so a percentile holds the cost of the two stamps around the event; measure that beside it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/hdr.hpp"

namespace hopwire::bench {

class Distribution {
 public:
  explicit Distribution(double nanoseconds_per_tick)
      : nanoseconds_per_tick_(nanoseconds_per_tick), counts_(core::hdr::bucket_count) {}

  void record(std::uint64_t ticks) noexcept {
    ++counts_[core::hdr::index_of(ticks < core::hdr::highest_value ? ticks : core::hdr::highest_value)];
    ++count_;
    if (ticks > maximum_) maximum_ = ticks;
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] double maximum() const noexcept { return static_cast<double>(maximum_) * nanoseconds_per_tick_; }

  // The smallest recorded duration, to a thousandth, that at least `percent` of the events did not exceed.
  [[nodiscard]] double percentile(double percent) const noexcept {
    const double wanted = percent / 100 * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t index = 0; index < counts_.size(); ++index) {
      seen += counts_[index];
      if (seen == 0 || static_cast<double>(seen) < wanted) continue;
      return std::min(static_cast<double>(core::hdr::highest_at(index)) * nanoseconds_per_tick_, maximum());
    }
    return maximum();
  }

  // How many took longer than this.
  [[nodiscard]] std::uint64_t above(double nanoseconds) const noexcept {
    std::uint64_t over = 0;
    for (std::size_t index = 0; index < counts_.size(); ++index) {
      if (static_cast<double>(core::hdr::lowest_at(index)) * nanoseconds_per_tick_ > nanoseconds) over += counts_[index];
    }
    return over;
  }

 private:
  double nanoseconds_per_tick_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t maximum_ = 0;
};

}  // namespace hopwire::bench
