// What measuring costs: one record of a hop, with and without its two stamps, beside the bare increment that is the floor.
//
// The values are a fixed random walk over six decades, so that buckets are not all in one cache line. Every round starts from empty
// histograms and its result hash is of the counts.
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/telemetry_region.hpp"
#include "harness/bench.hpp"

using namespace hopwire;

namespace {

constexpr std::size_t value_count = 4096;

std::vector<std::uint32_t> values() {
  std::vector<std::uint32_t> drawn(value_count);
  std::uint64_t random = 88172645463325252u;
  for (auto& value : drawn) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    value = static_cast<std::uint32_t>((random >> 20) % 2'000) << (random % 10);  // 0 ns to 1 ms, most below 64 us
  }
  return drawn;
}

std::uint64_t hash_of(const std::uint32_t* counts, std::size_t size) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::size_t at = 0; at < size; ++at) hash = (hash ^ counts[at]) * 0x100000001b3u;
  return hash;
}

}  // namespace

BENCH("stamp a hop") {
  const core::TscClock clock;
  const std::vector<std::uint32_t> drawn = values();
  const std::uint64_t operations = bench.size(100'000, 20'000'000);
  core::TelemetryMemory telemetry(clock);
  core::HopRecorder& recorder = telemetry.recorder();
  const auto columns = recorder.columns();
  const std::size_t all_counts = hops::hop_count * core::Histogram::bucket_count;
  const auto clear = [&] {
    std::memset(columns.histogram_counts, 0, all_counts * sizeof(std::uint32_t));
    std::memset(columns.histogram_total, 0, hops::hop_count * sizeof(double));
  };

  bench.measure(operations, [&] {
    clear();
    std::uint32_t* counts = columns.histogram_counts;
    for (std::uint64_t at = 0; at < operations; ++at) ++counts[core::hdr::index_of(drawn[at % value_count])];
    return hash_of(counts, all_counts);
  }, "floor, index and increment");

  bench.measure(operations, [&] {
    clear();
    for (std::uint64_t at = 0; at < operations; ++at) recorder.record_nanoseconds(hops::Hop::tick_to_trade_book, drawn[at % value_count]);
    return hash_of(columns.histogram_counts, all_counts);
  }, "record nanoseconds, one hop");

  bench.measure(operations, [&] {
    clear();
    for (std::uint64_t at = 0; at < operations; ++at) {
      recorder.record_nanoseconds(static_cast<hops::Hop>(at % 7), drawn[at % value_count]);
    }
    return hash_of(columns.histogram_counts, all_counts);
  }, "record nanoseconds, seven hops in turn");

  bench.measure(operations, [&] {
    clear();
    for (std::uint64_t at = 0; at < operations; ++at) recorder.record(hops::Hop::tick_to_trade_book, at, at + drawn[at % value_count]);
    return hash_of(columns.histogram_counts, all_counts);
  }, "record a tick interval, stamps in hand");

  bench.measure(operations, [&] {
    std::uint64_t ordered = 0;
    for (std::uint64_t at = 0; at < operations; ++at) {
      const std::uint64_t from = core::Tsc::now();
      ordered += core::Tsc::now() >= from ? 1 : 0;
    }
    return ordered;
  }, "two stamps, no record");

  bench.measure(operations, [&] {
    clear();
    std::uint64_t before = core::Tsc::now();
    for (std::uint64_t at = 0; at < operations; ++at) {
      const std::uint64_t now = core::Tsc::now();
      recorder.record(hops::Hop::tick_to_trade_book, before, now);
      before = now;
    }
    // What was measured differs from round to round; how many values there are does not.
    return static_cast<std::uint64_t>(columns.histogram_total[static_cast<std::size_t>(hops::Hop::tick_to_trade_book)]);
  }, "one stamp and one record, as in a flow");
}
