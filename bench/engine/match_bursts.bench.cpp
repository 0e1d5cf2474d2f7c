// One command, many events: mass cancels, the loss of a session, orders that sweep a level or a ladder; ns per resulting event
//
// Before each round, outside the clock, 64,000 orders are made to rest; the round takes all of them out by commands that each take 10,
// 1,000 or 16,000. An operation is an event written into the ring and read, those that open and close a command included, so figures say
// what an order costs when it goes with many others. "scattered" orders lie on 100 instruments in random order, as a client's do.
#include "harness/bench.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "harness/event_rings.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;
using venue::Command;
using venue::CommandKind;

constexpr std::uint16_t instruments = 100;
constexpr std::int32_t lowest_price = 1'000'000;
constexpr std::int32_t tick = 100;

struct Burst {
  std::vector<venue::SequencedCommand> build;  // what rests before the round
  std::vector<venue::SequencedCommand> take;   // the round
  std::uint64_t events = 0;                    // the round makes
};

void append(std::vector<venue::SequencedCommand>& commands, const Command& command) {
  commands.push_back({.sequence = commands.size() + 1, .time = 0, .command = command});
}

Command offer(std::uint32_t session, std::uint64_t id, std::uint16_t locate, std::int32_t price) {
  Command command;
  command.session = session;
  command.cl_ord_id = id;
  command.locate = locate;
  command.instrument_id = locate;
  command.side = order_entry::Side::sell;
  command.price = price;
  command.quantity = 100;
  return command;
}

// Each session has `each` orders and loses them by one command of `kind`.
Burst all_of_a_session(CommandKind kind, std::size_t total, std::size_t each) {
  Burst burst;
  std::mt19937_64 random(3);
  for (std::uint64_t id = 1; id <= each; ++id) {
    for (std::uint32_t session = 0; session < total / each; ++session) {
      const auto locate = static_cast<std::uint16_t>(1 + random() % instruments);
      append(burst.build, offer(session, id, locate, lowest_price + static_cast<std::int32_t>(random() % 200) * tick));
    }
  }
  for (std::uint32_t session = 0; session < total / each; ++session) {
    Command command;
    command.kind = kind;
    command.session = session;
    command.cl_ord_id = each + 1;
    append(burst.take, command);
  }
  burst.events = burst.build.size() + (kind == CommandKind::mass_cancel ? burst.take.size() : 0);
  return burst;
}

// Each buyer takes exactly the `each` best offers of one instrument, on `levels` prices.
Burst sweeps(std::size_t total, std::size_t each, std::size_t levels) {
  Burst burst;
  std::uint64_t id = 0;
  for (std::size_t sweep = 0; sweep < total / each; ++sweep) {
    for (std::size_t order = 0; order < each; ++order) {
      const std::size_t level = sweep * levels + order % levels;
      append(burst.build, offer(0, ++id, 1, lowest_price + static_cast<std::int32_t>(level) * tick));
    }
  }
  for (std::size_t sweep = 0; sweep < total / each; ++sweep) {
    Command command = offer(1, sweep + 1, 1, lowest_price + static_cast<std::int32_t>((sweep + 1) * levels) * tick);
    command.side = order_entry::Side::buy;
    command.quantity = static_cast<std::uint32_t>(each) * 100;
    command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    append(burst.take, command);
  }
  burst.events = burst.build.size() + burst.take.size();  // every execution, and accepted
  return burst;
}

void measure(bench::Bench& bench, const Burst& burst, const std::string& label) {
  venue::Matcher matcher({.maximum_orders = burst.build.size() + 1,
                          .maximum_levels = burst.build.size() + instruments,
                          .maximum_locate = instruments,
                          .maximum_order_quantity = 100'000'000,
                          .maximum_sessions = burst.take.size() + 2},
                         venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(locate, locate);
  matcher.touch(matcher.maximum_orders());
  bench::ConsumedRing ring;
  const auto build = [&] {
    ring.run(matcher, burst.build, 0);
    if (matcher.live_orders() != burst.build.size()) bench.fail("not all orders rest before a round");
  };
  std::uint64_t events = 0;
  bench.measure_prepared(
      burst.events, build,
      [&] {
        const std::uint64_t hash = ring.run(matcher, burst.take, 0);
        events = ring.events_of_last_run();
        return hash;
      },
      label);
  if (events != burst.events) bench.fail(label + ": " + std::to_string(events) + " events");
  if (matcher.live_orders() != 0) bench.fail("orders are left after a round");
}

}  // namespace

BENCH("bursts") {
  bench.must_not_allocate();
  const std::size_t total = bench.size(3'200, 64'000);
  for (const std::size_t each : {std::size_t{10}, total / 64, total / 4}) {
    const std::string of = ", " + std::to_string(each) + " orders a command";
    measure(bench, all_of_a_session(CommandKind::mass_cancel, total, each), "mass cancel, scattered" + of);
    measure(bench, all_of_a_session(CommandKind::session_cancel, total, each), "session lost, scattered" + of);
    measure(bench, sweeps(total, each, 1), "sweep of one level" + of);
    measure(bench, sweeps(total, each, each), "sweep of as many levels" + of);
  }
}
