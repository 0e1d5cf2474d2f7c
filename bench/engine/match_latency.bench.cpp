// Matcher command by command: how long each kind takes, by percentile, beside what the clock and the machine add in the same run
//
// Every command of the mixed flow on 100 instruments is stamped before and after; its events are written into a ring and read between the
// stamped commands. Nothing is subtracted. "the clock alone" is a loop of stamps with nothing between them, run in turns with the flow,
// slice by slice of equal length: its p50 is what the two stamps around a command cost, its tail is what the machine does to anyone
// (interrupts, a stolen core). What a percentile of a command shows above that of the clock is the matcher's. Counts of events above 10 us
// can be set against each other, as both had the same time. One command at a time, no batch, nothing asked for early. The flow runs twice:
// the first run warms up, and says what the second must come to.
#include "harness/bench.hpp"

#include <x86intrin.h>

#include <array>
#include <cstdint>
#include <vector>

#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "harness/event_rings.hpp"
#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;

constexpr std::size_t slice = 4096;  // commands
constexpr double hiccup_ns = 10'000;

// Waits for what was asked before it, and lets nothing after it begin earlier.
std::uint64_t stamp() noexcept {
  unsigned core = 0;
  const std::uint64_t now = __rdtscp(&core);
  _mm_lfence();
  return now;
}

enum Kind : std::size_t { rests, trades, immediate, cancels, replaces, refused, kinds };
constexpr std::array<const char*, kinds> kind_names = {
    "new order that rests", "new order or replace that trades", "IOC that finds nothing", "cancel", "replace", "refused"};

Kind kind_of(const venue::Command& command, const venue::MatchEvent& first, bool traded) {
  using venue::MatchEventKind;
  if (first.kind == MatchEventKind::rejected || first.kind == MatchEventKind::cancel_rejected) return refused;
  if (traded) return trades;
  if (command.kind == venue::CommandKind::cancel_order) return cancels;
  if (command.kind == venue::CommandKind::replace_order) return replaces;
  return command.time_in_force == order_entry::TimeInForce::immediate_or_cancel ? immediate : rests;
}

// The events of one command, read before the next.
struct OneCommand {
  std::array<venue::MatchEvent, 4096> events;
  std::size_t count = 0;

  venue::MatchEvent& next() noexcept { return events[count % events.size()]; }
  void commit() noexcept { ++count; }
  [[nodiscard]] bool traded() const noexcept {
    for (std::size_t at = 0; at < count; ++at)
      if (events[at].kind == venue::MatchEventKind::executed) return true;
    return false;
  }
};

void clock_alone(std::uint64_t ticks, bench::Distribution& alone) {
  const std::uint64_t began = stamp();
  for (std::uint64_t before = began; before - began < ticks;) {
    const std::uint64_t now = stamp();
    alone.record(now - before);
    before = now;
  }
}

struct Results {
  explicit Results(double rate) : taken(kinds, bench::Distribution(rate)), alone(rate) {}
  std::vector<bench::Distribution> taken;
  std::array<bench::EventHash, kinds> hashes;
  bench::Distribution alone;
};

// Once through the flow, the books empty before and after.
void run_flow(venue::Matcher& matcher, const bench::MixedFlow& flow, OneCommand& events, Results& results) {
  std::size_t in_slice = 0;
  std::uint64_t slice_began = stamp();
  for (const venue::SequencedCommand& stored : flow.main()) {
    const venue::SequencedCommand command = stored;  // a venue's commands come from the decoder, not from memory
    events.count = 0;
    const std::uint64_t before = stamp();
    matcher.apply(command, events);
    const std::uint64_t after = stamp();
    const Kind kind = kind_of(command.command, events.events[0], events.traded());
    for (std::size_t at = 0; at < events.count; ++at) results.hashes[kind].add(events.events[at]);
    results.taken[kind].record(after - before);
    if (++in_slice < slice) continue;
    clock_alone(stamp() - slice_began, results.alone);
    in_slice = 0;
    slice_began = stamp();
  }
  bench::ConsumedRing ring;
  ring.run(matcher, flow.closing(), false);
}

}  // namespace

BENCH("latency") {
  core::pin_thread(0);
  const core::TscClock clock;
  const double rate = clock.nanoseconds_per_tick();
  const bench::MixedFlowOptions options{
      .seed = 8, .commands = bench.size(20'000, 5'000'000), .instruments = 100, .live_orders = bench.size(2'000, 50'000)};
  const bench::MixedFlow flow(options);
  venue::Matcher matcher(bench::mixed_flow_limits(options), venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint16_t locate = 1; locate <= options.instruments; ++locate) matcher.add_instrument(locate, locate);
  matcher.touch(matcher.maximum_orders());

  Results first(rate);
  Results results(rate);
  OneCommand events{};
  run_flow(matcher, flow, events, first);
  run_flow(matcher, flow, events, results);
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const std::uint64_t hash = results.hashes[kind].take();
    if (hash != first.hashes[kind].take()) bench.fail("the second round came to another result");
    if (results.taken[kind].count() == 0) continue;
    bench.fact("above_10_us", static_cast<double>(results.taken[kind].above(hiccup_ns)));
    bench.distribution(kind_names[kind], results.taken[kind], hash);
  }
  bench.fact("above_10_us", static_cast<double>(results.alone.above(hiccup_ns)));
  bench.distribution("the clock alone", results.alone, 0);
}
