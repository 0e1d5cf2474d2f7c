// What it costs to stamp a hop: two reads of the time stamp counter, and one record into its HDR histogram.
#include "core/hdr_read.hpp"
#include "core/hop_recorder.hpp"
#include "core/telemetry_region.hpp"
#include "harness/bench.hpp"

BENCH("stamp a hop") {
  using namespace hopwire;
  const core::TscClock clock(0.002);
  const auto operations = bench.size(10'000, 10'000'000);

  // Spread over the values hops have, 100 ns to about 1 ms, so that the histogram's lines are not all in the first cache.
  bench.measure(
      operations,
      [&] {
        core::TelemetryMemory telemetry(clock);
        core::HopRecorder& recorder = telemetry.recorder();
        std::uint64_t state = 1;
        for (std::uint64_t i = 0; i < operations; ++i) {
          state = state * 6364136223846793005u + 1442695040888963407u;
          recorder.record_nanoseconds(hops::Hop::tick_to_trade_book, 100 + ((state >> 40) & 0xfffff));
        }
        const auto counts = telemetry.counts(hops::Hop::tick_to_trade_book);
        return core::hdr::value_at_percentile(counts, 50) ^ (core::hdr::total_count(counts) << 32);
      },
      "record");

  bench.measure(
      operations,
      [&] {
        std::uint64_t ordered = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
          const std::uint64_t from = core::Tsc::now();
          ordered += core::Tsc::now() >= from ? 1 : 0;
        }
        return ordered;
      },
      "two stamps");
}
