// Matcher on a share's day in five tempers, still to flash crash: the public referee's kind of flow, read by this core or another
//
// A round is the whole session, about two million commands, one call each, on a book that starts empty. "same core": every event is written
// into a ring and read after each batch of 64 commands, as the venue's one thread does. "two cores": another thread reads the ring as fast
// as it can, as behind the referee; the clock stops when it has read the last event. Facts: commands of each kind in a hundred, trades,
// most orders that rested at once.
#include "harness/bench.hpp"

#include <string>

#include "core/affinity.hpp"
#include "harness/equity_session.hpp"
#include "harness/event_rings.hpp"

namespace {

using namespace hopwire;

struct Following {
  std::uint64_t trades = 0;
  void emit(const venue::MatchEvent& event) { trades += event.kind == venue::MatchEventKind::executed ? 1 : 0; }
};

struct Ignored {
  venue::MatchEvent event;
  venue::MatchEvent& next() noexcept { return event; }
  void commit() noexcept {}
};

void clear_book(venue::Matcher& matcher) {
  venue::SequencedCommand lost;
  lost.command.kind = venue::CommandKind::session_cancel;
  Ignored nobody;
  matcher.apply(lost, nobody);
}

venue::Matcher make_matcher() {
  venue::Matcher matcher(bench::EquitySession::limits(), venue::ReplaceProfile::always_requeue);
  matcher.add_instrument(bench::EquitySession::locate, bench::EquitySession::locate);
  matcher.touch(matcher.maximum_orders());
  return matcher;
}

void state_facts(bench::Bench& bench, const bench::EquitySession& session) {
  venue::Matcher matcher = make_matcher();
  Following following;
  std::size_t most = 0;
  std::uint64_t cancels = 0;
  std::uint64_t replaces = 0;
  for (const venue::SequencedCommand& each : session.commands()) {
    matcher.apply(each, following);
    most = std::max(most, matcher.live_orders());
    cancels += each.command.kind == venue::CommandKind::cancel_order ? 1 : 0;
    replaces += each.command.kind == venue::CommandKind::replace_order ? 1 : 0;
  }
  const auto share = [&](std::uint64_t count) {
    return static_cast<double>(count * 1'000 / session.commands().size()) / 10;
  };
  bench.fact("cancels_percent", share(cancels));
  bench.fact("replaces_percent", share(replaces));
  bench.fact("trades", static_cast<double>(following.trades));
  bench.fact("most_resting", static_cast<double>(most));
}

void measure(bench::Bench& bench, const bench::EquityScenario& scenario, bool two_cores) {
  const bench::EquitySession session(scenario, 23, bench.size(10'000, 1'000'000));
  const auto& commands = session.commands();
  venue::Matcher matcher = make_matcher();
  const auto prepare = [&] { clear_book(matcher); };
  state_facts(bench, session);
  bench::ConsumedRing ring;
  bench.measure_prepared(
      commands.size(), prepare, [&] { return ring.run(matcher, std::span(commands), false); },
      std::string(scenario.name) + ", same core");
  if (two_cores) {
    bench::HandedOverRing handed_over(1);
    bench.measure_prepared(
        commands.size(), prepare,
        [&] {
          for (const venue::SequencedCommand& command : commands) matcher.apply(command, handed_over);
          return handed_over.take_hash();
        },
        std::string(scenario.name) + ", two cores");
  }
  if (const std::string fault = matcher.check_invariants(); !fault.empty()) bench.fail(fault);
}

}  // namespace

BENCH("equity session") {
  bench.must_not_allocate();
  const bool two_cores = core::available_cores() >= 2;
  core::pin_thread(0);
  for (const bench::EquityScenario& scenario : bench::equity_scenarios) measure(bench, scenario, two_cores);
}
