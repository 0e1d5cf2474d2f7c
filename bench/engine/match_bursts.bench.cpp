// One command, many events: mass cancels, a session lost, sweeps, fill-or-kill, reserves, stops, mass quotes; ns per resulting event
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
  std::size_t resting = 0;                     // orders after that, waiting stops included
  std::size_t left = 0;                        // orders after the round
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
  burst.resting = burst.build.size();
  burst.events = burst.resting + (kind == CommandKind::mass_cancel ? burst.take.size() : 0);
  return burst;
}

// The book is built from its far end, as an insertion next to the best price is the cheap one.
Command taker(std::uint64_t id, std::size_t highest_level, std::size_t orders, order_entry::TimeInForce time_in_force) {
  Command command = offer(1, id, 1, lowest_price + static_cast<std::int32_t>(highest_level) * tick);
  command.side = order_entry::Side::buy;
  command.quantity = static_cast<std::uint32_t>(orders) * 100;
  command.time_in_force = time_in_force;
  command.mark_special_terms();
  return command;
}

// Each buyer takes exactly the `each` best offers of one instrument, on `levels` prices.
Burst sweeps(std::size_t total, std::size_t each, std::size_t levels, order_entry::TimeInForce time_in_force) {
  Burst burst;
  std::uint64_t id = 0;
  for (std::size_t sweep = total / each; sweep-- != 0;) {
    for (std::size_t order = each; order-- != 0;)
      append(burst.build, offer(0, ++id, 1, lowest_price + static_cast<std::int32_t>(sweep * levels + order % levels) * tick));
  }
  for (std::size_t sweep = 0; sweep < total / each; ++sweep)
    append(burst.take, taker(sweep + 1, (sweep + 1) * levels - 1, each, time_in_force));
  burst.resting = burst.build.size();
  burst.events = burst.resting + burst.take.size();  // every execution, and accepted
  return burst;
}

// Each buyer takes all `each` slices of a reserve order.
Burst reserves(std::size_t total, std::size_t each) {
  Burst burst;
  for (std::size_t level = total / each; level-- != 0;) {
    Command command = offer(0, total / each - level, 1, lowest_price + static_cast<std::int32_t>(level) * tick);
    command.quantity = static_cast<std::uint32_t>(each) * 100;
    command.special.display_quantity = 100;
    command.mark_special_terms();
    append(burst.build, command);
  }
  for (std::size_t level = 0; level < total / each; ++level)
    append(burst.take, taker(level + 1, level, each, order_entry::TimeInForce::immediate_or_cancel));
  burst.resting = burst.build.size();
  burst.events = burst.take.size() * 2 * each;  // accepted; a slice: executed and, but for the last, refreshed
  return burst;
}

// Each buyer sets off `each` stops, one after the other: the trade of one reaches the next. First of all a trade at a low price, so that
// the stops wait.
Burst cascades(std::size_t total, std::size_t each) {
  Burst burst;
  std::uint64_t id = 0;
  append(burst.build, offer(0, ++id, 1, lowest_price - tick));
  append(burst.build, taker(1, 0, 1, order_entry::TimeInForce::immediate_or_cancel));
  for (std::size_t level = total / each * (each + 1); level-- != 0;) {
    append(burst.build, offer(0, ++id, 1, lowest_price + static_cast<std::int32_t>(level) * tick));
    ++burst.resting;
    if (level % (each + 1) == 0) continue;  // the buyer's own
    Command stop = taker(1 + id, 0, 1, order_entry::TimeInForce::day);
    stop.order_type = order_entry::OrderType::stop;
    stop.price = INT32_MIN;  // as on the wire: a market order has none
    stop.special.stop_price = lowest_price + static_cast<std::int32_t>(level - 1) * tick;
    stop.mark_special_terms();
    append(burst.build, stop);
    ++burst.resting;
  }
  for (std::size_t sweep = 0; sweep < total / each; ++sweep)
    append(burst.take, taker(2 * id + sweep, sweep * (each + 1), 1, order_entry::TimeInForce::immediate_or_cancel));
  burst.events = 2 * (total + burst.take.size());  // accepted and executed; then each stop triggered and executed
  return burst;
}

// A market maker sets both sides of `each` instruments with one command, a tick up, a tick down, in turns. What it quoted before the round
// stands, so that each entry gives two replacements.
Burst mass_quotes(std::size_t total, std::size_t each) {
  Burst burst;
  Command gone;
  gone.kind = CommandKind::session_cancel;
  append(burst.build, gone);
  for (std::size_t quote = 0; quote <= total / each / 2; ++quote) {
    auto& commands = quote == 0 ? burst.build : burst.take;
    for (std::size_t entry = 0; entry < each; ++entry) {
      const std::int32_t bid = lowest_price + static_cast<std::int32_t>(quote % 2) * tick;
      Command command = offer(0, quote + 1, static_cast<std::uint16_t>(1 + entry), bid);
      command.kind = CommandKind::quote_entry;
      command.quote = {.ask_price = bid + 2 * tick, .ask_quantity = 100, .reserved = {}};
      command.mark_special_terms();
      append(commands, command);
    }
    Command closes;
    closes.kind = CommandKind::mass_quote;
    closes.cl_ord_id = quote + 1;
    closes.quantity = static_cast<std::uint32_t>(each);
    append(commands, closes);
  }
  burst.resting = burst.left = 2 * each;
  burst.events = total / each / 2 * (2 * each + 1);
  return burst;
}

void measure(bench::Bench& bench, const Burst& burst, const std::string& label) {
  venue::Matcher matcher({.maximum_orders = burst.build.size() + 2 * instruments,
                          .maximum_levels = burst.build.size() + 4 * instruments,
                          .maximum_locate = instruments,
                          .maximum_order_quantity = 100'000'000,
                          .maximum_sessions = burst.take.size() + 2},
                         venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(locate, locate);
  matcher.touch(matcher.maximum_orders());
  bench::ConsumedRing ring;
  const auto build = [&] {
    ring.run(matcher, burst.build, 0);
    if (matcher.live_orders() != burst.resting) bench.fail("not all orders rest before a round");
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
  if (matcher.live_orders() != burst.left) bench.fail("not the orders are left that should be");
}

}  // namespace

BENCH("bursts") {
  bench.must_not_allocate();
  const std::size_t total = bench.size(3'200, 64'000);
  for (const std::size_t each : {std::size_t{10}, total / 64, total / 4}) {
    const std::string of = ", " + std::to_string(each) + " orders a command";
    measure(bench, all_of_a_session(CommandKind::mass_cancel, total, each), "mass cancel, scattered" + of);
    measure(bench, all_of_a_session(CommandKind::session_cancel, total, each), "session lost, scattered" + of);
    measure(bench, sweeps(total, each, 1, order_entry::TimeInForce::immediate_or_cancel), "sweep of one level" + of);
    measure(bench, sweeps(total, each, each, order_entry::TimeInForce::immediate_or_cancel), "sweep of as many levels" + of);
    measure(bench, sweeps(total, each, each, order_entry::TimeInForce::fill_or_kill), "fill-or-kill over as many levels" + of);
    measure(bench, reserves(total, each), "reserve order, slices" + of);
    measure(bench, cascades(total, each), "stops, each set off by the one before" + of);
  }
  for (const std::size_t each : {1, 10, 100})
    measure(bench, mass_quotes(bench.size(3'200, 64'000), each), "mass quote, " + std::to_string(each) + " entries a command");
}
