// Why: latency is read from tails, and tails need every value. What: recording into an HDR histogram (lowest 1 ns, 3 significant digits)
// laid out exactly as hdr-histogram-js and the Java original lay out their counts, in memory that others map.
//
//   bucket b = how far the value must be shifted to fit 11 bits;   index = (b + 1) * 1024 + (value >> b) - 1024
//   values 0..2047 have a count each; above, every power of two has 1024 counts: at most 0.1 % wide.
//
// One writer; a record is one increment and four double updates, about 2 ns. Readers copy while it grows: counts may be one value ahead of
// the totals beside them. What can go wrong: a value above 68.7 s is counted in the last bucket and shows in max; a count wraps after 2^32
// values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace hopwire::core::hdr {

inline constexpr unsigned significant_digits = 3;
inline constexpr unsigned sub_bucket_bits = 11;
inline constexpr std::uint64_t sub_bucket_half = std::uint64_t{1} << (sub_bucket_bits - 1);
inline constexpr std::uint64_t sub_bucket_mask = (std::uint64_t{1} << sub_bucket_bits) - 1;
// What hdr-histogram-js makes of "60 seconds and three digits": 26 buckets of 1024 beside the first.
inline constexpr std::size_t bucket_count = 27 * sub_bucket_half;
inline constexpr std::uint64_t highest_value = (std::uint64_t{1} << 36) - 1;

[[nodiscard]] constexpr std::size_t index_of(std::uint64_t value) noexcept {
  const unsigned shift = static_cast<unsigned>(64 - std::countl_zero(value | sub_bucket_mask)) - sub_bucket_bits;
  return (static_cast<std::size_t>(shift + 1) << (sub_bucket_bits - 1)) + static_cast<std::size_t>((value >> shift) - sub_bucket_half);
}
// The smallest and the largest value counted at `index`.
[[nodiscard]] constexpr std::uint64_t lowest_at(std::size_t index) noexcept {
  if (index < 2 * sub_bucket_half) return index;
  const unsigned shift = static_cast<unsigned>(index / sub_bucket_half) - 1;
  return (index % sub_bucket_half + sub_bucket_half) << shift;
}
[[nodiscard]] constexpr std::uint64_t highest_at(std::size_t index) noexcept { return lowest_at(index + 1) - 1; }

static_assert(index_of(0) == 0 && index_of(2047) == 2047 && index_of(2048) == 2048 && index_of(2049) == 2048);
static_assert(index_of(highest_value) == bucket_count - 1 && highest_at(bucket_count - 1) == highest_value);

}  // namespace hopwire::core::hdr

namespace hopwire::core {

class Histogram {
 public:
  static constexpr std::size_t bucket_count = hdr::bucket_count;

  Histogram() noexcept = default;
  // `counts` has bucket_count words. `min` and `max` mean something only while `total` is not 0.
  Histogram(std::uint32_t* counts, double* total, double* min, double* max) noexcept
      : counts_(counts), total_(total), min_(min), max_(max) {}

  void record(std::uint64_t nanoseconds) noexcept {
    ++counts_[hdr::index_of(nanoseconds < hdr::highest_value ? nanoseconds : hdr::highest_value)];
    const auto value = static_cast<double>(nanoseconds);
    if (value > *max_) *max_ = value;
    if (value < *min_ || *total_ == 0) *min_ = value;
    *total_ += 1;
  }

 private:
  std::uint32_t* counts_ = nullptr;
  double* total_ = nullptr;
  double* min_ = nullptr;
  double* max_ = nullptr;
};

}  // namespace hopwire::core
