// Matcher on a mixed flow of adds, cancels, replaces and crossing orders, 1 and 100 instruments, ns per command
//
// The venue's build of the matcher: ids checked, every event written into a ring and read again after each batch of 64 commands. One round
// is the whole flow and ends with empty books, so rounds are alike. "ahead" is the same with each batch
// given to the matcher as a whole, which asks early for what the next commands need (look_ahead.hpp); the two take turns.
#include "harness/bench.hpp"

#include <cstdint>
#include <string>

#include "harness/event_rings.hpp"
#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;

void measure_flow(bench::Bench& bench, std::uint16_t instruments, std::size_t live_orders, const std::string& label) {
  const bench::MixedFlowOptions options{
      .seed = 20, .commands = bench.size(20'000, 5'000'000), .instruments = instruments, .live_orders = live_orders};
  const bench::MixedFlow flow(options);
  venue::Matcher matcher(bench::mixed_flow_limits(options), venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint32_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(static_cast<std::uint16_t>(locate), locate);
  matcher.touch(matcher.maximum_orders());
  bench::ConsumedRing ring;
  const auto& commands = flow.commands();
  bench.fact("trades", static_cast<double>(flow.trades()));
  bench.fact("most_resting", static_cast<double>(flow.most_live()));
  bench.measure_in_turns(
      commands.size(), label, [&] { return ring.run(matcher, std::span(commands), false); }, label + ", ahead",
      [&] { return ring.run(matcher, std::span(commands), true); });
  if (const std::string fault = matcher.check_invariants(); !fault.empty()) bench.fail(fault);
  if (matcher.live_orders() != 0) bench.fail("the books are not empty after a round");
}

}  // namespace

BENCH("match") {
  bench.must_not_allocate();
  measure_flow(bench, 1, 10'000, "1 instrument");
  measure_flow(bench, 100, 50'000, "100 instruments");
}
