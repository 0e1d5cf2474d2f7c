#include "core/hdr.hpp"

#include <cstdint>
#include <vector>

#include "core/hdr_read.hpp"
#include "test_support/test.hpp"

using namespace hopwire::core;

namespace {
struct Recorded {
  Recorded() : counts(Histogram::bucket_count), histogram(counts.data(), &total, &min, &max) {}
  std::vector<std::uint32_t> counts;
  double total = 0, min = 0, max = 0;
  Histogram histogram;
};
}  // namespace

TEST("hdr: every bucket begins where the one before it ends, and is at most 0.1 % wide") {
  for (std::size_t index = 0; index < hdr::bucket_count; ++index) {
    REQUIRE_EQ(hdr::index_of(hdr::lowest_at(index)), index);
    REQUIRE_EQ(hdr::index_of(hdr::highest_at(index)), index);
    const std::uint64_t width = hdr::highest_at(index) - hdr::lowest_at(index);
    REQUIRE(width * 1000 <= hdr::lowest_at(index));
  }
}

TEST("hdr: records count, total, least and greatest") {
  Recorded recorded;
  for (const std::uint64_t value : {250u, 80u, 1'000'000u, 80u}) recorded.histogram.record(value);
  CHECK_EQ(recorded.total, 4.0);
  CHECK_EQ(recorded.min, 80.0);
  CHECK_EQ(recorded.max, 1'000'000.0);
  CHECK_EQ(recorded.counts[80], 2u);
  CHECK_EQ(recorded.counts[hdr::index_of(1'000'000)], 1u);
}

TEST("hdr: zero is a value") {
  Recorded recorded;
  recorded.histogram.record(0);
  recorded.histogram.record(5);
  CHECK_EQ(recorded.min, 0.0);
  CHECK_EQ(recorded.counts[0], 1u);
}

TEST("hdr: beyond the range the last bucket counts and max tells") {
  Recorded recorded;
  recorded.histogram.record(hdr::highest_value + 1);
  recorded.histogram.record(~std::uint64_t{0});
  CHECK_EQ(recorded.counts[hdr::bucket_count - 1], 2u);
  CHECK(recorded.max > 1.8e19);
}

TEST("hdr: percentiles as the reference implementations round them") {
  Recorded recorded;
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 50), 0u);
  for (std::uint64_t value = 1; value <= 10'000; ++value) recorded.histogram.record(value);
  CHECK_EQ(hdr::total_count(recorded.counts), 10'000u);
  // Figures of hdr-histogram-js 3.0.1 for the same values.
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 0), 1u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 10), 1'000u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 50), 5'003u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 99), 9'903u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 99.99), 9'999u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 100), 10'007u);
  CHECK_EQ(hdr::value_at_percentile(recorded.counts, 12.345), 1'235u);  // rank 1234.5
}
