// Matcher as books and instruments grow: 1 thousand to 5 million resting orders, 1 to 10,000 instruments, the same mixed flow on each
//
// Before each round, outside the clock, the books are built anew: so many resting orders, spread over the instruments and up to 200 ticks
// deep. The round is a million commands (adds, cancels, replaces, orders that cross) that keep the books about as large, in batches: what
// the next commands need is asked for early (look_ahead.hpp). Every instrument is as busy as every other, which is the hardest case for the
// caches. Facts: how old the orders were that were cancelled or replaced, in commands since they were entered.
#include "harness/bench.hpp"

#include <cstdint>
#include <string>

#include "harness/event_rings.hpp"
#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;

struct Step {
  std::uint16_t instruments;
  std::size_t resting;
};

void measure(bench::Bench& bench, const Step& step) {
  const std::size_t resting = bench.smoke() ? step.resting / 100 : step.resting;
  const bench::MixedFlowOptions options{.seed = 5,
                                        .commands = bench.size(10'000, 1'000'000),
                                        .instruments = step.instruments,
                                        .sessions = 64,
                                        .live_orders = resting,
                                        .preloaded = resting};
  const bench::MixedFlow flow(options);
  venue::Matcher matcher(bench::mixed_flow_limits(options), venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint32_t locate = 1; locate <= step.instruments; ++locate) matcher.add_instrument(static_cast<std::uint16_t>(locate), locate);
  matcher.touch(matcher.maximum_orders());
  bench::ConsumedRing ring;
  const auto ages = flow.ages();
  for (const auto& [name, part] : {std::pair{"age_p10", 0.10}, {"age_p50", 0.50}, {"age_p90", 0.90}, {"age_p99", 0.99}})
    bench.fact(name, ages[static_cast<std::size_t>(part * static_cast<double>(ages.size() - 1))]);
  const auto build_books = [&] {
    ring.run(matcher, flow.closing(), false);
    ring.run(matcher, flow.opening(), true);
    if (matcher.live_orders() != resting) bench.fail("the books are not as they should be before a round");
  };
  bench.measure_prepared(
      flow.main().size(), build_books, [&] { return ring.run(matcher, flow.main(), true); },
      std::to_string(resting) + " resting, " + std::to_string(step.instruments) + " instruments");
  if (const std::string fault = matcher.check_invariants(); !fault.empty()) bench.fail(fault);
}

}  // namespace

BENCH("match") {
  bench.must_not_allocate();
  for (const std::size_t resting : {1'000, 10'000, 100'000, 1'000'000, 5'000'000}) measure(bench, {100, resting});
  for (const std::uint16_t instruments : {1, 10, 1'000, 10'000}) measure(bench, {instruments, 100'000});
}
