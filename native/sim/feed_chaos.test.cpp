// Seeded storms over a generated day and over real order flow. A failure names its seed: `npm run chaos -- --seed N` runs it alone.
#include "sim/feed_chaos_run.hpp"

#include <string>

#include "net/binary_file.hpp"
#include "sim/itch_flow.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/test.hpp"

using namespace hopwire;

namespace {

sim::ChaosResult storm(std::uint64_t seed, const sim::Weather& weather, std::span<const std::byte> file) {
  sim::FeedChaos chaos(seed, weather, file);
  const sim::ChaosResult result = chaos.run();
  CHECK_EQ(result.failure.empty() ? "" : "seed " + std::to_string(seed) + ": " + result.failure, "");
  return result;
}

}  // namespace

TEST("chaos: a generated day, storms of every kind, the lossless books at the end and no stale row that reads as good") {
  const sim::ItchFlow day({.messages = 15'000, .instruments = 50, .seed = 3});
  std::uint64_t stale = 0;
  std::uint64_t delayed = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t failures = 0;
  std::uint64_t malformed = 0;
  std::uint64_t checked = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const sim::ChaosResult result = storm(seed, sim::Weather::of(seed), day.bytes());
    stale += result.stale_count;
    delayed += result.delayed_count;
    snapshots += result.snapshots;
    failures += result.snapshot_failures;
    malformed += result.wire.malformed;
    checked += result.rows_checked;
  }
  // The weather was what it was said to be.
  CHECK(stale > 100 && delayed > 100 && malformed > 100);
  CHECK(snapshots > 5 && failures > 0);
  CHECK(checked > 100'000);
}

TEST("chaos: the same seed is the same run") {
  const sim::ItchFlow day({.messages = 5'000, .instruments = 20, .seed = 5});
  for (const std::uint64_t seed : {4, 9, 12}) {
    const sim::ChaosResult first = storm(seed, sim::Weather::of(seed), day.bytes());
    const sim::ChaosResult second = storm(seed, sim::Weather::of(seed), day.bytes());
    CHECK_EQ(first.simulated_nanoseconds, second.simulated_nanoseconds);
    CHECK_EQ(first.wire.packets, second.wire.packets);
    CHECK_EQ(first.wire.rerequests, second.wire.rerequests);
    CHECK_EQ(first.stale_nanoseconds, second.stale_nanoseconds);
    CHECK_EQ(first.rows_checked, second.rows_checked);
    CHECK_EQ(first.digest, second.digest);
  }
}

TEST("chaos: real order flow through storms") {
  const auto path = test::fixture("itch/aapl_20191230_restored.itch50");
  if (!path) SKIP("no fixtures folder");
  const net::MappedFile file(*path);
  for (std::uint64_t seed = 101; seed <= 106; ++seed) {
    storm(seed, sim::Weather::of(seed), file.bytes());
  }
}

TEST("chaos: the observer sees what it is there to see") {
  const sim::ItchFlow day({.messages = 5'000, .instruments = 20, .seed = 5});
  sim::Weather weather;
  weather.loss_permille = {50, 50};
  weather.blackout_permille = 20;
  const auto failure = [&](auto&& tamper) {
    sim::FeedChaos chaos(1, weather, day.bytes());
    return chaos.run(tamper).failure;
  };
  using Columns = regions::BooksColumns;
  CHECK_EQ(failure([](Columns&) {}), "");
  constexpr auto stale = static_cast<std::uint32_t>(words::BookState::stale);
  const auto says = [](const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; };
  CHECK(says(failure([](Columns& columns) {
               for (int row = 1; row <= 20; ++row) columns.state[row] &= ~stale;
             }),
             "a row of a stale channel reads as good"));
  CHECK(says(failure([polls = 0](Columns& columns) mutable {
               if (++polls > 500 && columns.bid_levels[7] != 0) columns.bid_price[7 * 5] += 100;
             }),
             "is not the lossless book"));
  CHECK(says(failure([](Columns& columns) { columns.word[0] = 0; }), "the region's state is another"));
}
